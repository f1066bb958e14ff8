"""One count of the method of equal shares, for given endowments."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import inf
from typing import NamedTuple

import numpy as np

from voting.profile import Profile
from voting.rules.equal_shares.exact import Edge, exact_level
from voting.rules.equal_shares.ledger import Ledger
from voting.rules.lazy import Bid
from voting.rules.levels import Levels
from voting.rules.options import TieOrder
from voting.rules.purses import Bools, Floats, Pot, Purses, Supporters
from voting.rules.turns import Turns

# How far a float may be from the exact number, as a part of it.
NEAR = 1e-9
# After so many projects that could not be paid all others are looked through at once,
# unless so few of them, or so many choices, are there that it would be no faster.
SWEEP = 4
FEW, LARGE = 30, 200_000


class Practice(StrEnum):
    """How shares are raised: see `completion.add_one`."""

    CITIES = "cities"
    BOOKS = "books"


@dataclass(frozen=True, slots=True)
class Setting:
    """What every count of the same ballots shares.

    `scales`: what a project is worth to a supporter besides `Supporters.worth`: its
    cost for cost utilities, 1 for the others, and for what is free.
    `open`: the projects that may be bought. `levels`, `bounds`: the level, and
    the rho, at which all supporters pay in full, as floats. `clearly`: with less than
    that a project clearly cannot be paid.
    """

    profile: Profile
    purses: Purses
    scales: tuple[int, ...]
    practice: Practice
    order: TieOrder
    open: tuple[int, ...]
    levels: tuple[float, ...]
    bounds: tuple[float, ...]
    clearly: Floats


def endowment(setting: Setting, pot: Pot, raised: int) -> Fraction:
    """What each voter of a pot has, raised by so many units of the currency."""
    unit = setting.profile.unit
    equal = Fraction(pot.budget, pot.voters or 1)
    if raised and setting.practice is Practice.CITIES:
        equal = Fraction(equal // unit * unit)
    return equal + raised * unit


class Count:
    """Buy the project of the least rho until no supporters can pay for one.

    The level of a project is what a supporter who has it pays per unit of worth:

        sum_i weight_i min(purse_i, level worth_i) = cost,   rho = level / scale.
    """

    def __init__(self, setting: Setting, raised: Sequence[int]) -> None:
        self.setting, self.raised = setting, tuple(raised)
        purses = setting.purses
        self.endowments = tuple(
            endowment(setting, pot, n)
            for pot, n in zip(purses.pots, raised, strict=True)
        )
        self.ledger = Ledger(purses, self.endowments)
        most = [float(e) for e in self.endowments]
        self.held: Floats = np.array(most)[purses.start]
        # How far sums of the supporters' money may be off.
        self._wrong = [
            1e-12 * cost + 1e-14 * who.total * most[pot]
            for cost, who, pot in zip(purses.costs, purses.of, purses.pot, strict=True)
        ]
        self.spent = [0] * len(purses.pots)
        # Of each purchase; the level is price * scale.
        self.bids: list[Bid] = []
        self.ties = Levels(setting.order, setting.profile.projects)
        self.turns = Turns(setting.profile, purses, setting.open, setting.bounds)
        self._levels = list(setting.levels)
        self._refused = 0
        self._sweeps = len(setting.open) > FEW and len(purses.whose) < LARGE
        # What was found when a price was last asked for.
        self._seen: dict[int, _Seen] = {}

    @property
    def bought(self) -> list[int]:
        """The projects in the order of their purchase."""
        return self.ledger.bought

    def run(self) -> "Count":
        """Buy until nobody can buy any more."""
        while level := self.turns.next(self._price, self.rho):
            if len(level) > 1 or self.ties.open:
                self._buy_level(level)
            else:
                self.buy(level[0])
        self.ties.close()
        return self

    def _buy_level(self, level: list[Bid]) -> None:
        """Buy what has the least rho, in the order of ties, while it has it."""
        if len(level) > 1:
            level.sort(key=lambda bid: self.setting.order.keys[bid.project])
        first, *rest = level
        rho = self.rho(first.project) if rest else None
        limit = first.price + first.slack
        self.ties.see(first, level, self.rho)
        self.buy(first)
        for n, other in enumerate(rest):
            if self.turns.least <= limit:
                # What waited for one of them may come before the others.
                for left in rest[n:]:
                    self.turns.back(left)
                return
            bid = self._price(other.project, limit)
            if bid is None:
                continue
            if bid.least > limit or self.rho(bid.project) != rho:
                self.turns.back(bid)
                continue
            self.ties.see(bid, (), self.rho)
            self.buy(bid)

    def follow(self, other: "Count") -> bool:
        """Buy the same in the same order, if that holds for all endowments between.

        With more money and the same purchases every purse holds as much at every
        moment, and every rho is as low: so if at each step the next project's rho in
        the poorer count is below everything else's in the richer one, and in the end
        the richer can pay for nothing, then no count between them differs.
        """
        for k, bid in enumerate(other.bids):
            found = self.turns.until(bid.price + bid.slack, self._price)
            mine = [own for own in found if own.project == bid.project]
            for own in found:
                if own.project == bid.project:
                    continue
                if not self._later(own, other, k):
                    return False
                self.turns.back(own)
            if not mine:
                return False
            self.buy(mine[0])
        return not self.turns.until(inf, self._price)

    def _later(self, own: Bid, other: "Count", k: int) -> bool:
        """Whether own comes after the k-th purchase of the other, exactly."""
        bid, keys = other.bids[k], self.setting.order.keys
        if own.least > bid.price + bid.slack:
            return True
        if own.price + own.slack < bid.least:
            return False
        mine, theirs = self.rho(own.project), other.paid(k)
        return (mine, keys[own.project]) > (theirs, keys[bid.project])

    def paid(self, k: int) -> Fraction:
        """The exact rho of the k-th purchase."""
        return self.ledger.level(k) / self.setting.scales[self.bought[k]]

    def buy(self, bid: Bid) -> None:
        """Take the money of the supporters; the bid must be of this very moment."""
        i = bid.project
        seen = self._seen[i]
        exact, gone = None, None
        if seen.held is not None:
            who = self.setting.purses.of[i]
            due = seen.level if who.worth is None else seen.level * who.worth
            rest = seen.held - due
            if not seen.all_pay:
                gone = rest < 0
                exact = self._part(i, rest, gone)
                np.maximum(rest, 0.0, out=rest)
            self.held[who.purses] = rest
        self.ledger.add(i, exact, gone)
        self.bids.append(bid)
        self.spent[self.setting.purses.pot[i]] += self.setting.purses.costs[i]
        self.turns.take(i)

    def _part(self, i: int, rest: Floats, gone: Bools) -> Fraction | None:
        """Look again, exactly, at those of whom floats cannot tell who is empty.

        Returns:
            the exact level, where it had to be worked out.
        """
        seen, worth = self._seen[i], self.setting.purses.of[i].worth
        edge = np.abs(rest)
        if worth is not None:
            edge /= worth
        if edge.item(edge.argmin()) > seen.slack:
            return None
        exact, edges = self._exact(i)
        for near in edges:
            left = float(near.held - (exact or 0) * near.worth)
            gone[near.members] = left <= 0
            rest[near.members] = left
        return exact

    def rho(self, i: int) -> Fraction:
        """The exact rho of a project whose price was just asked for."""
        seen = self._seen[i]
        level = self.ledger.full_level(i) if seen.all_pay else self._exact(i)[0]
        return (level or Fraction(0)) / self.setting.scales[i]

    def _exact(self, i: int) -> tuple[Fraction | None, list[Edge]]:
        seen, who = self._seen[i], self.setting.purses.of[i]
        held = self.held[who.purses]
        return exact_level(
            self.ledger,
            i,
            ratio=held if who.worth is None else held / who.worth,
            level=seen.level,
            slack=seen.slack,
        )

    def _price(self, i: int, limit: float) -> Bid | None:
        """About the rho of i, or None if its supporters cannot pay for it."""
        if not self.turns.allowed(i):
            return None
        scale = self.setting.scales[i]
        seen = self._look(i, limit * scale)
        if seen is None:
            self._refused += 1
            if self._sweeps and self._refused % SWEEP == 0:
                self._sweep()
            return None
        self._seen[i], self._levels[i] = seen, seen.level
        return Bid(i, seen.level / scale, seen.slack / scale)

    def _sweep(self) -> None:
        """Drop, all at once, what its supporters clearly cannot pay for any more."""
        purses = self.setting.purses
        money = purses.sums(purses.weight * self.held[purses.whose])
        self.turns.keep((money > self.setting.clearly).tolist())

    def _look(self, i: int, limit: float) -> "_Seen | None":
        """The level of i, as a float, or a lower bound above the limit.

        Newton's method on a concave function: from below, and never past the level.
        """
        who, cost = self.setting.purses.of[i], self.setting.purses.costs[i]
        if not cost:
            return _Seen(None, 0.0, 0.0, all_pay=True)
        if not who.total:
            return None
        level, held = self._levels[i], self.held[who.purses]
        ratio = held if who.worth is None else held / who.worth
        # Where somebody could not pay in full the level was raised before.
        first = level == self.setting.levels[i]
        if first and ratio.item(ratio.argmin()) > level * (1 + NEAR):
            return _Seen(held, level, level * NEAR, all_pay=True)
        if level < limit < inf and (payers := _payers(who, ratio, limit)):
            # Mostly it is not the least: one step from the limit says so.
            seen = self._seen_at(i, held, self._step(i, ratio, limit, payers), payers)
            if seen.level - seen.slack > limit:
                return seen
        money = float(who.weight.dot(held))
        wrong = NEAR * cost + self._wrong[i]
        if money < cost + wrong:
            return self._hardly(i, held, ratio) if money > cost - wrong else None
        payers, done = _payers(who, ratio, level), False
        while not done:
            higher = self._step(i, ratio, level, payers)
            still = _payers(who, ratio, higher)
            # Those who still pay in full are those whom the step reckoned with.
            done = still == payers or higher <= level * (1 + 1e-15)
            level, payers = higher, still
        return self._seen_at(i, held, level, payers)

    def _step(self, i: int, ratio: Floats, level: float, payers: float) -> float:
        """The level that would do if all the payers paid it in full."""
        who, cost = self.setting.purses.of[i], self.setting.purses.costs[i]
        paid = float(who.shares.dot(np.minimum(ratio, level)))
        return level + (cost - paid) / (payers or 1.0)

    def _seen_at(self, i: int, held: Floats, level: float, payers: float) -> "_Seen":
        """A level, with far too much slack."""
        slack = NEAR * level + self._wrong[i] / (payers or 1.0)
        return _Seen(held, level, slack, all_pay=False)

    def _hardly(self, i: int, held: Floats, ratio: Floats) -> "_Seen | None":
        """The level of a project whose supporters have just about enough."""
        level = float(ratio.max())
        payers = _payers(self.setting.purses.of[i], ratio, level * (1 - NEAR))
        seen = self._seen[i] = self._seen_at(i, held, level, payers)
        exact, _ = self._exact(i)
        return None if exact is None else seen._replace(level=float(exact))


def _payers(who: Supporters, ratio: Floats, level: float) -> float:
    """The shares of those who can pay a level in full."""
    return float(who.shares.dot((ratio >= level).astype(np.float64)))


class _Seen(NamedTuple):
    """What the supporters held, and the level; `all_pay`: nobody pays less."""

    held: Floats | None
    level: float
    slack: float
    all_pay: bool
