"""The rows of a register extract as people whom a lot can name."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from core.register.findings import Findings
from core.register.letters import Letter
from core.register.numbers import NumberKind
from core.register.people import PeopleReader, says_yes
from core.register.table import Table
from panels.keys import PeopleKeys

FIELDS = (
    "identity",
    "birth",
    "municipality",
    "area",
    "postcode",
    "name",
    "street",
    "town",
    "language",
    "gender",
    "household",
    "protected",
)
# What strata can be made of, and how long a word in them may be.
WORDS = {"gender": 40, "area": 80, "language": 40}
MOST_WORDS = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """What is said of a register extract besides its rows.

    `columns` names those of the file that are called otherwise than we know them;
    `municipality` is what the file calls ours: others are left out.
    """

    source: str
    as_of: date
    expires_on: date
    numbers: NumberKind = NumberKind.FINNISH
    columns: Mapping[str, str] = field(default_factory=dict)
    municipality: str = ""


class PersonRow(NamedTuple):
    """Somebody in the file; of people under protection only the key is told."""

    line: int
    person_key: str
    is_protected: bool
    birth_year: int | None = None
    gender: str = ""
    area: str = ""
    language: str = ""
    household_key: str | None = None
    letter: Letter | None = None


class PersonReader:
    """Turns the lines of a file into people, and notes what is wrong."""

    def __init__(self, extract: Extract, keys: PeopleKeys, findings: Findings) -> None:
        self._extract, self._keys, self._findings = extract, keys, findings
        self._people = PeopleReader(findings, extract.numbers)
        self._ours = extract.municipality.strip().casefold()
        self.places: Mapping[str, int] = {}

    def rows(self, lines: Iterator[str]) -> Iterator[PersonRow]:
        """The people of our municipality; the others are counted."""
        table = Table(FIELDS, self._extract.columns, self._findings)
        for line, cells in table.rows(lines, self._take_head):
            if row := self._row(line, cells):
                yield row

    def _take_head(self, places: Mapping[str, int]) -> None:
        self.places = places
        if self._ours and "municipality" not in places:
            self._findings.note(1, "column_missing", "municipality")

    def _row(self, line: int, cells: Mapping[str, str]) -> PersonRow | None:
        before = self._findings.count
        who, told = self._people.who(line, cells["identity"])
        born = self._people.born(line, cells["birth"], told) if who else None
        is_protected = says_yes(cells["protected"])
        letter = None if is_protected else self._people.letter(line, cells)
        if not is_protected:
            self._check_words(line, cells)
        if self._findings.count > before:
            return None
        if self._ours and cells["municipality"].casefold() != self._ours:
            self._findings.left_out["elsewhere"] += 1
            return None
        key = self._keys.person_key(who)
        if is_protected:
            self._findings.left_out["protected"] += 1
            return PersonRow(line, key, is_protected=True)
        year = born.year if isinstance(born, date) else born
        return PersonRow(
            line,
            key,
            is_protected=False,
            birth_year=year,
            gender=cells["gender"],
            area=cells["area"],
            language=cells["language"],
            household_key=self._home(cells),
            letter=letter,
        )

    def _check_words(self, line: int, cells: Mapping[str, str]) -> None:
        for name, most in WORDS.items():
            if len(cells[name]) > most or not cells[name].isprintable():
                self._findings.note(line, "word_too_long", cells[name])

    def _home(self, cells: Mapping[str, str]) -> str | None:
        """The register's number of a home tells homes of one address apart."""
        if cells["household"]:
            return self._keys.household_key(cells["household"].casefold())
        if not cells["street"]:
            return None
        address = (*cells["street"].split(), *cells["postcode"].split())
        return self._keys.household_key(" ".join(address).casefold())


class Words:
    """Which words the file uses in the columns that strata are made of, counted."""

    def __init__(self) -> None:
        self._counts = {name: Counter[str]() for name in WORDS}
        self._years = Counter[int]()

    def add(self, row: PersonRow) -> None:
        """One more person."""
        for name, counts in self._counts.items():
            counts[getattr(row, name)] += 1
        self._years[row.birth_year or 0] += 1

    def note_too_many(self, findings: Findings) -> None:
        """A column with a word for nearly everybody is another column."""
        for name, counts in self._counts.items():
            if len(counts) > MOST_WORDS:
                findings.note(1, "too_many_words", name)

    def to_json(self) -> dict[str, dict[str, int]]:
        """As it is kept with the register."""
        found = {name: dict(sorted(c.items())) for name, c in self._counts.items()}
        years = {str(year): n for year, n in sorted(self._years.items()) if year}
        return {**found, "birth": years}
