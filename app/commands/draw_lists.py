"""The files around a published draw: the list, and the codes that stay in the house."""

import csv
import io
import secrets
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from app.commands.refusals import Refused
from app.commands.rounds.elections import write_file
from core.zips import packed
from panels.recount import is_draw, unpack
from voting.errors import FileUnwritable

_HEAD = ["id", "code"]
# Without I, L, O and U, as on the letters; eight of them are 40 bits.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LENGTH = 8
_SIDES = tuple("123456")


def dice_of(text: str) -> list[int]:
    """The dice as they were called out: 4,2,6 or 4 2 6.

    Raises:
        UsageError: something that no die shows.
    """
    found = text.replace(",", " ").split()
    if any(one not in _SIDES for one in found):
        raise click.UsageError("--dice must be numbers from 1 to 6: 4,2,6,...")
    return [int(one) for one in found]


def read_list(path: Path) -> dict[str, bytes]:
    """The files of a published draw.

    Raises:
        Refused: it is none.
    """
    try:
        files = unpack(path)
    except (OSError, ValueError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise Refused(
            "bundle_unreadable", f"{path.name} is no bundle: {reason}"
        ) from error
    if not is_draw(files):
        raise Refused("bundle_unreadable", f"{path.name} is no bundle of a draw")
    return files


def write_list(files: dict[str, bytes], path: Path) -> None:
    """The zip, whole or not at all."""
    write_file([packed(files, path.stem)], path)


def codes_for(
    ids: Sequence[str], path: Path | None, bundle: Path
) -> tuple[dict[str, str], Callable[[], None]]:
    """Everybody's code, and how to keep them; who has one keeps it.

    Raises:
        Refused: the file of codes cannot be read.
    """
    path = path or bundle.with_name(f"{bundle.name}.codes.csv")
    codes = _read_codes(path) if path.exists() else {}
    taken = set(codes.values())
    for person in ids:
        while person not in codes:
            code = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
            if code not in taken:
                codes[person] = code
                taken.add(code)
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows([_HEAD, *codes.items()])
    return codes, lambda: _keep(buffer.getvalue(), path)


def _keep(text: str, path: Path) -> None:
    """A file for its owner alone, whole or not at all."""
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as draft:
            draft.write(text.encode())
        Path(draft.name).replace(path)
    except OSError as error:
        raise FileUnwritable(file=str(path), reason=error.strerror) from error


def _read_codes(path: Path) -> dict[str, str]:
    try:
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8"), newline="")))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Refused("codes_unreadable", f"{path.name} cannot be read") from error
    fit = rows[:1] == [_HEAD] and all(len(row) == len(_HEAD) for row in rows)
    codes = dict(rows[1:]) if fit else {}
    if not fit or len(set(codes.values())) != len(rows) - 1 or not all(codes.values()):
        text = f"{path.name} is no file of codes: one id and one code on each line"
        raise Refused("codes_unreadable", text)
    return codes
