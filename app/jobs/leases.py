"""Who may do a job: the lease says until when, the fence says in which turn.

Every take raises the fence. A worker that was slow or cut off may still be
running when its job is given to another one; whatever it then wants to store
fails at `hold`, because its fence is of an earlier turn.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from core.jobs import Job, JobState

MOST_ATTEMPTS = 5
FIRST_PAUSE = timedelta(seconds=10)
GROWTH = 6  # 10 s, 1 min, 6 min, 36 min

CRASHED = "job_crashed"
UNEXPECTED = "job_unexpected"


class LeaseLost(Exception):
    """The job has been given to another worker, or is finished already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One worker's right to one job, in one turn."""

    job_id: int
    fence: int
    name: str
    arguments: Mapping[str, Any]
    attempt: int


def is_due(now: datetime) -> ColumnElement[bool]:
    """Waiting and ripe, or left behind by a worker that is not heard of."""
    return or_(
        and_(Job.state == JobState.WAITING, Job.run_after <= now),
        and_(Job.state == JobState.RUNNING, Job.lease_until <= now),
    )


def next_due(session: Session, *, now: datetime) -> int | None:
    """The job that has waited longest; only a look, it is not taken yet."""
    return session.scalar(
        select(Job.id).where(is_due(now)).order_by(Job.run_after, Job.id).limit(1)
    )


def take_job(
    session: Session, job_id: int, *, now: datetime, lease: timedelta
) -> Claim | None:
    """Make a job ours; None if it is not due, or another worker was faster.

    A job whose workers have died again and again is not tried for ever: it
    would take every worker with it.
    """
    job = session.scalar(
        select(Job)
        .where(Job.id == job_id, is_due(now))
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if job is None:
        return None
    if job.attempts >= MOST_ATTEMPTS:
        mark_failed(job, CRASHED, {}, now=now)
        return None
    job.state = JobState.RUNNING
    job.fence += 1
    job.attempts += 1
    job.lease_until = now + lease
    job.started_at = job.started_at or now
    session.flush()
    return Claim(
        job_id=job.id,
        fence=job.fence,
        name=job.name,
        arguments=job.arguments,
        attempt=job.attempts,
    )


def renew_lease(session: Session, claim: Claim, *, until: datetime) -> bool:
    """Go on; False if the job is no longer ours."""
    return _change(session, claim, lease_until=until)


def note_progress(session: Session, claim: Claim, done: int, total: int) -> bool:
    """Say how far it has come; False if the job is no longer ours."""
    return _change(session, claim, progress=done, progress_total=total)


def _change(session: Session, claim: Claim, **values: object) -> bool:
    changed = session.execute(
        update(Job)
        .where(
            Job.id == claim.job_id,
            Job.fence == claim.fence,
            Job.state == JobState.RUNNING,
        )
        .values(**values)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    )
    return changed.first() is not None


def hold(session: Session, claim: Claim) -> Job:
    """Lock the row and make sure that the job is still ours.

    The lock keeps it so until the commit. A lease that ran out is no reason to
    stop: as long as the fence is ours nobody has taken the job, and now nobody can.

    Raises:
        LeaseLost: it is not.
    """
    job = session.get(Job, claim.job_id, with_for_update=True, populate_existing=True)
    if job is None or job.state != JobState.RUNNING or job.fence != claim.fence:
        raise LeaseLost(f"job {claim.job_id}, turn {claim.fence}")
    return job


def mark_done(job: Job, result: dict[str, Any] | None, *, now: datetime) -> None:
    """The work is done, in the transaction of its effect."""
    job.state = JobState.DONE
    job.result = result
    job.error = None
    job.progress = job.progress_total
    job.finished_at = now
    job.lease_until = None


def mark_failed(
    job: Job, code: str, params: Mapping[str, object], *, now: datetime
) -> None:
    """It will not be tried again; the page has a sentence for the code."""
    plain = {key: _plain(value) for key, value in params.items()}
    job.state = JobState.FAILED
    job.error = json.dumps({"code": code, "params": plain})
    job.finished_at = now
    job.lease_until = None


def mark_waiting(job: Job, *, run_after: datetime, counts: bool) -> None:
    """It will be tried again, by whoever comes first."""
    job.state = JobState.WAITING
    job.run_after = run_after
    job.lease_until = None
    if not counts:
        job.attempts -= 1


def pause_after(attempt: int) -> timedelta:
    """How long to wait before the next attempt."""
    return FIRST_PAUSE * int(GROWTH ** (attempt - 1))


def _plain(value: object) -> object:
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return str(value)
