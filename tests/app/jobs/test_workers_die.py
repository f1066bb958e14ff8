"""Real worker processes that are killed: no job is lost, no effect happens twice."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from app import create_app
from app.config import Config
from app.extensions import db
from app.jobs import enqueue
from app.mail.models import Message
from app.transaction import transaction
from core.jobs import Job, JobState
from tests.support.databases import environment, puistokatu

PATIENCE = 150.0


@pytest.fixture
def queue(own_database: str) -> str:
    """The database's own engine."""
    return "embedded" if own_database.startswith("sqlite") else "procrastinate"


@pytest.fixture
def settings(own_database: str, queue: str) -> dict[str, str]:
    """What the processes are told."""
    return environment(own_database, QUEUE=queue)


@pytest.fixture
def live(settings: dict[str, str]) -> Iterator[Flask]:
    """The application on a database with real commits."""
    app = create_app(Config.from_environment(settings))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


class Workers:
    """Worker processes on one database."""

    def __init__(self, settings: dict[str, str], folder: Path) -> None:
        self.settings = settings
        self.folder = folder
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> subprocess.Popen[bytes]:
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "tests.support.trial_worker", self.folder],
                env=self.settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.processes.append(process)
        return process

    def begun(self) -> int:
        return len(list(self.folder.glob("begun-*")))

    def let_go(self) -> None:
        (self.folder / "go").touch()

    def wait_until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            if time.monotonic() > deadline:
                raise AssertionError((self.folder / "log").read_text())
            time.sleep(0.05)

    def end(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture
def workers(settings: dict[str, str], tmp_path: Path) -> Iterator[Workers]:
    """Starts workers, and leaves none behind."""
    workers = Workers(settings, tmp_path)
    yield workers
    workers.end()


def put_trial() -> int:
    with transaction() as session:
        return enqueue(session, "trial", now=datetime.now(UTC)).id


def job(number: int) -> Job:
    db.session.rollback()
    return db.session.get_one(Job, number)


def effects() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Message)) or 0


def freeze(process: subprocess.Popen[bytes]) -> None:
    """Stop a process in a moment in which it locks no job, or on SQLite anything."""
    while True:
        os.kill(process.pid, signal.SIGSTOP)
        try:
            with transaction() as session:
                session.execute(select(Job.id).with_for_update(nowait=True))
        except OperationalError:
            os.kill(process.pid, signal.SIGCONT)
            time.sleep(0.1)
        else:
            return


def test_a_killed_worker_loses_no_job_and_repeats_no_effect(
    live: Flask, workers: Workers
) -> None:
    number = put_trial()
    first = workers.start()
    workers.wait_until(lambda: workers.begun() == 1)
    workers.wait_until(lambda: job(number).progress == 1)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    assert job(number).state == JobState.RUNNING
    workers.start()
    workers.wait_until(lambda: workers.begun() == 2)
    workers.let_go()
    workers.wait_until(lambda: job(number).state == JobState.DONE)
    assert effects() == 1
    assert job(number).attempts == 2


def test_a_worker_that_was_only_frozen_can_store_nothing_any_more(
    live: Flask, workers: Workers
) -> None:
    number = put_trial()
    first = workers.start()
    workers.wait_until(lambda: workers.begun() == 1)
    freeze(first)
    workers.start()
    workers.wait_until(lambda: workers.begun() == 2)
    workers.let_go()
    workers.wait_until(lambda: job(number).state == JobState.DONE)
    os.kill(first.pid, signal.SIGCONT)
    time.sleep(1)
    assert effects() == 1
    # On a crowded machine a third lease may be needed; the first is stale anyway.
    assert job(number).fence >= 2


def test_two_workers_do_no_job_twice(live: Flask, workers: Workers) -> None:
    workers.let_go()
    numbers = [put_trial() for _ in range(12)]
    workers.start()
    workers.start()
    workers.wait_until(lambda: all(job(n).state == JobState.DONE for n in numbers))
    assert effects() == 12
    assert {job(number).fence for number in numbers} == {1}


def test_a_worker_told_to_stop_gives_its_job_back(
    live: Flask, workers: Workers
) -> None:
    number = put_trial()
    process = workers.start()
    workers.wait_until(lambda: workers.begun() == 1)
    process.terminate()
    assert process.wait(timeout=PATIENCE) == 0
    assert (job(number).state, job(number).attempts) == (JobState.WAITING, 0)
    workers.start()
    workers.let_go()
    workers.wait_until(lambda: job(number).state == JobState.DONE)
    assert effects() == 1


def test_a_row_that_the_engine_knows_nothing_of_is_found(
    live: Flask, workers: Workers, own_database: str, queue: str
) -> None:
    other = environment(own_database, QUEUE="embedded")
    with create_app(Config.from_environment(other)).app_context():
        number = put_trial()
        db.session.remove()
        db.engine.dispose()
    workers.let_go()
    workers.start()
    workers.wait_until(lambda: job(number).state == JobState.DONE)
    assert effects() == 1


def test_the_command_does_what_is_due_and_ends(
    live: Flask, own_database: str, queue: str
) -> None:
    with transaction() as session:
        first = enqueue(session, "unheard of", now=datetime.now(UTC)).id
    puistokatu("jobs", "work", "--once", url=own_database, QUEUE=queue)
    assert job(first).attempts == 1
    listed = puistokatu("jobs", "list", url=own_database, QUEUE=queue)
    assert listed.startswith(f"{first}\twaiting\tunheard of\t0/0")


def test_of_two_acts_at_once_with_one_key_there_is_one_job(live: Flask) -> None:
    numbers = []
    together = threading.Barrier(8)

    def act() -> None:
        with live.app_context():
            together.wait()
            with transaction() as session:
                now = datetime.now(UTC)
                found = enqueue(session, "trial", now=now, key="count")
                numbers.append(found.id)
                time.sleep(0.02)
            db.session.remove()

    threads = [threading.Thread(target=act) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers) == 8
    assert len(set(numbers)) == 1
    assert db.session.scalar(select(func.count()).select_from(Job)) == 1


def test_word_is_left_in_the_act_s_own_transaction(live: Flask, queue: str) -> None:
    if queue == "embedded":
        return  # its worker looks by itself

    def announced() -> int:
        count = text("SELECT count(*) FROM procrastinate_jobs")
        return db.session.execute(count).scalar_one()

    def act() -> None:
        with transaction() as session:
            enqueue(session, "trial", now=datetime.now(UTC))
            assert announced() == 1
            raise ValueError

    with pytest.raises(ValueError):
        act()
    assert announced() == 0
    put_trial()
    assert announced() == 1
