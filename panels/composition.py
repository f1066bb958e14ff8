"""Who sits on a panel against the population: counts, shares, and two measures.

Pure. Per feature: the index of dissimilarity, half the sum of |share on the panel -
share in the population| (Duncan and Duncan 1955): the part of the seats that would have
to be somebody else's; and the largest gap with its value. Values whose count in the
population is not known stand in the table and in neither measure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from panels.targets import TargetFeature, Targets, Value


@dataclass(frozen=True, slots=True)
class Line:
    """One value: seats, their share, and the population's share (None: not known)."""

    value: Value
    seats: int
    share: float
    population: float | None

    @property
    def gap(self) -> float:
        """Share on the panel less share in the population."""
        return 0.0 if self.population is None else self.share - self.population


@dataclass(frozen=True, slots=True)
class Composed:
    """One feature of the panel.

    Attributes:
        not_said: seats whose holder did not want to say.
        dissimilarity: 0 is alike, 1 has nobody in common.
        largest: the line whose share differs most.
    """

    feature: TargetFeature
    lines: tuple[Line, ...]
    not_said: int
    dissimilarity: float
    largest: Line | None


def composition(
    targets: Targets, people: Sequence[Mapping[str, str | None]]
) -> tuple[Composed, ...]:
    """Every feature of the targets, counted over the answers of those who sit."""
    return tuple(_composed(feature, people) for feature in targets.features)


def _composed(
    feature: TargetFeature, people: Iterable[Mapping[str, str | None]]
) -> Composed:
    said = [person.get(feature.key) for person in people]
    counts = {value.key: said.count(value.key) for value in feature.values}
    known = sum(counts[v.key] for v in feature.values if v.count is not None)
    lines = tuple(
        Line(
            value,
            counts[value.key],
            counts[value.key] / known if known and value.count is not None else 0.0,
            value.count / feature.total
            if value.count is not None and feature.total
            else None,
        )
        for value in feature.values
    )
    gaps = [line for line in lines if line.population is not None and known]
    return Composed(
        feature,
        lines,
        len(said) - sum(counts.values()),
        sum(abs(line.gap) for line in gaps) / 2,
        max(gaps, key=lambda line: abs(line.gap), default=None),
    )
