"""`puistokatu backup`: the whole database, encrypted, and back."""

from datetime import datetime
from pathlib import Path

import click

from app.backup_keys import destroy_due
from app.backups import Backed, restore_backup, write_backup
from app.commands.application import application
from app.commands.refusals import Refused, Strict, Verbs, answer
from app.extensions import clock, db
from app.transaction import transaction
from core.clock import local_day


@click.group("backup", cls=Verbs)
def backup() -> None:
    """Encrypted backups of the database."""


@backup.command("make", cls=Strict)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--destroy-on",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day on which keys that are made now are destroyed.",
)
def make(file: Path, destroy_on: datetime | None) -> None:
    """Write the database into the new FILE; it opens with the keys in KEY_DIR only."""
    with application() as app:
        now = clock().now(db.session())
        if destroy_on and destroy_on.date() <= local_day(now):
            raise Refused("day_over", "The day of --destroy-on must lie ahead.")
        try:
            made = write_backup(
                db.engine,
                file,
                app.extensions["puistokatu"].key_dir,
                now=now,
                destroy_on=destroy_on.date() if destroy_on else None,
            )
        except FileExistsError:
            raise Refused("file_there", f"{file} is there already.") from None
        except FileNotFoundError:
            raise Refused("no_folder", f"{file.parent} is no folder.") from None
    _tell("The backup is written", file, made)


@backup.command("restore", cls=Strict)
@click.argument("file", type=click.Path(path_type=Path))
def restore(file: Path) -> None:
    """Read FILE into an empty database: all of it, or nothing."""
    if not file.is_file():
        raise Refused("no_file", f"{file} is no file.")
    with application() as app, transaction() as session:
        key_dir = app.extensions["puistokatu"].key_dir
        made = restore_backup(session.connection(), file, key_dir)
    _tell("The backup is restored and compared", file, made)


@backup.command("destroy-keys", cls=Strict)
def destroy_keys() -> None:
    """Destroy the keys whose day has come: their backups open no more."""
    with application() as app:
        today = local_day(clock().now(db.session()))
        gone = destroy_due(app.extensions["puistokatu"].key_dir, today)
    names = ", ".join(f"{slug} ({day})" for slug, day in gone) or "none"
    keys = [{"round": slug, "destroy_on": day.isoformat()} for slug, day in gone]
    answer(f"Keys that were destroyed: {names}.", destroyed=keys)


def _tell(done: str, file: Path, made: Backed) -> None:
    keys = ", ".join(
        f"{each['round']} until {each['destroy_on']}" for each in made.keys
    )
    rows = made.rows
    answer(
        f"{done}: {file}, as of {made.made}."
        f" People on rolls: {rows['voter']}. Ballots in boxes: {rows['box_ballot']}."
        f" It needs the keys of: {keys}.",
        file=str(file),
        made=made.made,
        keys=made.keys,
        rows=rows,
    )
