"""The counts of many endowments at once, for completions that try them one by one."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from voting.profile import Ints, LimitKind
from voting.rules.equal_shares.count import (
    NEAR,
    SWEEP,
    Practice,
    Setting,
    endowment,
)
from voting.rules.purses import Bools, Floats, Pot

# Numbers up to here are floats without rounding, and quotients of two such products
# are equal as floats only if they are equal.
WHOLE = 2**51
# How many endowments are counted at once: as many as their purses find room for, and
# at first as many as keep numpy busy, since the end may be near.
ROOM, BUSY = 2_000_000, 4_000
FEWEST, MOST = 32, 512
# Of a purse that may or may not be empty.
HARDLY = 1e-300


class Counted(NamedTuple):
    """What comes of an endowment.

    `bought`: equal for counts that buy the same. `over`: the pots that would spend more
    than they have; `finished`: those whose voters have no use for more money (in the
    books: or for more than what is left).
    """

    bought: bytes
    over: frozenset[int]
    finished: frozenset[int]


def at_once(setting: Setting) -> tuple[int, int]:
    """How many endowments to count at once, at first and at the most.

    (1, 1): a `Count` of each does it. Constraints are its business, numbers beyond
    `WHOLE` could not be told apart, and large rounds keep numpy busy as they are.
    """
    profile, money = setting.profile, setting.purses
    # Areas that are elections of their own are no constraint.
    areas = len(money.pots) > 1
    bound = profile.conflicts or profile.needs or (profile.limits and not areas)
    bound = bound or any(limit.kind is LimitKind.THEME for limit in profile.limits)
    projects, choices = len(money.costs), len(profile.indices)
    largest = max(money.costs, default=0) * max((w.total for w in money.of), default=0)
    most = min(MOST, ROOM // max(choices, len(money.start), projects, 1))
    if bound or largest >= WHOLE or most < FEWEST:
        return 1, 1
    return min(most, max(FEWEST, BUSY * projects // (choices + 1))), most


class Endowments:
    """Equal shares for many endowments, each a row of purses; without constraints.

    It is what `Count` does, in floats alone: every turn each row looks at the project
    of its least lower bound, and either raises the bound by steps of Newton's method or
    buys. A row that floats cannot decide is given up, for `Count` to decide:

    - Purses are off by no more than what rounding has put into them. Who pays his last
      money hands his error on and has none, so errors add up and are not multiplied.
    - A price is exact where every supporter is empty or clearly pays in full: it is the
      quotient of two whole numbers. Until a supporter was first short, so is a bound.
      Equal ones are equal as floats, and parted by the order of the columns.
    - Any other price needs a gap to the next that no rounding can close.

    Args of what is drawn up here, p projects in the order of ties:
        project, cost, scale, total, pot, clearly: (p,) as in `Setting` and `Purses`.
        start: (p,) the rho at which all supporters pay in full.
        whose, shares: (choices,) the supporters of one project after the other; those
            of project i are `size[i]` and begin at `first[i]`.
        weight: (purses,) how many voters a purse is of.
    """

    def __init__(self, setting: Setting) -> None:
        money = setting.purses
        self.setting = setting
        order = [i for i in setting.open if money.of[i].total]
        order.sort(key=lambda i: setting.order.keys[i])
        of = [money.of[i] for i in order]
        self.project = np.array(order, np.int64)
        self.whole = np.array([money.costs[i] for i in order], np.int64)
        self.cost = self.whole.astype(np.float64)
        self.scale = np.array([float(setting.scales[i]) for i in order])
        self.total = np.array([float(who.total) for who in of])
        self.pot = np.array([money.pot[i] for i in order], np.int64)
        self.clearly = setting.clearly[self.project]
        self.start = self.cost / (self.total * self.scale)
        self.size = np.array([len(who.purses) for who in of], np.int64)
        self.first = np.cumsum(self.size) - self.size
        self.whose = np.concatenate([who.purses for who in of] or [self.size])
        self.shares = np.concatenate([who.shares for who in of] or [self.cost])
        voters = np.repeat(setting.profile.weights, len(money.pots))
        self.weight = voters.astype(np.float64)

    def count(self, raised: Sequence[Sequence[int]]) -> list[Counted | None]:
        """What each endowment buys; None where floats cannot tell.

        Args:
            raised: by how many units each pot's endowment is raised, for each count.
        """
        rows = _Rows(self, raised)
        rows.run()
        pots = self.setting.purses.pots
        place = self.pot[:, None] == np.arange(len(pots))
        left = np.array([pot.budget for pot in pots], np.int64)
        left = left - rows.bought @ (self.whole[:, None] * place)
        wanted = ~rows.bought
        if self.setting.practice is Practice.BOOKS:
            wanted &= self.whole <= left[:, self.pot]
        over, finished = _pots(left < 0), _pots(wanted @ place.astype(np.int64) == 0)
        every = np.zeros((len(raised), len(self.setting.purses.costs)), np.bool_)
        every[:, self.project] = rows.bought
        keys = [row.tobytes() for row in every]
        counted = [Counted(*parts) for parts in zip(keys, over, finished, strict=True)]
        pairs = zip(counted, rows.unsure.tolist(), strict=True)
        return [None if unsure else found for found, unsure in pairs]


def _pots(chosen: Bools) -> list[frozenset[int]]:
    """The chosen pots of each row."""
    return [frozenset(n for n, yes in enumerate(row) if yes) for row in chosen.tolist()]


def _floats(setting: Setting, pot: Pot, raised: Sequence[int]) -> list[float]:
    """Each of a pot's endowments; the quotient of two integers is rounded once."""
    first, plain = endowment(setting, pot, 1), endowment(setting, pot, 0)
    below, unit = first.denominator, setting.profile.unit
    start = first.numerator - unit * below
    return [(start + n * unit * below) / below if n else float(plain) for n in raised]


