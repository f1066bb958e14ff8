"""Strata of an invitation wave: how many letters each of them gets, and why.

A stratum is a combination of the values that a register tells. It gets as many letters
as volunteers are wanted from it over the share of letters that is expected to be
answered there. What earlier waves have shown corrects the guess, the more the larger
they were: rate = (volunteers + 40 x guess) / (letters + 40).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# So many letters weigh as much as the guess.
WEIGHT_OF_GUESS = 40


@dataclass(frozen=True, slots=True)
class Plan:
    """What an official says of a wave.

    Attributes:
        per_seat: volunteers wanted for each seat, so that the lot has a choice.
        response: the share of letters that is answered by joining, as a guess.
    """

    per_seat: float
    response: float


@dataclass(frozen=True, slots=True)
class Answered:
    """What earlier waves have shown of a stratum.

    Attributes:
        letters, volunteers: of waves whose time for answering is over.
        present: volunteers of all waves, who are not asked for again.
    """

    letters: int = 0
    volunteers: int = 0
    present: int = 0


@dataclass(frozen=True, slots=True)
class Stratum:
    """One stratum with its numbers.

    Attributes:
        values: feature key -> value key.
        people: who could be invited.
        wanted: volunteers that are still missing.
        response: expected share of letters.
        letters: how many are drawn.
    """

    values: Mapping[str, str]
    people: int
    wanted: float
    response: float
    letters: int

    def to_json(self) -> dict[str, Any]:
        """As it is stored with the wave."""
        return {
            "values": dict(self.values),
            "people": self.people,
            "wanted": round(self.wanted, 4),
            "response": round(self.response, 6),
            "letters": self.letters,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Stratum":
        """As it was stored."""
        return cls(
            stored["values"],
            stored["people"],
            stored["wanted"],
            stored["response"],
            stored["letters"],
        )


def expected_response(guess: float, answered: Answered) -> float:
    """The guess, corrected by what has been seen."""
    seen = answered.volunteers + WEIGHT_OF_GUESS * guess
    return seen / (answered.letters + WEIGHT_OF_GUESS)


def strata_for(
    cells: Sequence[tuple[Mapping[str, str], int]],
    *,
    shares: Sequence[float],
    size: int,
    plan: Plan,
    answered: Sequence[Answered],
) -> list[Stratum]:
    """How many letters each cell gets.

    Args:
        cells: values, and how many people could be invited.
        shares: of the panel's seats, one for each cell.
        size: seats of the panel.
        plan: see there.
        answered: what earlier waves have shown of each cell.
    """
    found = []
    for (values, people), share, seen in zip(cells, shares, answered, strict=True):
        wanted = max(0.0, share * size * plan.per_seat - seen.present)
        response = expected_response(plan.response, seen)
        # Whole letters: the noise of a division shall not cost one.
        letters = min(people, math.ceil(round(wanted / response, 6)))
        found.append(Stratum(values, people, wanted, response, letters))
    return found


def shares_of(
    cells: Sequence[tuple[Mapping[str, str], int]],
    margins: Mapping[str, Mapping[str, float]],
) -> list[float]:
    """Each cell's share of the seats, by the people in it.

    The shares are bent to the panel's margins (feature -> value -> share), because
    the lot will ask for those: some rounds of proportional fitting are enough for a
    number of letters.
    """
    weights = [float(people) for _, people in cells]
    for _ in range(30):
        for feature, shares in margins.items():
            sums: dict[str, float] = {}
            for (values, _people), weight in zip(cells, weights, strict=True):
                sums[values[feature]] = sums.get(values[feature], 0.0) + weight
            weights = [
                weight * shares.get(values[feature], 0.0) / sums[values[feature]]
                if sums[values[feature]]
                else 0.0
                for (values, _people), weight in zip(cells, weights, strict=True)
            ]
    total = sum(weights)
    return [weight / total if total else 0.0 for weight in weights]
