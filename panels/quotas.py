"""Quotas: how many of a panel's members have a value, at least and at most."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.money import split_by_weight
from panels.population import Population
from panels.population_errors import QuotasContradictSize


@dataclass(frozen=True, slots=True)
class Quota:
    """One value of one feature; all four numbers count seats.

    `least_flex` and `most_flex` say how far an official lets the quota be widened
    where no panel exists.
    """

    feature: str
    value: str
    least: int
    most: int
    least_flex: int
    most_flex: int


@dataclass(frozen=True, slots=True)
class Widened:
    """A quota before and after the smallest change that makes a panel possible."""

    quota: Quota
    least: int
    most: int

    def to_json(self) -> dict[str, str | int]:
        """As the command prints it."""
        return {
            "feature": self.quota.feature,
            "value": self.quota.value,
            "min": self.quota.least,
            "max": self.quota.most,
            "new_min": self.least,
            "new_max": self.most,
        }


def by_feature(quotas: Sequence[Quota]) -> dict[str, list[Quota]]:
    """The quotas of each feature, in their order."""
    found: dict[str, list[Quota]] = {}
    for quota in quotas:
        found.setdefault(quota.feature, []).append(quota)
    return found


def widened(quotas: Sequence[Quota], changes: Sequence[Widened]) -> tuple[Quota, ...]:
    """The quotas with accepted changes in them."""
    new = {(c.quota.feature, c.quota.value): c for c in changes}
    found = []
    for quota in quotas:
        change = new.get((quota.feature, quota.value))
        least, most = (
            (change.least, change.most) if change else (quota.least, quota.most)
        )
        found.append(
            Quota(
                quota.feature,
                quota.value,
                least,
                most,
                min(least, quota.least_flex),
                max(most, quota.most_flex),
            )
        )
    return tuple(found)


def quotas_for(
    population: Population, size: int, *, slack: int = 0, uncounted: int = 1
) -> tuple[Quota, ...]:
    """The quotas of a panel of `size` seats that resembles the population.

    Each feature's seats are shared out by largest remainder (Hamilton); `slack`
    seats less and more are allowed at each value. A value whose count in the
    population is not known gets none at least and `uncounted` seats at most.
    """
    found = []
    for feature in population.features:
        shares = split_by_weight(size, [one.count or 0 for one in feature.values])
        for one, share in zip(feature.values, shares, strict=True):
            known = one.count is not None
            least = max(0, share - slack) if known else 0
            most = min(size, share + slack if known else uncounted)
            found.append(Quota(feature.name, one.value, least, most, 0, size))
    return tuple(found)


def check_quotas(quotas: Sequence[Quota], size: int) -> None:
    """See that a panel of this size can fit each feature's quotas.

    Raises:
        QuotasContradictSize: a feature's minima ask for more seats than there are,
            or its maxima allow fewer.
    """
    for feature, values in by_feature(quotas).items():
        least = sum(q.least for q in values)
        most = sum(q.most for q in values)
        if not least <= size <= most:
            raise QuotasContradictSize(
                feature=feature, least=least, most=most, size=size
            )
