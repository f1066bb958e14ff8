"""The cells of a program, their sets, and what these give together."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from voting.rules.effort import AT_ONCE, Effort, TooMany
from voting.rules.frontiers import Cell, Class, Frontiers, Wish
from voting.rules.joining import Rows
from voting.rules.knapsack import NEAR, Bools, Floats, Ints
from voting.rules.meeting import Asked, Meeting, Met

# The first margin where shared rows have prices, as a part of the bound; by how much
# it is raised, and how often (measured).
GUESS, WIDER, CAREFUL, ROUNDS = 2e-4, 4.0, 2.0, 16
# States for each demand: up to here a round is cheap; up to there none is given up,
# nor a round with fewer than `LEAST`.
CHEAP, DEAR, LEAST = 8_000, 150_000, 500_000
# Of a class that uses a row otherwise than by its cost.
UNEVEN = 9
# Classes of a cell without rows of its own.
LARGE = 24


class Demand(NamedTuple):
    """A class and the choices that it may take (-1: every class is open)."""

    of: int = -1
    choices: Sequence[int] = ()


class Table(NamedTuple):
    """(k,) where the choices of a class begin, (c,) what each choice costs and gains.

    `use` (c, r) is what it uses of each row, `most` and `price` (r,) how much there is
    of it, and what a unit is worth (any price is right, a good one is quick).
    """

    start: Ints
    cost: Ints
    gain: Ints
    use: Ints
    most: Ints
    price: Floats


class Parts:
    """The cells of a program.

    A row of which every unit of cost of some classes is one unit, and that no other
    class uses, may be a cell's own; of rows that overlap only one can be. Classes that
    are in no such row make cells by how they count in all rows.

    Args of what is drawn up here:
        members: the classes of each cell.
        sign: (cells, r) what a unit of cost is of each row, where that is even.
        own: (cells, r) the rows that are a cell's own.
        shared: the places of all other rows that are needed.
    """

    def __init__(
        self, table: Table, open_: Bools, needed: Bools, effort: Effort
    ) -> None:
        self.table, self.needed, self.effort = table, needed, effort
        ends = np.append(table.start, len(table.cost)).tolist()
        self.choices = [np.arange(a, b)[open_[a:b]] for a, b in pairwise(ends)]
        self._gather(self._kinds(open_))
        shared = needed & ~self.own.any(axis=0)
        self.shared: Ints = np.flatnonzero(shared)
        self.rows = Rows(table.most[shared], table.price[shared])
        cells = [self._cell(p) for p in range(len(self.members))]
        self.frontiers = Frontiers(cells, self.rows.price, effort)
        self.part = {k: p for p, those in enumerate(self.members) for k in those}
        self.top = float(self.rows.price @ self.rows.most)
        size = float(self.rows.price @ np.abs(self.rows.most))
        self.slack = float(self.frontiers.slack.sum()) + 8 * NEAR * size + 1e-6

    @cached_property
    def spread(self) -> float:
        """The most that any set can lose: within this margin are all of them."""
        worth = self.table.gain - self.table.use[:, self.shared] @ self.rows.price
        lost = sum(float(worth[c].max() - worth[c].min()) for c in self.choices)
        use = sum(self.table.use[c][:, self.shared].min(axis=0) for c in self.choices)
        unused = np.maximum(self.rows.most - use, 0)
        return lost + float(unused @ self.rows.price) + 1

    def _kinds(self, open_: Bools) -> Ints:
        """(k, r) what a unit of a class's cost is of each row: 0, 1, -1 or UNEVEN."""
        table = self.table
        kinds = np.full((len(self.choices), len(table.most)), UNEVEN)
        for sign in (-1, 1, 0):
            alike = table.use == sign * table.cost[:, None]
            alike |= ~open_[:, None]
            kinds[np.logical_and.reduceat(alike, table.start, axis=0)] = sign
        return kinds

    def _gather(self, kinds: Ints) -> None:
        """The cells by the rows that can be their own, heaviest first."""
        table, inside = self.table, kinds != 0
        cells: list[tuple[Bools, list[int]]] = []
        for r in self._even(kinds):
            same = [own for those, own in cells if (those == inside[:, r]).all()]
            if same:
                same[0].append(r)
            elif not any((those & inside[:, r]).any() for those, _ in cells):
                cells.append((inside[:, r], [r]))
        self.members = [np.flatnonzero(those).tolist() for those, _ in cells]
        rest: dict[tuple[int, ...], list[int]] = {}
        free = ~np.logical_or.reduce(
            [those for those, _ in cells] or [inside[:, 0] < 0]
        )
        for k in np.flatnonzero(free).tolist():
            rest.setdefault(tuple(kinds[k, self.needed].tolist()), []).append(k)
        for kind in sorted(rest, reverse=True):
            # Many small cells have fewer sets than a large one.
            parts = -(-len(rest[kind]) // LARGE)
            self.members += [rest[kind][n::parts] for n in range(parts)]
        shape = (len(self.members), len(table.most))
        self.own: Bools = np.zeros(shape, np.bool_)
        for p, (_, own) in enumerate(cells):
            self.own[p, own] = True
        self.sign: Ints = np.zeros(shape, np.int64)
        for p, those in enumerate(self.members):
            first = kinds[those[0]]
            even = (kinds[those] == first).all(axis=0) & (first != UNEVEN)
            self.sign[p] = np.where(even, first, 0)

    def _even(self, kinds: Ints) -> list[int]:
        """The rows that may be a cell's own, the heaviest and smallest first.

        Not one that holds all of another and more; nor a floor that is not needed,
        which would only keep states that cost more and gain less.
        """
        table, inside = self.table, kinds != 0
        found = []
        for r in range(len(table.most)):
            signs = set(kinds[inside[:, r], r].tolist())
            if signs == {1} or (signs == {-1} and self.needed[r]):
                found.append(r)
        small = [
            r
            for r in found
            if not any(
                (inside[:, other] <= inside[:, r]).all()
                and (inside[:, other] != inside[:, r]).any()
                for other in found
            )
        ]
        weight = table.price * np.abs(table.most)
        return sorted(small, key=lambda r: (-weight[r], int(inside[:, r].sum())))

    def _cell(self, p: int) -> Cell:
        table, sign = self.table, self.sign[p]
        own = np.flatnonzero(self.own[p])
        even = sign[self.shared]
        classes = []
        for k in self.members[p]:
            those = self.choices[k]
            cost = table.cost[those]
            more = table.use[those][:, self.shared] - cost[:, None] * even
            classes.append(Class(cost, table.gain[those], more))
        price = float(even @ self.rows.price)
        all_ = sum(int(each.cost.max()) for each in classes)
        return Cell(
            classes=classes,
            price=price,
            steered=price + float(sign[own] @ table.price[own]),
            least=max([int(-table.most[r]) for r in own if sign[r] < 0], default=0),
            most=min([int(table.most[r]) for r in own if sign[r] > 0], default=all_),
            rigid=bool((even < 0).any()),
        )

    def solve(self, demands: Sequence[Demand]) -> list[Met | None]:
        """The best set of each demand; None where there are too many states.

        No choices: no set is allowed.
        """
        found: list[Met | None] = [None] * len(demands)
        priced = bool((self.rows.price > 0).any())
        margin = GUESS * self._relaxed() if priced else 0.0
        margin = self.effort.margin or margin
        needs = dict.fromkeys(range(len(demands)), margin)
        for _ in range(ROUNDS):
            now = {n: need for n, need in needs.items() if need <= margin}
            before, open_ = self.effort.states, {}
            for n, met in self._tried(demands, now):
                short = met.bound - met.gain if met.choices is not None else np.inf
                if short <= now[n]:
                    found[n] = met
                    self.effort.margin = max(self.effort.margin, short)
                elif met.bound == -np.inf or (now[n] > self.spread and short == np.inf):
                    found[n] = Met(-np.inf)
                else:
                    open_[n] = short, max(GUESS * abs(met.bound), 1.0)
            # A margin that is too wide costs more than another round.
            cheap = before - self.effort.states < CHEAP * len(now)
            wider = margin * (WIDER if cheap else CAREFUL)
            # What was too much now would be more so later.
            needs = {n: need for n, need in needs.items() if n not in now}
            needs |= {n: min(short, max(wider, g)) for n, (short, g) in open_.items()}
            if not needs:
                break
            margin = max(wider, min(needs.values()))
        return found

    def _tried(
        self, demands: Sequence[Demand], needs: dict[int, float]
    ) -> Iterator[tuple[int, Met]]:
        """What comes of some demands and their margins, as far as it can be told."""
        rest, size = list(needs), len(needs)
        while rest and self.effort.again(self._allowance(size)):
            some = rest[:size]
            try:
                tried = self._within([(demands[n], needs[n]) for n in some])
            except TooMany:
                rest = rest if size > 1 else rest[1:]
                size = max(1, size // 2)
                continue
            yield from zip(some, tried, strict=True)
            rest = rest[size:]

    def _allowance(self, demands: int) -> int:
        """States for so many demands at once."""
        return AT_ONCE if demands == 1 else max(LEAST, DEAR * demands)

    def _relaxed(self) -> float:
        """The bound of the linear relaxation."""
        table = self.table
        net = table.gain - table.use @ table.price
        best = [float(net[those].max()) for those in self.choices]
        return abs(sum(best) + float(table.price @ table.most))

    def _within(self, demands: Sequence[tuple[Demand, float]]) -> list[Met]:
        """The bound of each demand, and the best set within its margin."""
        many = len(self.members)
        wishes = [Wish(p) for p in range(many)]
        widest = max(margin for _, margin in demands)
        margins, asked = [widest] * many, []
        for demand, margin in demands:
            p = at = many - 1
            if demand.of >= 0:
                p, at = self.part[demand.of], len(wishes)
                open_ = self.choices[demand.of].tolist()
                those = [open_.index(choice) for choice in demand.choices]
                wishes.append(Wish(p, self.members[p].index(demand.of), those))
                margins.append(margin)
            asked.append(Asked(p, at, margin + self.slack))
        frontier = self.frontiers.search(wishes, np.array(margins) + self.slack)
        return Meeting(self, frontier, asked).run()
