"""Why no lottery can be fairer: a proof that needs sums and fractions only.

Give every volunteer a weight, every seat a price, and every quota a price (which may
be below zero). A panel is worth the weights of its members. Whatever the prices are,
no panel that keeps the quotas is worth more than

    seats * price of a seat
    + for each quota the larger of least * price and most * price
    + for each household the largest of 0 and (weight - prices) of who lives there,

because the seats and the quotas of the panel cost at most the first two lines, and at
most one of a household sits on it (Lagrange's relaxation of the quotas; the linear
programme's multipliers make it tight). A lottery mixes panels, so

- least chance: with weights that add up to 1, the smallest chance is at most the sum
  of weight * chance, which is the mean worth of a panel;
- product: with weights 1 / chance, no lottery's mean logarithm of chances exceeds ours
  by more than (the largest worth) / n - 1, as the logarithm is concave.

Weights and prices are whole numbers here; whoever checks needs no solver.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from panels.lotteries.kinds import kinds_of
from panels.lotteries.solver import Fairest, Multipliers, Relaxation
from panels.pool import Task

# Prices are whole multiples of one part in this.
UNIT = 10**12


@dataclass(frozen=True, slots=True)
class Prices:
    """Of a seat and of each quota, in parts of `UNIT`; and what they prove.

    Attributes:
        seat: of a seat.
        quotas: of each quota, in their order.
        bound: no lottery whatever has more.
        reached: what the published lottery has.
    """

    seat: int
    quotas: tuple[int, ...]
    bound: Fraction
    reached: Fraction

    @property
    def gap(self) -> Fraction:
        """How far the lottery may be from the best."""
        return self.bound - self.reached


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is proven of a lottery.

    Attributes:
        weights: (n,), whole numbers for the least chance; only ratios matter.
        least: bound and reached are smallest chances.
        product: bound and reached are sums of (another chance / our chance) over the
            volunteers who sit on any panel; `reached` is their number. None where the
            lottery does not want the largest product.
    """

    weights: tuple[int, ...]
    least: Prices
    product: Prices | None


def certify(task: Task, times: Sequence[int], panels: int, *, rule: str) -> Certificate:
    """The proof for a lottery of equally likely panels.

    Args:
        task: what was drawn for; seats given beforehand are taken out.
        times: (n,), on how many of the panels each volunteer sits.
        panels: how many there are.
        rule: the lottery's name; `nash` is proven in its own measure too.
    """
    kinds = kinds_of(task.pool, task.quotas, task.size)
    of_kind = np.zeros(len(task.pool), dtype=np.int64)
    for kind, members in enumerate(kinds.members):
        for _, places in members:
            of_kind[list(places)] = kind
    fairest = Fairest(kinds)
    fairest.solve()
    found = fairest.multipliers()
    by_kind = [max(0, _whole(float(value))) for value in found.values]
    if not any(by_kind):
        # Everybody is certain of a seat: no weights are needed to see it.
        by_kind = [1] * len(kinds)
    weights = tuple(by_kind[kind] for kind in of_kind)
    least = _least(task, weights, found, Fraction(min(times), panels))
    product = None
    if rule == "nash":
        relaxation = Relaxation(kinds)
        sits = np.bincount(of_kind, weights=times, minlength=len(kinds))
        prices = np.zeros(len(kinds))
        used = sits > 0
        prices[used] = panels * kinds.people[used] / sits[used]
        product = _product(task, times, panels, relaxation.multipliers(prices))
    return Certificate(weights, least, product)


def most_worth(
    task: Task, weights: Sequence[Fraction], seat: Fraction, prices: Sequence[Fraction]
) -> Fraction:
    """What no panel's worth exceeds; true for any prices."""
    most = task.size * seat + sum(
        max(quota.least * price, quota.most * price)
        for quota, price in zip(task.quotas, prices, strict=True)
    )
    gains: dict[int, Fraction] = {}
    for place, (weight, home) in enumerate(
        zip(weights, task.pool.households.tolist(), strict=True)
    ):
        held = np.flatnonzero(task.pool.holds[place]).tolist()
        gain = weight - seat - sum(prices[q] for q in held)
        gains[home] = max(gains.get(home, Fraction(0)), gain)
    return most + sum(gains.values())


def _least(
    task: Task, weights: tuple[int, ...], found: Multipliers, reached: Fraction
) -> Prices:
    seat, quotas = _whole(found.seat), tuple(map(_whole, found.quotas.tolist()))
    # All of it in the unit of the weights, whatever they add up to.
    most = most_worth(
        task, [Fraction(w) for w in weights], Fraction(seat), [*map(Fraction, quotas)]
    )
    return Prices(seat, quotas, min(most / sum(weights), Fraction(1)), reached)


def _product(
    task: Task, times: Sequence[int], panels: int, found: Multipliers
) -> Prices:
    seat, quotas = _whole(found.seat), tuple(map(_whole, found.quotas.tolist()))
    weights = [Fraction(panels, n) if n else Fraction(0) for n in times]
    most = most_worth(
        task, weights, Fraction(seat, UNIT), [Fraction(price, UNIT) for price in quotas]
    )
    return Prices(seat, quotas, most, Fraction(sum(n > 0 for n in times)))


def _whole(number: float) -> int:
    return round(number * UNIT)
