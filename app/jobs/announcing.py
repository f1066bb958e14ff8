"""How a waiting row becomes known to the workers: in its own transaction."""

from datetime import datetime

import procrastinate
from flask import current_app
from sqlalchemy.orm import Session

from core.jobs import Job

QUEUE = "puistokatu"
TASK = "do_job"


def announce(
    session: Session, job: Job, *, now: datetime, not_before: datetime | None = None
) -> None:
    """Leave word for the workers, which they hear when the act is committed.

    The embedded engine's worker looks at the table by itself. procrastinate is
    given the row's number, over the connection of the very transaction.
    """
    queue: procrastinate.App | None = current_app.extensions["queue"]
    if queue is None:
        return
    session.flush()
    moment = not_before or job.run_after
    queue.configure_task(
        TASK,
        queue=QUEUE,
        schedule_at=moment if moment > now else None,
        connection=session.connection().connection.driver_connection,
    ).defer(job_id=job.id)


def make_queue(name: str) -> procrastinate.App | None:
    """Where word is left; it never opens a connection of its own."""
    if name != "procrastinate":
        return None
    return procrastinate.App(connector=procrastinate.SyncPsycopgConnector())
