"""Who belongs on a round's roll: the rules and areas by which rows are chosen."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from voting.models import AreaKind, Round
from voting.models.rounds import AgeBy


@dataclass(frozen=True, slots=True)
class RollRules:
    """What an import looks at; the roll is good as long as the round says the same."""

    municipality: str
    min_age: int
    age_by: str
    age_on: str | None
    homes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As it is kept with the roll."""
        return {**asdict(self), "homes": list(self.homes)}


def roll_rules(round_: Round) -> RollRules:
    """The rules as the round has them now."""
    homes = (area.slug for area in round_.areas if area.kind is AreaKind.HOME)
    return RollRules(
        municipality=round_.municipality,
        min_age=round_.min_age,
        age_by=round_.age_by.value,
        age_on=round_.age_on.isoformat() if round_.age_on else None,
        homes=tuple(sorted(homes)),
    )


def is_old_enough(born: date | int, *, least: int, by_date: bool, day: date) -> bool:
    """Whether an age is reached on a day, or during its year.

    Args:
        born: a day, or a year; by a year alone nobody is too young within it.
        least: years.
        by_date: the day decides, not its year.
        day: on which the age counts.
    """
    year = born if isinstance(born, int) else born.year
    age = day.year - year
    if by_date and isinstance(born, date):
        age -= (day.month, day.day) < (born.month, born.day)
    return age >= least


def age_counts_by_date(rules: RollRules) -> bool:
    """Whether a year of birth is not enough to know."""
    return bool(rules.min_age) and rules.age_by == AgeBy.DATE.value
