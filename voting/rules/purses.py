"""Whose money pays for what, for the rules that give every voter a share."""

from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from voting.profile import Ints, Limit, LimitKind, Profile

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Pot:
    """Money that is shared among its voters; an area's, or the whole budget."""

    area: str | None
    budget: int
    voters: int


class Supporters(NamedTuple):
    """Who supports a project: (s,) purses, and what it is worth to them.

    `weight` and `voters` are the same number, as are `worth` (None: 1 to all) and
    `points`; `shares` is weight * worth and `total` their exact sum.
    """

    purses: Ints
    weight: Floats
    worth: Floats | None
    shares: Floats
    voters: Ints
    points: Ints
    total: int


@dataclass(frozen=True, slots=True)
class Purses:
    """Every ballot's purse in every pot.

    A round whose areas have budgets of their own, none of them sharing a project and
    all of them within the whole budget, is one election per area: an area's money is
    shared by the voters who support something in it, and what the areas leave is
    shared by those who support something outside them. Any other round has one pot,
    shared by every ballot, the empty ones included, and areas are mere ceilings.

    Args:
        pots: the pots.
        pot: (m,) the pot that pays for each project.
        costs: (m,) smallest units.
        of: (m,) the supporters of each project.
        start: (purses,) the pot of each purse.
        whose, weight, ends: (c,), (c,), (m+1,): the supporters in one row, where those
            of project i stand in ends[i]:ends[i+1].
    """

    pots: tuple[Pot, ...]
    pot: tuple[int, ...]
    costs: tuple[int, ...]
    of: tuple[Supporters, ...]
    start: Ints
    whose: Ints
    weight: Floats
    ends: Ints


def purses(profile: Profile, *, by_points: bool) -> Purses:
    """The purses of a round; `by_points`: supporters differ in what it is worth."""
    areas = _areas(profile)
    m, width = len(profile.projects), len(areas) + 1
    pot = [len(areas)] * m
    for n, area in enumerate(areas):
        for i in area.projects:
            pot[i] = n
    ballots = len(profile.weights)
    owner = np.arange(ballots).repeat(profile.indptr[1:] - profile.indptr[:-1])
    if areas:
        owner = owner * width + np.array(pot, np.int64)[profile.indices]
    # Radix sort, which numpy has for 16 bits only, is several times as fast.
    small = profile.indices.astype(np.uint16 if m < 2**16 else np.int32)
    order = small.argsort(kind="stable")
    whose = owner[order]
    voters = profile.weights[whose // width if areas else whose]
    weight = voters.astype(np.float64)
    ends = np.zeros(m + 1, np.int64)
    np.bincount(small, minlength=m).cumsum(out=ends[1:])
    parts = list(map(slice, ends[:-1].tolist(), ends[1:].tolist()))
    if by_points:
        of = _by_points(profile, profile.points[order], whose, voters, parts)
    else:
        of = _by_votes(profile, whose, voters, weight, parts)
    return Purses(
        pots=_pots(profile, areas, owner),
        pot=tuple(pot),
        costs=tuple(profile.costs.tolist()),
        of=of,
        start=np.arange(width * ballots) % width,
        whose=whose,
        weight=weight,
        ends=ends,
    )


def _areas(profile: Profile) -> list[Limit]:
    """The areas that are elections of their own, if they can be."""
    areas = [
        limit
        for limit in profile.limits
        if limit.kind is LimitKind.AREA and limit.maximum is not None
    ]
    apart = not any(
        set(a.projects) & set(b.projects) for a, b in combinations(areas, 2)
    )
    within = sum(limit.maximum or 0 for limit in areas) <= profile.budget
    return areas if apart and within else []


def _pots(profile: Profile, areas: list[Limit], owner: Ints) -> tuple[Pot, ...]:
    if not areas:
        return (Pot(None, profile.budget, profile.voters),)
    width = len(areas) + 1
    used = np.unique(owner)
    voters = np.zeros(width, np.int64)
    np.add.at(voters, used % width, profile.weights[used // width])
    rest = profile.budget - sum(limit.maximum or 0 for limit in areas)
    named = [(limit.name, limit.maximum or 0) for limit in areas]
    return tuple(
        Pot(area, money, int(number))
        for (area, money), number in zip(
            [*named, (None, rest)], voters.tolist(), strict=True
        )
    )


def _by_votes(
    profile: Profile, whose: Ints, voters: Ints, weight: Floats, parts: list[slice]
) -> tuple[Supporters, ...]:
    ones = np.ones(len(whose), np.int64)
    many = zip(parts, profile.votes.tolist(), strict=True)
    return tuple(
        [
            Supporters(whose[k], w := weight[k], None, w, voters[k], ones[k], total)
            for k, total in many
        ]
    )


def _by_points(
    profile: Profile, points: Ints, whose: Ints, voters: Ints, parts: list[slice]
) -> tuple[Supporters, ...]:
    weight, worth = voters.astype(np.float64), points.astype(np.float64)
    columns = (whose, weight, worth, weight * worth, voters, points)
    many = zip(parts, profile.score.tolist(), strict=True)
    return tuple(
        [Supporters(*[column[k] for column in columns], total) for k, total in many]
    )
