from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.jobs.closing import schedule_close
from core.audit import entries, round_chain
from core.clock import FixedClock
from core.jobs import Job, JobState
from tests.factories.ballots import CLOSES, OPENS, Vote, open_vote_with
from tests.support.jobs import run_jobs
from voting.models import Stage


@pytest.fixture
def vote(session: Session, app: Flask) -> Vote:
    vote = open_vote_with(session, app.extensions["puistokatu"].key_dir)
    with app.app_context():
        for _ in range(2):
            schedule_close(session, vote.round, now=OPENS)
    session.commit()
    return vote


def the_job(session: Session) -> Job:
    session.expire_all()
    return session.scalars(select(Job)).one()


def log(session: Session, vote: Vote) -> list[tuple[str, str]]:
    chain = round_chain(vote.slug)
    return [(entry.role, entry.action) for entry in entries(session, chain)]


def test_the_close_is_written_down_once_for_its_time(
    session: Session, vote: Vote
) -> None:
    job = the_job(session)
    assert (job.name, job.arguments) == ("close_when_due", {"slug": vote.slug})
    assert job.run_after == CLOSES


def test_the_clock_closes_the_vote(
    session: Session, app: Flask, clock: FixedClock, vote: Vote
) -> None:
    clock.moment = CLOSES - timedelta(seconds=1)
    assert run_jobs(app) == 0
    clock.moment = CLOSES
    assert run_jobs(app) == 1
    assert the_job(session).state is JobState.DONE
    assert vote.round.stage is Stage.CLOSED
    assert log(session, vote) == [("system", "vote.closed")]


def test_a_worker_that_is_early_comes_again(
    session: Session, app: Flask, clock: FixedClock, vote: Vote
) -> None:
    the_job(session).run_after = OPENS
    session.commit()
    clock.moment = CLOSES - timedelta(seconds=1)
    run_jobs(app)
    job = the_job(session)
    assert job.state is JobState.WAITING
    assert job.run_after == CLOSES
    assert vote.round.stage is Stage.VOTING


def test_a_vote_that_an_official_has_closed_is_left_alone(
    session: Session, app: Flask, clock: FixedClock, vote: Vote
) -> None:
    vote.round.stage = Stage.PUBLIC
    session.commit()
    clock.moment = CLOSES
    run_jobs(app)
    assert the_job(session).state is JobState.DONE
    assert vote.round.stage is Stage.PUBLIC
    assert log(session, vote) == []
