"""The same ballots with fewer projects, or with the projects in another order."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from voting.profile import BallotType, Profile


def arranged(profile: Profile, places: Sequence[int]) -> Profile:
    """The profile with only these projects, in this order; every voter stays.

    Conflicts and needs, which no file states, are left out.
    """
    if list(places) == list(range(len(profile.projects))):
        return profile
    rank = np.full(len(profile.projects), -1, np.int64)
    rank[list(places)] = np.arange(len(places))
    rows = np.repeat(np.arange(len(profile.weights)), np.diff(profile.indptr))
    new = rank[profile.indices]
    kept = new >= 0
    limits = [
        replace(limit, projects=tuple(int(rank[i]) for i in inside))
        for limit in profile.limits
        if (inside := [i for i in limit.projects if rank[i] >= 0])
    ]
    return Profile.from_choices(
        projects=[profile.projects[i] for i in places],
        costs=profile.costs[list(places)],
        budget=profile.budget,
        unit=profile.unit,
        ballot_type=profile.ballot_type,
        ballot=rows[kept],
        choice=new[kept],
        points=profile.points[kept],
        ballots=len(profile.weights),
        weights=profile.weights.tolist(),
        limits=limits,
    )


def by_scores(profile: Profile, scores: Sequence[int]) -> Profile:
    """A profile in which each project has exactly this score, as votes."""
    return Profile.from_choices(
        projects=profile.projects,
        costs=profile.costs,
        budget=profile.budget,
        unit=profile.unit,
        ballot_type=BallotType.APPROVAL,
        ballot=range(len(scores)),
        choice=range(len(scores)),
        ballots=len(scores),
        weights=scores,
        limits=profile.limits,
    )
