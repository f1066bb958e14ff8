"""What an operator does at the command line, on both databases."""

import importlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy.orm import Session

from app.commands import main
from app.jobs import enqueue
from app.mail.models import Message, MessageState
from core.clock import FixedClock
from core.jobs import Job, JobState

# By its name: in its package the name `jobs` is the group of commands.
commands = importlib.import_module("app.commands.jobs")


@pytest.fixture(autouse=True)
def the_application(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The commands work in the test's own transaction, and leave it open."""
    monkeypatch.setattr(commands, "application", app.app_context)


def run(session: Session, *arguments: str) -> Result:
    session.commit()
    return CliRunner().invoke(main, ["jobs", *arguments])


def a_job(clock: FixedClock, state: JobState, age: int = 0) -> Job:
    moment = clock.moment - timedelta(days=age)
    return Job(
        name="trial",
        arguments={},
        state=state,
        attempts=5,
        error='{"code": "job_unexpected", "params": {}}',
        created_at=moment,
        run_after=moment,
        finished_at=moment,
    )


def test_a_failed_job_is_given_its_attempts_anew(
    session: Session, clock: FixedClock
) -> None:
    job = a_job(clock, JobState.FAILED)
    session.add(job)
    session.flush()
    assert run(session, "retry", str(job.id)).exit_code == 0
    session.refresh(job)
    assert (job.state, job.attempts, job.error) == (JobState.WAITING, 0, None)


def test_only_a_failed_job_can_be_tried_again(
    session: Session, clock: FixedClock
) -> None:
    job = a_job(clock, JobState.DONE)
    session.add(job)
    session.flush()
    result = run(session, "retry", str(job.id))
    assert result.exit_code == 2
    assert "no failed job" in result.output


def test_the_list_shows_what_is_not_done(app: Flask, session: Session) -> None:
    with app.app_context():
        job = enqueue(session, "trial", now=datetime.now(UTC))
    assert run(session, "list").output == f"{job.id}\twaiting\ttrial\t0/0\t\n"


def test_the_list_can_be_read_by_a_program(app: Flask, session: Session) -> None:
    with app.app_context():
        job = enqueue(session, "trial", now=datetime.now(UTC))
    said = run(session, "list", "--json").output
    assert json.loads(said)["jobs"] == [
        {
            "id": job.id,
            "state": "waiting",
            "name": "trial",
            "progress": 0,
            "total": 0,
            "error": None,
        }
    ]


def test_what_is_old_and_done_is_forgotten(session: Session, clock: FixedClock) -> None:
    session.add_all(
        [
            a_job(clock, JobState.DONE, age=40),
            a_job(clock, JobState.DONE, age=20),
            a_job(clock, JobState.FAILED, age=40),
        ]
    )
    for number, state in enumerate((MessageState.SENT, MessageState.WAITING)):
        message = Message(
            message_id=f"<{number}@test>",
            kind="trial",
            recipient="aino@example.org",
            language="fi",
            subject="Trial",
            state=state,
            created_at=clock.moment - timedelta(days=40),
        )
        session.add(message)
    result = run(session, "forget")
    assert result.output == "Forgotten: 1 jobs and 1 messages.\n"
    assert session.query(Job).count() == 2
    assert session.query(Message).one().state == MessageState.WAITING
