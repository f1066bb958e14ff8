"""A round divided into knapsacks, as far as its limits and relations allow it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from voting.profile import Limit, LimitKind, Profile
from voting.rules.cells import Cells, Side
from voting.rules.choices import Choices
from voting.rules.classes import classes
from voting.rules.exact import Row
from voting.rules.knapsack import Knapsack
from voting.rules.pots import Pot, Pots

if TYPE_CHECKING:
    from voting.rules.search import Search


def divided(search: "Search", *, apart: bool = True) -> Pots | None:
    """The pots of the round; None where related projects have too many choices.

    Areas that share no project, hold all of them and are together within the budget: a
    pot each. Sides of several pots together (a theme across areas), and relations
    across them, are not looked at, but the answer is: it counts only if it keeps them.
    Else, and not `apart`, there is one pot, and the areas are sides of it, as are
    themes.
    """
    profile = search.profile
    areas = _apart(profile) if apart else []
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
    profile = search.profile
    # What needs a project below the threshold is lost; another pot's is not known here.
    mine = {*projects}
    there = mine | search.below.keys()
    conflicts = [pair for pair in profile.conflicts if mine >= {*pair}]
    needs = [(i, j) for i, j in profile.needs if i in mine and j in there]
    sides = _sides(search, limits)
    if sides:
        return _in_cells(search, _Share(projects, money, conflicts, needs), sides)
    gains = [search.gains[i] for i in projects]
    costs = [search.costs[i] for i in projects]
    if not conflicts and not needs:
        return Pot(projects, money, Knapsack(gains, costs, money))
    found = classes(projects, conflicts, needs)
    if found is None:
        return None
    table = Choices(gains, costs, money, _placed(projects, found))
    return Pot(projects, money, table)


def _placed(
    projects: list[int], found: list[list[tuple[int, ...]]]
) -> list[list[tuple[int, ...]]]:
    """Choices with places among some projects in place of the projects."""
    place = {i: k for k, i in enumerate(projects)}
    return [[tuple(place[i] for i in chosen) for chosen in each] for each in found]


@dataclass(frozen=True, slots=True)
class _Share:
    """A pot's projects, money, conflicts and needs."""

    projects: list[int]
    money: int
    conflicts: list[tuple[int, int]]
    needs: list[tuple[int, int]]


def _in_cells(
    search: "Search", share: _Share, sides: list[tuple[Row, float]]
) -> Pot | None:
    """A pot with rows besides its money: those of limits, and of what is related.

    Projects that are related and lie in the same limits are a class; of others the
    relation is a row.
    """
    projects, money = share.projects, share.money
    inside: dict[int, set[int]] = {i: set() for i in projects}
    for n, (row, _) in enumerate(sides):
        for i, _ in row.terms:
            if i in inside:
                inside[i].add(n)

    def close(i: int, j: int) -> bool:
        return j not in inside or inside[i] == inside[j]

    found = classes(
        projects,
        [pair for pair in share.conflicts if close(*pair)],
        [pair for pair in share.needs if close(*pair)],
    )
    if found is None:
        return None
    far = [{*x} for x in (*share.conflicts, *share.needs) if not close(*x)]
    place = {i: k for k, i in enumerate(projects)}
    own = []
    for row, price in (*sides, *_related(search, far)):
        terms = tuple((place[i], a) for i, a in row.terms if i in place)
        own.append(Side(Row(terms, row.most), price))
    gains = [search.gains[i] for i in projects]
    costs = [search.costs[i] for i in projects]
    table = Choices(gains, costs, money, _placed(projects, found))
    return Pot(projects, money, Cells(table, _price(search, projects, money), own))


def _related(search: "Search", pairs: list[set[int]]) -> list[tuple[Row, float]]:
    """The rows of some conflicts and needs, with their prices."""
    limits = search.profile.limits
    first = 1 + sum((x.maximum is not None) + (x.minimum > 0) for x in limits)
    rows = zip(search.program.rows, search.priced(), strict=True)
    return [
        (row, price)
        for row, price in list(rows)[first:]
        if any(pair <= {i for i, _ in row.terms} for pair in pairs)
    ]


def _price(search: "Search", projects: list[int], money: int) -> float:
    """What the money of a pot is worth: its row is the first that is about it all."""
    own = {*projects}
    for row, price in zip(search.program.rows, search.priced(), strict=True):
        if row.most == money and own <= {i for i, a in row.terms if a > 0}:
            return price
    return 0.0


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
