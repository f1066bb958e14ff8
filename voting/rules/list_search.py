"""The list search over classes: many tasks side by side, exact in whole numbers.

A price for the money splits the problem by classes:

    sum_k max_c (gain_kc - price * cost_kc) + price * B

is an upper bound. The choices that attain it are the base; any other choice loses what
it falls short by, and where that is more than what separates the bound from the best
set known, it is out. Class by class, those whose rates are nearest to the price first,
the other choices are tried; states that another one beats are dropped, and so are those
that the rest of the classes cannot lift above the best set known. Floats only bound,
and are rounded up; costs and gains of states are int64.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from voting.rules.knapsack import (
    CROWD,
    HOPELESS,
    NEAR,
    Bools,
    Floats,
    Ints,
    Task,
    undominated,
)
from voting.rules.states import States, suffix

if TYPE_CHECKING:
    from voting.rules.choices import Choices


class ListSearch:
    """Some tasks, one row of every table each; columns are choices or classes.

    What states cost and gain is counted from the base of their task.
    """

    def __init__(self, table: "Choices", tasks: Sequence[Task]) -> None:
        self.table, self.limit, self.states = table, table.states, 0
        self.given_up: Bools = np.zeros(len(tasks), np.bool_)
        self._open(tasks)
        self._base()
        # What the best set known gains; -1: none is known.
        self.best: Ints = np.full(len(tasks), -1, np.int64)
        self.choice: Ints = self.base.copy()
        # Where a state was the best one: its step and its place there.
        self.step: Ints = np.full(len(tasks), -1, np.int64)
        self.at: Ints = np.full(len(tasks), -1, np.int64)
        self.parents: list[Ints] = []
        self.took: list[Ints] = []

    def run(self) -> tuple[Bools, list[int]]:
        """(n, C) the choice that each task takes of each class, and what it gains."""
        if self.table.many:
            self._seed()
            self._queue()
            self._search()
        else:
            fits = self.open_to & (self.room >= 0)
            self.best[fits] = 0
        for n in np.flatnonzero(self.step >= 0).tolist():
            self._go_back(n)
        picked = np.zeros((len(self.best), len(self.table.owner)), np.bool_)
        np.put_along_axis(picked, self.choice, values=True, axis=1)
        return picked, self.best.tolist()

    def _open(self, tasks: Sequence[Task]) -> None:
        """(n, C) the choices that a task leaves, (n, K) the classes that it touches."""
        table = self.table
        self.allowed: Bools = np.ones((len(tasks), len(table.owner)), np.bool_)
        self.touched: Bools = np.zeros((len(tasks), table.many), np.bool_)
        self.open_to: Bools = np.ones(len(tasks), np.bool_)
        for n, task in enumerate(tasks):
            for i in task.inside | task.outside:
                a, b = np.searchsorted(table.project_of, (i, i + 1))
                having = table.choice_of[a:b]
                if len(having) and i in task.outside:
                    self.allowed[n, having] = False
                elif len(having):
                    k = table.owner[having[0]]
                    others = np.flatnonzero(table.owner == k)
                    self.allowed[n, np.setdiff1d(others, having)] = False
                elif i in task.inside:
                    self.open_to[n] = False
                if len(having):
                    self.touched[n, table.owner[having]] = True
        self.allowed &= table.cost <= table.budget
        if table.many:
            some = np.logical_or.reduceat(self.allowed, table.start, axis=1)
            self.open_to &= some.all(axis=1)

    def _base(self) -> None:
        """The price of the money in each task, and what attains the bound."""
        table = self.table
        self._price()
        self.score: Floats = np.where(
            self.allowed, table.gain - self.price[:, None] * table.cost, -np.inf
        )
        if not table.many:
            top: Floats = np.zeros((len(self.price), 0))
            self.loss: Floats = self.score
            self.base: Ints = np.zeros((len(self.price), 0), np.int64)
        else:
            top = np.maximum.reduceat(self.score, table.start, axis=1)
            top = np.where(self.open_to[:, None], top, 0.0)
            self.loss = top[:, table.owner] - self.score
            many = len(table.owner)
            place = np.where(self.loss <= 0, np.arange(many), many)
            self.base = np.minimum.reduceat(place, table.start, axis=1)
            self.base = np.where(self.base < many, self.base, table.start)
        ends = self.price * table.budget
        self.top: Floats = top.sum(axis=1) + ends
        size = np.abs(top).sum(axis=1) + ends + table.gain.sum()
        self.slack: Floats = NEAR * size + 1e-6
        self.value: Ints = table.gain[self.base].sum(axis=1)
        self.room: Ints = table.budget - table.cost[self.base].sum(axis=1)

    def _price(self) -> None:
        """(n,) the rate of the step up that no longer fits; 0 if all of them do."""
        table = self.table
        least = np.zeros(len(self.allowed), np.int64)
        for n, k in zip(*np.nonzero(self.touched), strict=True):
            mine = np.flatnonzero(self.allowed[n] & (table.owner == k))
            least[n] += table.cost[mine].min(initial=table.budget + 1)
        free = ~self.touched[:, table.climber]
        spent = np.cumsum(np.where(free, table.steps, 0), axis=1)
        room = np.maximum(table.budget - least, 0)
        broke = (spent <= room[:, None]).sum(axis=1)
        self.price: Floats = np.append(table.rates, 0.0)[broke]

    def _seed(self) -> None:
        """A good set to begin with: one choice after the other for another one.

        First the one that lowers most what the base oversteps, then, while it fits,
        the one that gains most.
        """
        todo = np.flatnonzero(self.open_to)
        for _ in range(6):
            if not len(todo):
                return
            todo = todo[self._exchange(todo)]

    def _exchange(self, todo: Ints) -> Bools:
        """One exchange for each of these tasks; whether it made a difference."""
        table, now = self.table, self.choice[todo]
        owner = table.owner
        left = table.budget - table.cost[now].sum(axis=1)
        room = left[:, None] + table.cost[now][:, owner] - table.cost
        over = np.maximum(-room, 0) / max(table.budget, 1)
        gained = table.gain[now].sum(axis=1)
        gained = gained[:, None] - table.gain[now][:, owner] + table.gain
        fits = self.allowed[todo] & (over <= 0)
        value = np.where(fits, gained, -1)
        best = value.argmax(axis=1)
        row = np.arange(len(todo))
        fitting = fits.any(axis=1)
        # Where nothing fits: the least over, and of these the least loss.
        over = np.where(self.allowed[todo], over, np.inf)
        least = over.min(axis=1)
        lost = np.where(over <= least[:, None] * (1 + NEAR), self.loss[todo], np.inf)
        place = np.where(fitting, best, lost.argmin(axis=1))
        better = fitting & (value[row, best] > self.best[todo])
        self.best[todo[better]] = value[row, best][better]
        moved = self.choice[todo, owner[place]] != place
        changed: Bools = better | (~fitting & moved)
        self.choice[todo[changed], owner[place[changed]]] = place[changed]
        return changed

    def _queue(self) -> None:
        """The order of the classes of each task, and what those behind may bring."""
        table = self.table
        base = self.base[:, table.owner]
        self.more_cost: Ints = table.cost - table.cost[base]
        self.reach = np.floor(self.top[:, None] - self.loss + self.slack[:, None])
        alive = self.allowed & (self.reach > self.best[:, None])
        alive &= self.open_to[:, None]
        alive &= np.arange(len(table.owner)) != base
        add, drop = self._rates(alive, base)
        price = self.price[:, None]
        far = np.minimum(price - add, drop - price)
        core = np.logical_or.reduceat(alive, table.start, axis=1)
        far = np.where(core, far, np.inf)
        order = np.lexsort((far, ~core), axis=1)
        length = core.sum(axis=1)
        steps = int(length.max(initial=0))
        self.order: Ints = order[:, :steps]
        self.length = length
        self.add = suffix(np.maximum, add, self.order, length, 0.0)
        self.drop = suffix(np.minimum, drop, self.order, length, HOPELESS)
        rank = np.empty_like(order)
        np.put_along_axis(rank, order, np.arange(table.many)[None, :], axis=1)
        row, choice = np.nonzero(alive)
        step = rank[row, table.owner[choice]]
        by_step = np.lexsort((row, step))
        self.row, self.tried = row[by_step], choice[by_step]
        self.ends = np.searchsorted(step[by_step], np.arange(steps + 1))

    def _rates(self, alive: Bools, base: Ints) -> tuple[Floats, Floats]:
        """(n, K) the best rate of spending more in a class, the least of saving.

        In exact numbers these are never on the wrong side of the price.
        """
        table, price = self.table, self.price[:, None]
        more = table.gain - table.gain[base]
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = more / self.more_cost
        up = np.where(alive & (self.more_cost > 0), np.minimum(rate, price), 0.0)
        down = np.where(alive & (self.more_cost < 0), np.maximum(rate, price), HOPELESS)
        add: Floats = np.maximum.reduceat(np.maximum(up, 0.0), table.start, axis=1)
        drop: Floats = np.minimum.reduceat(down, table.start, axis=1)
        return add, drop

    def _search(self) -> None:
        task = np.flatnonzero(self.open_to)
        zero = np.zeros(len(task), np.int64)
        states = States(task, zero, zero)
        for k in range(self.order.shape[1]):
            if not len(states.task):
                return
            states = self._next(k, states)

    def _next(self, k: int, states: States) -> States:
        """The states with each choice of the k-th class that are of use."""
        parent, choice = self._branches(k, states.task)
        grown = self._grown(k, states.at(parent), choice)
        fresh = self._note(grown)
        kept = np.flatnonzero(fresh | self._hopeful(k, grown))
        order = kept[self._unbeaten(grown.at(kept))]
        order = order[~self._crowded(grown.task[order])[grown.task[order]]]
        self.parents.append(parent[order])
        self.took.append(choice[order])
        states = grown.at(order)
        best = self._gains(states) == self.best[states.task]
        found = np.flatnonzero(fresh[order] & best)
        self.step[states.task[found]], self.at[states.task[found]] = k, found
        return states

    def _grown(self, k: int, states: States, choice: Ints) -> States:
        """The states once they take a choice of the k-th class in place of the base."""
        table = self.table
        base = self.base[states.task, self.order[states.task, k]]
        # No other choice is the base: nothing changes.
        choice = np.where(choice >= 0, choice, base)
        return States(
            states.task,
            states.cost + table.cost[choice] - table.cost[base],
            states.value + table.gain[choice] - table.gain[base],
        )

    def _branches(self, k: int, task: Ints) -> tuple[Ints, Ints]:
        """The parent of each new state and its choice, -1 for the base."""
        row = self.row[self.ends[k] : self.ends[k + 1]]
        tried = self.tried[self.ends[k] : self.ends[k + 1]]
        # The best set known may have settled a choice by now.
        use = self.reach[row, tried] > self.best[row]
        row, tried = row[use], tried[use]
        first = np.searchsorted(row, np.arange(len(self.best) + 1))
        number = np.diff(first)[task]
        parent = np.repeat(np.arange(len(task)), number)
        start = np.cumsum(number) - number
        at = first[task[parent]] + np.arange(len(parent)) - start[parent]
        same = np.arange(len(task))
        return (
            np.concatenate((same, parent)),
            np.concatenate((np.full(len(task), -1), tried[at])),
        )

    def _gains(self, states: States) -> Ints:
        gains: Ints = self.value[states.task] + states.value
        return gains

    def _note(self, states: States) -> Bools:
        """Which states fit and gain more than all before; notes what they gain."""
        task = states.task
        fits = states.cost <= self.room[task]
        gained = np.where(fits, self._gains(states), -1)
        fresh: Bools = gained > self.best[task]
        np.maximum.at(self.best, task[fresh], gained[fresh])
        return fresh

    def _hopeful(self, k: int, states: States) -> Bools:
        """Which states the classes behind the k-th may lift above the best known."""
        task = states.task
        room = self.room[task] - states.cost
        rate = np.where(room >= 0, self.add[k][task], self.drop[k][task])
        # The bound of the base, less the money that it leaves at the price.
        bound = self.top[task] - self.price[task] * self.room[task]
        bound += states.value + room * rate
        up: Bools = np.floor(bound + self.slack[task]) > self.best[task]
        return up

    def _unbeaten(self, states: States) -> Ints:
        """By task and cost, without those that cost more and gain no more."""
        order = np.lexsort((-states.value, states.cost, states.task))
        unbeaten: Ints = order[undominated(states.task[order], states.value[order])]
        return unbeaten

    def _crowded(self, task: Ints) -> Bools:
        """(n,) the tasks that are given up now: too many states, or no time left."""
        held = np.bincount(task, minlength=len(self.best))
        crowded: Bools = held > CROWD
        self.states += len(task)
        if self.states > self.limit:
            crowded = held > 0
        self.given_up |= crowded
        return crowded

    def _go_back(self, n: int) -> None:
        """The choices of the best state of a task."""
        self.choice[n] = self.base[n]
        place = int(self.at[n])
        for k in range(int(self.step[n]), -1, -1):
            choice = int(self.took[k][place])
            if choice >= 0:
                self.choice[n, self.table.owner[choice]] = choice
            place = int(self.parents[k][place])
