"""What the voters have paid, exactly, worked out only when somebody asks."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from voting.profile import Index, Ints
from voting.rules.purses import Bools, Purses

NEVER = 2**31 - 1


class Ledger:
    """The purchases of one count, and when each purse became empty.

    A purse pays in full, level * worth, until it pays its last money; so with
    endowment e a purse that is not empty holds e - sum_k level_k worth_k, over the
    purchases k that it supported, and any sum of purses is exact from as many numbers
    as there are purchases. Everything here is an int or a Fraction.
    """

    def __init__(self, purses: Purses, endowments: Sequence[Fraction]) -> None:
        self.purses, self.endowments = purses, endowments
        self.bought: list[int] = []
        self._levels: list[Fraction | None] = []
        self._emptied = np.full(len(purses.start), NEVER, np.int32)
        # The purchases that are not yet marked there, and whose purses are empty then.
        self._unmarked: list[tuple[int, Bools]] = []
        self._mark = np.zeros(len(purses.start), np.int64)

    def add(self, project: int, level: Fraction | None, gone: Bools | None) -> None:
        """A purchase.

        Args:
            project: what is bought.
            level: if it had to be worked out exactly.
            gone: (s,) which supporters have nothing left; None: all can pay in full.
        """
        if gone is not None:
            self._unmarked.append((len(self.bought), gone))
        self.bought.append(project)
        self._levels.append(level)

    @property
    def emptied(self) -> Index:
        """(purses,) the purchase at which a purse became empty, or `NEVER`."""
        for k, gone in self._unmarked:
            purses = self.purses.of[self.bought[k]].purses[gone]
            self._emptied[purses] = np.minimum(self._emptied[purses], k)
        self._unmarked.clear()
        return self._emptied

    def level(self, k: int) -> Fraction:
        """What the k-th purchase cost a supporter per unit of worth."""
        known = self._levels[k]
        if known is None:
            known = self._levels[k] = self._level(k)
        return known

    def _level(self, k: int) -> Fraction:
        """The cost that the last money of some left to the others."""
        i = self.bought[k]
        who = self.purses.of[i]
        when = self.emptied[who.purses]
        full = when > k
        if not self.purses.costs[i] or full.all():
            return self.full_level(i)
        shares = int(who.voters[full] @ who.points[full])
        paid = self.money(i, when == k, before=k)
        return (self.cost(i) - paid) / shares

    def full_level(self, i: int) -> Fraction:
        """The level at which all supporters pay in full."""
        return Fraction(self.purses.costs[i], self.purses.of[i].total or 1)

    def cost(self, i: int) -> Fraction:
        """What project i costs."""
        return Fraction(self.purses.costs[i])

    def money(self, i: int, chosen: Bools, *, before: int | None = None) -> Fraction:
        """What the chosen of the supporters of i, none of them empty, hold together.

        Args:
            i: the project.
            chosen: (s,) bool.
            before: the number of purchases made until then (None: all).
        """
        who = self.purses.of[i]
        purses, voters = who.purses[chosen], who.voters[chosen]
        if not len(purses):
            return Fraction(0)
        total = int(voters.sum()) * self.endowments[self.purses.pot[i]]
        # First: to work out a level needs the marks, too.
        levels = [self.level(k) for k in range(len(self.bought))[:before]]
        self._mark[purses] = voters
        for bought, level in zip(self.bought, levels, strict=False):
            other = self.purses.of[bought]
            shares = int(self._mark[other.purses] @ other.points)
            if shares:
                total -= shares * level
        self._mark[purses] = 0
        return total

    def histories(self, purses: Ints) -> Ints:
        """(purses, purchases) what each purchase was worth to each purse."""
        self._mark[purses] = np.arange(1, len(purses) + 1)
        table = np.zeros((len(purses), len(self.bought)), np.int64)
        for k, project in enumerate(self.bought):
            other = self.purses.of[project]
            place = self._mark[other.purses]
            table[place[place > 0] - 1, k] = other.points[place > 0]
        self._mark[purses] = 0
        return table

    def held(self, pot: int, history: Sequence[int]) -> Fraction:
        """What a purse with this history, and not empty, holds."""
        paid = (n * self.level(k) for k, n in enumerate(history) if n)
        return self.endowments[pot] - sum(paid, Fraction(0))
