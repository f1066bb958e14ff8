"""NASH: the product of all chances as large as can be.

Maximum Nash welfare over lotteries (Flanigan et al., Nature 596, 2021, supplement).
If seats could be divided, the product has one largest value, which tangents to the
logarithm find; no lottery over whole panels betters it. Panels are mixed towards those
chances, and then their shares are raised in proportion to what each panel gives where
chances are small (the multiplicative step of Cover, 1984, which never lowers the
product). What is lacking to the undivided product is proven. Where whole panels cannot
come so near, the panel that would give most is added, until by concavity no lottery's
mean logarithm exceeds ours by more than max_P sum_t c_Pt / chance_t / n - 1.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.chance import Chance
from panels.lotteries.kinds import Kinds
from panels.lotteries.mixing import NODES, PATIENCE, Columns, Mixed, herded
from panels.lotteries.numbered import numbered
from panels.lotteries.possible import possible
from panels.lotteries.solver import Fairest, Floats, Relaxation, Whole, best_panel
from panels.lotteries.targets import nash_target
from panels.pool import Pool
from panels.quotas import Quota
from panels.selection import Lottery

# Stop when the geometric mean is proven within this share of the best.
_ENOUGH = 1e-3
# Panels are herded until nobody's chance lacks more.
_NEAR = 1e-4
# How exactly the undivided product is known.
_SLACK = 1e-6
_STEPS = 400
# Panels times kinds, over all rounds: then we say how far we have come.
_WORK = 10_000_000


def nash(pool: Pool, quotas: Sequence[Quota], size: int, chance: Chance) -> Lottery:
    """The lottery of largest product; `gap`: of the mean logarithm, proven.

    Volunteers who fit into no panel at all are left out of the product.

    Raises:
        PoolTooSmall: there are fewer households than seats.
        QuotasInfeasible: no panel meets the quotas.
    """
    kinds, first = possible(pool, quotas, size)
    target = nash_target(kinds, _SLACK)
    columns = Columns()
    columns.add(first)
    start = herded(kinds, target, target * kinds.people, columns, enough=_NEAR)
    counted = target > 0
    mixed = _raised(kinds, start, counted)
    people = kinds.people[counted]
    lack = np.log(target[counted]) - np.log(mixed.chances(kinds)[counted])
    gap = max(0.0, float(people @ lack / people.sum()) + _SLACK)
    if gap > _ENOUGH:
        mixed, gap = _grow(kinds, mixed, columns, counted, gap)
    bound = Fairest(kinds).solve()[0]
    return numbered("nash", pool, kinds, mixed, chance, bound=bound, gap=gap)


def _raised(kinds: Kinds, start: Mixed, counted: NDArray[np.bool_]) -> Mixed:
    shares = start.shares + 1e-3 / len(start.shares)
    panels = start.panels[:, counted].astype(np.float64)
    people = kinds.people[counted].astype(np.float64)
    return Mixed(start.panels, _raise(panels, shares / shares.sum(), people), 0.0, 0.0)


def _grow(
    kinds: Kinds,
    start: Mixed,
    columns: Columns,
    counted: NDArray[np.bool_],
    gap: float,
) -> tuple[Mixed, float]:
    relaxation = Relaxation(kinds)
    people = kinds.people[counted].astype(np.float64)
    shares, exact, work = start.shares, 0, 0
    value = _mean_logarithm(start.panels[:, counted], shares, people)
    # No lottery's mean logarithm exceeds this.
    bound = value + gap
    while work < _WORK and exact + relaxation.steps < PATIENCE:
        work += len(columns.panels) * len(kinds)
        prices = np.zeros(len(kinds))
        seats = shares @ np.array(columns.panels)
        prices[counted] = people / seats[counted] / people.sum()
        panel = relaxation.panel(prices)
        if panel is None or prices @ panel - 1 <= _ENOUGH:
            priced = best_panel(kinds, prices, nodes=NODES)
            exact += priced.steps
            panel, bound = priced.panel, min(bound, value + priced.bound - 1)
        if bound - value <= _ENOUGH or not columns.add(panel):
            break
        panels = np.array(columns.panels, dtype=np.float64)[:, counted]
        shares = _raise(panels, np.append(shares * 0.98, 0.02), people)
        value = _mean_logarithm(panels, shares, people)
    mixed = Mixed(np.array(columns.panels[: len(shares)]), shares, 0.0, 0.0)
    return mixed, max(0.0, float(bound - value))


def _mean_logarithm(panels: Floats | Whole, shares: Floats, people: Floats) -> float:
    return float(people @ np.log(shares @ panels / people) / people.sum())


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
