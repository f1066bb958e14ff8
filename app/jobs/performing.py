"""One turn at one job: call its handler and write down what became of it."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta

from flask import Flask
from sqlalchemy.exc import OperationalError

from app.extensions import clock
from app.jobs.announcing import announce
from app.jobs.handlers import HANDLERS
from app.jobs.leases import (
    FIRST_PAUSE,
    UNEXPECTED,
    Claim,
    LeaseLost,
    hold,
    mark_failed,
    mark_waiting,
    pause_after,
    renew_lease,
)
from app.jobs.pace import Pace
from app.jobs.work import Postpone, Work
from app.transaction import transaction
from core.errors import DomainError

log = logging.getLogger(__name__)


def perform(
    app: Flask,
    claim: Claim,
    pace: Pace,
    *,
    stopping: Callable[[], bool],
    renewing: bool = True,
) -> None:
    """Do the job in this turn; nothing that happens in it leaves this function.

    Args:
        app: the application, whose context the handler runs in.
        claim: the right to the job.
        pace: how long a lease is.
        stopping: whether the worker should give the job back.
        renewing: whether a thread renews the lease; tests that live in one
            uncommitted transaction go without.
    """
    with (
        _renewing(app, claim, pace) if renewing else nullcontext(),
        app.app_context(),
    ):
        try:
            _attempt(claim, stopping)
        except LeaseLost as lost:
            log.warning("Another worker has taken over: %s", lost)


def _attempt(claim: Claim, stopping: Callable[[], bool]) -> None:
    work = Work(claim, stopping=stopping)
    try:
        HANDLERS[claim.name](work)
        if not work.finished:
            with work.finishing():
                pass
    except LeaseLost:
        raise
    except Postpone as later:
        _put_back(claim, later.pause, counts=False)
    except DomainError as refusal:
        _fail(claim, refusal.code, refusal.params)
    except OperationalError:
        # The database was busy, restarted or full: that is no fault of the job.
        log.exception("Job %s (%s) waits for the database", claim.job_id, claim.name)
        _put_back(claim, FIRST_PAUSE, counts=False)
    except Exception:
        log.exception("Job %s (%s) failed", claim.job_id, claim.name)
        if work.is_last_attempt:
            _fail(claim, UNEXPECTED, {})
        else:
            _put_back(claim, pause_after(claim.attempt), counts=True)


def _put_back(claim: Claim, pause: timedelta, *, counts: bool) -> None:
    with transaction() as session:
        now = clock().now(session)
        job = hold(session, claim)
        mark_waiting(job, run_after=now + pause, counts=counts)
        announce(session, job, now=now)


def _fail(claim: Claim, code: str, params: dict[str, object]) -> None:
    with transaction() as session:
        mark_failed(hold(session, claim), code, params, now=clock().now(session))


@contextmanager
def _renewing(app: Flask, claim: Claim, pace: Pace) -> Iterator[None]:
    """Keep the lease alive while the work goes on, in a thread."""
    ended = threading.Event()
    thread = threading.Thread(
        target=_renew, args=(app, claim, pace, ended), daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _renew(app: Flask, claim: Claim, pace: Pace, ended: threading.Event) -> None:
    while not ended.wait(pace.heartbeat):
        try:
            with app.app_context(), transaction() as session:
                until = clock().now(session) + pace.lease_length
                if not renew_lease(session, claim, until=until):
                    return
        except OperationalError:
            # The database is busy or away for a moment; the lease still holds.
            log.warning("The lease of job %s was not renewed", claim.job_id)
