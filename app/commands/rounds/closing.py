"""`puistokatu rounds close|reconcile|seal`: the end of a vote, by hand."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from sqlalchemy.orm import Session

from app import create_app
from app.extensions import clock, db
from app.jobs import closing as steps
from app.transaction import transaction
from core.audit import Actor, record, round_chain
from core.errors import DomainError
from voting import closing
from voting.electorate import stop_casting
from voting.models import Round, Stage
from voting.rounds import find_round, locked
from voting.sealing import check_may_seal, forget_deleted_rows

OPERATOR = Actor(role="operator")
REFUSED = 2
TRIES = 30


@click.command()
@click.argument("slug")
@click.option("--reason", default="", help="Public; needed before the vote's time.")
def close(slug: str, reason: str) -> None:
    """Close the vote of the round SLUG for good."""
    with _round_in_act(slug) as (session, round_):
        stop_casting(session, round_.id)
        now = clock().now(session)
        closing.close_vote(session, round_, actor=OPERATOR, now=now, reason=reason)
    click.echo("The vote is closed.")


@click.command()
@click.argument("slug")
def reconcile(slug: str) -> None:
    """Say that nothing is waiting to be decided in the round SLUG."""
    with _round_in_act(slug) as (session, round_):
        now = clock().now(session)
        closing.reconcile(session, round_, actor=OPERATOR, now=now)
    click.echo("The ballots are reconciled.")


@click.command()
@click.argument("slug")
def seal(slug: str) -> None:
    """Seal the ballots of the round SLUG; repeats what a crash broke off."""
    with _round_in_act(slug) as (session, round_):
        if locked(session, round_.id).stage.order < Stage.SEALED.order:
            check_may_seal(round_)
            now = clock().now(session)
            chain = round_chain(slug)
            record(session, OPERATOR, "sealing.started", now=now, chain=chain)
    with create_app().app_context(), _said():
        for step in (steps.copy, steps.compare, steps.burn, steps.empty):
            step(slug, transaction)
        _until(lambda: forget_deleted_rows(db.engine))
    click.echo("The ballots are sealed and the key is destroyed.")


@contextmanager
def _round_in_act(slug: str) -> Iterator[tuple[Session, Round]]:
    """The round of the address, in the command's one transaction."""
    with create_app().app_context(), _said(), transaction() as session:
        round_ = find_round(session, slug)
        if round_ is None:
            raise click.BadParameter(f"there is no round {slug!r}", param_hint="SLUG")
        yield session, round_


@contextmanager
def _said() -> Iterator[None]:
    """A refusal is one line and exit 2, never a traceback."""
    try:
        yield
    except DomainError as refusal:
        click.echo(f"Refused: {refusal}", err=True)
        raise SystemExit(REFUSED) from refusal


def _until(done: Callable[[], bool]) -> None:
    for _ in range(TRIES):
        if done():
            return
        time.sleep(1)
    click.echo(
        "Others keep reading the database, so deleted rows may still stand in its "
        "log file. Repeat this command when they have stopped.",
        err=True,
    )
    raise SystemExit(1)
