"""A register extract as a stream of rows: read line by line, however long it is."""

import csv
import gzip
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from pathlib import Path
from typing import IO, NamedTuple, cast

from core.register.errors import IdentityInvalid
from core.register.numbers import NumberKind, person
from voting.eligibility import RollRules, age_counts_by_date, is_old_enough
from voting.keys import RollKeys
from voting.project_rows import Fault
from voting.roll.columns import FIELDS, Extract, head_faults, places
from voting.roll.letters import Letter
from voting.roll_errors import RollInvalid

MOST_ROWS = 5_000_000
MOST_FAULTS = 50
LONGEST_LINE = 16_384
LONGEST_ADDRESS = 400
OLDEST_YEAR = 1880
_GZIP = b"\x1f\x8b"
_DAYS = {"-": (0, 1, 2), ".": (2, 1, 0)}
_YES = {"1", "yes", "x", "true", "kyllä", "k", "ja", "j"}
_LANGUAGES = {"fi": "fi", "sv": "sv", "se": "sv", "en": "en"}

# Told how many bytes of how many have been read.
Progress = Callable[[int, int], None]


class RollRow(NamedTuple):
    """A person on the roll, as the database keeps it."""

    line: int
    person_key: str
    area_id: int | None
    birth_year: int | None
    email: str
    letter: Letter | None


@dataclass(slots=True)
class Findings:
    """What a pass over the file has met; of the faults the first ones are kept."""

    faults: list[Fault] = field(default_factory=list)
    count: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    def note(self, line: int, code: str, value: str = "") -> None:
        """One more fault. An identity number is never a value: faults are stored."""
        self.count += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(line, code, value[:80]))

    def refuse(self) -> None:
        """Raise all faults at once, if there are any.

        Raises:
            RollInvalid: there are.
        """
        if self.count:
            faults = sorted(self.faults, key=lambda fault: fault.line)
            raise RollInvalid(
                line=faults[0].line,
                faults=[(each.line, each.code, each.value) for each in faults],
                count=self.count,
            )


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


