"""A knapsack that takes one choice of every class.

The plain knapsack (`knapsack.py`) is the case in which every class is a project, in or
out. Here a class is a group of projects that exclude or need each other.
"""

from collections.abc import Sequence
from itertools import pairwise
from math import gcd

import numpy as np

from voting.rules.knapsack import CELLS, LARGEST, STATES, Floats, Ints, Packed, Task
from voting.rules.list_search import ListSearch

# Above any gain per cost.
FREE = 4e18


class Choices:
    """Classes of choices with gains and costs, and the money for them.

    Args:
        gains, costs: (m,) of the projects, from 0.
        budget: of the whole.
        classes: the choices of each class, sets of places, the empty one first.
    """

    def __init__(
        self,
        gains: Sequence[int],
        costs: Sequence[int],
        budget: int,
        classes: Sequence[Sequence[tuple[int, ...]]],
    ) -> None:
        self.gains, self.costs, self.states = gains, costs, STATES
        most = max(sum(gains), sum(costs), budget)
        self.exact = most <= LARGEST and min(gains, default=0) >= 0
        self.unit, self.step = gcd(*costs) or 1, gcd(*gains) or 1
        self.budget = budget // self.unit
        self.members: list[tuple[int, ...]] = []
        owner: list[int] = []
        for k, choices in enumerate(classes):
            # The cheapest first: it wins where two are as good.
            ranked = sorted(choices, key=lambda c: (sum(costs[i] for i in c), c))
            self.members += ranked
            owner += [k] * len(ranked)
        self.owner: Ints = np.array(owner, np.int64)
        self.many = len(classes)
        # (K,) the first choice of each class.
        self.start: Ints = np.searchsorted(self.owner, np.arange(self.many))
        if self.exact:
            self._add_up()

    def _add_up(self) -> None:
        """What each choice costs and gains."""
        where = [(c, i) for c, those in enumerate(self.members) for i in those]
        pairs = np.array(where, np.int64).reshape(-1, 2)
        # (F,) choice and project of every membership, by project.
        pairs = pairs[np.argsort(pairs[:, 1], kind="stable")]
        self.choice_of, self.project_of = pairs[:, 0], pairs[:, 1]
        self.cost = self.sums([c // self.unit for c in self.costs])
        self.gain = self.sums([g // self.step for g in self.gains])
        self._climb()

    def sums(self, worth: Sequence[int]) -> Ints:
        """(C,) the sum of something over the projects of each choice."""
        total = np.zeros(len(self.members), np.int64)
        np.add.at(total, self.choice_of, np.array(worth, np.int64)[self.project_of])
        return total

    def _climb(self) -> None:
        """The steps from each class's least choice to dearer ones, best rate first.

        The upper hull of its choices in the plane of cost and gain: the linear
        relaxation takes these steps one after the other.
        """
        found: list[tuple[float, int, int]] = []
        cost, gain = self.cost.tolist(), self.gain.tolist()
        ends = np.append(self.start, len(cost)).tolist()
        for k, (a, b) in enumerate(pairwise(ends)):
            found += [(rate, more, k) for rate, more in _hull(cost[a:b], gain[a:b])]
        found.sort(key=lambda step: -step[0])
        self.rates: Floats = np.array([rate for rate, _, _ in found], np.float64)
        self.steps: Ints = np.array([more for _, more, _ in found], np.int64)
        self.climber: Ints = np.array([k for _, _, k in found], np.int64)

    def solve(self, tasks: Sequence[Task]) -> list[Packed | None]:
        """The best set for each task; None where it is given up.

        As `Knapsack.solve`: a set is None within `Packed` if no allowed one has what
        the task wants inside.
        """
        rows = max(1, CELLS // max(1, len(self.members)))
        found: list[Packed | None] = []
        for start in range(0, len(tasks), rows):
            found += self._some(tasks[start : start + rows])
        return found

    def _some(self, tasks: Sequence[Task]) -> list[Packed | None]:
        if not self.exact or self.states < 0:
            return [None] * len(tasks)
        search = ListSearch(self, tasks)
        picked, gained = search.run()
        self.states -= search.states
        chosen = np.zeros((len(tasks), len(self.gains)), np.bool_)
        if len(self.project_of):
            first = np.flatnonzero(np.diff(self.project_of, prepend=-1))
            taken = np.logical_or.reduceat(picked[:, self.choice_of], first, axis=1)
            chosen[:, self.project_of[first]] = taken
        found: list[Packed | None] = []
        for n in range(len(tasks)):
            packed = Packed(None, 0)
            if gained[n] >= 0:
                packed = Packed(chosen[n], gained[n] * self.step)
            found.append(None if search.given_up[n] else packed)
        return found


def _hull(cost: list[int], gain: list[int]) -> list[tuple[float, int]]:
    """(rate, money) of each step up the hull; costs rise."""
    corners: list[tuple[int, int]] = []
    for c, v in zip(cost, gain, strict=True):
        if corners and v <= corners[-1][1]:
            continue
        while corners and (
            c == corners[-1][0]
            or (
                len(corners) > 1
                and _rate(corners[-1], (c, v)) >= _rate(corners[-2], corners[-1])
            )
        ):
            corners.pop()
        corners.append((c, v))
    return [(_rate(a, b), b[0] - a[0]) for a, b in pairwise(corners)]


def _rate(low: tuple[int, int], high: tuple[int, int]) -> float:
    money = high[0] - low[0]
    return (high[1] - low[1]) / money if money else FREE
