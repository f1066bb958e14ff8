"""Whether a panel exists at all, and what to widen where none does."""

from collections.abc import Sequence

import numpy as np

from panels.errors import PoolTooSmall, QuotasInfeasible
from panels.lotteries.kinds import Kinds, kinds_of
from panels.lotteries.solver import Whole, best_panel, smallest_relaxation
from panels.pool import Pool
from panels.quotas import Quota, by_feature


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
        raise QuotasInfeasible(
            relaxation=[change.to_json() for change in changes],
            contradictions=_contradictions(pool, quotas, size),
            absent=_absent(pool, quotas),
        )
    return kinds, panel


def _contradictions(
    pool: Pool, quotas: Sequence[Quota], size: int
) -> list[dict[str, object]]:
    """Features whose quotas alone do not fit, whoever is in the pool."""
    found: list[dict[str, object]] = []
    for feature, values in by_feature(quotas).items():
        least = sum(q.least for q in values)
        most = sum(q.most for q in values)
        own = np.array([q.feature == feature for q in quotas])
        # Somebody without a value is in no quota of the feature.
        everybody = bool(pool.holds[:, own].any(axis=1).all())
        if least > size or (most < size and everybody):
            found.append(
                {"feature": feature, "least": least, "most": most, "size": size}
            )
    return found


def _absent(pool: Pool, quotas: Sequence[Quota]) -> list[dict[str, object]]:
    return [
        {"feature": q.feature, "value": q.value, "min": q.least}
        for place, q in enumerate(quotas)
        if q.least and not pool.holds[:, place].any()
    ]
