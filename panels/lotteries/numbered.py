"""From shares of panels to 1 000 numbered panels of people, each equally likely.

A share rarely is a whole number of thousandths. Each panel first gets its whole
thousandths; the rest are given one by one to the panel that brings everybody's chance
nearest to what it was, and then exchanged as long as that helps. (Drawing the rest at
random would keep each panel's share on average, and move single chances three times
as far: several hundred panels with small shares are the rule.) Within a kind the seats
go round, in an order that is drawn anew for each turn.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from core.chance import Chance
from panels.lotteries.kinds import Kinds
from panels.lotteries.mixing import Mixed
from panels.lotteries.solver import Whole
from panels.pool import Pool
from panels.selection import Lottery

PANELS = 1_000
_EXCHANGES = 2_000
# An exchange that helps by less would go round and round.
_ZERO = 1e-12


def numbered(
    name: str,
    pool: Pool,
    kinds: Kinds,
    mixed: Mixed,
    chance: Chance,
    *,
    bound: float,
    gap: float,
) -> Lottery:
    """The lottery that is published and drawn from."""
    mixed = mixed.used()
    copies = copies_of(mixed, kinds)
    order = chance.shuffle([p for p, n in enumerate(copies) for _ in range(n)])
    panels = seat([mixed.panels[p] for p in order], kinds, chance)
    by_kind = mixed.chances(kinds)
    ideal = np.zeros(len(pool))
    for kind, members in enumerate(kinds.members):
        for _, places in members:
            ideal[list(places)] = by_kind[kind]
    chances = np.bincount(panels.reshape(-1), minlength=len(pool)) / len(panels)
    return Lottery(
        name,
        panels,
        chances,
        ideal,
        portfolio=len(mixed.shares),
        least_bound=bound,
        gap=gap,
    )


def copies_of(mixed: Mixed, kinds: Kinds, *, count: int = PANELS) -> list[int]:
    """How many of `count` numbered panels are of each kind of panel; deterministic."""
    weighed = mixed.panels / kinds.people
    norms = (weighed**2).sum(axis=1)
    copies = np.floor(mixed.shares * count + 1e-9).astype(np.int64)
    owed = (mixed.shares * count - copies) @ weighed
    for _ in range(count - int(copies.sum())):
        panel = int(np.argmax(2 * (weighed @ owed) - norms))
        copies[panel] += 1
        owed -= weighed[panel]
    for _ in range(_EXCHANGES):
        scores = weighed @ owed
        held = np.flatnonzero(copies)
        out = int(held[np.argmin(2 * scores[held] + norms[held])])
        without = owed + weighed[out]
        back = int(np.argmax(2 * (weighed @ without) - norms))
        if back == out:
            break
        after = without - weighed[back]
        if after @ after >= owed @ owed - _ZERO:
            break
        copies[out] -= 1
        copies[back] += 1
        owed = after
    return [int(n) for n in copies]


def seat(panels: Iterable[Whole], kinds: Kinds, chance: Chance) -> NDArray[np.int64]:
    """(L, size), the people of each panel: within a kind everybody in turn."""
    turns = [_Turns(len(members), chance) for members in kinds.members]
    inside = [
        [_Turns(len(places), chance) for _, places in members]
        for members in kinds.members
    ]
    classes = [list(each) for each, _ in kinds.homes]
    together = {kind: c for c, each in enumerate(classes) for kind in each}
    rows = []
    for panel in panels:
        taken: dict[int, set[int]] = {}
        row: list[int] = []
        # Where a home class is nearly full, its largest share chooses first.
        for kind in sorted(np.flatnonzero(panel).tolist(), key=lambda t: -panel[t]):
            used = taken.setdefault(together.get(kind, -1 - kind), set())
            for home in turns[kind].take(int(panel[kind]), used):
                used.add(home)
                places = kinds.members[kind][home][1]
                row.append(places[inside[kind][home].take(1, set())[0]])
        rows.append(sorted(row))
    return np.array(rows, dtype=np.int64)


class _Turns:
    """Everybody has a turn before anybody has a second one."""

    def __init__(self, count: int, chance: Chance) -> None:
        self._count, self._chance = count, chance
        self._waiting: list[int] = []

    def take(self, wanted: int, used: set[int]) -> list[int]:
        """The next ones that are not used already; those wait for another panel."""
        if self._count == 1:
            return [0] * wanted
        found: list[int] = []
        while len(found) < wanted:
            if all(each in used or each in found for each in self._waiting):
                self._waiting += self._chance.shuffle(range(self._count))
            place = next(
                i
                for i, each in enumerate(self._waiting)
                if each not in used and each not in found
            )
            found.append(self._waiting.pop(place))
        return found
