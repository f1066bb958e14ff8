"""`puistokatu demo`: the invented town, where and only where it is asked for."""

import click
from sqlalchemy import inspect

from app.commands.application import application
from app.commands.refusals import Refused, Strict, answer
from app.config import Config
from app.demo.content import read
from app.demo.people import PASSWORD, LogIn, log_ins
from app.demo.town import LAST_YEAR, NotEmpty, be_alone, build, is_built
from app.extensions import clock, db
from app.transaction import transaction
from voting.keys import destroy_round_keys
from voting.sealing import forget_deleted_rows


@click.command(cls=Strict)
def demo() -> None:
    """Build the demo municipality Puistola in an empty database."""
    with application() as app:
        config: Config = app.extensions["puistokatu"]
        if not config.demo:
            raise Refused("demo_not_asked_for", "The demo needs PUISTOKATU_DEMO=1.")
        built = _build_in(config)
    people = log_ins(read("town"))
    answer(
        "\n".join(
            [
                "Puistola is built." if built else "Puistola is already there.",
                *_table(people),
            ]
        ),
        built=built,
        password=PASSWORD,
        people=[{"role": w.role, "name": w.name, "email": w.email} for w in people],
    )


def _build_in(config: Config) -> bool:
    if not inspect(db.engine).has_table("account"):
        raise Refused("no_tables", "No tables yet: run `puistokatu db upgrade` first.")
    try:
        return build_once(config)
    except NotEmpty:
        text = "The database holds something else; the demo is for an empty one."
        raise Refused("not_empty", text) from None


def build_once(config: Config) -> bool:
    """Build the town in one act, and then burn the key of its sealed round.

    Returns:
        Whether it was built now.

    Raises:
        NotEmpty: the database holds something else.
    """
    with transaction() as session:
        be_alone(session)
        there = is_built(session)
        if not there:
            build(
                session,
                secret_key=config.secret_key,
                key_dir=config.key_dir,
                now=clock().now(session),
            )
    # Also when it was there: the first time may have been cut short here.
    destroy_round_keys(config.key_dir, LAST_YEAR)
    if not there:
        forget_deleted_rows(db.engine)
    return not there


def _table(people: list[LogIn]) -> list[str]:
    """Who can log in, with their passwords."""
    rows = [("role", "name", "e-mail", "password")]
    rows += [(who.role, who.name, who.email, PASSWORD) for who in people]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = ["", "Demo log-ins; an official's second code is shown on the page:", ""]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        lines.append("  " + "  ".join(cells).rstrip())
    return lines
