"""`puistokatu rounds import` and `export`: real elections in, results out."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import click
from flask_babel import force_locale
from sqlalchemy.orm import Session

from app.commands.application import application
from app.commands.refusals import Strict, answer
from app.exports import result_csv, result_json, result_xlsx
from app.extensions import clock
from app.transaction import transaction
from core.audit import Actor
from core.text import LANGUAGES
from voting.elections import Progress, import_election, pb_text
from voting.elections.rules import counts_as_stated
from voting.errors import FileUnwritable, ResultNotPublic, RoundUnknown
from voting.manifest import RuleManifest
from voting.models import ImportedElection, Result, Round
from voting.opening import current_manifest, frozen_manifest
from voting.pabulib import Election, read_election
from voting.results import current_result, is_open
from voting.rounds import find_round

OPERATOR = Actor(role="operator")
FORMATS = ("pb", "csv", "json", "xlsx")


@click.command("import", cls=Strict)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--area", "area_column", help="The column of PROJECTS with the areas.")
@click.option("--rule", help="greedy or max-welfare; the file's own unless given.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def import_file(
    *, file: Path, area_column: str | None, rule: str | None, as_json: bool
) -> None:
    """Make a round with sealed ballots of the election in a .pb FILE."""
    # Read before the database is opened: a bad file is no act.
    election = read_election(file)
    said = _import(election, area_column, rule, quiet=as_json)
    answer(
        f"Round {said['slug']}: {said['projects']} projects, {said['ballots']} ballots,"
        f" {said['areas']} areas, rule {said['rule']}.",
        **said,
    )
    if not (said["as_stated"] or as_json):
        stated = election.meta.get("rule", "none")
        click.echo(f"The file's own rule ({stated}) is not the one that will count.")


def _import(
    election: Election,
    area_column: str | None,
    rule: str | None,
    *,
    quiet: bool,
) -> dict[str, object]:
    total = election.num_votes
    shown = sys.stderr.isatty() and not quiet
    with (
        application(),
        _bar(total) if shown else nullcontext() as progress,
        transaction() as session,
    ):
        round_ = import_election(
            session,
            election,
            actor=OPERATOR,
            now=clock().now(session),
            area_column=area_column,
            rule=rule,
            progress=progress,
        )
        manifest = current_manifest(session, round_)
        return {
            "slug": round_.slug,
            "projects": len(manifest.projects),
            "ballots": total,
            "areas": len(manifest.areas),
            "rule": manifest.rule,
            "as_stated": counts_as_stated(election.meta.get("rule"), manifest),
        }


@contextmanager
def _bar(total: int) -> Iterator[Progress]:
    """How far the ballots have come, on a terminal."""
    with click.progressbar(length=total, label="Ballots", file=sys.stderr) as bar:
        yield lambda done, _total: bar.update(done - bar.pos)


@click.command("export", cls=Strict)
@click.argument("slug")
@click.option(
    "--format", "kind", type=click.Choice(FORMATS), default="pb", show_default=True
)
@click.option(
    "--output", type=click.Path(path_type=Path), help="A file; else standard output."
)
@click.option(
    "--language", type=click.Choice(LANGUAGES), default="en", help="Of csv and xlsx."
)
def export_round(*, slug: str, kind: str, output: Path | None, language: str) -> None:
    """Write the round SLUG, or its published result, as a file.

    Nothing of a round's ballots is written before its result is published; only
    an imported election, which was public before, may be written back at any time.
    """
    with (
        application() as app,
        app.test_request_context(),
        force_locale(language),
        transaction() as session,
    ):
        _write(_pieces(session, slug, kind), output)


def _write(pieces: Iterator[bytes], output: Path | None) -> None:
    if output is not None:
        write_file(pieces, output)
        return
    for piece in pieces:
        sys.stdout.buffer.write(piece)
    sys.stdout.flush()


def write_file(pieces: Iterable[bytes], output: Path) -> None:
    """Whole or not at all.

    Raises:
        FileUnwritable: the disk says no.
    """
    # Beside the file first: what is there already stays until all is written.
    draft = output.with_name(f".{output.name}.part")
    try:
        with draft.open("wb") as file:
            for piece in pieces:
                file.write(piece)
        draft.replace(output)
    except OSError as error:
        raise FileUnwritable(file=str(output), reason=error.strerror) from error
    finally:
        draft.unlink(missing_ok=True)


def _pieces(session: Session, slug: str, kind: str) -> Iterator[bytes]:
    """The file in pieces.

    Raises:
        RoundUnknown, ResultNotPublic: see there.
    """
    round_ = find_round(session, slug)
    if round_ is None:
        raise RoundUnknown(slug=slug)
    row = frozen_manifest(session, round_)
    result = _open_result(session, round_)
    imported = session.get(ImportedElection, round_.id) is not None
    if row is None or (result is None and not (imported and kind == "pb")):
        raise ResultNotPublic
    if kind == "pb":
        manifest = RuleManifest.from_text(row.document)
        for piece in pb_text(session, round_, manifest, result):
            yield piece.encode()
    elif result is not None:
        yield _result_file(session, round_, result, kind)


def _open_result(session: Session, round_: Round) -> Result | None:
    if not is_open(round_, clock().now(session)):
        return None
    return current_result(session, round_)


def _result_file(session: Session, round_: Round, result: Result, kind: str) -> bytes:
    if kind == "csv":
        return result_csv(result).encode()
    if kind == "xlsx":
        return result_xlsx(round_, result)
    return result_json(session, round_, result).encode()
