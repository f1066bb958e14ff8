"""puistokatu db: bring the tables to the newest version."""

import click
from flask_migrate import upgrade

from app import create_app


@click.group("db")
def database() -> None:
    """The database's tables."""


@database.command("upgrade")
def upgrade_database() -> None:
    """Bring the tables to the newest version; safe to repeat."""
    with create_app().app_context():
        upgrade()
    click.echo("The database is up to date.")
