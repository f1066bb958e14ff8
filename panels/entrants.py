"""Who is in a draw: pseudonyms with what counts, and who is behind them.

The pseudonyms are published with values and households; who has which stands in the
database alone, and goes when the person withdraws.
"""

import gzip
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from secrets import SystemRandom

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.codes import ALPHABET
from panels.models import Draw, Entrant, Seat, Volunteer
from panels.pool import Pool
from panels.quotas import Quota

CODE_LENGTH = 8


@dataclass(frozen=True, slots=True)
class Fixed:
    """What a lottery is held over: pseudonyms with values, homes and roles."""

    people: dict[str, dict[str, str]]
    homes: dict[str, int]
    seated: frozenset[str]

    def to_bytes(self) -> bytes:
        """The same content, the same bytes."""
        document = {
            "people": self.people,
            "homes": self.homes,
            "seated": sorted(self.seated),
        }
        text = json.dumps(document, ensure_ascii=False, sort_keys=True)
        return gzip.compress(text.encode(), mtime=0)

    @classmethod
    def of(cls, stored: bytes) -> "Fixed":
        """As it was stored."""
        found = json.loads(gzip.decompress(stored))
        return cls(found["people"], found["homes"], frozenset(found["seated"]))

    def pools(self, quotas: Sequence[Quota]) -> tuple[Pool, Pool]:
        """Who can be drawn, and who sits; households are numbered together."""
        numbers: dict[object, int] = {}
        parts = []
        for is_seated in (False, True):
            people = {
                code: values
                for code, values in self.people.items()
                if (code in self.seated) is is_seated
            }
            parts.append(Pool.of(people, quotas, addresses=self.homes, homes=numbers))
        return parts[0], parts[1]


def enter(
    session: Session, draw: Draw, people: Sequence[int], kept: Sequence[Seat]
) -> Fixed:
    """Give everybody a pseudonym, in an order that says nothing, and write it down.

    Args:
        session: to store who is behind each.
        draw: of which.
        people: volunteers who may be drawn.
        kept: seats that stay, and count in the quotas.
    """
    sitting = [seat.volunteer_id for seat in kept if seat.volunteer_id is not None]
    rows = {
        person.id: person
        for person in session.scalars(
            select(Volunteer).where(Volunteer.id.in_([*people, *sitting]))
        )
    }
    order = [*people, *sitting]
    SystemRandom().shuffle(order)
    codes = _codes(len(order))
    seats = {seat.volunteer_id: seat for seat in kept}
    homes: dict[str, int] = {}
    values: dict[str, dict[str, str]] = {}
    inside: set[str] = set()
    for place, (number, code) in enumerate(zip(order, codes, strict=True)):
        person = rows[number]
        said = seats[number].answers if number in seats else person.answers
        values[code] = {feature: value or "" for feature, value in said.items()}
        if draw.one_per_household and person.household_key:
            homes[code] = homes.get(person.household_key, len(homes))
        if number in seats:
            inside.add(code)
        session.add(
            Entrant(draw_id=draw.id, place=place, pseudonym=code, volunteer_id=number)
        )
    session.flush()
    return Fixed(values, homes, frozenset(inside))


def _codes(count: int) -> list[str]:
    """Pseudonyms, all different; who has which stands in the database alone."""
    found: set[str] = set()
    while len(found) < count:
        found.add("".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)))
    return list(found)
