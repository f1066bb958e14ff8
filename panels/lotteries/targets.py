"""Chances over the linear relaxation: no lottery over whole panels can better them."""

import numpy as np

from panels.lotteries.kinds import Kinds
from panels.lotteries.solver import Fairest, Floats, Product

# What a linear programme calls zero, and the room left for its rounding.
_ZERO = 1e-9


def leximin_target(kinds: Kinds) -> Floats:
    """(T,), the leximin chance of a volunteer of each kind, seats being divisible.

    The kinds whose rows have a price hold the smallest chance back: they are fixed,
    and the next smallest is raised.
    """
    programme = Fairest(kinds)
    target = np.full(len(kinds), np.nan)
    while np.isnan(target).any():
        chance, _, prices = programme.solve()
        free = np.isnan(target)
        stopped = free & (prices > _ZERO)
        if not stopped.any():
            # Nobody holds it back: it has reached certainty.
            stopped = free
        for kind in map(int, np.flatnonzero(stopped)):
            target[kind] = chance
            programme.fix(kind, max(0.0, chance - _ZERO))
    return target


def nash_target(kinds: Kinds, enough: float = 1e-6) -> Floats:
    """(T,), the chances of largest product, seats being divisible; 0 where none can be.

    The mean logarithm is within `enough` of the largest.
    """
    start = leximin_target(kinds) * kinds.people
    counted = start > _ZERO
    point = Product(kinds, counted, np.where(counted, start, 1.0)).solve(enough)
    return np.where(counted, point / kinds.people, 0.0)
