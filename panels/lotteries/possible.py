"""Whether a panel exists at all, and what to widen where none does."""

from collections.abc import Sequence

import numpy as np

from panels.errors import PoolTooSmall, QuotasInfeasible
from panels.lotteries.kinds import Kinds, kinds_of
from panels.lotteries.solver import Whole, best_panel, smallest_relaxation
from panels.pool import Pool
from panels.quotas import Quota


def possible(pool: Pool, quotas: Sequence[Quota], size: int) -> tuple[Kinds, Whole]:
    """The pool's kinds and some panel that keeps everything.

    Raises:
        PoolTooSmall: there are fewer households than seats.
        QuotasInfeasible: no panel meets the quotas; with the smallest relaxation.
    """
    households = len(np.unique(pool.households))
    if households < size or size < 1:
        raise PoolTooSmall(pool=households, size=size)
    kinds = kinds_of(pool, tuple(quotas), size)
    panel = best_panel(kinds, np.zeros(len(kinds))).panel
    if panel is None:
        changes = smallest_relaxation(kinds, quotas) or ()
        raise QuotasInfeasible(relaxation=[change.to_json() for change in changes])
    return kinds, panel
