"""Leximin by exact column generation, for pools whose relaxation promises too much.

Flanigan, Goelz, Gupta, Hennig, Procaccia (Nature 2021, supplement): the smallest
chance is raised as far as any mixture of panels can, which an exact search for a
better panel proves; the kinds that hold it back are fixed there; and again.
"""

from dataclasses import dataclass

import numpy as np

from panels.lotteries.kinds import Kinds
from panels.lotteries.mixing import NODES, PATIENCE, Columns, Mixed
from panels.lotteries.solver import Floats, Mixture, Relaxation, Whole, best_panel

# Chances nearer than this are one.
_SAME = 1e-6


@dataclass(slots=True)
class _Climb:
    """The programme, and the steps that its exact searches took."""

    kinds: Kinds
    relaxation: Relaxation
    mixture: Mixture
    columns: Columns
    exact: int = 0

    @property
    def tired(self) -> bool:
        """Whether it has searched enough, and says how far it came."""
        return self.exact + self.relaxation.steps >= PATIENCE

    def reach(self, wanted: Floats) -> tuple[float, float, Floats]:
        """As high as it goes: what is lacking to 1, what is not proven, the prices."""
        while True:
            lack, _, prices = self.mixture.solve()
            each = prices / self.kinds.people
            worth = float(prices @ wanted) - lack
            panel = self.relaxation.panel(each)
            near = panel is not None and each @ panel > worth + _SAME
            if near and not self.tired and self._add(panel):
                continue
            priced = best_panel(self.kinds, each, nodes=NODES)
            self.exact += priced.steps
            gap = max(0.0, priced.bound - worth)
            if gap <= _SAME:
                return lack, 0.0, prices
            if not self._add(priced.panel) or self.tired:
                return lack, gap, prices

    def _add(self, panel: Whole | None) -> bool:
        new = self.columns.add(panel)
        if new:
            self.mixture.add(self.columns.panels[-1])
        return new


def climb(kinds: Kinds, columns: Columns, *, levels: int | None = None) -> Mixed:
    """The leximin mixture, or its first levels only; `columns` holds some panel.

    `shortfall` of the answer is what is not proven: the largest difference, at any
    level, between the chance reached and the chance that no mixture exceeds. Where the
    climb grew tired below the last level, it is infinite: nothing is proven of those
    above.
    """
    mixture = Mixture(kinds.people, np.ones(len(kinds)))
    for panel in columns.panels:
        mixture.add(panel)
    way = _Climb(kinds, Relaxation(kinds), mixture, columns)
    free = np.ones(len(kinds), dtype=bool)
    wanted = np.ones(len(kinds))
    gaps: list[float] = []
    lacks: list[float] = []
    while free.any() and (levels is None or len(gaps) < levels):
        lack, gap, prices = way.reach(wanted)
        gaps.append(gap)
        lacks.append(lack - gap)
        stopped = free & (prices > _SAME)
        if not stopped.any():
            stopped = free.copy()
        for kind in map(int, np.flatnonzero(stopped)):
            wanted[kind] = max(0.0, 1 - lack - _SAME / 10)
            mixture.fix(kind, float(wanted[kind]))
        free &= ~stopped
        if way.tired and free.any() and (levels is None or len(gaps) < levels):
            gaps.append(np.inf)
            break
    _, shares, _ = mixture.solve()
    return Mixed(np.array(columns.panels), shares, max(gaps), lacks[0])
