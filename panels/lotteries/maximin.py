"""MAXIMIN: the smallest chance as large as can be; nothing is said of the others.

The first step of leximin alone (Flanigan et al., Nature 596, 2021).
"""

from collections.abc import Sequence

import numpy as np

from core.chance import Chance
from panels.lotteries.climbing import climb
from panels.lotteries.mixing import ENOUGH, Columns, mix
from panels.lotteries.numbered import numbered
from panels.lotteries.possible import possible
from panels.lotteries.solver import Fairest
from panels.pool import Pool
from panels.quotas import Quota
from panels.selection import Lottery


def maximin(pool: Pool, quotas: Sequence[Quota], size: int, chance: Chance) -> Lottery:
    """A lottery with the largest smallest chance; `gap`: what it may lack.

    Raises:
        PoolTooSmall: there are fewer households than seats.
        QuotasInfeasible: no panel meets the quotas.
    """
    kinds, first = possible(pool, quotas, size)
    bound, point, _ = Fairest(kinds).solve()
    columns = Columns()
    columns.add(first)
    mixed = mix(kinds, np.full(len(kinds), bound), point, columns)
    gap = mixed.shortfall
    if mixed.shortfall > ENOUGH:
        mixed = climb(kinds, columns, levels=1)
        bound, gap = min(bound, 1 - mixed.least), mixed.shortfall
    return numbered("maximin", pool, kinds, mixed, chance, bound=bound, gap=gap)
