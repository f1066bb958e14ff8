"""Leximin over the linear relaxation: chances that no lottery can better."""

import numpy as np

from panels.lotteries.kinds import Kinds
from panels.lotteries.solver import Fairest, Floats

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
