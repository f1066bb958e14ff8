"""What the cells of a row say about a person; what is wrong with them is noted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from core.register.births import agree, read_birth
from core.register.errors import IdentityInvalid
from core.register.findings import Findings
from core.register.letters import LANGUAGE_CODES, Letter
from core.register.numbers import NumberKind, person

LONGEST_ADDRESS = 400
_YES = {"1", "yes", "x", "true", "kyllä", "k", "ja", "j"}


@dataclass(frozen=True, slots=True)
class PeopleReader:
    """Reads persons; `needs_birth`: the year must be known, `needs_day`: the day."""

    findings: Findings
    numbers: NumberKind
    needs_birth: bool = False
    needs_day: bool = False

    def who(self, line: int, number: str) -> tuple[str, date | None]:
        """Who it is, and the day of birth that the number tells."""
        try:
            return person(number, self.numbers)
        except IdentityInvalid:
            code = "identity_invalid" if number else "identity_missing"
            self.findings.note(line, code)
            return "", None

    def born(self, line: int, written: str, told: date | None) -> date | int | None:
        """The day or year of birth, by the number first."""
        born = read_birth(written) if written else told
        if written and born is None:
            self.findings.note(line, "birth_invalid", written)
        elif told and born and not agree(told, born):
            self.findings.note(line, "birth_differs", written)
        elif born is None and self.needs_birth:
            self.findings.note(line, "birth_missing")
        elif isinstance(born, int) and self.needs_day and not told:
            self.findings.note(line, "birth_day_needed", written)
        return told or born

    def letter(self, line: int, cells: Mapping[str, str]) -> Letter | None:
        """The address; None where the row has no street."""
        street = cells["street"]
        if not street:
            return None
        language = LANGUAGE_CODES.get(cells["language"].casefold(), "")
        letter = Letter(
            cells["name"], street, cells["postcode"], cells["town"], language
        )
        whole = "".join(letter)
        if not whole.isprintable() or len(whole) > LONGEST_ADDRESS:
            self.findings.note(line, "address_invalid")
        return letter


def says_yes(cell: str) -> bool:
    """Whether a cell such as the one of protected people says so."""
    return cell.casefold() in _YES
