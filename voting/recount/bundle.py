"""From what was published of a round to the files of its bundle, and to a zip."""

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from voting.recount.verify import FILES, SUMS, dense

HERE = Path(__file__).parent
HEADER = ("ballot", "area", "projects", "points")
# A spreadsheet reads a cell that begins with one of these as a formula; an apostrophe
# in front stops it, so a code that begins with one gets another.
GUARDED = ("=", "+", "-", "@", "\t", "\r", "'")

Choices = Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Published:
    """What of a published round is everybody's.

    Args:
        manifest: the frozen document, as it was hashed.
        outcome: as it was stored and hashed.
        result: the result's JSON document.
        election: the .pb file.
        ballots: (area, [[project, points], ...]) in any order.
        receipts: (area, code).
        log: the public fields of the entries, and their hash, oldest first.
    """

    manifest: str
    outcome: Mapping[str, Any]
    result: str
    election: str
    ballots: Iterable[tuple[str, Choices]]
    receipts: Iterable[tuple[str, str]]
    log: Iterable[Mapping[str, Any]]


def bundle_files(published: Published) -> dict[str, bytes]:
    """Every file of the bundle by its name; SHA256SUMS is over the others."""
    texts = {
        "ballots.csv": _ballots(published.ballots),
        "election.pb": published.election,
        "log.jsonl": "".join(dense(entry) + "\n" for entry in published.log),
        "manifest.json": published.manifest,
        "outcome.json": json.dumps(published.outcome, ensure_ascii=False, indent=1)
        + "\n",
        "receipts.txt": "".join(
            f"{area} {code}\n" for area, code in published.receipts
        ),
        "result.json": published.result,
    }
    files = {name: text.encode() for name, text in texts.items()}
    files["README.txt"] = (HERE / "README.txt").read_bytes()
    files["verify.py"] = own_program()
    return {name: files[name] for name in FILES} | {SUMS: sums_of(files)}


def sums_of(files: Mapping[str, bytes]) -> bytes:
    """The text of SHA256SUMS, as `sha256sum --check` reads it."""
    lines = (f"{_sha256(files[name])}  {name}\n" for name in FILES)
    return "".join(lines).encode()


def own_program() -> bytes:
    """The verify.py of this version."""
    return (HERE / "verify.py").read_bytes()


def sums_sha256(files: Mapping[str, bytes]) -> str:
    """The one number that stands for all files; it belongs into the minutes."""
    return _sha256(files[SUMS])


def _ballots(ballots: Iterable[tuple[str, Choices]]) -> str:
    """One line a ballot, equal ones together: the order says nothing."""
    buffer = io.StringIO(newline="")
    out = csv.writer(buffer, lineterminator="\n")
    out.writerow(HEADER)
    rows = sorted(ballots, key=lambda ballot: dense(list(ballot)))
    for number, (area, choices) in enumerate(rows, start=1):
        codes = ",".join(code for code, _ in choices)
        points = ",".join(str(given) for _, given in choices)
        guard = "'" if codes.startswith(GUARDED) else ""
        out.writerow([number, area, guard + codes, points])
    return buffer.getvalue()


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
