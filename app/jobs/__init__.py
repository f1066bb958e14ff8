"""Background work: rows written with the act, done by a worker afterwards.

`enqueue` in a transaction; the body of each job stands in `handlers` and is given
its `Work`; `leases` decides who may do it, `performing` what becomes of it; the
engine (embedded on SQLite, procrastinate on PostgreSQL) stands in `engines`.
"""

from datetime import datetime

from flask import Flask
from sqlalchemy.orm import Session

from app.jobs.announcing import announce, make_queue
from core.jobs import Job, new_job


def enqueue(
    session: Session,
    name: str,
    *,
    now: datetime,
    key: str | None = None,
    run_after: datetime | None = None,
    **arguments: object,
) -> Job:
    """Write a piece of work into the act's own transaction.

    Args:
        session: the act's session; if it rolls back, there is no job.
        name: a key of `handlers.HANDLERS`.
        now: from the clock.
        key: as long as a job with this key is unfinished, it is returned instead.
        run_after: not before this moment.
        **arguments: JSON values for the handler.
    """
    job, is_new = new_job(
        session, name, arguments, now=now, key=key, run_after=run_after
    )
    if is_new:
        announce(session, job, now=now)
    return job


def init_app(app: Flask) -> None:
    """Bind the queue that the configuration names."""
    app.extensions["queue"] = make_queue(app.extensions["puistokatu"].queue)
