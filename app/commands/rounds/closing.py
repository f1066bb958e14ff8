"""`puistokatu rounds close|reconcile|seal`: the end of a vote, by hand."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from sqlalchemy.orm import Session

from app.commands.application import application
from app.commands.refusals import Refused, Strict, answer
from app.extensions import clock, db
from app.jobs import closing as steps
from app.messages.jobs import SEALING
from app.transaction import transaction
from core.audit import Actor, record, round_chain
from voting import closing
from voting.electorate import stop_casting
from voting.errors import RoundUnknown
from voting.models import Round, Stage
from voting.rounds import find_round, locked
from voting.sealing import check_may_seal, forget_deleted_rows

OPERATOR = Actor(role="operator")
TRIES = 30
STILL_READ = (
    "Others keep reading the database, so deleted rows may still stand in its log"
    " file. Repeat this command when they have stopped."
)


@click.command(cls=Strict)
@click.argument("slug")
@click.option("--reason", default="", help="Public; needed before the vote's time.")
def close(slug: str, reason: str) -> None:
    """Close the vote of the round SLUG for good."""
    with _round_in_act(slug) as (session, round_):
        stop_casting(session, round_.id)
        now = clock().now(session)
        closing.close_vote(session, round_, actor=OPERATOR, now=now, reason=reason)
    answer("The vote is closed.", round=slug, stage=Stage.CLOSED)


@click.command(cls=Strict)
@click.argument("slug")
def reconcile(slug: str) -> None:
    """Say that nothing is waiting to be decided in the round SLUG."""
    with _round_in_act(slug) as (session, round_):
        now = clock().now(session)
        closing.reconcile(session, round_, actor=OPERATOR, now=now)
    answer("The ballots are reconciled.", round=slug, stage=Stage.RECONCILED)


@click.command(cls=Strict)
@click.argument("slug")
def seal(slug: str) -> None:
    """Seal the ballots of the round SLUG; repeats what a crash broke off."""
    with _round_in_act(slug) as (session, round_):
        if locked(session, round_.id).stage.order < Stage.SEALED.order:
            check_may_seal(round_)
            now = clock().now(session)
            chain = round_chain(slug)
            record(session, OPERATOR, "sealing.started", now=now, chain=chain)
    with application():
        for number, step in enumerate(steps.IN_ORDER):
            _say(number)
            step(slug, transaction)
        _say(len(steps.IN_ORDER))
        _until(lambda: forget_deleted_rows(db.engine))
        path = steps.path_of_round_copy(slug)
    answer(
        f"The ballots are sealed and the key is destroyed. The copy: {path}",
        round=slug,
        stage=Stage.SEALED,
        copy=str(path),
    )


def _say(number: int) -> None:
    click.echo(f"{number + 1}/{len(SEALING)} {SEALING[number]}", err=True)


@contextmanager
def _round_in_act(slug: str) -> Iterator[tuple[Session, Round]]:
    """The round of the address, in the command's one transaction."""
    with application(), transaction() as session:
        round_ = find_round(session, slug)
        if round_ is None:
            raise RoundUnknown(slug=slug)
        yield session, round_


def _until(done: Callable[[], bool]) -> None:
    for _ in range(TRIES):
        if done():
            return
        time.sleep(1)
    raise Refused("others_keep_reading", STILL_READ)
