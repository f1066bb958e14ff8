"""Projects that exclude or need each other, as classes that a knapsack chooses from.

The projects of a round that are related, directly or by others, make one class; every
set of them that the relations allow is a choice of the class, with its cost and gain. A
project without relations is a class of its own: in, or out.
"""

from collections.abc import Iterable, Sequence

Choice = tuple[int, ...]

# Choices of one class: a clique of k has k + 1, twelve unrelated halves 4 096.
MOST = 2048


def classes(
    projects: Sequence[int],
    conflicts: Iterable[tuple[int, int]],
    needs: Iterable[tuple[int, int]],
) -> list[list[Choice]] | None:
    """The choices of each class, the empty one first; None: a class has too many.

    Args:
        projects: those that may be funded.
        conflicts: (i, j), at most one of them.
        needs: (i, j), i only with j; if j is none of the projects, i is in no choice.
    """
    open_ = set(projects)
    enemies: dict[int, set[int]] = {i: set() for i in projects}
    needed: dict[int, set[int]] = {i: set() for i in projects}
    for i, j in conflicts:
        if i in open_ and j in open_:
            enemies[i].add(j)
            enemies[j].add(i)
    for i, j in needs:
        if i in open_:
            needed[i].add(j)
    found = []
    for members in _components(projects, enemies, needed):
        choices = _choices(_needed_first(members, needed), enemies, needed)
        if choices is None:
            return None
        found.append(choices)
    return found


def _components(
    projects: Sequence[int],
    enemies: dict[int, set[int]],
    needed: dict[int, set[int]],
) -> list[list[int]]:
    """The projects by who is related to whom, in their order."""
    near = {i: set(enemies[i]) for i in projects}
    for i in projects:
        for j in needed[i] & near.keys():
            near[i].add(j)
            near[j].add(i)
    found, seen = [], set[int]()
    for i in projects:
        if i in seen:
            continue
        members, queue = {i}, [i]
        while queue:
            more = near[queue.pop()] - members
            members |= more
            queue += more
        seen |= members
        found.append(sorted(members))
    return found


def _needed_first(members: list[int], needed: dict[int, set[int]]) -> list[int]:
    """In an order in which everything comes after what it needs."""
    order: list[int] = []
    rest = set(members)
    while rest:
        ready = sorted(i for i in rest if not needed[i] & rest)
        order += ready
        rest -= {*ready}
    return order


def _choices(
    order: list[int], enemies: dict[int, set[int]], needed: dict[int, set[int]]
) -> list[Choice] | None:
    """All allowed sets of a component; None if they are too many."""
    sets: list[frozenset[int]] = [frozenset()]
    for i in order:
        sets += [
            chosen | {i}
            for chosen in sets
            if needed[i] <= chosen and not enemies[i] & chosen
        ]
        if len(sets) > MOST:
            return None
    return [tuple(sorted(chosen)) for chosen in sets]
