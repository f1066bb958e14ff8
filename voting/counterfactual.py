"""The same ballots with one thing otherwise: a price, or the votes of one project."""

from dataclasses import replace

import numpy as np

from voting.profile import BallotType, Ints, Profile

# An odd number near 2**32 over the golden ratio: its multiples, taken modulo 2**32,
# are spread evenly however many of them are taken.
SPREAD = 2_654_435_769


def with_price(profile: Profile, i: int, price: int) -> Profile:
    """Project i costs `price` smallest units; ballots and limits stay."""
    costs = profile.costs.copy()
    costs[i] = price
    return replace(profile, costs=costs)


def with_more_votes(profile: Profile, i: int, number: int) -> Profile:
    """So many more voters, each with a ballot that names project i alone.

    Where voters give points, each gives it the most that anybody gave to one
    project; a ranking of one project gives it one point, as any other would.
    """
    points = 1
    if profile.ballot_type.has_points:
        points = int(profile.points.max(initial=1))
    return replace(
        profile,
        indptr=np.append(profile.indptr, profile.indptr[-1] + 1),
        indices=np.append(profile.indices, np.int32(i)),
        points=np.append(profile.points, points),
        weights=np.append(profile.weights, number),
    )


class Supporters:
    """The voters of one project, in an order in which they take their vote back.

    Which of them do so can matter, so they are taken evenly from all of its ballots,
    always in the same order, the first k being among the first k + 1. The voter stays,
    and so does the rest of the ballot with its points (also where it is a ranking).
    """

    def __init__(self, profile: Profile, i: int) -> None:
        self._profile, self._i = profile, i
        lengths = np.diff(profile.indptr)
        self._row = np.repeat(np.arange(len(lengths)), lengths)
        self._mine = self._row[profile.indices == i]
        ends = np.cumsum(profile.weights[self._mine])
        self.number = int(ends[-1]) if len(ends) else 0
        turn = np.arange(self.number, dtype=np.uint64) * SPREAD % 2**32
        order = np.argsort(turn, kind="stable")
        self._owner = np.searchsorted(ends, order, side="right")

    def without(self, number: int) -> Profile:
        """The ballots when the first so many have taken their vote back."""
        profile = self._profile
        taken = np.bincount(self._owner[:number], minlength=len(self._mine))
        weights = profile.weights.copy()
        weights[self._mine] -= taken
        kept = weights > 0
        lighter = np.zeros(len(weights), bool)
        lighter[self._mine[taken > 0]] = True
        first = kept[self._row]
        second = lighter[self._row] & (profile.indices != self._i)
        lengths = np.diff(profile.indptr)
        ends = np.cumsum(np.concatenate((lengths[kept], lengths[lighter] - 1)))
        return replace(
            profile,
            indptr=np.concatenate(([0], ends)).astype(np.int64),
            indices=np.concatenate((profile.indices[first], profile.indices[second])),
            points=np.concatenate((profile.points[first], profile.points[second])),
            weights=np.concatenate((weights[kept], taken[taken > 0])),
        )


def without_projects(profile: Profile, gone: Ints) -> Profile:
    """As if these places had not been on the ballot paper; the voters stay.

    Limits, conflicts and needs are left to the caller, who knows what they become:
    the answer has none. The rest of a ranking closes up.
    """
    kept = np.setdiff1d(np.arange(len(profile.projects)), gone)
    place = np.full(len(profile.projects), -1)
    place[kept] = np.arange(len(kept))
    row = np.repeat(np.arange(len(profile.weights)), np.diff(profile.indptr))
    here = place[profile.indices] >= 0
    return Profile.from_choices(
        projects=[profile.projects[i] for i in kept.tolist()],
        costs=profile.costs[kept],
        budget=profile.budget,
        unit=profile.unit,
        ballot_type=profile.ballot_type,
        ballot=row[here],
        choice=place[profile.indices[here]],
        points=None
        if profile.ballot_type is BallotType.ORDINAL
        else profile.points[here],
        ballots=len(profile.weights),
        weights=profile.weights,
    )
