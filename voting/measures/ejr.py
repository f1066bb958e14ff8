"""A certificate of proportionality that can be checked: EJR+."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from voting.measures.satisfaction import Utility, chosen, utilities, worth
from voting.profile import Ints, Profile

# What a float64 product may be off by, with room to spare.
NEAR = 1e-9


class Slack(StrEnum):
    """What a voter may lack: the project in question, or the best that is missing."""

    ANY = "any"
    ONE = "one"


@dataclass(frozen=True, slots=True)
class Violation:
    """A group that could have paid for `project`, and has too little without it.

    Args:
        project: the unfunded project that all of them chose.
        voters: how many they are; the largest such group.
        satisfaction: what the best served of them has (count, or smallest units).
    """

    project: str
    voters: int
    satisfaction: int


def ejr_plus(
    profile: Profile,
    funded: Collection[str],
    utility: Utility,
    slack: Slack = Slack.ANY,
) -> list[Violation]:
    """Every unfunded project for which EJR+ up to `slack` fails; empty: it holds.

    A group S of supporters of an unfunded project p owns |S| B / n of the budget,
    which buys |S| B u(p) / (n c(p)) units of satisfaction at the price of p. The axiom
    asks for a member i with u_i(W) + x_i > |S| B u(p) / (n c(p)), where x_i is u(p)
    (`any`), or the largest u(q) of the unfunded q that i chose (`one`, weaker; for
    `count` the two are the same). A violation is a group without such a member. Only
    the groups "all supporters with u_i + x_i <= t" need to be looked at: O(m r log r).

    Equal Shares with the same utility satisfies it (`any`): as long as all of S can
    still pay c(p) / |S|, every purchase costs them at most that per u(p). For unit
    costs it is EJR+ of the source; for cost utilities it implies EJR up to any
    project. Areas, themes and other constraints are not looked at: where a city has
    them, a violation may be their price.

    Floats find the candidates, integers decide. Points and ranks do not weigh.
    A project that nobody chose, or that is worth nothing (cost 0 by cost), violates
    nothing. Source: Brill and Peters, Robust and Verifiable Proportionality Axioms
    for Multiwinner Voting, EC 2023.
    """
    mine = chosen(profile, funded)
    each = worth(profile, utility)
    has = utilities(profile, funded, utility)
    missing = _best_missing(profile, np.where(mine, 0, each))
    rows = np.repeat(np.arange(len(profile.weights)), np.diff(profile.indptr))
    order = np.argsort(profile.indices, kind="stable")
    starts = np.searchsorted(profile.indices[order], np.arange(len(mine) + 1))
    found = []
    for p in np.flatnonzero(~mine & (each > 0) & (profile.votes > 0)).tolist():
        supporters = rows[order[starts[p] : starts[p + 1]]]
        lacks = each[p] if slack is Slack.ANY else missing[supporters]
        group = _group(profile, p, supporters, has[supporters] + lacks, int(each[p]))
        if group is not None:
            best = int(has[group].max())
            voters = int(profile.weights[group].sum())
            found.append(Violation(profile.projects[p], voters, best))
    return found


def _best_missing(profile: Profile, values: Ints) -> Ints:
    """(r,) the largest of `values` (m,) in each distinct ballot, 0 if it is empty."""
    best = np.zeros(len(profile.weights), np.int64)
    rows = np.repeat(np.arange(len(best)), np.diff(profile.indptr))
    np.maximum.at(best, rows, values[profile.indices])
    return best


def _group(
    profile: Profile, p: int, supporters: Ints, reach: Ints, each: int
) -> Ints | None:
    """The largest group of supporters with c(p) n max(reach) <= |S| B u(p)."""
    order = np.argsort(reach, kind="stable")
    reach, supporters = reach[order], supporters[order]
    size = np.cumsum(profile.weights[supporters])
    # A group is closed: who is as badly off as the last one belongs to it.
    ends = np.flatnonzero(np.append(reach[1:] != reach[:-1], True))
    price = int(profile.costs[p]) * profile.voters
    purse = profile.budget * each
    near = float(price) * reach[ends] <= float(purse) * size[ends] * (1 + NEAR)
    for end in reversed(ends[near].tolist()):
        if price * int(reach[end]) <= purse * int(size[end]):
            return supporters[: end + 1]
    return None
