"""How content the voters are: who has something, how much, and how evenly."""

from collections.abc import Collection
from enum import StrEnum
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from voting.profile import Ints, Profile

Bools = NDArray[np.bool_]


class Utility(StrEnum):
    """What a funded project is worth to who chose it: one, or its cost."""

    COUNT = "count"
    COST = "cost"


def chosen(profile: Profile, funded: Collection[str]) -> Bools:
    """(m,) which projects are funded."""
    names = set(funded)
    return np.array([p in names for p in profile.projects], np.bool_)


def worth(profile: Profile, utility: Utility) -> Ints:
    """(m,) what each project is worth to each of its supporters."""
    return profile.costs if utility is Utility.COST else np.ones_like(profile.costs)


def row_sums(profile: Profile, values: Ints) -> Ints:
    """(r,) the sum over each distinct ballot of `values` (m,).

    The running total may wrap around; its differences are below 2**62 and exact.
    """
    running = np.zeros(len(profile.indices) + 1, np.int64)
    np.cumsum(values[profile.indices], out=running[1:])
    return running[profile.indptr[1:]] - running[profile.indptr[:-1]]


def utilities(profile: Profile, funded: Collection[str], utility: Utility) -> Ints:
    """(r,) the satisfaction of each distinct ballot, u_i = sum of u(p), p in W and i.

    Choices are choices: points and ranks do not weigh. Exact.
    """
    mine = chosen(profile, funded)
    return row_sums(profile, np.where(mine, worth(profile, utility), 0))


def covered(profile: Profile, funded: Collection[str]) -> Fraction:
    """The share of voters with at least one funded project: |{i: u_i > 0}| / n.

    Exact; 0 without voters. One minus it is the exclusion ratio of the literature
    (pabutools: percent_non_empty_handed).
    """
    some = utilities(profile, funded, Utility.COUNT) > 0
    return Fraction(int(profile.weights[some].sum()), profile.voters or 1)


def mean_satisfaction(
    profile: Profile, funded: Collection[str], utility: Utility
) -> Fraction:
    """The mean of u_i over all voters: sum of v(p) u(p) over funded p, by n.

    Exact; smallest units for cost; 0 without voters. Source: pabutools,
    avg_satisfaction with Cardinality_Sat and Cost_Sat.
    """
    mine = chosen(profile, funded)
    votes = profile.votes[mine].tolist()
    each = worth(profile, utility)[mine].tolist()
    total = sum(v * u for v, u in zip(votes, each, strict=True))
    return Fraction(total, profile.voters or 1)


def gini(profile: Profile, funded: Collection[str], utility: Utility) -> Fraction:
    """Gini coefficient of u_i: sum over i, j of |u_i - u_j|, by 2 n sum of u_i.

    0: all are equally satisfied; close to 1: one has everything. Exact; 0 where
    nobody has anything. With the levels of u in rising order, each with its w voters
    and a voters below it, the sum is that of u w (2 a + w - n).
    Source: Gini 1912; pabutools, gini_coefficient_of_satisfaction.
    """
    values = utilities(profile, funded, utility)
    levels, level = np.unique(values, return_inverse=True)
    weights = np.zeros(len(levels), np.int64)
    np.add.at(weights, level, profile.weights)
    n, below, spread, total = profile.voters, 0, 0, 0
    for u, w in zip(levels.tolist(), weights.tolist(), strict=True):
        spread += u * w * (2 * below + w - n)
        total += u * w
        below += w
    return Fraction(spread, n * total) if total else Fraction(0)
