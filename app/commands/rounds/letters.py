"""`puistokatu rounds letters`: the letters of a mailing, into a file that is new."""

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import click

from app.commands.application import application
from app.commands.refusals import Refused, Strict, answer
from app.extensions import db
from app.mailings import MOST_AT_A_TERMINAL, Made, make_csv, make_pdf, revoke
from core.audit import Actor
from voting.errors import FileUnwritable, RoundUnknown
from voting.mailings.choosing import Mailing
from voting.models import LetterKind, Round
from voting.rounds import find_round

OPERATOR = Actor(role="operator")
FILE = click.Path(path_type=Path)


@click.command("letters", cls=Strict)
@click.argument("slug")
@click.option("--csv", "table", type=FILE, help="A table for a print house.")
@click.option(
    "--pdf",
    "sheets",
    type=FILE,
    help=f"Letters on paper, at most {MOST_AT_A_TERMINAL} in one file.",
)
@click.option("--area", help="Only people of this area, by its slug.")
@click.option("--most", type=click.IntRange(1), help="At most so many letters.")
@click.option(
    "--batch",
    type=click.IntRange(1),
    help="Make the batch of this number anew; its codes end.",
)
def letters(
    *,
    slug: str,
    table: Path | None,
    sheets: Path | None,
    area: str | None,
    most: int | None,
    batch: int | None,
) -> None:
    """Make codes for the people of the round SLUG who wait for one, and their letters.

    The file holds codes in plain text: it is new, readable by you alone, and the only
    copy. Destroy it when the letters are on their way.
    """
    output = table or sheets
    if output is None or (table and sheets):
        raise click.UsageError("Say either --csv FILE or --pdf FILE.")
    if batch and (area or most):
        raise click.UsageError("--batch is for the same people as before.")
    kind = LetterKind.CSV if table else LetterKind.PDF
    if kind is LetterKind.PDF and not batch:
        most = min(most or MOST_AT_A_TERMINAL, MOST_AT_A_TERMINAL)
    _check_new(output)
    with application() as app, app.test_request_context():
        _check_place(slug, area)
        mailing = Mailing(kind=kind, area=area, most=most, instead_of=batch)
        made = _make(slug, mailing, output)
    answer(
        f"{output}: batch {made.number}, {made.letters} letters.",
        file=str(output),
        batch=made.number,
        letters=made.letters,
    )


def _make(slug: str, mailing: Mailing, output: Path) -> Made:
    if mailing.kind is LetterKind.PDF:
        made, pdf = make_pdf(slug, mailing, actor=OPERATOR)
        with _whole_or_revoked(slug, made.number, output):
            write_new_file([pdf], output)
        return made
    told: list[Made] = []
    number, parts = make_csv(slug, mailing, actor=OPERATOR, done=told.append)
    # Closed at once when it breaks off: so it revokes its batch.
    with _whole_or_revoked(slug, number, output), closing(parts):
        write_new_file(parts, output)
    return told[0]


@contextmanager
def _whole_or_revoked(slug: str, number: int, output: Path) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        revoke(slug, number, actor=OPERATOR)
        if not isinstance(error, FileUnwritable):
            raise
        text = (
            f"{output} cannot be written: {error.params['reason']}. Batch {number} was"
            " revoked: no code of it opens anything."
        )
        raise Refused("file_unwritable", text) from error


def write_new_file(pieces: Iterable[bytes], output: Path) -> None:
    """Whole or not at all, for the owner's eyes, and never over another file.

    Raises:
        FileUnwritable: the disk says no, or a file of this name has appeared.
    """
    draft = output.with_name(f".{output.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        # A link never overwrites; a renaming would.
        os.link(draft, output)
    except OSError as error:
        raise FileUnwritable(file=str(output), reason=error.strerror) from error
    finally:
        with suppress(OSError):
            draft.unlink()


def _check_new(output: Path) -> None:
    if output.exists() or output.is_symlink():
        text = f"{output} is there already; letters never overwrite a file."
        raise Refused("file_exists", text)
    if not os.access(output.absolute().parent, os.W_OK):
        raise Refused("file_unwritable", f"{output} cannot be written.")


def _check_place(slug: str, area: str | None) -> None:
    round_: Round | None = find_round(db.session(), slug)
    if round_ is None:
        raise RoundUnknown(slug=slug)
    if area and area not in {each.slug for each in round_.areas}:
        raise Refused("area_unknown", f"The round {slug} has no area {area}.")
