"""A register extract as a stream of lines: read line by line, however long it is."""

import gzip
import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, cast

from core.register.findings import Findings

LONGEST_LINE = 16_384
_GZIP = b"\x1f\x8b"

# Told how many bytes of how many have been read.
Progress = Callable[[int, int], None]


class Source:
    """The file's lines as text, counted, hashed, and never all at once in memory."""

    def __init__(self, path: Path, findings: Findings, progress: Progress) -> None:
        self._path, self._findings, self._progress = path, findings, progress
        self._digest = hashlib.sha256()

    @property
    def sha256(self) -> str:
        """Over what has been read so far, unpacked."""
        return self._digest.hexdigest()

    def lines(self) -> Iterator[str]:
        """Line by line; ends early, with a fault, where it is no text."""
        size = self._path.stat().st_size
        with self._path.open("rb") as raw:
            packed = raw.read(2) == _GZIP
            raw.seek(0)
            file = cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if packed else raw
            number = 0
            try:
                for line in iter(lambda: file.readline(LONGEST_LINE), b""):
                    number += 1
                    self._digest.update(line)
                    if number % 10_000 == 0:
                        self._progress(raw.tell(), size)
                    yield self._text(line, number)
            except UnicodeDecodeError:
                self._findings.note(number, "not_utf8")
            except (EOFError, OSError, _TooLong):
                self._findings.note(max(number, 1), "not_a_table")
        self._progress(size, size)

    def _text(self, line: bytes, number: int) -> str:
        if len(line) == LONGEST_LINE and not line.endswith(b"\n"):
            raise _TooLong
        return line.decode("utf-8-sig" if number == 1 else "utf-8")


class _TooLong(Exception):
    """A line without an end: this is no table."""
