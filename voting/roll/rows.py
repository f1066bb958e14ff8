"""The rows of a register extract as those of a roll: who is entitled, and where."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from core.register.findings import Findings
from core.register.letters import Letter
from core.register.numbers import NumberKind
from core.register.people import PeopleReader, says_yes
from core.register.table import Table
from voting.eligibility import RollRules, age_counts_by_date, is_old_enough
from voting.keys import RollKeys
from voting.roll.columns import FIELDS, Extract


class RollRow(NamedTuple):
    """A person on the roll, as the database keeps it."""

    line: int
    person_key: str
    area_id: int | None
    birth_year: int | None
    email: str
    letter: Letter | None


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
        self._people = PeopleReader(
            findings, extract.numbers, bool(rules.min_age), self._by_date
        )
        self._has_town = False

    def rows(self, lines: Iterator[str]) -> Iterator[RollRow]:
        """The rows of those who are entitled; the others are counted."""
        table = Table(FIELDS, self._extract.columns, self._findings)
        for line, cells in table.rows(lines, self._check_head):
            if row := self._row(line, cells):
                yield row

    def _check_head(self, places: Mapping[str, int]) -> None:
        self._has_town = "municipality" in places
        dated = self._extract.numbers is not NumberKind.OTHER
        if self._rules.min_age and "birth" not in places and not dated:
            self._findings.note(1, "column_missing", "birth")
        if self._rules.homes and not {"area", "postcode"} & set(places):
            self._findings.note(1, "column_missing", "area")

    def _row(self, line: int, cells: Mapping[str, str]) -> RollRow | None:
        before = self._findings.count
        who, told = self._people.who(line, cells["identity"])
        born = self._people.born(line, cells["birth"], told) if who else None
        protected = says_yes(cells["protected"])
        area = None if protected else self._area(line, cells)
        letter = None if protected else self._people.letter(line, cells)
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
        if self._ours and self._has_town and town != self._ours:
            return "elsewhere"
        least, day = self._rules.min_age, self._day
        if born and least:
            old = is_old_enough(born, least=least, by_date=self._by_date, day=day)
            return "" if old else "too_young"
        return ""

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
