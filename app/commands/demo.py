"""`puistokatu demo`: the invented town, where and only where it is asked for."""

import sys
from typing import NoReturn

import click
from sqlalchemy import inspect

from app import create_app
from app.config import Config
from app.demo.content import read
from app.demo.people import PASSWORD, log_ins
from app.demo.town import LAST_YEAR, NotEmpty, build, is_built
from app.extensions import clock, db
from app.transaction import transaction
from voting.keys import destroy_round_keys
from voting.sealing import forget_deleted_rows

REFUSED = 2


@click.command()
def demo() -> None:
    """Build the demo municipality Puistola in an empty database."""
    app = create_app()
    config: Config = app.extensions["puistokatu"]
    if not config.demo:
        _refuse("The demo exists only with PUISTOKATU_DEMO=1.")
    with app.app_context():
        try:
            built = _build_in(config)
        finally:
            db.engine.dispose()
    click.echo("Puistola is built." if built else "Puistola is already there.")
    print_log_ins()


def _build_in(config: Config) -> bool:
    if not inspect(db.engine).has_table("account"):
        _refuse("The database has no tables yet: run `puistokatu db upgrade`.")
    try:
        return build_once(config)
    except NotEmpty:
        _refuse("The database holds something else; the demo is for an empty one.")


def build_once(config: Config) -> bool:
    """Build the town in one act, and then burn the key of its sealed round.

    Returns:
        Whether it was built now.

    Raises:
        NotEmpty: the database holds something else.
    """
    with transaction() as session:
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


def print_log_ins() -> None:
    """A table of who can log in, with their passwords."""
    rows = [("role", "name", "e-mail", "password")]
    rows += [(who.role, who.name, who.email, PASSWORD) for who in log_ins(read("town"))]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    click.echo("\nDemo log-ins; an official's second code is shown on the page:\n")
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        click.echo("  " + "  ".join(cells).rstrip())


def _refuse(why: str) -> NoReturn:
    click.echo(why, err=True)
    sys.exit(REFUSED)
