"""Sequential Phragmen: voters earn at equal speed and buy as soon as they can."""

from collections.abc import Mapping
from fractions import Fraction
from math import inf
from typing import Any

import numpy as np

from voting.errors import RuleWithoutMinimum
from voting.outcome import Number, Outcome, Reason, ReasonCode, Step
from voting.profile import Profile
from voting.rules import options as shared
from voting.rules.lazy import Bid
from voting.rules.levels import Levels
from voting.rules.purses import Floats, Purses, purses
from voting.rules.turns import Turns

# How far a float may be from the exact number, as a part of it.
NEAR = 1e-9


def phragmen(profile: Profile, parameters: Mapping[str, Any]) -> Outcome:
    """Every voter earns one unit of money per unit of time; supporters pool and buy.

    With the time l_i up to which voter i has spent what he earned, the supporters of
    p can buy it at t(p) = (c(p) + sum_i l_i) / v(p). The project of the least t is
    bought, and l_i = t(p) for its supporters. Exact: floats only choose what is
    compared by Fraction. Points count as approval. Source: Los, Christoff, Grossi,
    Proportional Budget Allocations: Towards a Systematization, IJCAI 2022.

    The end, as in pabutools: the rule stops as soon as a project of the least t costs
    more than is left; nothing is skipped. What costs more than the whole budget takes
    no part. Areas: see `Purses`; each is an election of its own, with an end of its
    own. Conflicts, needs and themes' maxima: what would break one at its turn is
    passed over, what needs another waits for it; minima are refused.

    Ties: by the ordered list. A tie is reported, and the outcome is not `unique`, if
    one of the projects that were level was not bought at this t.

    Args:
        profile: costs (m,) int64 smallest units; weights (r,) int64.
        parameters: see `options.Options`; threshold 1. Satisfaction only says what
            `objective` adds up.

    Raises:
        RuleParameterInvalid: a parameter is unknown or makes no sense.
        RuleWithoutMinimum: a limit has a minimum.
    """
    options = shared.read(profile, parameters, own=())
    for limit in profile.limits:
        if limit.minimum:
            raise RuleWithoutMinimum(rule="phragmen", limit=limit.name)
    run = _Run(profile, options)
    run.go()
    gains = shared.gains(profile, options.satisfaction)
    return Outcome(
        rule="phragmen",
        parameters=options.to_json(),
        funded=tuple(sorted(profile.projects[i] for i in run.bought)),
        cost=sum(run.money.costs[i] for i in run.bought),
        objective=sum(gains[i] for i in run.bought),
        optimal=False,
        bound=None,
        gap=None,
        unique=not run.levels.found,
        ties=tuple(run.levels.found),
        reasons={p: run.reasons[i] for i, p in enumerate(profile.projects)},
        steps=tuple(run.steps),
    )