class RowReader:
    """Turns the lines of a file into rows of the roll, and notes what is wrong."""

    def __init__(
        self,
        extract: Extract,
        rules: RollRules,
        areas: Mapping[str, int],
        keys: RollKeys,
        findings: Findings,
    ) -> None:
        self._extract, self._rules, self._keys = extract, rules, keys
        self._areas, self._findings = areas, findings
        self._day = date.fromisoformat(rules.age_on) if rules.age_on else extract.as_of
        ours = extract.municipality or rules.municipality
        self._ours = ours.strip().casefold()
        self._by_date = age_counts_by_date(rules)
        self._at: dict[str, int] = {}

    def rows(self, lines: Iterator[str]) -> Iterator[RollRow]:
        """The rows of those who are entitled; the others are counted."""
        first = next(lines, "")
        separator = ";" if first.count(";") >= first.count(",") else ","
        # Not strict: a quotation mark in a name is a quotation mark.
        reader = csv.reader(chain([first], lines), delimiter=separator)
        try:
            head = next(reader, [])
            self._at = places(head, self._extract.columns)
            self._check_head(head)
            if self._findings.count:
                return
            yield from self._read(reader, len(head))
        except csv.Error:
            self._findings.note(max(1, reader.line_num), "not_a_table")

    def _check_head(self, head: Sequence[str]) -> None:
        for fault in head_faults(head, self._at):
            self._findings.note(fault.line, fault.code, fault.value)
        dated = self._extract.numbers is not NumberKind.OTHER
        if self._rules.min_age and "birth" not in self._at and not dated:
            self._findings.note(1, "column_missing", "birth")
        if self._rules.homes and not {"area", "postcode"} & set(self._at):
            self._findings.note(1, "column_missing", "area")

    def _read(self, reader: Iterator[list[str]], width: int) -> Iterator[RollRow]:
        count, line = 0, 1
        at = [(name, self._at.get(name, width)) for name in FIELDS]
        for cells in reader:
            start, line = line + 1, reader.line_num  # type: ignore[attr-defined] # csv's own reader
            if not any(cells):
                continue
            count += 1
            if count > MOST_ROWS:
                self._findings.note(start, "too_many_rows", str(MOST_ROWS))
                return
            if len(cells) != width:
                self._findings.note(start, "wrong_number_of_cells", str(len(cells)))
                continue
            cells.append("")  # for the columns that are not there
            if row := self._row(start, {n: cells[i].strip() for n, i in at}):
                yield row

    def _row(self, line: int, cells: Mapping[str, str]) -> RollRow | None:
        before = self._findings.count
        who, told = self._person(line, cells["identity"])
        born = self._born(line, cells["birth"], told) if who else None
        protected = cells["protected"].casefold() in _YES
        area = None if protected else self._area(line, cells)
        letter = None if protected else self._letter(line, cells)
        if self._findings.count > before:
            return None
        if why := self._why_not(cells, born):
            self._findings.left_out[why] += 1
            return None
        email = "" if protected else cells["email"].casefold()
        return RollRow(
            line,
            self._keys.person_key(who),
            area,
            None if born is None else born if isinstance(born, int) else born.year,
            email if "@" in email else "",
            letter,
        )

    def _why_not(self, cells: Mapping[str, str], born: date | int | None) -> str:
        """Why the person is not entitled; nothing where he is."""
        town = cells["municipality"].casefold()
        if self._ours and "municipality" in self._at and town != self._ours:
            return "elsewhere"
        least, day = self._rules.min_age, self._day
        if born and least:
            old = is_old_enough(born, least=least, by_date=self._by_date, day=day)
            return "" if old else "too_young"
        return ""

    def _person(self, line: int, number: str) -> tuple[str, date | None]:
        """Who it is, and the day of birth that the number tells."""
        try:
            return person(number, self._extract.numbers)
        except IdentityInvalid:
            code = "identity_invalid" if number else "identity_missing"
            self._findings.note(line, code)
            return "", None

    def _born(self, line: int, written: str, told: date | None) -> date | int | None:
        born = read_birth(written) if written else told
        if written and born is None:
            self._findings.note(line, "birth_invalid", written)
        elif told and born and not _agree(told, born):
            self._findings.note(line, "birth_differs", written)
        elif born is None and self._rules.min_age:
            self._findings.note(line, "birth_missing")
        elif isinstance(born, int) and self._by_date and not told:
            self._findings.note(line, "birth_day_needed", written)
        return told or born

    def _area(self, line: int, cells: Mapping[str, str]) -> int | None:
        named, postcode = cells["area"], cells["postcode"]
        slug = named or self._extract.postcodes.get(postcode, "")
        found = self._areas.get(slug.casefold())
        if found is None and self._rules.homes:
            if slug:
                self._findings.note(line, "area_unknown", slug)
            else:
                self._findings.note(line, "postcode_unknown", postcode)
        return found

    def _letter(self, line: int, cells: Mapping[str, str]) -> Letter | None:
        street = cells["street"]
        if not street:
            return None
        language = _LANGUAGES.get(cells["language"].casefold(), "")
        letter = Letter(
            cells["name"], street, cells["postcode"], cells["town"], language
        )
        whole = "".join(letter)
        if not whole.isprintable() or len(whole) > LONGEST_ADDRESS:
            self._findings.note(line, "address_invalid")
        return letter


def read_birth(written: str) -> date | int | None:
    """A day (`2001-05-14`, `14.5.2001`, `20010514`), a year, or None."""
    try:
        if written.isascii() and written.isdigit():
            if len(written) == 4:  # noqa: PLR2004 - the digits of a year
                year = int(written)
                return year if year >= OLDEST_YEAR else None
            return date.fromisoformat(written)
        for mark, order in _DAYS.items():
            if written.count(mark) == 2:  # noqa: PLR2004 - day, month, year
                parts = [int(part) for part in written.split(mark)]
                found = date(*(parts[i] for i in order))
                return found if found.year >= OLDEST_YEAR else None
    except ValueError:
        return None
    return None


def _agree(told: date, born: date | int) -> bool:
    return (told.year if isinstance(born, int) else told) == born
