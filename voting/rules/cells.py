"""A knapsack with more rows of money than the budget, solved cell by cell.

Classes whose cost counts alike in every row make a cell. A row that only one cell uses
(the ceiling of a theme, where themes share no project) is kept within the cell, in
whole numbers; a row that several share, as the budget, has a price y_r, so that

    the sum over the cells of the most of gain - y * use within their own rows,
    and y * what there is

is an upper bound. It is far better than the linear relaxation's, in which every row
breaks a project. Of a set that is better than the best one known no cell loses more
than the margin between the two, so the sets of a cell that matter are few
(`frontiers.py`), and joined under the shared rows they give the best of all
(`joining.py`). The margin is guessed, and raised until a set is found within it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from voting.rules.choices import Choices
from voting.rules.effort import Effort
from voting.rules.exact import Row
from voting.rules.knapsack import LARGEST, Bools, Packed, Task
from voting.rules.meeting import Met
from voting.rules.parts import Demand, Parts, Table

# States and pairs that one round may look at in all its searches.
STATES = 4_000_000


@dataclass(frozen=True, slots=True)
class Side:
    """A row besides the budget, and what a unit of it is worth (any price >= 0)."""

    row: Row
    price: float


class Cells:
    """What `Choices` are, with sides: ceilings of areas and themes, floors, relations.

    Args:
        table: the classes and their choices.
        price: what a unit of money is worth.
        sides: rows that the set must keep as well.
    """

    def __init__(self, table: Choices, price: float, sides: Sequence[Side]) -> None:
        self.table, self.effort = table, Effort(STATES)
        rows = [sum(abs(a) for _, a in side.row.terms) for side in sides]
        self.exact = table.exact and max(rows, default=0) <= LARGEST
        if not self.exact:
            return
        cost = table.cost * table.unit
        uses = [dict(side.row.terms) for side in sides]
        places = range(len(table.gains))
        used = [table.sums([use.get(i, 0) for i in places]) for use in uses]
        most = [table.budget * table.unit, *(side.row.most for side in sides)]
        prices = np.array([price, *(side.price for side in sides)]) / table.step
        use = np.column_stack([cost, *used])
        self.all = Table(
            table.start, cost, table.gain, use, np.array(most, np.int64), prices
        )
        # Rows with a price, and those that a best set has broken.
        self.needed: Bools = prices > 0
        self.open = self._possible(np.ones(len(cost), np.bool_))

    def solve(self, tasks: Sequence[Task]) -> list[Packed | None]:
        """As `Choices.solve`."""
        found: list[Packed | None] = [None] * len(tasks)
        if self.exact and self.table.many:
            for n, best in self._solve(tasks).items():
                found[n] = self._packed(best)
        return found

    def _packed(self, found: Met) -> Packed:
        if found.choices is None:
            return Packed(None, 0)
        chosen = np.zeros(len(self.table.gains), np.bool_)
        for choice in found.choices.tolist():
            chosen[list(self.table.members[choice])] = True
        return Packed(chosen, found.gain * self.table.step)

    def _solve(self, tasks: Sequence[Task]) -> dict[int, Met]:
        """What is found of each task; rows of no worth are left out until broken."""
        found: dict[int, Met] = {}
        alone: dict[int, Demand] = {}
        for n, task in enumerate(tasks):
            demand = self._demand(task)
            if demand is not None:
                alone[n] = demand
                continue
            open_ = self._possible(self._left_by(task))
            found |= self._checked(open_, {n: Demand()})
        return found | self._checked(self.open, alone)

    def _demand(self, task: Task) -> Demand | None:
        """What the task asks, if that is about one class."""
        touched = task.inside | task.outside
        if not touched:
            return Demand()
        allowed = self._left_by(task)
        classes = np.unique(self.table.owner[~allowed])
        if len(classes) > 1 or not len(classes):
            return None
        k = int(classes[0])
        places = np.flatnonzero(self.table.owner == k)
        return Demand(k, places[allowed[places] & self.open[places]].tolist())

    def _left_by(self, task: Task) -> Bools:
        """(c,) the choices that the task leaves."""
        table = self.table
        allowed: Bools = np.ones(len(table.owner), np.bool_)
        for i in task.inside | task.outside:
            a, b = np.searchsorted(table.project_of, (i, i + 1))
            having = np.zeros(len(allowed), np.bool_)
            having[table.choice_of[a:b]] = True
            if i in task.outside:
                allowed &= ~having
            elif a == b:
                allowed[:] = False
            else:
                allowed &= having | (table.owner != table.owner[table.choice_of[a]])
        return allowed

    def _possible(self, allowed: Bools) -> Bools:
        """The choices that break no row even with the least of all other classes."""
        use = np.where(allowed[:, None], self.all.use, np.iinfo(np.int64).max)
        least = np.minimum.reduceat(use, self.table.start, axis=0)
        if (least.max(axis=1) == np.iinfo(np.int64).max).any():
            return allowed
        own = self.all.use - least[self.table.owner]
        possible: Bools = allowed & (own <= self.all.most - least.sum(axis=0)).all(
            axis=1
        )
        return possible

    def _checked(self, open_: Bools, demands: dict[int, Demand]) -> dict[int, Met]:
        """What is found under all rows, the worthless ones taken in when broken."""
        found: dict[int, Met] = {}
        needed = self.needed
        some = np.logical_or.reduceat(open_, self.table.start)
        if not some.all():
            return {n: Met(-np.inf) for n in demands}
        while demands:
            parts = Parts(self.all, open_, needed, self.effort)
            answers = parts.solve(list(demands.values()))
            broken, again = np.zeros(len(needed), np.bool_), {}
            for n, answer in zip(list(demands), answers, strict=True):
                if answer is None:
                    continue
                if answer.choices is None:
                    found[n] = answer
                    continue
                over = self.all.use[answer.choices].sum(axis=0) > self.all.most
                if over.any():
                    broken |= over
                    again[n] = demands[n]
                else:
                    found[n] = answer
            demands, needed = again, needed | broken
            self.needed = needed
        return found
