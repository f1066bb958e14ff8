"""A mixture of panels whose chances are those wanted, by column generation.

First panels are herded: each new one is worth most where the earlier ones have fallen
short, so that their plain average comes near. Then a linear programme mixes them best,
and its prices ask for the panels that are missing, until the shortfall is small enough
or an exact answer proves that no panel whatever reduces it.
"""

from dataclasses import dataclass

import numpy as np

from panels.lotteries.kinds import Kinds
from panels.lotteries.solver import Floats, Mixture, Relaxation, Whole, best_panel

# A shortfall of chances that counts as none: large pools, and small ones.
ENOUGH = 5e-4
_NONE = 1e-6
_SMALL = 150
# Exact searches end after so many nodes each, and the search for missing panels after
# so many steps of the simplex method (half a minute); then we say how far we have come.
NODES = 200
PATIENCE = 150_000
# Panels of the first herd for each kind, and herds of one search.
_FIRST = 1.75
_BATCHES = 6
# Where so many roundings fail one after the other, the next ones will.
_MISSES = 10


@dataclass(frozen=True, slots=True)
class Mixed:
    """Panels (P, T) and their shares (P,), at most `shortfall` below what is wanted.

    No mixture of any panels falls short by less than `least`.
    """

    panels: Whole
    shares: Floats
    shortfall: float
    least: float

    def chances(self, kinds: Kinds) -> Floats:
        """(T,), the chance of one volunteer of each kind."""
        return np.asarray(self.shares @ self.panels / kinds.people)

    def used(self) -> "Mixed":
        """Without the panels of no share."""
        kept = self.shares > 1e-12  # noqa: PLR2004 - what a linear programme calls zero
        shares = self.shares[kept]
        return Mixed(
            self.panels[kept], shares / shares.sum(), self.shortfall, self.least
        )


class Columns:
    """The panels found so far, each once."""

    def __init__(self) -> None:
        self.panels: list[Whole] = []
        self._seen: set[bytes] = set()

    def add(self, panel: Whole | None) -> bool:
        """Whether it is a new one."""
        if panel is None or panel.tobytes() in self._seen:
            return False
        self._seen.add(panel.tobytes())
        self.panels.append(panel)
        return True


def mix(kinds: Kinds, wanted: Floats, goal: Floats, columns: Columns) -> Mixed:
    """Panels whose mixture gives every kind its wanted chance, as nearly as may be.

    Args:
        kinds: what panels are made of.
        wanted: (T,), the least chance of one volunteer of each kind.
        goal: (T,), a point of the relaxation that has these chances: where to herd.
        columns: panels known before; found ones are added.
    """
    enough = _NONE if len(kinds) <= _SMALL else ENOUGH
    search, mixed = _herded(kinds, wanted, goal, columns, enough, first=_FIRST)
    return mixed if mixed.shortfall <= enough else _generate(search, enough)


def herded(
    kinds: Kinds, wanted: Floats, goal: Floats, columns: Columns, *, enough: float
) -> Mixed:
    """The same as `mix` from a larger herd alone, however far it comes."""
    enough = _NONE if len(kinds) <= _SMALL else enough
    return _herded(kinds, wanted, goal, columns, enough, first=2 * _FIRST)[1]


def of_known(kinds: Kinds, wanted: Floats, columns: Columns) -> Mixed:
    """The best mixture of the panels that are known; nothing is searched for."""
    mixture = Mixture(kinds.people, wanted)
    for panel in columns.panels:
        mixture.add(panel)
    shortfall, shares, _ = mixture.solve()
    return Mixed(np.array(columns.panels), shares, shortfall, 0.0)


def _herded(
    kinds: Kinds,
    wanted: Floats,
    goal: Floats,
    columns: Columns,
    enough: float,
    *,
    first: float,
) -> tuple["_Search", Mixed]:
    relaxation = Relaxation(kinds)
    mixture = Mixture(kinds.people, wanted)
    for panel in columns.panels:
        mixture.add(panel)
    herd = _Herd(kinds, goal, relaxation)
    # Panels are cheap, mixing them is not: many at once.
    batch = max(40, round(len(kinds) * first))
    for _ in range(_BATCHES):
        for panel in herd.grow(batch):
            if columns.add(panel):
                mixture.add(panel)
        shortfall, shares, _ = mixture.solve()
        if shortfall <= enough or herd.lost:
            break
        batch = max(20, len(kinds) // 4)
    search = _Search(kinds, wanted, relaxation, mixture, columns)
    return search, Mixed(np.array(columns.panels), shares, shortfall, 0.0)


class _Herd:
    """Panels one after the other, each towards what the earlier ones owe."""

    def __init__(self, kinds: Kinds, goal: Floats, relaxation: Relaxation) -> None:
        self._kinds, self._goal, self._relaxation = kinds, goal, relaxation
        self._owed = goal.copy()
        self._misses = 0

    @property
    def lost(self) -> bool:
        """No panel was near for a long time."""
        return self._misses >= _MISSES

    def grow(self, count: int) -> list[Whole]:
        found = []
        for _ in range(count):
            if self.lost:
                break
            panel = self._relaxation.panel(self._owed / self._kinds.people)
            # Where no rounding was near, the debt grows and the next is another one.
            self._owed = self._owed + self._goal
            self._misses += 1
            if panel is not None:
                self._owed -= panel
                self._misses = 0
                found.append(panel)
        return found


@dataclass(frozen=True, slots=True)
class _Search:
    """A programme that looks for the panels that it lacks."""

    kinds: Kinds
    wanted: Floats
    relaxation: Relaxation
    mixture: Mixture
    columns: Columns


def _generate(search: _Search, enough: float) -> Mixed:
    columns, mixture = search.columns, search.mixture
    least, exact = 0.0, -search.relaxation.steps
    while exact + search.relaxation.steps < PATIENCE:
        shortfall, shares, prices = mixture.solve()
        if shortfall <= enough or shortfall - least <= _NONE:
            break
        each = prices / search.kinds.people
        owed = float(prices @ search.wanted)
        panel = search.relaxation.panel(each)
        if panel is None or each @ panel <= owed - shortfall + _NONE / 2:
            priced = best_panel(search.kinds, each, nodes=NODES)
            exact += priced.steps
            panel, least = priced.panel, max(least, owed - priced.bound)
        if not columns.add(panel):
            break
        mixture.add(columns.panels[-1])
    shortfall, shares, _ = mixture.solve()
    return Mixed(np.array(columns.panels), shares, shortfall, min(least, shortfall))
