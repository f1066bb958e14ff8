"""Raise every share step by step, until the money would not suffice."""

import numpy as np

from voting.rules.equal_shares.count import Count, Practice, Setting
from voting.rules.equal_shares.endowments import Counted, Endowments, at_once

# Leaps that failed are tried again after so many steps at the most.
PATIENCE = 8


def plain(setting: Setting) -> Count:
    """The count with the money that there is."""
    return Count(setting, [0] * len(setting.purses.pots)).run()


def add_one(setting: Setting) -> Count:
    """The last count before one that costs too much (Add1).

    Every voter gets one more unit of the currency at a time, each pot on its own, and
    stops where nothing can be added any more. As the cities do it (`cities`: Pabulib's
    equalshares/add1; Wieliczka, Swiecie, Assen) the raised shares are whole, from B / n
    rounded down, and only too high a cost ends it. In the books (`books`: pabutools)
    they are B / n + k, and the first exhaustive count ends it too: one where every
    project that was not bought costs more than is left, or is kept out by a constraint.

    The costs of the counts neither rise nor fall steadily, so no count may be left out
    unless it is known to buy the same: see `Count.follow`. Where every step changes
    something, many are counted at once: see `Endowments`.
    """
    climb = _Climb(setting)
    climb.go()
    # Neither what was counted among many nor what followed another knows its ties.
    return Count(setting, climb.raised).run()


class _Climb:
    """The shares as they are raised.

    Args of the state:
        raised: by how many units, of each pot; what that buys is within the money.
        count: its count, if that was made on its own.
        bought: what it buys.
        active: the pots that are still raised.
        reach: how long the last leap was.
    """

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        # How many endowments are counted at once, at first and at the most.
        self.first, self.most = at_once(setting)
        self.many = Endowments(setting) if self.most > 1 else None
        self.count: Count | None = plain(setting)
        self.raised = self.count.raised
        found = judge(self.count)
        self.bought = found.bought
        self.active = set(range(len(self.raised))) - found.finished
        self.reach = 1

    def go(self) -> None:
        """Up to the end; with leaps where a whole stretch of counts bought the same."""
        done, patience = 0, 1
        while self.active:
            steps = max(min(max(self.first, done // 2), self.most), patience)
            done += steps
            if self._walk(steps):
                patience = 1 if self._leap(steps) else min(patience + 1, PATIENCE)

    def _after(self, steps: int) -> tuple[int, ...]:
        """The shares so many steps on."""
        return tuple(n + steps * (g in self.active) for g, n in enumerate(self.raised))

    def _walk(self, steps: int) -> bool:
        """Count every one of so many steps; whether all bought the same."""
        ahead = [self._after(n + 1) for n in range(steps)]
        many = self.many.count(ahead) if self.many else [None] * steps
        calm = True
        for raised, glimpse in zip(ahead, many, strict=True):
            if glimpse is None:
                count = Count(self.setting, raised).run()
                found = judge(count)
            else:
                count, found = None, glimpse
            if found.over:
                within = found.over <= self.active
                self.active = self.active - found.over if within else set()
                return False
            calm = calm and found.bought == self.bought
            self.raised, self.bought, self.count = raised, found.bought, count
            if found.finished & self.active:
                self.active = self.active - found.finished
                return False
        return calm

    def _leap(self, steps: int) -> bool:
        """Go on as far as `Count.follow` can tell that nothing changes.

        A leap as long as the last one is tried first: how far the proof reaches
        changes little from one to the next.
        """
        count = self.count or Count(self.setting, self.raised).run()
        jump, growing, far = max(2 * steps, self.reach), True, False
        while jump > steps:
            richer = Count(self.setting, self._after(jump))
            if richer.follow(count):
                count, far, self.reach = richer, True, jump
                self.count, self.raised = richer, richer.raised
                jump = jump * 2 if growing else jump
            else:
                growing = False
                jump //= 2
        self.reach = max(self.reach // 2, 1) if not far else self.reach
        return far


def judge(count: Count) -> Counted:
    """What comes of a count."""
    setting, turns, money = count.setting, count.turns, count.setting.purses
    left = [p.budget - n for p, n in zip(money.pots, count.spent, strict=True)]
    wanted = {
        money.pot[i]
        for i in setting.open
        if money.of[i].total and i not in turns.funded and not turns.barred(i)
        if setting.practice is Practice.CITIES or money.costs[i] <= left[money.pot[i]]
    }
    bought = np.zeros(len(money.costs), np.bool_)
    bought[count.bought] = True
    return Counted(
        bought=bought.tobytes(),
        over=frozenset(g for g, n in enumerate(left) if n < 0),
        finished=frozenset(set(range(len(left))) - wanted),
    )
