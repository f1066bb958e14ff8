"""A cast meets a fault: a page says so, nothing is lost, the same button works later.

Each fault is made under real processes: a disk that is full, a lock that is not let go,
a database that is restarted while the cast is in the midst of it.
"""

import os
import re
import tempfile
import threading
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from app.extensions import db
from app.jobs.closing import IN_ORDER
from app.mail.models import Message
from app.transaction import transaction
from core.audit import SYSTEM
from tests.factories.ballots import CLOSES, new_key, vote_of
from tests.support.databases import ON_POSTGRESQL, ON_SQLITE, Databases
from tests.support.faults import (
    Disk,
    locked_by_another_process,
    postgres_moved,
    small_disk,
    sqlite_moved,
)
from tests.support.server import LiveServer
from tests.support.storm import BUSY, IN, NO, OVER, Storm
from tests.support.trouble import (
    BUSY_PAGE,
    draft_of,
    is_refused_for_now,
    press,
    with_a_draft,
    works_afterwards,
)
from voting.closing import close_vote, reconcile
from voting.models import BoxBallot

# Pages are a few kilobytes; each ballot with its mail takes about one.
MOST_UNTIL_FULL = 40

LOCKED = re.compile("database is locked|due to lock timeout")
FULL = re.compile("database or disk is full|No space left on device")


def served(url: str, folder: Path, **settings: str) -> LiveServer:
    server = LiveServer(url, folder, **settings)
    server.start()
    return server


@pytest.fixture
def impatient(own_database: str, tmp_path: Path) -> Iterator[Storm]:
    """A vote on a service that waits one second for a lock."""
    server = served(own_database, tmp_path, LOCK_SECONDS="1")
    storm = Storm(server)
    yield storm
    storm.end()
    server.kill()


def test_a_lock_that_is_not_let_go(impatient: Storm, own_database: str) -> None:
    voter = with_a_draft(impatient)
    with locked_by_another_process(own_database):
        for language in BUSY_PAGE:
            is_refused_for_now(press(impatient, voter, language), language)
        # Whoever only reads waits for nothing.
        assert draft_of(impatient, voter) == voter.choices
    assert LOCKED.search(impatient.server.log.read_text())
    works_afterwards(impatient, voter)


@pytest.fixture
def small(
    database_kind: str, own_database: str, databases: Databases
) -> Iterator[tuple[Disk, str]]:
    """The database of this test, moved to a small disk of its own."""
    folder = Path(
        tempfile.mkdtemp(prefix="disk-", dir=os.environ["PUISTOKATU_TEST_FOLDER"])
    )
    with small_disk(folder, megabytes=64) as disk:
        if database_kind == "sqlite":
            yield disk, sqlite_moved(own_database, disk)
        else:
            with postgres_moved(own_database, disk):
                yield disk, own_database
                # The tablespace can only go when nothing is left in it.
                databases.drop(own_database)
    folder.rmdir()


def test_a_disk_that_is_full(small: tuple[Disk, str], tmp_path: Path) -> None:
    disk, url = small
    server = served(url, tmp_path)
    storm = Storm(server)
    voter = with_a_draft(storm)
    disk.fill()
    try:
        for language in BUSY_PAGE:
            is_refused_for_now(press(storm, voter, language), language)
        # Reading takes no room.
        assert draft_of(storm, voter) == voter.choices
        assert FULL.search(server.log.read_text())
        disk.clear()
        works_afterwards(storm, voter)
    finally:
        storm.end()
        server.kill()


@ON_SQLITE
def test_a_database_that_may_not_grow(open_town: Any) -> None:
    """As a full disk, where the pages are given out and not where they are written."""
    town = open_town()
    accounts = town.new_residents(MOST_UNTIL_FULL, on_the_roll=True)
    may_grow = threading.Event()

    def limit(connection: Any, *_: Any) -> None:
        cursor = connection.cursor()
        (pages,) = cursor.execute("PRAGMA page_count").fetchone()
        most = 2**30 if may_grow.is_set() else pages
        cursor.execute(f"PRAGMA max_page_count={most}")
        cursor.close()

    with town.app.app_context():
        event.listen(db.engine, "checkout", limit)
    keys = {account: new_key() for account in accounts}

    def cast(account: int) -> int:
        data = {"key": keys[account], "area.area0": ["a0-1"]}
        client = town.client_of(account)
        return int(client.post(f"/fi/rounds/{town.slug}/vote", data=data).status_code)

    answers = list(takewhile(lambda status: status == IN, map(cast, accounts)))
    unlucky = accounts[len(answers)]
    assert cast(unlucky) == BUSY

    def ballots_and_mails(session: Session, _: Any) -> list[int | None]:
        count = (
            select(func.count()).select_from(each) for each in (BoxBallot, Message)
        )
        return [session.scalar(each) for each in count]

    assert town.read(ballots_and_mails) == [len(answers)] * 2
    may_grow.set()
    assert [cast(unlucky), cast(unlucky)] == [IN, IN]
    assert town.read(ballots_and_mails) == [len(answers) + 1] * 2


@ON_POSTGRESQL
def test_a_standby_that_only_reads(open_town: Any, own_database: str) -> None:
    town = open_town()
    (account,) = town.new_residents(1, on_the_roll=True)
    client, key = town.client_of(account), new_key()

    def cast() -> Any:
        data = {"key": key, "area.area0": ["a0-1"]}
        return client.post(f"/sv/rounds/{town.slug}/vote", data=data)

    def only_reads(connection: Any, *_: Any) -> None:
        connection.read_only = True

    with town.app.app_context():
        event.listen(db.engine, "checkout", only_reads)
        answer = cast()
        event.remove(db.engine, "checkout", only_reads)
        db.engine.dispose()
    assert answer.status_code == BUSY
    assert BUSY_PAGE["sv"] in answer.text
    assert [cast().status_code, cast().status_code] == [IN, IN]


def test_a_button_that_is_pressed_after_the_sealing(open_town: Any) -> None:
    """The key is gone by then: that is no fault of the server's, the vote is over."""
    town = open_town()
    voted, late = town.new_residents(2, on_the_roll=True)
    keys = {voted: new_key(), late: new_key()}

    def cast(account: int) -> Any:
        data = {"key": keys[account], "area.area0": ["a0-1"]}
        client = town.client_of(account)
        return client.post(f"/en/rounds/{town.slug}/vote", data=data)

    assert cast(voted).status_code == IN
    town.clock.moment = CLOSES
    with town.app.app_context():
        with transaction() as session:
            round_ = vote_of(session, town.slug, town.key_dir).round
            close_vote(session, round_, actor=SYSTEM, now=CLOSES)
            reconcile(session, round_, actor=SYSTEM, now=CLOSES)
        for step in IN_ORDER:
            step(town.slug, transaction)
    for account in (voted, late):
        answer = cast(account)
        assert answer.status_code == NO
        assert OVER in answer.text
