"""What commands that read a register extract have in common."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import click

from app.commands.refusals import Refused, printable
from app.messages.roll import FAULTS
from core.register.errors import ExtractInvalid
from core.register.source import Progress


def pairs(columns: Sequence[str]) -> dict[str, str]:
    """OURS=THEIRS, as often as it was given."""
    parts = [each.partition("=") for each in columns]
    return {ours.strip(): theirs.strip() for ours, _, theirs in parts}


def readable(path: Path) -> Path:
    """The path, if there is a file behind it.

    Raises:
        Refused: there is none.
    """
    try:
        with path.open("rb"):
            return path
    except OSError as error:
        text = f"{path} cannot be read: {error.strerror}."
        raise Refused("file_unreadable", text) from error


def tell_faults(refusal: ExtractInvalid) -> None:
    """Every fault that was kept, a line each; the refusal itself is one more line."""
    faults = refusal.params["faults"]
    for line, code, value in faults if isinstance(faults, list) else ():
        text = FAULTS[code] % {"value": value}
        click.echo(printable(f"line {line}: {text}"), err=True)


def left_out(counts: Mapping[str, int]) -> str:
    """Who is not kept, in words."""
    found = [f"{number} {why}" for why, number in sorted(counts.items())]
    return ", ".join(found).replace("_", " ") or "nobody"


@contextmanager
def bar(label: str) -> Iterator[Progress]:
    """How far the file has been read, on a terminal."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    with click.progressbar(length=100, label=label, file=sys.stderr) as bar:
        yield lambda done, total: bar.update(100 * done // max(total, 1) - bar.pos)
