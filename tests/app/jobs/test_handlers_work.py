"""What a handler can rely on, on both databases, without processes."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.jobs import enqueue
from app.jobs.handlers import HANDLERS
from app.jobs.leases import LeaseLost, take_job
from app.jobs.work import Postpone, Work
from app.transaction import transaction
from core.clock import FixedClock
from core.errors import DomainError
from core.jobs import Job, JobState
from tests.support.jobs import run_jobs

Register = Callable[[Callable[[Work], None]], None]
LEASE = timedelta(seconds=30)


def idle(work: Work) -> None:
    """Do nothing, well."""


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch) -> Register:
    """Registers the handler of the job `trial`."""
    return lambda function: monkeypatch.setitem(HANDLERS, "trial", function)


@pytest.fixture
def trial(app: Flask, session: Session, clock: FixedClock) -> Job:
    """A waiting job."""
    with app.app_context():
        job = enqueue(session, "trial", now=clock.moment, number=7)
    session.commit()
    return job


def test_a_handler_gets_its_arguments_and_stores_its_result_with_its_effect(
    app: Flask, session: Session, clock: FixedClock, trial: Job, handler: Register
) -> None:
    def work(work: Work) -> None:
        with work.finishing():
            work.result = {"twice": 2 * work.arguments["number"]}

    handler(work)
    assert run_jobs(app) == 1
    session.refresh(trial)
    assert (trial.state, trial.result) == (JobState.DONE, {"twice": 14})
    assert trial.finished_at == clock.moment
    assert run_jobs(app) == 0


def test_a_handler_without_an_effect_is_done_when_it_returns(
    app: Flask, session: Session, trial: Job, handler: Register
) -> None:
    handler(idle)
    run_jobs(app)
    session.refresh(trial)
    assert trial.state == JobState.DONE


def test_progress_is_seen_while_the_work_goes_on(
    app: Flask, session: Session, trial: Job, handler: Register
) -> None:
    seen = []

    def work(work: Work) -> None:
        work.report(1, 4)
        session.refresh(trial)
        seen.append((trial.progress, trial.progress_total))

    handler(work)
    run_jobs(app)
    assert seen == [(1, 4)]


def test_reporting_in_the_final_act_is_harmless(
    app: Flask, session: Session, trial: Job, handler: Register
) -> None:
    def work(work: Work) -> None:
        with work.finishing():
            work.report(1, 2)

    handler(work)
    run_jobs(app)
    session.refresh(trial)
    assert trial.state == JobState.DONE


def test_a_refusal_is_final_and_keeps_its_code_and_numbers(
    app: Flask, session: Session, trial: Job, handler: Register
) -> None:
    def work(work: Work) -> None:
        raise DomainError(line=214, names=["a", "b"])

    handler(work)
    run_jobs(app)
    session.refresh(trial)
    assert trial.state == JobState.FAILED
    assert trial.error
    assert json.loads(trial.error) == {
        "code": "refused",
        "params": {"line": 214, "names": ["a", "b"]},
    }


def test_an_unexpected_error_is_tried_five_times_with_longer_and_longer_pauses(
    app: Flask, session: Session, clock: FixedClock, trial: Job, handler: Register
) -> None:
    def work(work: Work) -> None:
        raise ValueError

    handler(work)
    pauses = []
    while trial.state == JobState.WAITING:
        assert run_jobs(app) == 1
        session.refresh(trial)
        pauses.append((trial.run_after - clock.moment).total_seconds())
        clock.moment = trial.run_after
    assert pauses[:-1] == [10, 60, 360, 2160]
    assert (trial.state, trial.attempts) == (JobState.FAILED, 5)


def test_trouble_with_the_database_is_no_attempt(
    app: Flask, session: Session, clock: FixedClock, trial: Job, handler: Register
) -> None:
    def work(work: Work) -> None:
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    handler(work)
    run_jobs(app)
    session.refresh(trial)
    assert (trial.state, trial.attempts) == (JobState.WAITING, 0)
    assert trial.run_after > clock.moment


def test_a_postponed_job_waits_and_that_was_no_attempt(
    app: Flask, session: Session, clock: FixedClock, trial: Job, handler: Register
) -> None:
    def work(work: Work) -> None:
        raise Postpone(timedelta(minutes=5))

    handler(work)
    run_jobs(app)
    session.refresh(trial)
    assert (trial.state, trial.attempts) == (JobState.WAITING, 0)
    assert trial.run_after == clock.moment + timedelta(minutes=5)


def test_an_effect_that_fails_leaves_the_job_to_be_done(
    app: Flask, session: Session, clock: FixedClock, trial: Job, handler: Register
) -> None:
    def work(work: Work) -> None:
        with work.finishing() as inner:
            enqueue(inner, "trial", now=clock.moment)
            raise ValueError

    handler(work)
    run_jobs(app)
    session.refresh(trial)
    assert trial.state == JobState.WAITING
    assert session.query(Job).count() == 1


def test_a_job_is_not_done_before_its_time(
    app: Flask, session: Session, clock: FixedClock, handler: Register
) -> None:
    handler(idle)
    later = clock.moment + timedelta(hours=1)
    with app.app_context():
        enqueue(session, "trial", now=clock.moment, run_after=later)
    assert run_jobs(app, session) == 0
    clock.moment = later
    assert run_jobs(app) == 1


def test_a_stale_fence_can_store_nothing(
    app: Flask, session: Session, clock: FixedClock, trial: Job
) -> None:
    first = take_job(session, trial.id, now=clock.moment, lease=LEASE)
    assert first
    assert take_job(session, trial.id, now=clock.moment, lease=LEASE) is None
    clock.moment += LEASE
    second = take_job(session, trial.id, now=clock.moment, lease=LEASE)
    session.commit()
    assert second
    assert second.fence == first.fence + 1
    with app.app_context():
        slow = Work(first, stopping=lambda: False)
        with pytest.raises(LeaseLost):
            slow.report(1, 2)
        with pytest.raises(LeaseLost), slow.finishing() as inner:
            enqueue(inner, "trial", now=clock.moment)
        with Work(second, stopping=lambda: False).finishing():
            pass
        with (
            pytest.raises(LeaseLost),
            Work(second, stopping=lambda: False).finishing(),
        ):
            pass
    assert session.query(Job).count() == 1


def test_a_job_that_kills_its_workers_is_given_up(
    app: Flask, session: Session, clock: FixedClock, trial: Job
) -> None:
    for _ in range(5):
        assert take_job(session, trial.id, now=clock.moment, lease=LEASE)
        clock.moment += LEASE
    assert take_job(session, trial.id, now=clock.moment, lease=LEASE) is None
    assert trial.state == JobState.FAILED


def test_a_worker_that_must_stop_gives_its_job_back(
    app: Flask, session: Session, clock: FixedClock, trial: Job
) -> None:
    claim = take_job(session, trial.id, now=clock.moment, lease=LEASE)
    session.commit()
    assert claim
    with app.app_context(), pytest.raises(Postpone):
        Work(claim, stopping=lambda: True).report(1, 2)


def test_an_act_that_rolls_back_leaves_no_job(app: Flask, session: Session) -> None:
    def act() -> None:
        with app.app_context(), transaction() as inner:
            enqueue(inner, "trial", now=app.extensions["clock"].moment)
            raise ValueError

    with pytest.raises(ValueError):
        act()
    assert session.query(Job).count() == 0


def test_an_unfinished_job_with_the_key_is_the_job(
    app: Flask, session: Session, clock: FixedClock, handler: Register
) -> None:
    handler(idle)
    with app.app_context():
        first = enqueue(session, "trial", now=clock.moment, key="count:linden")
        second = enqueue(session, "trial", now=clock.moment, key="count:linden")
        other = enqueue(session, "trial", now=clock.moment, key="count:oak")
        assert second is first
        assert other is not first
        run_jobs(app, session)
        third = enqueue(session, "trial", now=clock.moment, key="count:linden")
        assert third.id != first.id
