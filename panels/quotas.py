"""Quotas: how many of a panel's members have a value, at least and at most."""

from collections.abc import Sequence
from dataclasses import dataclass


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
