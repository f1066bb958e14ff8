"""`puistokatu jobs`: the worker, and what an operator can see and mend."""

import json
import logging
from datetime import timedelta

import click
from sqlalchemy import delete, select

from app.commands.application import application
from app.commands.refusals import Refused, Strict, Verbs, answer
from app.extensions import clock, db
from app.jobs import engines
from app.jobs.announcing import announce
from app.jobs.leases import next_due
from app.jobs.pace import Pace
from app.mail.models import Message, MessageState
from app.transaction import transaction
from core.jobs import Job, JobState


@click.group(cls=Verbs)
def jobs() -> None:
    """The background work."""


@jobs.command(cls=Strict)
@click.option("--once", is_flag=True, help="Do what is due, then end.")
def work(*, once: bool) -> None:
    """Do background work until a signal ends it."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    with application() as app:
        # A database that is not there, or has no tables, is a fault of the start.
        next_due(db.session(), now=clock().now(db.session()))
    engines.work(app, Pace(), once=once)


@jobs.command("list", cls=Strict)
@click.option("--all", "everything", is_flag=True, help="Finished ones as well.")
def list_jobs(*, everything: bool) -> None:
    """Print the jobs that are not done, the newest last."""
    query = select(Job).order_by(Job.id)
    if not everything:
        query = query.where(Job.state != JobState.DONE)
    with application(), transaction() as session:
        found = session.scalars(query).all()
        lines = [
            f"{job.id}\t{job.state}\t{job.name}\t{job.progress}/{job.progress_total}"
            f"\t{job.error or ''}\n"
            for job in found
        ]
        answer("".join(lines).rstrip("\n"), jobs=[_facts(job) for job in found])


def _facts(job: Job) -> dict[str, object]:
    return {
        "id": job.id,
        "state": job.state,
        "name": job.name,
        "progress": job.progress,
        "total": job.progress_total,
        "error": job.error and json.loads(job.error),
    }


@jobs.command(cls=Strict)
@click.argument("number", type=int)
def retry(number: int) -> None:
    """Give a failed job its attempts anew."""
    with application(), transaction() as session:
        job = session.get(Job, number, with_for_update=True)
        if job is None or job.state != JobState.FAILED:
            raise Refused("job_not_failed", f"There is no failed job {number}.")
        now = clock().now(session)
        job.state, job.attempts, job.error = JobState.WAITING, 0, None
        job.run_after, job.finished_at = now, None
        announce(session, job, now=now)
    answer(f"Job {number} waits for a worker.", job=number, state=JobState.WAITING)


@jobs.command(cls=Strict)
@click.option(
    "--days", type=click.IntRange(min=1), default=30, show_default=True, help="Age."
)
def forget(days: int) -> None:
    """Delete jobs that are done and mail that is sent, once they are old."""
    with application(), transaction() as session:
        then = clock().now(session) - timedelta(days=days)
        done = delete(Job).where(Job.state == JobState.DONE, Job.finished_at < then)
        sent = delete(Message).where(
            Message.state.in_((MessageState.SENT, MessageState.PERHAPS_SENT)),
            Message.created_at < then,
        )
        numbers = [
            len(session.scalars(each).all())
            for each in (done.returning(Job.id), sent.returning(Message.id))
        ]
    answer(
        f"Forgotten: {numbers[0]} jobs and {numbers[1]} messages.",
        jobs=numbers[0],
        messages=numbers[1],
    )
