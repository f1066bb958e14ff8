"""The states of the list search, and what the classes behind a step may bring."""

from dataclasses import dataclass

import numpy as np

from voting.rules.knapsack import Floats, Ints


@dataclass(frozen=True, slots=True)
class States:
    """(s,) of each: its task, and what it costs and gains more than the base.

    `net` is the gain less what it uses of the sides at their prices, `spare` (s, D)
    what the base and it leave of the sides.
    """

    task: Ints
    cost: Ints
    value: Ints
    net: Floats
    spare: Ints

    def at(self, places: Ints) -> "States":
        """Some of them, in this order."""
        return States(
            self.task[places],
            self.cost[places],
            self.value[places],
            self.net[places],
            self.spare[places],
        )


def suffix(
    join: np.ufunc, rates: Floats, order: Ints, length: Ints, ending: float
) -> Floats:
    """(steps, n) the best of the classes that come after each step."""
    steps = order.shape[1]
    ranked = np.take_along_axis(rates, order, axis=1)
    ranked = np.where(np.arange(steps) < length[:, None], ranked, ending)
    after = np.full((len(rates), steps + 1), ending)
    after[:, :steps] = join.accumulate(ranked[:, ::-1], axis=1)[:, ::-1]
    return np.ascontiguousarray(after[:, 1:].T)


def behind(most: Ints, order: Ints) -> Ints:
    """(steps, n) the sum over the classes that come after each step."""
    ranked = np.take_along_axis(most, order, axis=1)
    total = np.cumsum(ranked[:, ::-1], axis=1)[:, ::-1]
    return np.ascontiguousarray((total - ranked).T)
