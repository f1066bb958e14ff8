"""`puistokatu rounds roll`: the electoral roll from a register, by hand."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click
from flask import Flask

from app.commands.application import application
from app.commands.refusals import Refused, Strict, Verbs, answer, printable
from app.extensions import clock
from app.messages.roll import FAULTS
from app.transaction import transaction
from core.audit import Actor
from core.register.errors import ExtractInvalid
from core.register.numbers import NumberKind
from core.register.source import Progress
from voting.errors import RoundUnknown
from voting.keys import create_roll_key
from voting.models import Round
from voting.opening import current_manifest
from voting.roll.columns import Extract, read_postcodes
from voting.roll.importing import (
    Checked,
    area_names,
    check_extract,
    ground_of,
    store_extract,
)
from voting.roll.stored import hash_of_the_roll
from voting.rounds import find_round, get_round

OPERATOR = Actor(role="operator")


@click.group(cls=Verbs)
def roll() -> None:
    """The electoral roll of a round."""


@roll.command("import", cls=Strict)
@click.argument("slug")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--source", required=True, help="Public: which register, when taken.")
@click.option(
    "--as-of",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    help="Public: the day on which address and age count.",
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
@click.option(
    "--postcodes",
    type=click.Path(path_type=Path),
    help='A file with lines such as "north: 00100 00120".',
)
def import_roll(
    *,
    slug: str,
    file: Path,
    source: str,
    as_of: datetime,
    numbers: str,
    columns: tuple[str, ...],
    municipality: str,
    postcodes: Path | None,
) -> None:
    """Make the people in FILE the electoral roll of the round SLUG: all, or none.

    Needs the columns identity, area or postcode where areas are for their own people,
    and birth where the number does not tell it; takes municipality, email, name,
    street, postcode, town, language, protected. CSV in UTF-8, perhaps packed by gzip.
    """
    with application() as app:
        with transaction() as session:
            round_ = find_round(session, slug)
            if round_ is None:
                raise RoundUnknown(slug=slug)
            ground = ground_of(round_)
            extract = Extract(
                source=source,
                as_of=as_of.date(),
                numbers=NumberKind(numbers),
                columns=_pairs(columns),
                postcodes=_postcodes(round_, postcodes),
                municipality=municipality,
            )
        keys = create_roll_key(app.extensions["puistokatu"].key_dir, slug)
        with _bar("Checking") as progress:
            try:
                checked = check_extract(
                    ground, _readable(file), extract, keys=keys, progress=progress
                )
            except ExtractInvalid as refusal:
                _tell(refusal)
                raise
        size, digest = _store(app, slug, checked)
    answer(
        f"{size} people are on the roll of {slug}."
        f" Left out: {_left_out(checked)}. SHA-256: {digest}",
        round=slug,
        size=size,
        left_out=dict(checked.left_out),
        sha256=digest,
    )


def _store(app: Flask, slug: str, checked: Checked) -> tuple[int, str | None]:
    keys = create_roll_key(app.extensions["puistokatu"].key_dir, slug)
    with _bar("Storing") as progress, transaction() as session:
        roll = store_extract(
            session,
            get_round(session, slug),
            checked,
            keys=keys,
            actor=OPERATOR,
            now=clock().now(session),
            progress=progress,
        )
        return roll.size, roll.sha256


@roll.command(cls=Strict)
@click.argument("slug")
def check(slug: str) -> None:
    """Compare the roll of the round SLUG with the hash in its frozen rules."""
    with application(), transaction() as session:
        round_ = find_round(session, slug)
        if round_ is None:
            raise RoundUnknown(slug=slug)
        stated = current_manifest(session, round_).eligibility.roll
        if stated is None:
            raise Refused("roll_missing", f"The round {slug} has no roll.")
        size, digest = hash_of_the_roll(session, round_)
        if (size, digest) != (stated.size, stated.sha256):
            text = f"The roll has {size} people and {digest}: not as the rules say."
            raise Refused("roll_changed", text)
    answer(f"The roll is as the rules say: {size} people.", size=size, sha256=digest)


def _pairs(columns: tuple[str, ...]) -> dict[str, str]:
    parts = [each.partition("=") for each in columns]
    return {ours.strip(): theirs.strip() for ours, _, theirs in parts}


def _postcodes(round_: Round, path: Path | None) -> dict[str, str]:
    if path is None:
        return {}
    try:
        text = _readable(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("file_unreadable", f"{path} is not UTF-8 text.") from None
    return read_postcodes(text, area_names(round_))


def _readable(path: Path) -> Path:
    try:
        with path.open("rb"):
            return path
    except OSError as error:
        text = f"{path} cannot be read: {error.strerror}."
        raise Refused("file_unreadable", text) from error


def _tell(refusal: ExtractInvalid) -> None:
    """Every fault that was kept, a line each; the refusal itself is one more line."""
    faults = refusal.params["faults"]
    for line, code, value in faults if isinstance(faults, list) else ():
        text = FAULTS[code] % {"value": value}
        click.echo(printable(f"line {line}: {text}"), err=True)


def _left_out(checked: Checked) -> str:
    found = [f"{number} {why}" for why, number in sorted(checked.left_out.items())]
    return ", ".join(found).replace("_", " ") or "nobody"


@contextmanager
def _bar(label: str) -> Iterator[Progress]:
    """How far the file has been read, on a terminal."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    with click.progressbar(length=100, label=label, file=sys.stderr) as bar:
        yield lambda done, total: bar.update(100 * done // max(total, 1) - bar.pos)
