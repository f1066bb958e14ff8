"""LEXIMIN: the smallest chance as large as can be, then the second smallest, ...

Flanigan, Goelz, Gupta, Hennig, Procaccia: Fair algorithms for selecting citizens'
assemblies (Nature 596, 2021). The leximin chances of the linear relaxation are an
upper bound for every lottery over whole panels, and a mixture that reaches them is
thereby proven. Where whole panels cannot, the exact climb takes over.
"""

from collections.abc import Sequence

import numpy as np

from core.chance import Chance
from panels.lotteries.climbing import climb
from panels.lotteries.mixing import ENOUGH, Columns, mix, of_known
from panels.lotteries.numbered import numbered
from panels.lotteries.possible import possible
from panels.lotteries.targets import leximin_target
from panels.pool import Pool
from panels.quotas import Quota
from panels.selection import Lottery


def leximin(pool: Pool, quotas: Sequence[Quota], size: int, chance: Chance) -> Lottery:
    """The fairest lottery; `gap`: a volunteer's largest possible lack of chance.

    Raises:
        PoolTooSmall: there are fewer households than seats.
        QuotasInfeasible: no panel meets the quotas.
    """
    kinds, first = possible(pool, quotas, size)
    target = leximin_target(kinds)
    columns = Columns()
    columns.add(first)
    mixed = mix(kinds, target, target * kinds.people, columns)
    bound, gap = float(target.min()), mixed.shortfall
    if mixed.shortfall > ENOUGH:
        climbed = climb(kinds, columns)
        bound = min(bound, 1 - climbed.least)
        mixed, gap = climbed, climbed.shortfall
        if not np.isfinite(gap):
            # The climb grew tired on its way; the target says how far we are.
            mixed = of_known(kinds, target, columns)
            gap = mixed.shortfall
    return numbered("leximin", pool, kinds, mixed, chance, bound=bound, gap=gap)
