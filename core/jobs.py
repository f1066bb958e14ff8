"""The row of a piece of background work, written in the act's own transaction."""

import json
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, Text, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base


class JobState(StrEnum):
    """Where a piece of work stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


UNFINISHED = (JobState.WAITING, JobState.RUNNING)
_IS_UNFINISHED = text("state IN ('waiting', 'running')")


class Job(Base):
    """One piece of background work and how far it has come.

    `lease_until` and `fence` belong to the engine: a worker that lost its lease
    may still be running, but its fence is stale and it can store nothing.
    """

    __tablename__ = "job"
    __table_args__ = (
        # Two jobs with one key are one job as long as the first is not finished.
        Index(
            "uq_job_key_unfinished",
            "key",
            unique=True,
            sqlite_where=_IS_UNFINISHED,
            postgresql_where=_IS_UNFINISHED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    arguments: Mapped[dict[str, Any]]
    key: Mapped[str | None] = mapped_column(String(120))
    state: Mapped[JobState] = mapped_column(default=JobState.WAITING, index=True)
    progress: Mapped[int] = mapped_column(default=0)
    progress_total: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any] | None]
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    run_after: Mapped[datetime] = mapped_column(index=True)
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)


def new_job(
    session: Session,
    name: str,
    arguments: dict[str, Any],
    *,
    now: datetime,
    key: str | None = None,
    run_after: datetime | None = None,
) -> tuple[Job, bool]:
    """Write the row, unless an unfinished one has the key; the engine does the rest.

    Returns:
        The job, and whether it is new. Of two acts at the same moment the
        second waits for the first one's end and is given its job.
    """
    json.dumps(arguments)  # fail here, in the act, and not later in the worker
    if key and (unfinished := unfinished_job(session, key)):
        return unfinished, False
    job = Job(
        name=name,
        arguments=arguments,
        key=key,
        created_at=now,
        run_after=run_after or now,
    )
    try:
        with session.begin_nested():
            session.add(job)
    except IntegrityError:
        if key and (unfinished := unfinished_job(session, key)):
            return unfinished, False
        raise
    return job, True


def unfinished_job(session: Session, key: str) -> Job | None:
    """The one job with this key that is still to be done."""
    return session.scalar(select(Job).where(Job.key == key, Job.state.in_(UNFINISHED)))
