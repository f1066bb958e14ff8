"""What each of several cells can do with its money, as far as it matters.

All cells, and all wishes of each, are searched side by side.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from voting.rules.effort import Effort
from voting.rules.knapsack import HOPELESS, NEAR, Bools, Floats, Ints, undominated

# With how many others of its wish a state is compared where rows are shared unevenly.
NEIGHBOURS = 8


@dataclass(frozen=True, slots=True, eq=False)
class Class:
    """(c,) what each choice costs and gains; `more` (c, r), see `Cell`."""

    cost: Ints
    gain: Ints
    more: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """Classes, and the limits of their cost that are theirs alone.

    Args:
        classes: what they use of each shared row is as much for every unit of cost,
            but for what `Class.more` says.
        price: what a unit of cost is worth in the shared rows.
        steered: the same with the cell's own limits; any price is right, a good one is
            quick.
        least, most: what the cell may cost.
        rigid: less cost is not always as good for the shared rows.
    """

    classes: Sequence[Class]
    price: float
    steered: float
    least: int
    most: int
    rigid: bool


class Wish(NamedTuple):
    """A cell, and what one of its classes is to choose from (-1: all is open)."""

    cell: int
    of: int = -1
    choices: Sequence[int] = ()


class States(NamedTuple):
    """(s,) of each: its wish, what it costs and gains, `more` (s, r) as in `Class`."""

    wish: Ints
    cost: Ints
    gain: Ints
    more: Ints

    def at(self, places: Ints | Bools) -> "States":
        """Some of them, in this order."""
        return States(*(column[places] for column in self))

    def and_(self, others: "States") -> "States":
        """These and others."""
        pairs = zip(self, others, strict=True)
        return States(*(np.concatenate(pair) for pair in pairs))


class Frontier(NamedTuple):
    """Sets by wish, and where to find them.

    `top` (w,) is the most that a wish is worth at its cell's price (-inf: no set keeps
    the limits), `loss` how much less a set is.
    """

    sets: States
    loss: Floats
    place: Ints
    top: Floats


class _Moves(NamedTuple):
    """The choices that are not the base of their class, by step and cell.

    `cost`, `gain`, `more`: beyond the base's; `first` (steps + 1, cells) where those of
    a step and cell begin.
    """

    of: Ints
    choice: Ints
    cost: Ints
    gain: Ints
    more: Ints
    first: Ints


class Frontiers:
    """The sets that are worth the most, and those within a margin of them.

    At the price of the shared rows a set is worth its gain less what it uses of them.
    Found are the best set within the cell's own limits, and all that are worth at most
    a margin less and that no other one beats (uses no more and gains no less). The
    method is that of `list_search`: from the choices that are best at the `steered`
    price on, one class after the other is given its other choices, those whose rates
    are nearest to that price first.

    Args:
        cells: side by side.
        prices: (r,) of the shared rows.
        effort: what all searches may cost.
    """

    def __init__(self, cells: Sequence[Cell], prices: Floats, effort: Effort) -> None:
        self.cells, self.prices, self.effort = cells, prices, effort
        self.price: Floats = np.array([cell.price for cell in cells])
        self.least: Ints = np.array([cell.least for cell in cells], np.int64)
        self.most: Ints = np.array([cell.most for cell in cells], np.int64)
        self.rigid: Bools = np.array([cell.rigid for cell in cells], np.bool_)
        self.uneven = any(each.more.any() for cell in cells for each in cell.classes)
        many = len(cells)
        self.base: list[list[int]] = [[] for _ in cells]
        self.cost, self.gain = np.zeros((2, many), np.int64)
        self.more: Ints = np.zeros((many, len(prices)), np.int64)
        self.slack = np.zeros(many)
        self._in_steps([self._ranked(k, cell) for k, cell in enumerate(cells)])
        self.parents: list[Ints] = []
        self.took: list[Ints] = []
        self.wishes: Sequence[Wish] = ()

    def _ranked(self, k: int, cell: Cell) -> list[tuple[int, Ints]]:
        """The classes with anything but a base, and those choices, nearest first."""
        found = []
        for q, each in enumerate(cell.classes):
            net = each.gain - each.more @ self.prices - cell.steered * each.cost
            best = int(np.lexsort((each.cost, -net))[0])
            self.base[k].append(best)
            self.cost[k] += each.cost[best]
            self.gain[k] += each.gain[best]
            self.more[k] += each.more[best]
            size = np.abs(each.more) @ self.prices + cell.price * each.cost
            self.slack[k] += 8 * NEAR * float((each.gain + np.abs(size)).max())
            # What uses as much as the base gains no more.
            others = (each.cost != each.cost[best]) | (
                each.more != each.more[best]
            ).any(axis=1)
            those = np.flatnonzero(others)
            if len(those):
                far = (net[best] - net[those]) / np.maximum(
                    np.abs(each.cost[those] - each.cost[best]), 1
                )
                found.append((float(far.min()), q, those))
        self.slack[k] += 1e-6
        return [(q, those) for _, q, those in sorted(found, key=lambda x: x[:2])]

    def _in_steps(self, ranked: list[list[tuple[int, Ints]]]) -> None:
        """The moves by step and cell, and what the classes from a step on may do.

        (steps + 1, cells) each: `add`, the best rate of spending more, `drop`, the
        least of saving; `rise` and `fall`, how much they may spend and save in all.
        """
        steps = max(map(len, ranked), default=0)
        shape = (steps + 1, len(ranked))
        self.add, self.drop = np.full(shape, -HOPELESS), np.full(shape, HOPELESS)
        self.rise, self.fall = np.zeros((2, *shape), np.int64)
        first = np.zeros(shape, np.int64)
        flat: list[tuple[int, int, int]] = []
        for s in range(steps):
            for k, those in enumerate(ranked):
                first[s, k] = len(flat)
                if s < len(those):
                    q, choices = those[s]
                    flat += [(k, q, a) for a in choices.tolist()]
        first[steps] = len(flat)
        table = [self._move(k, q, a) for k, q, a in flat]
        cost = np.array([c for c, _, _ in table], np.int64)
        gain = np.array([g for _, g, _ in table], np.int64)
        more = np.array([m for _, _, m in table], np.int64)
        more = more.reshape(len(flat), len(self.prices))
        of = np.array([q for _, q, _ in flat], np.int64)
        choice = np.array([a for _, _, a in flat], np.int64)
        self.moves = _Moves(of, choice, cost, gain, more, first)
        self._look_ahead(steps, len(ranked))

    def _move(self, k: int, q: int, a: int) -> tuple[int, int, Ints]:
        each, base = self.cells[k].classes[q], self.base[k][q]
        cost, gain = each.cost[a] - each.cost[base], each.gain[a] - each.gain[base]
        return int(cost), int(gain), each.more[a] - each.more[base]

    def _look_ahead(self, steps: int, many: int) -> None:
        moves = self.moves
        net = moves.gain - moves.more @ self.prices
        ends = np.concatenate((moves.first.ravel()[1:], [len(net)]))
        starts = moves.first.ravel()
        for s in range(steps - 1, -1, -1):
            self.add[s], self.drop[s] = self.add[s + 1], self.drop[s + 1]
            self.rise[s], self.fall[s] = self.rise[s + 1], self.fall[s + 1]
            for k in range(many):
                a, b = starts[s * many + k], ends[s * many + k]
                if a == b:
                    continue
                cost, price = moves.cost[a:b], self.cells[k].steered
                up, down = cost > 0, cost < 0
                # In exact numbers no rate is on the wrong side of the price.
                if up.any():
                    rate = min(price, float((net[a:b][up] / cost[up]).max()))
                    self.add[s, k] = max(self.add[s, k], rate)
                if down.any():
                    rate = max(price, float((net[a:b][down] / cost[down]).min()))
                    self.drop[s, k] = min(self.drop[s, k], rate)
                self.rise[s, k] += max(0, int(cost.max()))
                self.fall[s, k] -= min(0, int(cost.min()))

    def search(self, wishes: Sequence[Wish], margin: Floats) -> Frontier:
        """The frontier of each wish within its margin.

        Raises:
            TooMany: more states than were allowed.
        """
        self.parents, self.took, self.wishes = [], [], wishes
        self.margin = margin
        self.cell = np.array([wish.cell for wish in wishes], np.int64)
        self.of = np.array([wish.of for wish in wishes], np.int64)
        self.best = np.full(len(wishes), -np.inf)
        states = self._start(wishes)
        self._note(states)
        for s in range(len(self.moves.first) - 1):
            states = self._next(s, states)
            self.effort.spend(len(states.wish) * (1 + len(self.prices) * self.uneven))
        return self._ended(states)

    def _start(self, wishes: Sequence[Wish]) -> States:
        """The base of each wish, with each of its choices."""
        rows, took = [], []
        for n, (k, of, choices) in enumerate(wishes):
            cost, gain, more = int(self.cost[k]), int(self.gain[k]), self.more[k]
            if of < 0:
                rows.append((n, cost, gain, more))
                took.append(-1)
            for a in choices if of >= 0 else ():
                c, g, m = self._move(k, of, a)
                rows.append((n, cost + c, gain + g, more + m))
                took.append(a)
        self.parents.append(np.zeros(len(rows), np.int64))
        self.took.append(np.array(took, np.int64))
        shape = (len(rows), len(self.prices))
        return States(
            np.array([n for n, _, _, _ in rows], np.int64),
            np.array([c for _, c, _, _ in rows], np.int64),
            np.array([g for _, _, g, _ in rows], np.int64),
            np.array([m for _, _, _, m in rows], np.int64).reshape(shape),
        )

    def _next(self, s: int, states: States) -> States:
        """The states with each choice of the s-th class of their cell, if of use."""
        moves = self.moves
        cell = self.cell[states.wish]
        first = moves.first[s, cell]
        number = np.append(moves.first[s, 1:], moves.first[s + 1, 0])[cell] - first
        if len(moves.of):
            of = moves.of[np.minimum(first, len(moves.of) - 1)]
            number[self.of[states.wish] == of] = 0
        parent = np.arange(len(cell)).repeat(number)
        move = np.arange(len(parent)) + (first - number.cumsum() + number)[parent]
        grown = States(
            states.wish[parent],
            states.cost[parent] + moves.cost[move],
            states.gain[parent] + moves.gain[move],
            states.more[parent] + moves.more[move],
        )
        use = np.flatnonzero(self._hopeful(s + 1, grown))
        here = np.flatnonzero(self._hopeful(s + 1, states))
        if not len(use) and len(here) == len(cell):
            self.parents.append(here)
            self.took.append(np.full(len(here), -1))
            return states
        grown = grown.at(use)
        self._note(grown)
        states = states.at(here).and_(grown)
        kept = self._unbeaten(s + 1, states)
        parent = np.concatenate((here, parent[use]))
        took = np.concatenate((np.full(len(here), -1), move[use]))
        self.parents.append(parent[kept])
        self.took.append(took[kept])
        return states.at(kept)

    def _worth(self, states: States) -> Floats:
        worth: Floats = states.gain - self.price[self.cell[states.wish]] * states.cost
        return worth - states.more @ self.prices if self.uneven else worth

    def _note(self, states: States) -> None:
        """What the states that keep the limits are worth."""
        cell = self.cell[states.wish]
        fits = (states.cost <= self.most[cell]) & (states.cost >= self.least[cell])
        worth = self._worth(states)
        np.maximum.at(self.best, states.wish[fits], worth[fits])

    def _hopeful(self, s: int, states: States) -> Bools:
        """Which states the classes from step s on may bring within the margin.

        They may spend x more, from what is missing to what is left, at the rate `add`
        at best, or save it at the rate `drop` at best.
        """
        cell = self.cell[states.wish]
        price = self.price[cell]
        add, drop = self.add[s, cell] - price, self.drop[s, cell] - price
        left, lacks = self.most[cell] - states.cost, self.least[cell] - states.cost
        more = np.maximum(
            left * np.where(left >= 0, add, drop),
            lacks * np.where(lacks >= 0, add, drop),
        )
        more[(left >= 0) & (lacks <= 0) & (more < 0)] = 0.0
        least = (self.best - self.margin)[states.wish] - self.slack[cell]
        hopeful: Bools = self._worth(states) + more >= least
        hopeful &= (left + self.fall[s, cell] >= 0) & (lacks <= self.rise[s, cell])
        return hopeful

    def _unbeaten(self, s: int, states: States) -> Ints:
        """The states by wish, uneven uses and cost, without those that others beat.

        Where a state may yet end below what the cell must cost, or less cost is no
        advantage, it is beaten only by those of the same cost.
        """
        wish, cost, gain, more = states
        keys = [more[:, r] for r in range(more.shape[1])] if self.uneven else []
        order: Ints = np.lexsort((-gain, cost, *keys, wish))
        cell = self.cell[wish[order]]
        new = np.diff(wish[order], prepend=-1) != 0
        for key in keys:
            new |= np.diff(key[order], prepend=0) != 0
        group = new.cumsum()
        sure = cost[order] - self.fall[s, cell] >= self.least[cell]
        sure &= ~self.rigid[cell]
        if sure.all():
            kept = undominated(group, gain[order])
        else:
            kept = new | (np.diff(cost[order], prepend=-1) != 0)
            at = np.flatnonzero(sure)
            kept[at] &= undominated(group[at], gain[order][at])
        order = order[kept]
        if keys:
            order = order[self._apart(states.at(order), sure[kept])]
        return order

    def _apart(self, states: States, sure: Bools) -> Bools:
        """Which are not beaten by one of their neighbours in the order of gains."""
        wish, cost, gain, more = states
        order = np.lexsort((cost, -gain, wish))
        wish, sure = wish[order], sure[order]
        use = np.column_stack((cost, more))[order]
        beaten = np.zeros(len(order), np.bool_)
        for n in range(1, min(NEIGHBOURS, len(order))):
            beats = (wish[:-n] == wish[n:]) & sure[:-n]
            beaten[n:] |= beats & (use[:-n] <= use[n:]).all(axis=1)
        apart = np.ones(len(order), np.bool_)
        apart[order[beaten]] = False
        return apart

    def _ended(self, states: States) -> Frontier:
        cell = self.cell[states.wish]
        loss = self.best[states.wish] - self._worth(states)
        kept = (states.cost <= self.most[cell]) & (states.cost >= self.least[cell])
        kept &= loss <= self.margin[states.wish]
        at = np.flatnonzero(kept)
        at = at[np.argsort(states.wish[at], kind="stable")]
        return Frontier(states.at(at), loss[at], at, self.best)

    def chosen(self, wish: int, place: int) -> list[int]:
        """The choice of each class of the cell in one of the sets last found."""
        k, of, _ = self.wishes[wish]
        choices = list(self.base[k])
        for s in range(len(self.took) - 1, 0, -1):
            move = int(self.took[s][place])
            if move >= 0:
                choices[int(self.moves.of[move])] = int(self.moves.choice[move])
            place = int(self.parents[s][place])
        if of >= 0:
            choices[of] = int(self.took[0][place])
        return choices
