"""The plain case, one budget and nothing else, exactly and fast: many at a time.

A rule asks for the best set, and then for the best set with each project that is not
in it. These are knapsacks over the same items, so they are searched side by side:
every step of the search is a few numpy calls for all of them together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

import numpy as np
from numpy.typing import NDArray

# Sums stay exact in int64, and their float images tight, below this.
LARGEST = 2**60
# Cells of a table with a row per knapsack and a column per item.
CELLS = 2_000_000
# States that one knapsack may hold at once, and all of them in all steps together.
CROWD, STATES = 200_000, 10_000_000
# Items in a core that make it worth while to look for a better set first.
MANY = 20
# What a float64 of two or three roundings may be off by, with room to spare.
NEAR = 1e-12
# Above gain / cost of any item.
HOPELESS = 4e18

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Task:
    """A knapsack over the common items: some are in, some are out, the rest is open."""

    inside: frozenset[int] = frozenset()
    outside: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class Packed:
    """The best set, (m,) which items, and its gains; None: the inside is too dear."""

    chosen: Bools | None
    value: int


class Knapsack:
    """Items with gains and costs, and the money for them.

    Pisinger's list method (A Minimal Algorithm for the 0-1 Knapsack Problem, 1997):
    the items by falling gain / cost are taken until one breaks the budget; from that
    set on, one item after the other around the break may be added (behind it) or
    removed (before it). The states (cost, gain) that another one beats are dropped, and
    so are those which the linear relaxation of the other items cannot lift above the
    best set known. Costs and gains are int64; the bound is a float that is rounded up,
    so it never cuts a better set.
    """

    def __init__(self, gains: Sequence[int], costs: Sequence[int], budget: int) -> None:
        self.gains, self.costs, self.budget = gains, costs, budget
        self.states = STATES
        most = max(sum(gains), sum(costs), budget)
        self.exact = most <= LARGEST and min(gains, default=0) >= 0
        # Smaller numbers: the money beyond a multiple of all costs is of no use.
        self.unit, self.step = gcd(*costs) or 1, gcd(*gains) or 1
        items = [j for j, g in enumerate(gains) if g > 0] if self.exact else []
        rate = [gains[j] / costs[j] if costs[j] else np.inf for j in range(len(gains))]
        self.items = sorted(items, key=lambda j: (-rate[j], j))
        self.place = {j: k for k, j in enumerate(self.items)}
        self.gain = np.array([gains[j] // self.step for j in self.items], np.int64)
        self.cost = np.array([costs[j] // self.unit for j in self.items], np.int64)

    def solve(self, tasks: Sequence[Task]) -> list[Packed | None]:
        """The best set within the budget for each task; None where it is given up.

        That is where the search grows too large, and everywhere if the numbers are
        too long. What gains nothing is only chosen where a task wants it inside.
        """
        rows = max(1, CELLS // max(1, len(self.items)))
        found: list[Packed | None] = []
        for start in range(0, len(tasks), rows):
            found += self._some(tasks[start : start + rows])
        return found

    def _some(self, tasks: Sequence[Task]) -> list[Packed | None]:
        if not self.exact or self.states < 0:
            return [None] * len(tasks)
        spent = [sum(self.costs[j] for j in task.inside) for task in tasks]
        rooms = [(self.budget - cost) // self.unit for cost in spent]
        search = _Search(self, tasks, np.array(rooms, np.int64))
        taken, gained = search.run()
        self.states -= search.states
        chosen = np.zeros((len(tasks), len(self.gains)), np.bool_)
        chosen[:, self.items] = taken
        found: list[Packed | None] = []
        for n, task in enumerate(tasks):
            inside = list(task.inside)
            chosen[n, inside] = True
            value = gained[n] * self.step + sum(self.gains[j] for j in inside)
            packed = Packed(chosen[n], value) if rooms[n] >= 0 else Packed(None, 0)
            found.append(None if search.given_up[n] else packed)
        return found


class _Search:
    """Some tasks side by side, one row of every table each.

    Costs and gains of states are counted from the break set of their task.
    """

    def __init__(self, table: Knapsack, tasks: Sequence[Task], rooms: Ints) -> None:
        self.gain, self.cost = table.gain, table.cost
        self.limit, self.states = table.states, 0
        many, width = len(tasks), len(self.gain)
        open_ = np.ones((many, width), np.bool_)
        for n, task in enumerate(tasks):
            shut = [table.place.get(j) for j in task.inside | task.outside]
            open_[n, [k for k in shut if k is not None]] = False
        open_ &= self.cost <= rooms[:, None]
        spent = np.cumsum(np.where(open_, self.cost, 0), axis=1)
        # (n,) the item that no longer fits; all before it do.
        self.broke: Ints = (spent <= rooms[:, None]).sum(axis=1)
        self.before = open_ & (np.arange(width) < self.broke[:, None])
        self.room: Ints = rooms - (self.before @ self.cost)
        self.open = open_
        self.given_up = np.zeros(many, np.bool_)
        # What the best set known gains more than the break set: one item more.
        fits = open_ & ~self.before & (self.cost <= self.room[:, None])
        more = np.where(fits, self.gain, 0)
        self.best: Ints = more.max(axis=1, initial=0)
        self.added: Ints = more.argmax(axis=1) if width else np.zeros(many, np.int64)
        self.removed: Ints = np.full(many, -1, np.int64)
        # Where a state was the best one: its step and its place there.
        self.step: Ints = np.zeros(many, np.int64)
        self.at: Ints = np.full(many, -1, np.int64)
        self.parents: list[Ints] = []
        self.took: list[Bools] = []

    def run(self) -> tuple[Bools, list[int]]:
        """(n, k) the open items that each task takes, and what they gain."""
        self._settle()
        for n in np.flatnonzero(self.core.sum(axis=1) > MANY).tolist():
            self._exchange(n)
        self._settle()
        self._queue()
        task = np.flatnonzero(self.core.any(axis=1))
        cost, value = np.zeros(len(task), np.int64), np.zeros(len(task), np.int64)
        for k in range(len(self.queue)):
            if not len(task):
                break
            task, cost, value = self._next(k, task, cost, value)
        gained: list[int] = (self.before @ self.gain + self.best).tolist()
        for n in np.flatnonzero(self.best > 0).tolist():
            self._go_back(n)
        return self.before, gained

    def _price(self) -> Floats:
        """(n,) gain per cost of the item that breaks each budget; 0 without one."""
        rate = np.append(self.gain / np.maximum(self.cost, 1), 0.0)
        price: Floats = rate[self.broke]
        return price

    def _settle(self) -> None:
        """(n, k) the core: the open items that a better set may have otherwise.

        At the price of the breaking item, leaving out one before it, or taking one
        behind it, costs the relaxation |gain - price * cost|. Where that is more than
        what separates it from the best set known, the item is settled.
        """
        price = self._price()[:, None]
        worth = price * self.cost
        top = price * self.room[:, None]
        slack = NEAR * (top + self.gain + worth) + 1e-6
        self.reach = np.floor(top - np.abs(self.gain - worth) + slack)
        # What costs nothing is in every set.
        open_ = self.open & (self.cost > 0)
        self.core: Bools = open_ & (self.reach > self.best[:, None])

    def _exchange(self, n: int) -> None:
        """Try to bring in one item of a task's core in place of another.

        Where many items have about the same rate, some pair leaves hardly any money,
        and settles most of the others.
        """
        core = np.flatnonzero(self.core[n])
        before, behind = core[core < self.broke[n]], core[core >= self.broke[n]]
        before = before[np.argsort(self.cost[before], kind="stable")]
        # (k,) of the items that are as dear or dearer, the one that gains least.
        gain = self.gain[before]
        least = np.minimum.accumulate(gain[::-1])[::-1]
        at = np.searchsorted(self.cost[before], self.cost[behind] - self.room[n])
        fits = np.flatnonzero(at < len(before))
        more = self.gain[behind[fits]] - least[at[fits]]
        if not len(more) or more.max() <= self.best[n]:
            return
        k = int(more.argmax())
        place = int(at[fits[k]])
        self.best[n] = more[k]
        self.added[n] = behind[fits[k]]
        self.removed[n] = before[place + int(gain[place:].argmin())]

    def _queue(self) -> None:
        """(steps, n) the core of each task from the break outwards; -1: no more."""
        many = len(self.core)
        row, item = np.nonzero(self.core)
        behind = item >= self.broke[row]
        # Places from the break outwards, on either side: 1st, 2nd, ...
        rank = np.cumsum(self.core, axis=1)
        left = (self.core & self.before).sum(axis=1)
        far = np.where(behind, rank[row, item] - left[row], 0)
        far += np.where(behind, 0, left[row] - rank[row, item] + 1)
        order = np.lexsort((~behind, far, row))
        row, item, behind = row[order], item[order], behind[order]
        length = np.bincount(row, minlength=many)
        start = np.cumsum(length) - length
        place = np.arange(len(row)) - start[row]
        steps = int(length.max(initial=0))
        self.queue = np.full((steps, many), -1, np.int64)
        self.queue[place, row] = item
        self._rates(row, item, place, behind, steps)

    def _rates(
        self, row: Ints, item: Ints, place: Ints, behind: Bools, steps: int
    ) -> None:
        """After each step: the best rate to be added, the least that can be removed.

        (steps, n) each; what could be removed from a set is before the break.
        """
        rate = self.gain[item] / self.cost[item]
        self.add = np.zeros((steps + 1, len(self.open)))
        self.drop = np.full((steps + 1, len(self.open)), HOPELESS)
        self.add[place[behind], row[behind]] = rate[behind]
        self.drop[place[~behind], row[~behind]] = rate[~behind]
        self.add = np.maximum.accumulate(self.add[::-1], axis=0)[::-1][1:]
        self.drop = np.minimum.accumulate(self.drop[::-1], axis=0)[::-1][1:]

    def _next(
        self, k: int, task: Ints, cost: Ints, value: Ints
    ) -> tuple[Ints, Ints, Ints]:
        """The states with and without the k-th item of their task that are of use."""
        item = self.queue[k][task]
        # The best set known may have settled the item by now.
        use = np.flatnonzero((item >= 0) & (self.reach[task, item] > self.best[task]))
        parent = np.concatenate((np.arange(len(task)), use))
        took = np.arange(len(parent)) >= len(task)
        sign = np.where(item[use] >= self.broke[task[use]], 1, -1)
        cost = np.concatenate((cost, cost[use] + sign * self.cost[item[use]]))
        value = np.concatenate((value, value[use] + sign * self.gain[item[use]]))
        task = task[parent]
        fresh = self._better(task, cost, value)
        kept = np.flatnonzero(fresh | self._hopeful(k, task, cost, value))
        order = kept[np.lexsort((-value[kept], cost[kept], task[kept]))]
        order = order[undominated(task[order], value[order])]
        order = order[~self._crowded(task[order])[task[order]]]
        self.parents.append(parent[order].astype(np.int32))
        self.took.append(took[order])
        task, cost, value = task[order], cost[order], value[order]
        found = np.flatnonzero(fresh[order] & (value == self.best[task]))
        self.step[task[found]], self.at[task[found]] = k, found
        return task, cost, value

    def _better(self, task: Ints, cost: Ints, value: Ints) -> Bools:
        """Which states fit and gain more than all before; notes what they gain."""
        gained = np.where(cost <= self.room[task], value, 0)
        fresh: Bools = gained > self.best[task]
        np.maximum.at(self.best, task[fresh], gained[fresh])
        return fresh

    def _hopeful(self, k: int, task: Ints, cost: Ints, value: Ints) -> Bools:
        """Which states the items after the k-th may lift above the best set known."""
        room = self.room[task] - cost
        more = room * np.where(room >= 0, self.add[k][task], self.drop[k][task])
        slack = NEAR * (np.abs(value) + np.abs(more)) + 1e-6
        up: Bools = np.floor(value + more + slack) > self.best[task]
        return up

    def _crowded(self, task: Ints) -> Bools:
        """(n,) the tasks that are given up now: too many states, or no time left."""
        held = np.bincount(task, minlength=len(self.open))
        crowded: Bools = held > CROWD
        self.states += len(task)
        if self.states > self.limit:
            crowded = held > 0
        self.given_up |= crowded
        return crowded

    def _go_back(self, n: int) -> None:
        """Make the break set of a task its best set."""
        place = int(self.at[n])
        if place < 0:
            self.before[n, self.added[n]] = True
            if self.removed[n] >= 0:
                self.before[n, self.removed[n]] = False
            return
        for k in range(int(self.step[n]), -1, -1):
            if self.took[k][place]:
                self.before[n, self.queue[k, n]] ^= True
            place = int(self.parents[k][place])


def undominated(task: Ints, value: Ints) -> Bools:
    """Of states by task and rising cost, those that gain more than all before."""
    if not len(task):
        return np.zeros(0, np.bool_)
    least = int(value.min())
    span = int(value.max()) - least + 1
    if span * (int(task[-1]) + 1) < LARGEST:
        key = value - least + task * span
    else:
        levels, level = np.unique(value, return_inverse=True)
        key = level + task * len(levels)
    high = np.maximum.accumulate(key)
    return np.concatenate(([True], key[1:] > high[:-1]))
