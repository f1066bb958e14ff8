"""The states of the list search, and what the classes behind a step may bring."""

from dataclasses import dataclass

import numpy as np

from voting.rules.knapsack import Floats, Ints


@dataclass(frozen=True, slots=True)
class States:
    """(s,) of each: its task, and what it costs and gains more than the base."""

    task: Ints
    cost: Ints
    value: Ints

    def at(self, places: Ints) -> "States":
        """Some of them, in this order."""
        return States(
            self.task[places],
            self.cost[places],
            self.value[places],
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
