"""Random small rounds, and the obviously right way to look at their sets."""

from collections.abc import Iterator
from itertools import combinations, pairwise

from hypothesis import strategies as st

from core.chance import Chance
from voting.profile import BallotType, Limit, LimitKind, Profile

NAMES = ("a", "b", "c", "d", "e", "f")


@st.composite
def profiles(draw: st.DrawFn, *, plain: bool = False) -> Profile:
    """Up to six projects and seven voters; amounts small, or long."""
    names = NAMES[: draw(st.integers(1, 6))]
    scale = draw(st.sampled_from([1, 1, 100, 10**11 + 1]))
    costs = {name: draw(st.integers(0, 7)) * scale for name in names}
    ballots = draw(st.lists(st.lists(st.sampled_from(names), max_size=6), max_size=7))
    kinds = [BallotType.APPROVAL, BallotType.ORDINAL]
    budget = draw(st.integers(0, 16)) * scale
    related = {} if plain else draw(_relations(len(names), budget, scale))
    pairs = st.lists(
        st.sampled_from(list(combinations(names, 2)) or [None]), max_size=2
    )
    if not plain and len(names) > 1:
        related |= {"conflicts": draw(pairs), "needs": draw(pairs)}
    return Profile.of(
        costs,
        budget=budget,
        ballots=ballots,
        ballot_type=draw(st.sampled_from(kinds)),
        **related,
    )


@st.composite
def _relations(
    draw: st.DrawFn, many: int, budget: int, scale: int
) -> dict[str, list[Limit]]:
    limits = []
    for kind in LimitKind:
        if draw(st.booleans()):
            members = draw(st.sets(st.integers(0, many - 1), max_size=4))
            most = draw(st.integers(0, 9)) * scale
            limits.append(Limit(kind, kind, tuple(sorted(members)), 0, most))
    return {
        "limits": [x for x in limits if (x.maximum or 0) <= budget or not x.minimum]
    }


def crowded(seed: int, *, areas: bool = False) -> Profile:
    """Up to twenty projects of few different prices, so that many are level."""
    below = Chance(str(seed)).below
    names = [f"p{n}" for n in range(below(19) + 2)]
    prices = [(below(60) + 1) * 10 for _ in range(below(5) + 1)]
    kind = (BallotType.APPROVAL, BallotType.CUMULATIVE)[below(2)]
    ballots = []
    for _ in range(below(40) + 1):
        chosen = sorted({names[below(len(names))] for _ in range(below(6))})
        points = [1 if kind is BallotType.APPROVAL else below(4) + 1 for _ in chosen]
        ballots.append(list(zip(chosen, points, strict=True)))
    half = len(names) // 2
    limits = [Limit("north", LimitKind.AREA, tuple(range(half)), 0, 300)]
    return Profile.of(
        {name: prices[below(len(prices))] for name in names},
        budget=(below(170) + 30) * 10,
        ballots=ballots,
        weights=[below(3) + 1 for _ in ballots],
        ballot_type=kind,
        limits=limits if areas else (),
    )


def allowed(profile: Profile, chosen: tuple[int, ...]) -> bool:
    """Whether a set keeps everything, added up the slow way."""
    costs = profile.costs.tolist()
    money = sum(costs[i] for i in chosen) <= profile.budget
    limits = all(
        limit.minimum
        <= sum(costs[i] for i in chosen if i in limit.projects)
        <= (profile.budget if limit.maximum is None else limit.maximum)
        for limit in profile.limits
    )
    conflicts = not any(i in chosen and j in chosen for i, j in profile.conflicts)
    needs = all(j in chosen for i, j in profile.needs if i in chosen)
    return money and limits and conflicts and needs


def sets(profile: Profile, *, threshold: int = 1) -> Iterator[tuple[int, ...]]:
    """Every allowed set of projects that reach the threshold."""
    open_ = [i for i, score in enumerate(profile.score.tolist()) if score >= threshold]
    for size in range(len(open_) + 1):
        for chosen in combinations(open_, size):
            if allowed(profile, chosen):
                yield chosen


def places(profile: Profile, names: tuple[str, ...]) -> tuple[int, ...]:
    """Positions of the projects."""
    return tuple(i for i, name in enumerate(profile.projects) if name in names)


def again(profile: Profile, **changes: object) -> Profile:
    """The same round with something changed; votes are added by `more`."""
    costs = dict(zip(profile.projects, profile.costs.tolist(), strict=True))
    costs |= changes.pop("costs", {})  # type: ignore[arg-type] # a mapping
    ballots, weights = ballots_of(profile)
    for name, number in changes.pop("more", {}).items():  # type: ignore[attr-defined] # a mapping
        ballots.append([name])
        weights.append(number)
    name_of = profile.projects
    settings = {
        "budget": profile.budget,
        "limits": profile.limits,
        "conflicts": [(name_of[i], name_of[j]) for i, j in profile.conflicts],
        "needs": [(name_of[i], name_of[j]) for i, j in profile.needs],
        **changes,
    }
    return Profile.of(
        costs,
        ballots=ballots,
        weights=weights,
        unit=profile.unit,
        ballot_type=profile.ballot_type,
        **settings,  # type: ignore[arg-type] # any setting
    )


def ballots_of(profile: Profile) -> tuple[list[list[str]], list[int]]:
    """The distinct ballots as lists of ids, and their numbers."""
    ends = profile.indptr.tolist()
    rows = [
        [profile.projects[i] for i in profile.indices[a:b]] for a, b in pairwise(ends)
    ]
    return rows, profile.weights.tolist()
