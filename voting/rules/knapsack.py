"""The plain case, one budget and nothing else, exactly and fast."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# States in memory at once, before the search gives up: some 100 MB.
STATES = 2_000_000
# Sums stay exact in int64, and their float images tight, below this.
LARGEST = 2**60

Ints = NDArray[np.int64]


def knapsack(
    gains: Sequence[int], costs: Sequence[int], budget: int, *, floor: int
) -> tuple[frozenset[int], int] | None:
    """The best set of items within the budget and its gains, if above `floor`.

    Returns the empty set with `floor` where nothing is above it, and None if the
    search grew too large or the numbers are too long to be exact.

    Nemhauser and Ullmann 1969 with bounds: the undominated (cost, gain) pairs of the
    first k items, by falling gains / costs; a pair goes once the linear relaxation of
    the remaining items cannot lift it above the best pair known. Pairs are int64; the
    bound is a float rounded up by one part in 10**9, so it never cuts a better set.
    """
    if max(sum(gains), sum(costs), budget) > LARGEST or min(gains, default=0) < 0:
        return None
    items = [j for j, g in enumerate(gains) if g > 0 and costs[j] <= budget]
    items.sort(key=lambda j: (-gains[j] / costs[j] if costs[j] else -np.inf, j))
    gain = np.array([gains[j] for j in items], np.int64)
    cost = np.array([costs[j] for j in items], np.int64)
    easy, value = _filled(gain.tolist(), cost.tolist(), budget)
    if value <= floor:
        easy, value = [], floor
    taken, core = _core(gain, cost, budget, value)
    left = budget - int(cost[taken].sum())
    given = int(gain[taken].sum())
    found = _Search(gain[core], cost[core], left, value - given).run()
    if found is None:
        return None
    chosen, more = found
    if given + more > value:
        easy, value = [*taken.tolist(), *core[chosen].tolist()], given + more
    return frozenset(items[k] for k in easy), value


def _filled(gain: list[int], cost: list[int], budget: int) -> tuple[list[int], int]:
    """A good set to begin with: everything that fits, best first."""
    chosen, value = [], 0
    for k, price in enumerate(cost):
        if price <= budget:
            budget -= price
            value += gain[k]
            chosen.append(k)
    return chosen, value


def _core(gain: Ints, cost: Ints, budget: int, value: int) -> tuple[Ints, Ints]:
    """The items of every set better than `value`, and those that are open.

    At the price of the item that breaks the budget, leaving out an item cheaper than
    that, or taking a dearer one, costs the relaxation |gain - price * cost|. Where
    that is clearly more than what separates it from `value`, the item is settled.
    """
    cumulated = np.cumsum(cost)
    first = int(np.searchsorted(cumulated, budget, side="right"))
    if first == len(cost):
        return np.arange(len(cost)), np.arange(0)
    price = float(gain[first]) / float(cost[first])
    loss = np.abs(gain - price * cost)
    top = float(gain[:first].sum()) + price * float(
        budget - cumulated[first - 1] * (first > 0)
    )
    room = (top - value) + 1e-9 * (top + price * float(cumulated[-1])) + 1e-6
    settled = loss > room
    before = np.arange(len(cost)) < first
    return np.flatnonzero(settled & before), np.flatnonzero(~settled)


class _Search:
    """The lists of pairs, one per item, with the way back."""

    def __init__(self, gain: Ints, cost: Ints, budget: int, floor: int) -> None:
        self.gain, self.cost, self.budget = gain, cost, budget
        self.floor, self.stored = floor, 0
        self.costs_to = np.concatenate(([0], np.cumsum(cost)))
        self.gains_to = np.concatenate(([0], np.cumsum(gain)))
        self.parents: list[Ints] = []
        self.took: list[NDArray[np.bool_]] = []

    def run(self) -> tuple[list[int], int] | None:
        """The items of the best pair above the floor."""
        spent, value = np.zeros(1, np.int64), np.zeros(1, np.int64)
        best: tuple[int, int, int] | None = None
        for k in range(len(self.gain) + 1):
            top = int(value.argmax()) if len(value) else 0
            if len(value) and int(value[top]) > self.floor:
                self.floor = int(value[top])
                best = (k, top, self.floor)
            if k == len(self.gain) or not len(value):
                break
            spent, value = self._next(k, spent, value)
            self.stored += len(value)
            if self.stored > STATES:
                return None
        return ([], self.floor) if best is None else self._back(*best)

    def _next(self, k: int, spent: Ints, value: Ints) -> tuple[Ints, Ints]:
        """The pairs with and without item k that are worth keeping."""
        fits = np.flatnonzero(spent <= self.budget - int(self.cost[k]))
        all_spent = np.concatenate((spent, spent[fits] + self.cost[k]))
        all_value = np.concatenate((value, value[fits] + self.gain[k]))
        order = np.lexsort((-all_value, all_spent))
        sorted_value = all_value[order]
        high = np.maximum.accumulate(sorted_value)
        kept = np.concatenate(([True], sorted_value[1:] > high[:-1]))
        order = order[kept]
        # What is on the way now may already be the best: look before the bound cuts.
        bound = self._bound(k + 1, all_spent[order], all_value[order])
        top = int(sorted_value.max())
        order = order[(bound > self.floor) | (all_value[order] == top)]
        parents = np.concatenate((np.arange(len(spent)), fits))
        self.parents.append(parents[order])
        self.took.append(order >= len(spent))
        return all_spent[order], all_value[order]

    def _bound(self, k: int, spent: Ints, value: Ints) -> NDArray[np.float64]:
        """More than any way on from these pairs with the items from k can reach."""
        room = self.budget - spent
        to = np.searchsorted(self.costs_to, room + self.costs_to[k], side="right") - 1
        full = value + self.gains_to[to] - self.gains_to[k]
        rest = (room + self.costs_to[k] - self.costs_to[to]).astype(np.float64)
        rate = np.append(self.gain / np.maximum(self.cost, 1), 0.0)
        bound = full.astype(np.float64) + rest * rate[to]
        raised: NDArray[np.float64] = np.floor(bound * (1 + 1e-9) + 1e-6)
        return raised

    def _back(self, k: int, place: int, value: int) -> tuple[list[int], int]:
        chosen = []
        for step in range(k - 1, -1, -1):
            if self.took[step][place]:
                chosen.append(step)
            place = int(self.parents[step][place])
        return chosen, value
