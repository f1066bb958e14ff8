"""NASH: the product of all chances as large as can be.

Maximum Nash welfare over lotteries (Flanigan et al., Nature 596, 2021, supplement).
The logarithm of the product is concave in the panels' shares. The shares are raised
in proportion to what each panel gives where chances are small (the multiplicative
step of Cover, 1984, which never lowers the product), and the panel that would give
most is added, until the certificate is small: by concavity no lottery's mean logarithm
exceeds ours by more than max_P sum_t c_Pt / chance_t / n - 1.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.chance import Chance
from panels.lotteries.kinds import Kinds
from panels.lotteries.mixing import Columns, Mixed, mix
from panels.lotteries.numbered import numbered
from panels.lotteries.possible import possible
from panels.lotteries.solver import Floats, Relaxation, best_panel
from panels.lotteries.targets import leximin_target
from panels.pool import Pool
from panels.quotas import Quota
from panels.selection import Lottery

# Stop when the geometric mean is proven within this share of the best.
_ENOUGH = 1e-3
_ROUNDS = 300
_STEPS = 400


def nash(pool: Pool, quotas: Sequence[Quota], size: int, chance: Chance) -> Lottery:
    """The lottery of largest product; `gap`: of the mean logarithm, proven.

    Volunteers who fit into no panel at all are left out of the product.

    Raises:
        PoolTooSmall: there are fewer households than seats.
        QuotasInfeasible: no panel meets the quotas.
    """
    kinds, first = possible(pool, quotas, size)
    target = leximin_target(kinds)
    columns = Columns()
    columns.add(first)
    start = mix(kinds, target, target * kinds.people, columns)
    mixed, gap = _grow(kinds, start, columns, target > 0)
    bound = float(target.min())
    return numbered("nash", pool, kinds, mixed, chance, bound=bound, gap=gap)


def _grow(
    kinds: Kinds, start: Mixed, columns: Columns, counted: NDArray[np.bool_]
) -> tuple[Mixed, float]:
    relaxation = Relaxation(kinds)
    people = kinds.people[counted].astype(np.float64)
    shares = start.shares + 1e-3 / len(start.shares)
    shares /= shares.sum()
    gap = np.inf
    for _ in range(_ROUNDS):
        panels = np.array(columns.panels, dtype=np.float64)
        shares = _raise(panels[:, counted], shares, people)
        prices = np.zeros(len(kinds))
        seats = shares @ panels
        prices[counted] = people / seats[counted] / people.sum()
        panel = relaxation.panel(prices)
        if panel is None or prices @ panel - 1 <= _ENOUGH:
            priced = best_panel(kinds, prices)
            panel, gap = priced.panel, min(gap, priced.bound - 1)
        if gap <= _ENOUGH or not columns.add(panel):
            break
        shares = np.append(shares * 0.98, 0.02)
    panels_ = np.array(columns.panels[: len(shares)])
    return Mixed(panels_, shares, 0.0, 0.0), max(0.0, float(gap))


def _raise(panels: Floats, shares: Floats, people: Floats) -> Floats:
    """Cover's step, many times, over the panels that there are."""
    total = people.sum()
    for _ in range(_STEPS):
        gains = panels @ (people / (shares @ panels)) / total
        shares = shares * gains
        shares /= shares.sum()
        if gains.max() <= 1 + _ENOUGH / 4:
            break
    return shares