class _Look(NamedTuple):
    """The supporters of one project of each row, row after row.

    Args:
        rows, project: (n,) the row and the column.
        begin, size: (n,) where its supporters stand.
        purse: (s,) places in the flat matrix of purses.
        shares, held: (s,) what a supporter pays per level, and what he has.
    """

    rows: Ints
    project: Ints
    begin: Ints
    size: Ints
    purse: Ints
    shares: Floats
    held: Floats


class _Price(NamedTuple):
    """What a look has found, (n,) but for the last two.

    Args:
        level, slack: the level, or a lower bound, and how far it may be off.
        payers: the shares of those who pay in full.
        found: whether it is the level.
        rest, edge: (s,) what is left to each after it, and how far that may be off.
    """

    level: Floats
    slack: Floats
    payers: Floats
    found: Bools
    rest: Floats
    edge: Floats


class _Rows:
    """One row for each endowment.

    Args of the state, for r rows of which only the `live` ones count on:
        number: (r,) the endowment's place among those that were asked for.
        most: (r, pots) the endowments.
        held: (r, purses) what all voters of a ballot have left together.
        bound: (r, p) lower bound of each rho; infinite if it is not to be had.
        exact: (r, p) whether the bound is the float of a known quotient.
        loose: (r,) how far any other bound may be off.
        asked: (r,) a column to look at before the row may buy, or -1.
    """

    def __init__(self, table: Endowments, raised: Sequence[Sequence[int]]) -> None:
        setting = table.setting
        pots = enumerate(setting.purses.pots)
        most = [_floats(setting, pot, [row[g] for row in raised]) for g, pot in pots]
        count, p = len(raised), len(table.project)
        self.table = table
        self.most = np.column_stack(most)
        self.bought = np.zeros((count, p), np.bool_)
        self.unsure = np.zeros(count, np.bool_)
        self.number = self.live = np.arange(count if p else 0)
        # In one piece, row after row: all three are written to as flat ones.
        held = self.most[:, setting.purses.start] * table.weight
        self.held = np.ascontiguousarray(held)
        self.bound = np.tile(table.start, (count, 1))
        self.exact = np.ones((count, p), np.bool_)
        self.loose = np.zeros(count)
        self.asked = np.full(count, -1)
        self.asking, self.refused = False, 0

    def run(self) -> None:
        """Buy in every row until nobody can buy any more."""
        while len(self.live):
            self._turn()
            if 2 * len(self.live) < len(self.number):
                self._shrink()

    def _shrink(self) -> None:
        kept, self.live = self.live, np.arange(len(self.live))
        self.number, self.most = self.number[kept], self.most[kept]
        self.held, self.bound = self.held[kept], self.bound[kept]
        self.exact, self.loose = self.exact[kept], self.loose[kept]
        self.asked = self.asked[kept]

    def _turn(self) -> None:
        """Look at one project in each row, and buy it if it is the next."""
        rows = self.live
        project = self.bound.argmin(axis=1)[rows]
        if self.asking:
            asked = self.asked[rows]
            project = np.where(asked < 0, project, asked)
        at = rows * self.bound.shape[1] + project
        before = self.bound.reshape(-1).take(at)
        if before.max() == np.inf:
            self.live = rows[before < np.inf]
            return
        look = self._look(rows, project)
        price = self._newton(look, before)
        vague = self._note(look, price, at, before)
        if vague.any():
            self.unsure[self.number[rows[vague]]] = True
            self.live = rows[~vague]
        if self.refused > SWEEP * len(rows):
            self._sweep()

    def _look(self, rows: Ints, project: Ints) -> _Look:
        table = self.table
        size = table.size.take(project)
        begin = size.cumsum() - size
        place = np.arange(begin[-1] + size[-1])
        place += (table.first.take(project) - begin).repeat(size)
        purse = table.whose.take(place)
        purse += (rows * self.held.shape[1]).repeat(size)
        held = self.held.reshape(-1).take(purse)
        shares = table.shares.take(place)
        return _Look(rows, project, begin, size, purse, shares, held)

    def _newton(self, look: _Look, bound: Floats) -> _Price:
        """Two steps from the lower bounds."""
        table = self.table
        cost = table.cost.take(look.project)
        level = bound * table.scale.take(look.project)
        for last in (False, True):
            due = level.repeat(look.size)
            due *= look.shares
            paid = np.add.reduceat(np.minimum(look.held, due), look.begin)
            rich = (look.held >= due).astype(np.float64)
            rich *= look.shares
            full = np.add.reduceat(rich, look.begin)
            payers = np.maximum(full, 1.0)
            step = (cost - paid) / payers
            found = step <= level * 1e-15
            if last or found.all():
                break
            level = np.where(found | (full == 0), level, level + step)
        slack = NEAR * level + self._wrong(look, cost) / payers
        edge = slack.repeat(look.size)
        edge *= look.shares
        level = np.where(found | (full == 0), level, level + step)
        return _Price(level, slack, payers, found, np.subtract(look.held, due), edge)

    def _wrong(self, look: _Look, cost: Floats) -> Floats:
        """How far sums of the supporters' money may be off."""
        table = self.table
        money = table.total.take(look.project)
        money *= self.most[look.rows, table.pot.take(look.project)]
        wrong: Floats = 1e-12 * cost + 1e-14 * money
        return wrong

    def _note(self, look: _Look, price: _Price, at: Ints, before: Floats) -> Bools:
        """Write down the bounds, and buy; (n,) the rows that cannot be decided."""
        table, rows = self.table, look.rows
        cost, scale = table.cost.take(look.project), table.scale.take(look.project)
        money = np.add.reduceat(look.held, look.begin)
        wrong = NEAR * cost + self._wrong(look, cost)
        poor, vague = money < cost - wrong, money <= cost + wrong
        vague &= ~poor
        # Clearly more than is due, or nothing at all.
        plain = price.rest > price.edge
        plain |= look.held == 0
        sure = np.logical_and.reduceat(plain, look.begin)
        sure &= price.found
        bound = np.where(sure, cost / (price.payers * scale), price.level / scale)
        known = self.exact.reshape(-1).take(at)
        self.bound.reshape(-1)[at] = np.where(poor, np.inf, bound)
        self.exact.reshape(-1)[at] = sure
        slack = price.slack / scale
        self.loose[rows] = np.maximum(self.loose[rows], slack)
        self.refused += int(poor.sum())
        ready = price.found & ~(poor | vague)
        if self.asking:
            asked = self.asked[rows] >= 0
            # What has not moved is too near to be parted from the least.
            vague |= asked & ready & (bound <= before) & (known | ~sure)
            ready &= ~asked
            self.asked[rows], self.asking = -1, False
        self._part(look, ready, sure, bound + slack)
        self._buy(look, ready, price, at)
        return vague

    def _part(self, look: _Look, ready: Bools, sure: Bools, limit: Floats) -> None:
        """Only the least may be bought; `ready` loses those that wait for a look."""
        limits = np.full(len(self.bound), -1.0)
        limits[look.rows] = np.where(ready, limit + self.loose[look.rows], -1.0)
        near = self.bound <= limits[:, None]
        places = near.reshape(-1).nonzero()[0] // near.shape[1]
        if len(places) == np.count_nonzero(ready):
            return
        crowd = np.bincount(places, minlength=len(near)).take(look.rows) > 1
        rows, own = look.rows[crowd], look.project[crowd]
        near = near[rows]
        near[np.arange(len(rows)), own] = False
        # An exact price is parted from exact bounds by their order.
        near &= ~(self.exact[rows] & sure[crowd][:, None])
        least = self.bound[rows].argmin(axis=1) == own
        waits = near.any(axis=1)
        ready[crowd] = least & ~waits
        waits &= least
        if waits.any():
            self.asked[rows] = np.where(waits, near.argmax(axis=1), -1)
            self.asking = True

    def _buy(self, look: _Look, ready: Bools, price: _Price, at: Ints) -> None:
        chosen = ready.repeat(look.size).nonzero()[0]
        rest, edge = price.rest.take(chosen), price.edge.take(chosen)
        kept = np.where(rest > edge, rest, 0.0)
        near = ((rest <= edge) & (rest >= -edge)).nonzero()[0]
        if len(near):
            some = near[look.held.take(chosen[near]) > 0]
            kept[some] = np.maximum(rest[some], HARDLY)
        self.held.reshape(-1)[look.purse.take(chosen)] = kept
        self.bound.reshape(-1)[at[ready]] = np.inf
        self.bought[self.number[look.rows[ready]], look.project[ready]] = True

    def _sweep(self) -> None:
        """Drop in each row what its supporters clearly cannot pay for any more."""
        table, rows, self.refused = self.table, self.live, 0
        money = self.held[rows].take(table.whose, axis=1)
        able = np.add.reduceat(money, table.first, axis=1) > table.clearly
        self.bound[rows] = np.where(able, self.bound[rows], np.inf)
        # It may have been among them; if not, it is asked for again.
        self.asked[rows], self.asking = -1, False
