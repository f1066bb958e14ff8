"""The row of a piece of background work, written in the act's own transaction."""

import json
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, Session, mapped_column

from core.db import Base


class JobState(StrEnum):
    """Where a piece of work stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Base):
    """One piece of background work and how far it has come.

    `lease_until` and `fence` belong to the engine: a worker that lost its lease
    may still be running, but its fence is stale and it can store nothing.
    """

    __tablename__ = "job"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    arguments: Mapped[dict[str, Any]]
    # Two jobs with one key are one job as long as the first is not finished.
    key: Mapped[str | None] = mapped_column(String(120), index=True)
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
) -> Job:
    """Write the row; the engine of `app.jobs` takes it from there."""
    json.dumps(arguments)  # fail here, in the act, and not later in the worker
    job = Job(
        name=name,
        arguments=arguments,
        key=key,
        created_at=now,
        run_after=run_after or now,
    )
    session.add(job)
    session.flush()
    return job
