"""Leximin by exact column generation, for pools whose relaxation promises too much.

Flanigan, Goelz, Gupta, Hennig, Procaccia (Nature 2021, supplement): the smallest
chance is raised as far as any mixture of panels can, which an exact search for a
better panel proves; the kinds that hold it back are fixed there; and again.
"""

import numpy as np

from panels.lotteries.kinds import Kinds
from panels.lotteries.mixing import Columns, Mixed
from panels.lotteries.solver import Floats, Mixture, Relaxation, best_panel

# Chances nearer than this are one.
_SAME = 1e-6
# Exact searches before the climb stops and says what is not proven.
_PATIENCE = 2_000


def climb(kinds: Kinds, columns: Columns, *, levels: int | None = None) -> Mixed:
    """The leximin mixture, or its first levels only; `columns` holds some panel.

    `shortfall` of the answer is what is not proven: the largest difference, at any
    level, between the chance reached and the chance that no mixture exceeds.
    """
    relaxation = Relaxation(kinds)
    mixture = Mixture(kinds.people, np.ones(len(kinds)))
    for panel in columns.panels:
        mixture.add(panel)
    free = np.ones(len(kinds), dtype=bool)
    wanted = np.ones(len(kinds))
    patience, unproven, first = _PATIENCE, 0.0, None
    while free.any() and (levels is None or levels > 0):
        patience, gap, lack, prices = _level(
            kinds, wanted, relaxation, mixture, columns, patience
        )
        unproven = max(unproven, gap)
        first = 1 - lack + gap if first is None else first
        stopped = free & (prices > _SAME)
        if not stopped.any():
            stopped = free.copy()
        for kind in map(int, np.flatnonzero(stopped)):
            wanted[kind] = max(0.0, 1 - lack - _SAME / 10)
            mixture.fix(kind, float(wanted[kind]))
        free &= ~stopped
        levels = None if levels is None else levels - 1
    _, shares, _ = mixture.solve()
    return Mixed(np.array(columns.panels), shares, unproven, 1 - (first or 0.0))


def _level(  # noqa: PLR0913 - one loop over one programme, with its parts
    kinds: Kinds,
    wanted: Floats,
    relaxation: Relaxation,
    mixture: Mixture,
    columns: Columns,
    patience: int,
) -> tuple[int, float, float, Floats]:
    """Patience left, what is not proven, 1 - the chance reached, and the prices."""
    while True:
        lack, _, prices = mixture.solve()
        each = prices / kinds.people
        worth = float(prices @ wanted) - lack
        panel = relaxation.panel(each)
        if panel is not None and each @ panel > worth + _SAME and columns.add(panel):
            mixture.add(panel)
            continue
        priced = best_panel(kinds, each)
        patience -= 1
        gap = max(0.0, priced.bound - worth)
        if gap <= _SAME or patience <= 0 or not columns.add(priced.panel):
            return patience, 0.0 if gap <= _SAME else gap, lack, prices
        mixture.add(columns.panels[-1])
