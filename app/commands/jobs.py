"""`puistokatu jobs`: the worker, and what an operator can see and mend."""

import logging
from datetime import timedelta

import click
from sqlalchemy import delete, select

from app import create_app
from app.extensions import clock
from app.jobs import engines
from app.jobs.announcing import announce
from app.jobs.pace import Pace
from app.mail.models import Message, MessageState
from app.transaction import transaction
from core.jobs import Job, JobState


@click.group()
def jobs() -> None:
    """The background work."""


@jobs.command()
@click.option("--once", is_flag=True, help="Do what is due, then end.")
def work(*, once: bool) -> None:
    """Do background work until a signal ends it."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(message)s")
    engines.work(create_app(), Pace(), once=once)


@jobs.command("list")
@click.option("--all", "everything", is_flag=True, help="Finished ones as well.")
def list_jobs(*, everything: bool) -> None:
    """Print the jobs that are not done, the newest last."""
    query = select(Job).order_by(Job.id)
    if not everything:
        query = query.where(Job.state != JobState.DONE)
    with create_app().app_context(), transaction() as session:
        for job in session.scalars(query):
            progress = f"{job.progress}/{job.progress_total}"
            click.echo(
                f"{job.id}\t{job.state}\t{job.name}\t{progress}\t{job.error or ''}"
            )


@jobs.command()
@click.argument("number", type=int)
def retry(number: int) -> None:
    """Give a failed job its attempts anew."""
    with create_app().app_context(), transaction() as session:
        job = session.get(Job, number, with_for_update=True)
        if job is None or job.state != JobState.FAILED:
            raise click.ClickException(f"There is no failed job {number}.")
        now = clock().now(session)
        job.state, job.attempts, job.error = JobState.WAITING, 0, None
        job.run_after, job.finished_at = now, None
        announce(session, job, now=now)
    click.echo(f"Job {number} waits for a worker.")


@jobs.command()
@click.option(
    "--days", type=click.IntRange(min=1), default=30, show_default=True, help="Age."
)
def forget(days: int) -> None:
    """Delete jobs that are done and mail that is sent, once they are old."""
    with create_app().app_context(), transaction() as session:
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
    click.echo(f"Forgotten: {numbers[0]} jobs and {numbers[1]} messages.")
