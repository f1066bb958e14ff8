"""puistokatu db: bring the tables to the newest version."""

import click
from flask_migrate import upgrade

from app.commands.application import application
from app.commands.refusals import Strict, Verbs, answer


@click.group("db", cls=Verbs)
def database() -> None:
    """The database's tables."""


@database.command("upgrade", cls=Strict)
def upgrade_database() -> None:
    """Bring the tables to the newest version; safe to repeat."""
    with application():
        upgrade()
    answer("The database is up to date.", upgraded=True)
