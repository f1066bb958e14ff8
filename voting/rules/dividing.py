"""A round divided into knapsacks, as far as its limits and relations allow it."""

from typing import TYPE_CHECKING

from voting.profile import Limit, LimitKind, Profile
from voting.rules.choices import Choices, Side
from voting.rules.classes import classes
from voting.rules.exact import Row
from voting.rules.knapsack import STATES, Knapsack
from voting.rules.pots import Pot, Pots

if TYPE_CHECKING:
    from voting.rules.search import Search

# What the list search may try where sides bind: some tenths of a second. Where that
# is not enough, the solver is the faster one (measured).
FEW = 300_000


def divided(search: "Search") -> Pots | None:
    """The pots of the round; None where related projects have too many choices.

    Areas that share no project, hold all of them and are together within the budget: a
    pot each. Else there is one pot, and the areas are sides of it, as are themes.
    Sides of several pots together (a theme across areas), and relations across them,
    are not looked at, but the answer is: it counts only if it keeps them.
    """
    profile = search.profile
    areas = _apart(profile)
    shares = areas or [(tuple(range(len(profile.projects))), profile.budget)]
    where = {i: n for n, (projects, _) in enumerate(shares) for i in projects}
    limits = [x for x in profile.limits if not (areas and x.kind is LimitKind.AREA)]
    pots, inside = [], set[int]()
    for projects, money in shares:
        open_ = [i for i in projects if i not in search.below]
        mine = [x for x in limits if {*x.projects} <= {*projects}]
        inside |= {id(x) for x in mine}
        pot = _pot(search, open_, money, mine)
        if pot is None:
            return None
        pots.append(pot)
    pairs = (*profile.conflicts, *profile.needs)
    bound = {i for pair in pairs for i in pair} | {
        i for x in limits for i in x.projects
    }
    across = any(id(x) not in inside for x in limits)
    across |= any(where[i] != where[j] for i, j in pairs)
    rank = [0] * len(where)
    for n, i in enumerate(search.by_ties(range(len(rank)))):
        rank[i] = n
    allows = search.program.allows if across else None
    return Pots(pots, search.gains, search.costs, rank, bound=bound, allows=allows)


def _apart(profile: Profile) -> list[tuple[tuple[int, ...], int]]:
    """The projects and the money of each area; none unless they are elections apart."""
    areas = [
        (x.projects, x.maximum)
        for x in profile.limits
        if x.kind is LimitKind.AREA and x.maximum is not None and not x.minimum
    ]
    number = sum(x.kind is LimitKind.AREA for x in profile.limits)
    members = sorted(i for projects, _ in areas for i in projects)
    whole = members == list(range(len(profile.projects))) and len(areas) == number
    return areas if whole and sum(most for _, most in areas) <= profile.budget else []


def _pot(
    search: "Search", projects: list[int], money: int, limits: list[Limit]
) -> Pot | None:
    gains = [search.gains[i] for i in projects]
    costs = [search.costs[i] for i in projects]
    profile, mine = search.profile, {*projects}
    conflicts = [pair for pair in profile.conflicts if mine >= {*pair}]
    # What needs a project below the threshold is lost; another pot's is not known here.
    there = mine | search.below.keys()
    needs = [(i, j) for i, j in profile.needs if i in mine and j in there]
    rows = _sides(search, limits)
    if not conflicts and not needs and not rows:
        return Pot(projects, money, Knapsack(gains, costs, money))
    found = classes(projects, conflicts, needs)
    if found is None:
        return None
    place = {i: k for k, i in enumerate(projects)}
    choices = [[tuple(place[i] for i in chosen) for chosen in each] for each in found]
    sides = [
        Side(
            Row(tuple((place[i], a) for i, a in row.terms if i in place), row.most),
            price,
        )
        for row, price in rows
    ]
    states = FEW if sides else STATES
    table = Choices(gains, costs, money, choices, sides, states=states)
    return Pot(projects, money, table)


def _sides(search: "Search", limits: list[Limit]) -> list[tuple[Row, float]]:
    """The rows of the limits that can bind, with their prices."""
    costs, rows = search.costs, []
    for limit in limits:
        terms = tuple((i, costs[i]) for i in limit.projects)
        able = sum(c for i, c in terms if i not in search.below)
        if limit.maximum is not None and able > limit.maximum:
            rows.append(Row(terms, limit.maximum))
        if limit.minimum:
            rows.append(Row(tuple((i, -c) for i, c in terms), -limit.minimum))
    if not rows:
        return []
    places = [search.program.rows.index(row) for row in rows]
    return [(row, search.priced()[at]) for row, at in zip(rows, places, strict=True)]
