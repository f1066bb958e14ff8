"""The engine on PostgreSQL: procrastinate brings the row's number to a worker.

Our row remains the truth. procrastinate delivers at least once; whether the job
is still to be done, and whose it is, says the row's lease.
"""

import asyncio
from datetime import datetime

import procrastinate
from flask import Flask
from procrastinate import JobContext
from sqlalchemy import make_url, select, text
from sqlalchemy.orm import Session

from app.extensions import clock
from app.jobs.announcing import QUEUE, TASK, announce
from app.jobs.leases import Claim, is_due, take_job
from app.jobs.pace import Pace
from app.jobs.performing import perform
from app.transaction import transaction
from core.jobs import Job, JobState

# A job that its process did not live to finish is looked for before all others.
FIRST = 100


def work(app: Flask, pace: Pace, *, once: bool = False) -> None:
    """Do jobs until a signal comes."""
    adopt_orphans(app)
    _worker(app, pace).run_worker(
        queues=[QUEUE],
        wait=not once,
        concurrency=pace.parallel,
        fetch_job_polling_interval=pace.poll,
        update_heartbeat_interval=pace.heartbeat,
        stalled_worker_timeout=pace.lease,
        shutdown_graceful_timeout=pace.grace,
        # The row keeps what there is to know.
        delete_jobs="always",
    )


def _worker(app: Flask, pace: Pace) -> procrastinate.App:
    url = make_url(app.extensions["puistokatu"].database_url)
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)
    worker = procrastinate.App(
        connector=procrastinate.PsycopgConnector(conninfo=address)
    )

    @worker.task(name=TASK, queue=QUEUE, pass_context=True)
    def do_job(context: JobContext, job_id: int) -> None:
        claim = _take(app, job_id, pace)
        if claim:
            perform(app, claim, pace, stopping=context.should_abort)

    @worker.periodic(cron=f"* * * * * */{pace.rescue}")
    @worker.task(name="rescue", queue=QUEUE, queueing_lock="rescue", priority=FIRST)
    async def rescue(timestamp: int) -> None:  # noqa: ARG001 - procrastinate's signature
        """Bring back what a dead worker has left, as procrastinate documents it."""
        manager = worker.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=pace.lease):
            await manager.retry_job(job)
        await asyncio.to_thread(adopt_orphans, app)

    return worker


def _take(app: Flask, job_id: int, pace: Pace) -> Claim | None:
    with app.app_context(), transaction() as session:
        now = clock().now(session)
        claim = take_job(session, job_id, now=now, lease=pace.lease_length)
        if claim is None:
            job = session.get(Job, job_id, populate_existing=True)
            if job and job.state == JobState.RUNNING:
                # Somebody is at it, or was until a moment ago: look again when
                # the lease has run out.
                announce(session, job, now=now, not_before=job.lease_until)
        return claim


def adopt_orphans(app: Flask) -> None:
    """Announce every due row that procrastinate knows nothing of.

    There are such rows where the embedded engine was in use before, and in a
    database that was restored without procrastinate's tables.
    """
    with app.app_context(), transaction() as session:
        now = clock().now(session)
        for job in _orphans(session, now):
            announce(session, job, now=now)


def _orphans(session: Session, now: datetime) -> list[Job]:
    unknown = text(
        "NOT EXISTS (SELECT 1 FROM procrastinate_jobs p WHERE p.status IN "
        "('todo', 'doing') AND CAST(p.args ->> 'job_id' AS bigint) = job.id)"
    )
    return list(session.scalars(select(Job).where(is_due(now), unknown)))
