"""`puistokatu register`: extracts of the population register for citizen panels."""

from datetime import datetime
from pathlib import Path

import click

from app.commands.application import application
from app.commands.extracts import bar, left_out, pairs, readable, tell_faults
from app.commands.refusals import Strict, Verbs, answer
from app.extensions import clock
from app.jobs.registers import schedule_erasure
from app.transaction import transaction
from core.audit import Actor
from core.register.errors import ExtractInvalid
from core.register.numbers import NumberKind
from panels.keys import PeopleKeys, create_people_keys
from panels.register_rows import Extract
from panels.registers import (
    Checked,
    check_register,
    erase_register,
    get_register,
    list_registers,
    store_register,
)

OPERATOR = Actor(role="operator")


@click.group(cls=Verbs)
def register() -> None:
    """Extracts that people are invited from to a citizen panel."""


@register.command("import", cls=Strict)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", required=True, help="Public: which register, when taken.")
@click.option(
    "--as-of",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day on which the addresses were right.",
)
@click.option(
    "--expires-on",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    help="The last day on which its people are kept.",
)
@click.option(
    "--numbers",
    type=click.Choice([kind.value for kind in NumberKind]),
    default=NumberKind.FINNISH.value,
    show_default=True,
    help="Whose identity numbers the register has.",
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="OURS=THEIRS",
    help="A column that is called otherwise, such as identity=Tunnus.",
)
@click.option("--municipality", default="", help="What the file calls ours.")
def import_register(
    *,
    file: Path,
    source: str,
    as_of: datetime,
    expires_on: datetime,
    numbers: str,
    columns: tuple[str, ...],
    municipality: str,
) -> None:
    """Read the people in FILE, all or none; they are erased after --expires-on.

    Needs the column identity; takes birth, gender, area, language, name, street,
    postcode, town, household, municipality, protected. CSV in UTF-8, perhaps packed
    by gzip. People under protection of identity are counted and not kept.
    """
    extract = Extract(
        source=source,
        as_of=as_of.date(),
        expires_on=expires_on.date(),
        numbers=NumberKind(numbers),
        columns=pairs(columns),
        municipality=municipality,
    )
    with application() as app:
        keys = create_people_keys(app.extensions["puistokatu"].key_dir)
        with bar("Checking") as progress:
            try:
                checked = check_register(
                    readable(file), extract, keys=keys, progress=progress
                )
            except ExtractInvalid as refusal:
                tell_faults(refusal)
                raise
        number = _store(checked, keys)
    answer(
        f"Register {number} has {checked.size} people, until {extract.expires_on}."
        f" Left out: {left_out(checked.left_out)}.",
        register=number,
        size=checked.size,
        left_out=dict(checked.left_out),
        expires_on=extract.expires_on.isoformat(),
    )


def _store(checked: Checked, keys: PeopleKeys) -> int:
    with bar("Storing") as progress, transaction() as session:
        now = clock().now(session)
        stored = store_register(
            session, checked, keys=keys, actor=OPERATOR, now=now, progress=progress
        )
        schedule_erasure(session, stored, now=now)
        return stored.id


@register.command("list", cls=Strict)
def list_command() -> None:
    """Which extracts there are, the newest first."""
    with application(), transaction() as session:
        found = [
            {
                "register": each.id,
                "source": each.source,
                "size": each.size,
                "expires_on": each.expires_on.isoformat(),
                "erased": each.erased_at is not None,
            }
            for each in list_registers(session)
        ]
    lines = [
        f"{each['register']:>4}  {each['source']}: {each['size']} people, "
        + ("erased" if each["erased"] else f"until {each['expires_on']}")
        for each in found
    ]
    answer("\n".join(lines) or "There is no register.", registers=found)


@register.command(cls=Strict)
@click.argument("number", type=click.IntRange(min=1))
def erase(number: int) -> None:
    """Erase the people of the extract NUMBER now."""
    with application(), transaction() as session:
        stored = get_register(session, number)
        now = clock().now(session)
        done = erase_register(session, stored, now=now, actor=OPERATOR)
    answer(
        f"The people of register {number} have been erased."
        if done
        else f"The people of register {number} had been erased before.",
        register=number,
        erased=done,
    )
