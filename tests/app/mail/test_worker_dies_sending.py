"""Killed between the server's 250 OK and the commit: the one moment that is open."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import create_app
from app.config import Config
from app.extensions import db
from app.mail import post
from app.mail.models import Message, MessageState
from app.transaction import transaction
from tests.support.databases import environment
from tests.support.smtp import SmtpSink

PATIENCE = 150.0


class Deadly(SmtpSink):
    """Takes the first message, and kills who brought it before it can thank."""

    victim: subprocess.Popen[bytes] | None = None

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        answer = await super().handle_DATA(_server, _session, envelope)
        if self.victim:
            os.kill(self.victim.pid, signal.SIGKILL)
            self.victim = None
        return answer


@pytest.fixture
def sink() -> Iterator[Deadly]:
    sink = Deadly()
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture
def settings(own_database: str, sink: Deadly) -> dict[str, str]:
    """What the processes are told."""
    return environment(own_database, MAIL_URL=sink.url)


@pytest.fixture
def live(settings: dict[str, str]) -> Iterator[Flask]:
    """The application on a database with real commits."""
    app = create_app(Config.from_environment(settings))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def start_worker(settings: dict[str, str], folder: Path) -> subprocess.Popen[bytes]:
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.support.trial_worker", folder],
            env=settings,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )


def state_of(number: int) -> MessageState:
    db.session.rollback()
    return db.session.get_one(Message, number).state


@pytest.mark.parametrize(
    ("repeatable", "copies", "end"),
    [(True, 2, MessageState.SENT), (False, 1, MessageState.PERHAPS_SENT)],
)
def test_what_may_be_repeated_goes_again_as_the_same_message(
    live: Flask,
    settings: dict[str, str],
    sink: Deadly,
    tmp_path: Path,
    *,
    repeatable: bool,
    copies: int,
    end: MessageState,
) -> None:
    with transaction() as session:
        message = post(
            session,
            to="aino@example.org",
            language="fi",
            kind="password_changed",
            now=datetime.now(UTC),
            secret=True,
            repeatable=repeatable,
        )
    number, identity = message.id, message.message_id
    sink.victim = first = start_worker(settings, tmp_path)
    assert first.wait(timeout=PATIENCE) == -signal.SIGKILL
    assert state_of(number) == MessageState.SENDING
    second = start_worker(settings, tmp_path)
    try:
        deadline = time.monotonic() + PATIENCE
        while state_of(number) != end:
            assert time.monotonic() < deadline, (tmp_path / "log").read_text()
            time.sleep(0.1)
    finally:
        second.kill()
        second.wait()
    assert len(sink.messages) == copies
    assert {mail["Message-ID"] for mail in sink.messages} == {identity}
    assert db.session.get_one(Message, number).body is None
