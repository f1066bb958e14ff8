"""What a handler is given: its arguments, its progress, and its one transaction."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.extensions import clock
from app.jobs.leases import (
    MOST_ATTEMPTS,
    Claim,
    LeaseLost,
    hold,
    mark_done,
    note_progress,
)
from app.transaction import transaction

BETWEEN_REPORTS = 0.5


class Postpone(Exception):
    """Raised by a handler: not now; again later, and this was no attempt."""

    def __init__(self, pause: timedelta = timedelta(0)) -> None:
        super().__init__(pause)
        self.pause = pause


class Work:
    """One turn at one job.

    Every engine delivers at least once: a handler may be called again after a
    crash at any point. It computes outside of transactions for as long as it
    likes, and stores its effect in `finishing`, which happens once.
    """

    def __init__(self, claim: Claim, *, stopping: Callable[[], bool]) -> None:
        self.claim = claim
        self.result: dict[str, Any] | None = None
        self.finished = False
        self._stopping = stopping
        self._acting = False
        self._reported_at = 0.0

    @property
    def job_id(self) -> int:
        """The row's number."""
        return self.claim.job_id

    @property
    def arguments(self) -> dict[str, Any]:
        """What `enqueue` was given."""
        return dict(self.claim.arguments)

    @property
    def is_last_attempt(self) -> bool:
        """Whether an unexpected error now fails the job for good."""
        return self.claim.attempt >= MOST_ATTEMPTS

    def report(self, done: int, total: int, *, at_once: bool = False) -> None:
        """Show how far the work has come; cheap enough for a loop.

        A loop's reports are thinned out; `at_once` is for a step that may be long.

        It has a transaction of its own, so inside `finishing` and `acting`
        it does nothing: the row is locked by that very act.

        Raises:
            LeaseLost: another worker has the job; there is no use going on.
            Postpone: the worker has to stop; the job is given back.
        """
        if self._acting:
            return
        if self._stopping():
            raise Postpone
        moment = time.monotonic()
        too_soon = moment - self._reported_at < BETWEEN_REPORTS
        if too_soon and not at_once and done != total:
            return
        self._reported_at = moment
        try:
            # A context of its own: the handler's objects and view stay as they are.
            with current_app.app_context(), transaction() as session:
                ours = note_progress(session, self.claim, done, total)
        except OperationalError:
            # SQLite in the middle of somebody's long act: then the next report.
            return
        if not ours:
            raise LeaseLost(f"job {self.job_id}, turn {self.claim.fence}")

    @contextmanager
    def acting(self) -> Iterator[Session]:
        """A transaction on the way, in which the job is certainly still ours.

        Raises:
            LeaseLost: it is not.
        """
        with self._only_act(), transaction() as session:
            hold(session, self.claim)
            yield session

    @contextmanager
    def finishing(self) -> Iterator[Session]:
        """The transaction of the effect, which marks the job as done as well.

        Raises:
            LeaseLost: another worker has the job, and will do this.
        """
        with self._only_act(), transaction() as session:
            job = hold(session, self.claim)
            yield session
            mark_done(job, self.result, now=clock().now(session))
        self.finished = True

    @contextmanager
    def _only_act(self) -> Iterator[None]:
        self._acting = True
        try:
            yield
        finally:
            self._acting = False
