"""Who gets the money: by theme, by voter, by area."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from voting.measures.satisfaction import chosen, row_sums
from voting.profile import Profile


@dataclass(frozen=True, slots=True)
class FairShare:
    """1 is best in both: nobody has other than, or less than, a fair share."""

    closeness: float
    capped_ratio: float


@dataclass(frozen=True, slots=True)
class GroupShare:
    """What a group of projects got of the money, and of the votes."""

    name: str
    money: Fraction
    votes: Fraction


def category_proportionality(
    profile: Profile,
    funded: Collection[str],
    categories: Sequence[Collection[str]],
) -> float | None:
    """How close the money by category is to what the ballots asked for.

    exp(-mean over c of (a_c - b_c)^2): a_c is the share of the funded cost that lies
    in category c, b_c the mean, over the voters who chose something, of the share of
    the cost of their choices. A project of several categories counts in each. 1 is
    best; float64. None without categories; 0 if nothing of any cost is funded, or
    chosen. Source: pabutools, category_proportionality, which refuses a profile with
    an empty ballot.

    Args:
        profile: the ballots.
        funded: ids.
        categories: (m,) the categories of each project.
    """
    names = sorted({name for each in categories for name in each})
    if not names:
        return None
    mine = chosen(profile, funded)
    spent = sum(profile.costs[mine].tolist())
    asked = row_sums(profile, profile.costs)
    asking = asked > 0
    voters = int(profile.weights[asking].sum())
    if not spent or not voters:
        return 0.0
    total = 0.0
    for name in names:
        inside = np.array([name in each for each in categories], np.bool_)
        got = sum(profile.costs[mine & inside].tolist()) / spent
        rows = row_sums(profile, np.where(inside, profile.costs, 0))
        parts = rows[asking] / asked[asking] * profile.weights[asking]
        total += (got - float(parts.sum()) / voters) ** 2
    return math.exp(-total / len(names))


def fair_share(profile: Profile, funded: Collection[str]) -> FairShare:
    """How near each voter's share of the money is to a fair one.

    share_i(X) = sum of c(p) / v(p) over the p of X that i chose;
    fair_i = min(share_i(all projects), B / n). Averaged over all voters:
    closeness = 1 - |share_i(W) - fair_i| / fair_i, and
    capped_ratio = min(1, share_i(W) / fair_i). Who has no fair share (chose nothing,
    or nothing that costs) has what is fair: 1 in both. 1 without voters. float64.
    Source: Lackner, Maly, Rey, Fairness in Long-Term Participatory Budgeting, IJCAI
    2021; pabutools, average_normalised_distance_to_fair_share and
    average_capped_fair_share_ratio.
    """
    n = profile.voters
    if not n:
        return FairShare(1.0, 1.0)
    price = profile.costs / np.maximum(profile.votes, 1)
    row = np.repeat(np.arange(len(profile.weights)), np.diff(profile.indptr))
    mine = np.where(chosen(profile, funded), price, 0.0)
    got, every = (
        np.bincount(row, weights=x[profile.indices], minlength=len(profile.weights))
        for x in (mine, price)
    )
    fair = np.minimum(every, profile.budget / n)
    due = fair > 0
    ratio = np.ones_like(fair)
    np.divide(got, fair, out=ratio, where=due)
    closeness = 1 - np.abs(ratio - 1)
    return FairShare(
        closeness=float((closeness * profile.weights).sum()) / n,
        capped_ratio=float((np.minimum(ratio, 1) * profile.weights).sum()) / n,
    )


def money_against_votes(
    profile: Profile, funded: Collection[str], groups: Mapping[str, Collection[int]]
) -> list[GroupShare]:
    """For each group (area, theme): its share of the funded cost, and of the votes.

    Exact; 0 where nothing is funded, or chosen. A project in several groups counts in
    each, so the shares need not add up to 1.

    Args:
        profile: the ballots.
        funded: ids.
        groups: name -> places of its projects.
    """
    mine = chosen(profile, funded)
    costs, votes = profile.costs.tolist(), profile.votes.tolist()
    spent = sum(cost for cost, in_ in zip(costs, mine, strict=True) if in_)
    cast = sum(votes)
    return [
        GroupShare(
            name,
            Fraction(sum(costs[i] for i in places if mine[i]), spent or 1),
            Fraction(sum(votes[i] for i in places), cast or 1),
        )
        for name, places in groups.items()
    ]
