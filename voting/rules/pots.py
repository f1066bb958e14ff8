"""A round as knapsacks that have nothing to do with each other."""

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import numpy as np

from voting.rules.cells import Cells
from voting.rules.choices import Choices
from voting.rules.knapsack import Bools, Ints, Knapsack, Packed, Task
from voting.rules.solver import Answer

NOTHING: Mapping[int, int] = {}


@dataclass(frozen=True, slots=True, eq=False)
class Rival:
    """The best set with one project, (m,) which ones; None: no allowed set has it."""

    chosen: Bools | None
    value: int
    proven: bool = True


@dataclass(frozen=True, slots=True)
class Pot:
    """Money and the projects that it pays; `knapsack` has them in this order."""

    projects: Sequence[int]
    money: int
    knapsack: Knapsack | Choices | Cells


class Pots:
    """The money of each area, or of the whole round, and the projects that it pays.

    Args:
        pots: no project lies in two.
        gains: (m,) what each project is worth.
        costs: (m,).
        rank: (m,) the place of each in the ordered list of the ties.
        bound: the projects that more than the money of their pot speaks of.
        allows: whether a set keeps what the pots know nothing of. If the best sets of
            the pots do, they are the best of all; if not, nothing is said.
    """

    def __init__(
        self,
        pots: Sequence[Pot],
        gains: Sequence[int],
        costs: Sequence[int],
        rank: Sequence[int],
        *,
        bound: AbstractSet[int] = frozenset(),
        allows: Callable[[frozenset[int]], bool] | None = None,
    ) -> None:
        self.gains, self.allows = gains, allows
        self.costs, self.rank = np.array(costs, np.int64), np.array(rank, np.int64)
        self.members: list[Ints] = [np.array(pot.projects, np.int64) for pot in pots]
        self.money = [pot.money for pot in pots]
        self.pot = {i: n for n, pot in enumerate(pots) for i in pot.projects}
        self.knapsacks = [pot.knapsack for pot in pots]
        # Where a project stands in its pot.
        self.place = {i: k for pot in pots for k, i in enumerate(pot.projects)}
        # The projects of a pot that are worth the same, the last of the list first.
        alike: dict[tuple[int, int], list[int]] = {}
        for i in sorted(self.pot, key=rank.__getitem__, reverse=True):
            if i not in bound:
                alike.setdefault((self.pot[i], gains[i]), []).append(i)
        self.bound = bound
        self.alike = {key: np.array(those) for key, those in alike.items()}
        # The best set of each pot; None where that search was given up.
        self.best = [knapsack.solve([Task()])[0] for knapsack in self.knapsacks]

    def answer(self, fixed: Mapping[int, int] = NOTHING) -> Answer | None:
        """The best set with these projects in (1) or out (0), if that is quick."""
        best = list(self.best)
        for n in {self.pot[i] for i in fixed if i in self.pot}:
            given = {i: value for i, value in fixed.items() if self.pot.get(i) == n}
            best[n] = self.knapsacks[n].solve([self._task(given)])[0]
        known = [packed for packed in best if packed is not None]
        if len(known) < len(best):
            return None
        found = self._joined(known)
        if found is None:
            return Answer(None, 0, 0, proven=True, seconds=0.0)
        chosen = frozenset(np.flatnonzero(found).tolist())
        if not self._kept(chosen):
            return None
        value = sum(packed.value for packed in known)
        return Answer(chosen, value, value, proven=True, seconds=0.0)

    def with_each(self) -> dict[int, Rival]:
        """The best set with each project; those are left out that are not quick."""
        best = [packed for packed in self.best if packed is not None]
        whole = self._joined(best)
        if whole is None or len(best) < len(self.best):
            return {}
        value = sum(packed.value for packed in best)
        inside: list[int] = np.flatnonzero(whole).tolist()
        if not self._kept(frozenset(inside)):
            return {}
        found = {i: Rival(whole, value) for i in inside}
        for n, members in enumerate(self.members):
            others = [i for i in members.tolist() if i not in found]
            sets = self.knapsacks[n].solve([self._task({i: 1}) for i in others])
            rest = value - best[n].value
            for i, packed in zip(others, sets, strict=True):
                rival = None
                if packed is not None:
                    rival = self._rival(packed, n, whole, rest)
                if rival is not None:
                    found[i] = rival
        return found

    def exchanged(self, chosen: Bools, i: int, *, behind: int = -1) -> int:
        """The last of the chosen, by the list of the ties, that i may come in for.

        It is worth the same as i, the money suffices then, and its place in the list is
        behind the given one. -1: there is none.
        """
        if i in self.bound:
            return -1
        alike = self.alike[self.pot[i], self.gains[i]]
        alike = alike[chosen[alike] & (self.rank[alike] > behind)]
        members = self.members[self.pot[i]]
        spent = int(self.costs[members][chosen[members]].sum())
        least = spent + int(self.costs[i]) - self.money[self.pot[i]]
        dear = np.flatnonzero(self.costs[alike] >= least)
        return int(alike[dear[0]]) if len(dear) else -1

    def _kept(self, chosen: frozenset[int]) -> bool:
        return self.allows is None or self.allows(chosen)

    def _task(self, fixed: Mapping[int, int]) -> Task:
        inside = frozenset(self.place[i] for i, value in fixed.items() if value)
        outside = frozenset(self.place[i] for i, value in fixed.items() if not value)
        return Task(inside, outside)

    def _joined(self, sets: Sequence[Packed]) -> Bools | None:
        """One set for all pots; None if one has none."""
        whole = np.zeros(len(self.gains), np.bool_)
        for members, packed in zip(self.members, sets, strict=True):
            if packed.chosen is None:
                return None
            whole[members] = packed.chosen
        return whole

    def _rival(self, packed: Packed, n: int, whole: Bools, rest: int) -> Rival | None:
        """The best sets of all pots, but this one for the n-th, if that is allowed."""
        if packed.chosen is None:
            return Rival(None, 0)
        chosen = whole.copy()
        chosen[self.members[n]] = packed.chosen
        if self.allows is not None:
            names = frozenset(np.flatnonzero(chosen).tolist())
            if not self.allows(names):
                return None
        return Rival(chosen, rest + packed.value)
