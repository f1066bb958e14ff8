"""The queue's worker is killed, again and again, while it sends a storm's receipts.

It dies at the worst moment: the mail server has taken the message, and before it can
say so there is nobody left to hear it. Every voter gets his receipt; only what was
under way in such a moment comes twice, as the same message.
"""

import os
import signal
from collections import Counter, defaultdict
from collections.abc import Iterator
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app import create_app
from app.accounts.models import Account
from app.extensions import db
from app.jobs import engines
from app.jobs.pace import Pace
from app.mail.models import Message, MessageState
from tests.support.databases import environment
from tests.support.processes import forks
from tests.support.server import LiveServer
from tests.support.smtp import SmtpSink
from tests.support.storm import IN, PATIENCE, Storm
from tests.support.waiting import wait_until

VOTERS, DEATHS, LIVES_FOR = 14, 3, 3
# As `puistokatu jobs work`, only that a dead worker is missed sooner.
PACE = Pace(poll=0.1, lease=2.0, grace=0.5, rescue=1)


class Deadly(SmtpSink):
    """Keeps what it is given; each worker's third message is the worker's last."""

    victim: int | None = None
    taken_from_victim = 0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        answer = await super().handle_DATA(_server, _session, envelope)
        self.taken_from_victim += 1
        if self.victim and self.taken_from_victim >= LIVES_FOR:
            os.kill(self.victim, signal.SIGKILL)
            self.victim = None
        return answer

    def watch(self, victim: int) -> None:
        """The next one."""
        self.taken_from_victim, self.victim = 0, victim


@pytest.fixture
def sink() -> Iterator[Deadly]:
    sink = Deadly()
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture
def storm(own_database: str, tmp_path: Path, sink: Deadly) -> Iterator[Storm]:
    """An open vote on web processes; the worker is ours to start."""
    server = LiveServer(own_database, tmp_path, MAIL_URL=sink.url)
    server.start("--no-jobs")
    storm = Storm(server)
    yield storm
    storm.end()
    server.kill()


def work(settings: dict[str, str]) -> None:
    """The life of a worker."""
    os.environ.clear()
    os.environ.update(settings)
    engines.work(create_app(), PACE)


def start_worker(storm: Storm) -> ForkServerProcess:
    settings = environment(storm.server.database_url, **storm.server.settings)
    worker = forks.Process(target=work, args=(settings,))
    worker.start()
    return worker


def everything_is_sent(storm: Storm) -> bool:
    with storm.app.app_context():
        states = db.session.scalars(select(Message.state)).all()
    return len(states) == VOTERS and set(states) == {MessageState.SENT}


def test_no_receipt_is_lost_and_only_what_was_under_way_comes_twice(
    storm: Storm, sink: Deadly
) -> None:
    voters = storm.voters(VOTERS)

    def kill_workers() -> None:
        for _ in range(DEATHS):
            worker = start_worker(storm)
            assert worker.pid
            sink.watch(worker.pid)
            worker.join(PATIENCE)
            assert worker.exitcode == -signal.SIGKILL

    assert storm.all_at_once(voters, kill_workers) == {IN: VOTERS}
    last = start_worker(storm)
    try:
        wait_until(lambda: everything_is_sent(storm))
    finally:
        last.kill()
        last.join()
    storm.check_the_box(voters)

    with storm.app.app_context():
        query = select(Message.message_id, Message.body, Message.recipient)
        rows = db.session.execute(query).all()
        addresses = {
            db.session.get_one(Account, voter.account_id).email: voter.codes
            for voter in voters
        }
    assert {(body, recipient) for _, body, recipient in rows} == {(None, "")}
    copies = Counter(mail["Message-ID"] for mail in sink.messages)
    assert set(copies) == {name for name, _, _ in rows}
    # Two are under way at a time, and whoever died had the server's ear once.
    assert DEATHS <= copies.total() - VOTERS <= DEATHS * PACE.parallel
    got: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for mail in sink.messages:
        got[mail["To"]].add((mail["Message-ID"], mail.get_content()))
    assert set(got) == set(addresses)
    for address, ((_, text),) in got.items():
        assert all(code in text for code in addresses[address])
