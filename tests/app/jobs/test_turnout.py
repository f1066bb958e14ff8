"""Every night, as long as the vote goes on, the turnout is kept once."""

from datetime import date, datetime, timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.jobs.turnout import schedule_turnout
from core.clock import FixedClock
from core.jobs import Job, JobState
from tests.factories.ballots import OPENS, cast_by, open_vote_with, voter_in
from tests.support.jobs import run_jobs
from voting.models import Stage, TurnoutTables

FIRST_NIGHT = datetime.fromisoformat("2027-04-02T00:20:00+03:00")


def the_job(session: Session) -> Job:
    session.expire_all()
    return session.scalars(select(Job)).one()


def test_the_count_comes_every_night_until_the_close(
    session: Session, app: Flask, clock: FixedClock
) -> None:
    vote = open_vote_with(session, app.extensions["puistokatu"].key_dir)
    for _ in range(6):
        cast_by(session, vote, voter_in(session, vote), area0=["a0-1"])
    with app.app_context():
        schedule_turnout(session, vote.round, now=OPENS)
    assert the_job(session).run_after == FIRST_NIGHT
    for night in range(2):
        clock.moment = FIRST_NIGHT + timedelta(days=night)
        run_jobs(app, session)
        assert the_job(session).run_after == clock.moment + timedelta(days=1)
    days = session.scalars(select(TurnoutTables.day)).all()
    assert set(days) == {date(2027, 4, 1), date(2027, 4, 2)}
    session.refresh(vote.round)
    vote.round.stage = Stage.CLOSED
    clock.moment += timedelta(days=1)
    run_jobs(app, session)
    assert the_job(session).state is JobState.DONE
    assert len(session.scalars(select(TurnoutTables.id)).all()) == 2