class _Run:
    """One count, purchase after purchase."""

    def __init__(self, profile: Profile, options: shared.Options) -> None:
        self.profile = profile
        self.order = shared.TieOrder(profile, options)
        self.money: Purses = purses(profile, by_points=False)
        self.levels = Levels(self.order, profile.projects)
        self.reasons = shared.below_threshold(profile, options)
        self.steps: list[Step] = []
        self.bought: list[int] = []
        # (purses,) l_i, and the number of the purchase that it comes from (0: none).
        self.load: Floats = np.zeros(len(self.money.start))
        self.last = np.zeros(len(self.money.start), np.int64)
        # Of each purchase: its exact t, as far as it is known, and what it is made of.
        self._times = [Fraction(0)]
        self._parts: list[list[tuple[int, int]]] = [[]]
        self._now = 0.0
        self.left = [pot.budget for pot in self.money.pots]
        # Pot -> the project at which it came to its end.
        self.stopped: dict[int, int] = {}
        able = [
            i
            for i, cost in enumerate(self.money.costs)
            if cost <= self.left[self.money.pot[i]] and self.money.of[i].total
        ]
        self.turns = Turns(
            profile,
            self.money,
            [i for i in able if i not in self.reasons],
            [
                c / (w.total or 1)
                for c, w in zip(self.money.costs, self.money.of, strict=True)
            ],
        )

    def go(self) -> None:
        """Buy until every pot has come to its end."""
        while level := self.turns.next(self._price, self.time):
            if len(level) > 1:
                level.sort(key=lambda bid: self.order.keys[bid.project])
            self._stop(level)
            able = [b for b in level if self.money.pot[b.project] not in self.stopped]
            if able:
                self.levels.see(able[0], able, self.time)
                self._buy_level(able)
        self.levels.close()
        self._refuse()

    def _buy_level(self, level: list[Bid]) -> None:
        """Buy what has the least t, in the order of ties, while it has it."""
        first, *rest = level
        if not rest:
            self._buy(first)
            return
        time, limit = self.time(first.project), first.price + first.slack
        dearest: dict[int, int] = {}
        for bid in level:
            pot = self.money.pot[bid.project]
            dearest[pot] = max(self.money.costs[bid.project], dearest.get(pot, 0))
        self._buy(first)
        for n, other in enumerate(rest):
            dear = any(cost > self.left[pot] for pot, cost in dearest.items())
            if dear or self.turns.least <= limit:
                # One of them may be an end, or what waited comes before them.
                for left in rest[n:]:
                    self.turns.back(left)
                return
            now = self._price(other.project, inf)
            if now is None:
                continue
            if self.time(now.project) == time:
                self.levels.see(now, (), self.time)
                self._buy(now)
            else:
                self.turns.back(now)

    def _stop(self, level: list[Bid]) -> None:
        """What is too dear when it has the least t ends its pot."""
        for bid in level:
            pot = self.money.pot[bid.project]
            if self.money.costs[bid.project] > self.left[pot]:
                self.stopped.setdefault(pot, bid.project)

    def _buy(self, bid: Bid) -> None:
        i = bid.project
        who, pot = self.money.of[i], self.money.pot[i]
        area, left = self.money.pots[pot].area, self.left[pot]
        about = shared.numbers(self.profile, i) | {"left": left, "area": area}
        self.reasons[i] = Reason(ReasonCode.FUNDED, about)
        name = self.profile.projects[i]
        self.steps.append(Step(name, ReasonCode.FUNDED, left, area))
        # The loads are about to change, so what t is made of is noted now.
        self._parts.append(self._part(i))
        self.bought.append(i)
        self.left[pot] -= self.money.costs[i]
        self.load[who.purses] = self._now = bid.price
        self.last[who.purses] = len(self.bought)
        self.turns.take(i)

    def _price(self, i: int, _limit: float) -> Bid | None:
        """About t(i), or None if i cannot be bought any more."""
        if self.money.pot[i] in self.stopped or not self.turns.allowed(i):
            return None
        who = self.money.of[i]
        spent = float(who.weight @ self.load.take(who.purses))
        time = max((self.money.costs[i] + spent) / who.total, self._now)
        return Bid(i, time, NEAR * time)

    def _part(self, i: int) -> list[tuple[int, int]]:
        """How many supporters of i bought last at which purchase."""
        who = self.money.of[i]
        # Sums of voters are exact as floats.
        number = np.bincount(self.last.take(who.purses), weights=who.weight)
        places = number.nonzero()[0]
        voters = number.take(places).astype(np.int64)
        return list(zip(places.tolist(), voters.tolist(), strict=True))

    def time(self, i: int) -> Fraction:
        """The exact t(i); what waited for another is not bought before it."""
        return self._time(i, self._part(i), len(self.bought))

    def _time(self, i: int, part: list[tuple[int, int]], bought: int) -> Fraction:
        spent = sum((n * self._bought_at(k) for k, n in part if k), Fraction(0))
        time = (self.money.costs[i] + spent) / self.money.of[i].total
        return max(time, self._bought_at(bought)) if self.profile.needs else time

    def _bought_at(self, k: int) -> Fraction:
        """The exact t of the k-th purchase, counted from 1."""
        for n in range(len(self._times), k + 1):
            self._times.append(self._time(self.bought[n - 1], self._parts[n], n - 1))
        return self._times[k]

    def _refuse(self) -> None:
        """Say why the others were not bought."""
        for i in range(len(self.money.costs)):
            if i not in self.reasons:
                self.reasons[i] = self._refusal(i)

    def _refusal(self, i: int) -> Reason:
        if barred := self.turns.bar(i):
            return barred
        pot = self.money.pot[i]
        area, left = self.money.pots[pot].area, self.left[pot]
        about = shared.numbers(self.profile, i) | {"left": left, "area": area}
        stop = self.stopped.get(pot)
        if i in self.levels.lost:
            rivals = self.levels.lost[i]
            names: list[str] = [self.profile.projects[j] for j in rivals]
            how = self.order.parted_by(rivals[-1], i)
            about |= {"with": names, "how": how}
            return Reason(ReasonCode.TIE_LOST, about)
        if not self.money.of[i].total:
            short: dict[str, Number] = {"left": 0, "short": self.money.costs[i]}
            return Reason(ReasonCode.SUPPORTERS_SHORT, about | short)
        if (
            stop is None
            or i == stop
            or self.money.costs[i] > self.money.pots[pot].budget
        ):
            short = {"short": self.money.costs[i] - left}
            return Reason(ReasonCode.NO_MONEY, about | short)
        about |= {"stop": self.profile.projects[stop]}
        return Reason(ReasonCode.BEHIND_STOP, about)
