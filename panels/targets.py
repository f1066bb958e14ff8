"""What a panel is to resemble: features, values, counts, and the seats for each.

The document of a panel; pure, as JSON in the database and on the page.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.text import Localized
from panels.panel_errors import PanelNotWidened, PanelTargetsLimit
from panels.population import Counted, Feature, Population
from panels.population_errors import ValueTwice
from panels.quotas import Quota, check_quotas, quotas_for
from panels.vocabulary import REST, Column, ages_of, known_feature, known_value

MOST_FEATURES = 12
MOST_VALUES = 120


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a feature; count None: the population's number is not known."""

    key: str
    name: Localized
    count: int | None
    least: int
    most: int
    # How a register writes it; for ages the first and the last one.
    words: tuple[str, ...] = ()
    ages: tuple[int, int | None] | None = None

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "key": self.key,
            "name": self.name.to_json(),
            "count": self.count,
            "least": self.least,
            "most": self.most,
            "words": list(self.words),
            "ages": list(self.ages) if self.ages else None,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Value":
        """As it was stored."""
        ages = stored["ages"]
        return cls(
            stored["key"],
            Localized.from_json(stored["name"]),
            stored["count"],
            stored["least"],
            stored["most"],
            tuple(stored["words"]),
            (ages[0], ages[1]) if ages else None,
        )


@dataclass(frozen=True, slots=True)
class TargetFeature:
    """What people differ in, and where a register tells it."""

    key: str
    name: Localized
    column: Column
    values: tuple[Value, ...]

    @property
    def total(self) -> int:
        """How many people are counted."""
        return sum(value.count or 0 for value in self.values)

    def value(self, key: str) -> Value | None:
        """The value of this key."""
        return next((value for value in self.values if value.key == key), None)

    def value_of(self, word: str) -> str | None:
        """The key of the value that a register means by a word."""
        plain = word.strip().casefold()
        for value in self.values:
            if plain in value.words:
                return value.key
        # An empty cell says nothing, not even "another".
        rest = (value.key for value in self.values if REST in value.words)
        return next(rest, None) if plain else None

    def value_at(self, age: int) -> str | None:
        """The key of the band that an age is in."""
        for value in self.values:
            if value.ages is None:
                continue
            first, last = value.ages
            if first <= age and (last is None or age <= last):
                return value.key
        return None


@dataclass(frozen=True, slots=True)
class Targets:
    """All features of a panel, in their order."""

    features: tuple[TargetFeature, ...]

    def to_json(self) -> dict[str, Any]:
        """As it is stored with the panel."""
        return {
            "features": [
                {
                    "key": feature.key,
                    "name": feature.name.to_json(),
                    "column": feature.column.value,
                    "values": [value.to_json() for value in feature.values],
                }
                for feature in self.features
            ]
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Targets":
        """As it was stored; an empty object has no features."""
        return cls(
            tuple(
                TargetFeature(
                    each["key"],
                    Localized.from_json(each["name"]),
                    Column(each["column"]),
                    tuple(Value.from_json(value) for value in each["values"]),
                )
                for each in stored.get("features", ())
            )
        )

    def feature(self, key: str) -> TargetFeature | None:
        """The feature of this key."""
        return next((each for each in self.features if each.key == key), None)

    @property
    def in_register(self) -> tuple[TargetFeature, ...]:
        """Those that a register tells: what strata are made of."""
        return tuple(f for f in self.features if f.column is not Column.SAID)

    def quotas(self, size: int) -> tuple[Quota, ...]:
        """For the lottery, by keys; they may be widened as far as the panel goes."""
        return tuple(
            Quota(feature.key, value.key, value.least, value.most, 0, size)
            for feature, value in self.cells()
        )

    def cells(self) -> Iterator[tuple[TargetFeature, Value]]:
        """Each value with its feature."""
        for feature in self.features:
            for value in feature.values:
                yield feature, value


def targets_for(population: Population, size: int, *, slack: int = 0) -> Targets:
    """Targets of a panel of `size` that resembles the population.

    Raises:
        PanelTargetsLimit: there are too many features or values.
        ValueTwice: two names mean the same.
    """
    count = sum(len(feature.values) for feature in population.features)
    if len(population.features) > MOST_FEATURES or count > MOST_VALUES:
        raise PanelTargetsLimit(features=MOST_FEATURES, values=MOST_VALUES)
    return _with_quotas(
        Targets(tuple(_feature(each) for each in population.features)), size, slack
    )


def shared_anew(targets: Targets, size: int, *, slack: int = 0) -> Targets:
    """The same features with seats shared out again, as for another size."""
    return _with_quotas(targets, size, slack)


def widened_by(
    targets: Targets, changes: Mapping[tuple[str, str], tuple[int, int]], size: int
) -> Targets:
    """The targets with other minima and maxima: (least, most) by feature and value.

    Raises:
        PanelNotWidened: a minimum above its maximum, or a number beyond the panel.
        QuotasContradictSize: a feature's minima and maxima do not fit the panel.
    """
    features = []
    for feature in targets.features:
        values = []
        for value in feature.values:
            least, most = changes.get(
                (feature.key, value.key), (value.least, value.most)
            )
            if not 0 <= least <= most <= size:
                raise PanelNotWidened(feature=feature.name, value=value.name)
            values.append(replace(value, least=least, most=most))
        features.append(replace(feature, values=tuple(values)))
    changed = Targets(tuple(features))
    check_quotas(changed.quotas(size), size)
    return changed


def _with_quotas(targets: Targets, size: int, slack: int) -> Targets:
    population = Population(
        tuple(
            Feature(f.key, tuple(Counted(v.key, v.count) for v in f.values))
            for f in targets.features
        )
    )
    quotas = {
        (q.feature, q.value): (q.least, q.most)
        for q in quotas_for(population, size, slack=slack)
    }
    return widened_by(targets, quotas, size)


def _feature(counted: Feature) -> TargetFeature:
    column, known = known_feature(counted.name)
    values: dict[str, Value] = {}
    for one in counted.values:
        value = _value(column, known.key, one)
        if value.key in values:
            raise ValueTwice(line=0, feature=counted.name, value=one.value)
        values[value.key] = value
    return TargetFeature(known.key, known.name, column, tuple(values.values()))


def _value(column: Column, feature: str, one: Counted) -> Value:
    known = known_value(feature, one.value)
    return Value(
        key=known.key,
        name=known.name,
        count=one.count,
        least=0,
        most=0,
        words=known.words,
        ages=ages_of(one.value) if column is Column.BIRTH else None,
    )
