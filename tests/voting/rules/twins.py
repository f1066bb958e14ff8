"""Slow and obviously right: equal shares and Phragmen, voter by voter, in Fractions."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

from voting.profile import LimitKind, Profile
from voting.rules.options import TieOrder, read


def voters_of(profile: Profile) -> list[dict[int, int]]:
    """One dictionary project -> points for every single voter."""
    ends, voters = profile.indptr.tolist(), []
    for n, weight in enumerate(profile.weights.tolist()):
        part = slice(ends[n], ends[n + 1])
        ballot = dict(
            zip(
                profile.indices[part].tolist(),
                profile.points[part].tolist(),
                strict=True,
            )
        )
        voters += [ballot] * weight
    return voters


def ranks(profile: Profile, parameters: dict[str, object]) -> list[tuple[int, ...]]:
    """The keys of the tie order."""
    return TieOrder(profile, read(profile, parameters, own=())).keys


def worth(profile: Profile, i: int, points: int, satisfaction: str) -> int:
    """What project i is worth to a voter who gave it so many points."""
    return {"cost": int(profile.costs[i]), "votes": 1, "points": points}[satisfaction]


def barred(profile: Profile, i: int, bought: Sequence[int], *, ceilings: bool) -> bool:
    """Whether a conflict or a ceiling keeps i out."""
    if any({i, j} == set(pair) for pair in profile.conflicts for j in bought):
        return True
    return any(
        sum(int(profile.costs[j]) for j in {*bought, i} if j in limit.projects)
        > limit.maximum
        for limit in profile.limits
        if limit.maximum is not None and i in limit.projects
        if ceilings or limit.kind is LimitKind.THEME
    )


def waits(profile: Profile, i: int, bought: Sequence[int]) -> bool:
    """Whether i needs something that is not bought yet."""
    return any(p == i and q not in bought for p, q in profile.needs)


def pots_of(profile: Profile) -> tuple[list[int], list[int], list[int]]:
    """Of each project its pot; of each pot its money and its number of voters."""
    m = len(profile.costs)
    areas = [x for x in profile.limits if x.kind is LimitKind.AREA]
    areas = [x for x in areas if x.maximum is not None]
    apart = all(
        not set(a.projects) & set(b.projects) for a, b in combinations(areas, 2)
    )
    rest = profile.budget - sum(x.maximum or 0 for x in areas)
    if not areas or not apart or rest < 0:
        return [0] * m, [profile.budget], [profile.voters]
    pot = [len(areas)] * m
    for n, area in enumerate(areas):
        for i in area.projects:
            pot[i] = n
    number = [
        sum(any(pot[i] == n for i in ballot) for ballot in voters_of(profile))
        for n in range(len(areas) + 1)
    ]
    return pot, [*(x.maximum or 0 for x in areas), rest], number


def equal_shares(
    profile: Profile,
    satisfaction: str,
    rank: list[tuple[int, ...]],
    *,
    raised: int = 0,
    whole: bool = False,
) -> list[int]:
    """The projects in the order of their purchase."""
    pot, money, number = pots_of(profile)
    start = [Fraction(b, n or 1) for b, n in zip(money, number, strict=True)]
    if whole and raised:
        start = [Fraction(e // profile.unit * profile.unit) for e in start]
    voters = voters_of(profile)
    held = [[e + raised * profile.unit for e in start] for _ in voters]
    bought: list[int] = []
    costs, score = profile.costs.tolist(), profile.score.tolist()
    while True:
        best = None
        for i, cost in enumerate(costs):
            if i in bought or score[i] < 1 or waits(profile, i, bought):
                continue
            if barred(profile, i, bought, ceilings=len(money) == 1):
                continue
            rho = least_rho(
                [
                    (purse[pot[i]], worth(profile, i, ballot[i], satisfaction))
                    for ballot, purse in zip(voters, held, strict=True)
                    if i in ballot
                ],
                cost,
            )
            if rho is not None and (best is None or (rho, rank[i]) < best[0]):
                best = ((rho, rank[i]), i)
        if best is None:
            return bought
        (rho, _), i = best
        for ballot, purse in zip(voters, held, strict=True):
            if i in ballot:
                due = rho * worth(profile, i, ballot[i], satisfaction)
                purse[pot[i]] -= min(purse[pot[i]], due)
        bought.append(i)


def least_rho(supporters: list[tuple[Fraction, int]], cost: int) -> Fraction | None:
    """The rho at which sum min(b, rho u) = cost, tried for every number of poor."""
    if not cost:
        return Fraction(0)
    if sum(b for b, _ in supporters) < cost:
        return None
    rank = sorted(supporters, key=lambda s: s[0] / s[1])
    for k in range(len(rank)):
        rho = (cost - sum((b for b, _ in rank[:k]), Fraction(0))) / sum(
            u for _, u in rank[k:]
        )
        if sum(min(b, rho * u) for b, u in rank) == cost:
            return rho
    raise AssertionError("somebody can pay")


def add_one(
    profile: Profile, satisfaction: str, rank: list[tuple[int, ...]], *, books: bool
) -> tuple[list[int], int]:
    """Add1 for rounds with one pot; the purchases and the number of steps."""
    costs = profile.costs.tolist()
    raised = 0
    bought = equal_shares(profile, satisfaction, rank)
    while True:
        left = profile.budget - sum(costs[i] for i in bought)
        rest = [
            i
            for i in range(len(costs))
            if i not in bought and profile.score[i]
            if not barred(profile, i, bought, ceilings=True)
            if not waits(profile, i, bought)
        ]
        if not [i for i in rest if costs[i] <= left or not books]:
            return bought, raised
        new = equal_shares(
            profile, satisfaction, rank, raised=raised + 1, whole=not books
        )
        if sum(costs[i] for i in new) > profile.budget:
            return bought, raised
        bought, raised = new, raised + 1


def phragmen(profile: Profile, rank: list[tuple[int, ...]]) -> list[int]:
    """The projects in the order of their purchase."""
    pot, money, _ = pots_of(profile)
    voters = voters_of(profile)
    load = [[Fraction(0)] * len(money) for _ in voters]
    bought: list[int] = []
    stopped: set[int] = set()
    costs = profile.costs.tolist()
    left = list(money)
    now = Fraction(0)
    while True:
        times = {}
        for i, cost in enumerate(costs):
            who = [n for n, ballot in enumerate(voters) if i in ballot]
            if i in bought or not who or pot[i] in stopped or cost > money[pot[i]]:
                continue
            if waits(profile, i, bought):
                continue
            if barred(profile, i, bought, ceilings=len(money) == 1):
                continue
            spent = sum((load[n][pot[i]] for n in who), Fraction(0))
            times[i] = max((cost + spent) / len(who), now)
        if not times:
            return bought
        now = min(times.values())
        level = sorted((i for i in times if times[i] == now), key=lambda i: rank[i])
        stopped |= {pot[i] for i in level if costs[i] > left[pot[i]]}
        able = [i for i in level if pot[i] not in stopped]
        if able:
            i = able[0]
            bought.append(i)
            left[pot[i]] -= costs[i]
            for n, ballot in enumerate(voters):
                if i in ballot:
                    load[n][pot[i]] = now
