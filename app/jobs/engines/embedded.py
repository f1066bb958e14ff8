"""The embedded engine: a process that looks at the table of jobs by itself."""

import logging
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from types import FrameType

from flask import Flask
from sqlalchemy.exc import OperationalError

from app.extensions import clock, db
from app.jobs.leases import Claim, next_due, take_job
from app.jobs.pace import Pace
from app.jobs.performing import perform
from app.transaction import transaction

log = logging.getLogger(__name__)


class Stop:
    """SIGTERM or Ctrl-C: take no more jobs, and end the present one in good time."""

    def __init__(self, grace: float) -> None:
        self.asked = threading.Event()
        self._grace = grace
        self._asked_at = 0.0

    def listen(self) -> None:
        """Hear the signals; only the main thread may."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.ask)

    def ask(self, _number: int = 0, _frame: FrameType | None = None) -> None:
        """Stop soon."""
        if not self.asked.is_set():
            self._asked_at = time.monotonic()
            self.asked.set()

    def is_over(self) -> bool:
        """Whether the present job has had its time."""
        return self.asked.is_set() and time.monotonic() - self._asked_at >= self._grace


def work(app: Flask, pace: Pace, *, once: bool = False) -> None:
    """Do jobs, a few at a time, until a signal comes."""
    stop = Stop(pace.grace)
    stop.listen()
    with ThreadPoolExecutor(pace.parallel) as threads:
        rounds = [
            threads.submit(_go_on, app, pace, stop, once=once)
            for _ in range(pace.parallel)
        ]
        try:
            for ended in as_completed(rounds):
                ended.result()
        finally:
            # One of them has met a bug: the others end in good order.
            stop.ask()


def _go_on(app: Flask, pace: Pace, stop: Stop, *, once: bool) -> None:
    while not stop.asked.is_set():
        if _do_next(app, pace, stop):
            continue
        if once:
            return
        stop.asked.wait(pace.poll)


def _do_next(app: Flask, pace: Pace, stop: Stop) -> bool:
    """Do a job, if one is due; whether to look again at once."""
    try:
        with app.app_context():
            found, claim = take_next(pace)
        if claim:
            perform(app, claim, pace, stopping=stop.is_over)
    except OperationalError:
        log.exception("The database does not answer; trying again")
        return False
    return found


def take_next(pace: Pace) -> tuple[bool, Claim | None]:
    """Whether a job is due, and the right to it if we were the first.

    It looks before it locks, so that an idle worker stands in nobody's way.
    """
    job_id = next_due(db.session(), now=clock().now(db.session()))
    db.session.rollback()
    if job_id is None:
        return False, None
    with transaction() as session:
        now = clock().now(session)
        return True, take_job(session, job_id, now=now, lease=pace.lease_length)
