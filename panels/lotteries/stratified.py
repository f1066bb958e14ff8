"""STRATIFIED: one seat after the other for the value that is in greatest need.

The simple draw that fairer lotteries are compared with: at each seat the quota with
the fewest volunteers per seat still owed, and among its volunteers one at random
(Flanigan et al. call it LEGACY; Nature 596, 2021, supplement). It meets the quotas and
says nothing of chances: those are counted over the 1 000 panels that it made.
"""

from collections.abc import Sequence

import numpy as np

from core.chance import Chance
from panels.lotteries.kinds import Kinds
from panels.lotteries.mixing import Mixed
from panels.lotteries.numbered import PANELS, numbered
from panels.lotteries.possible import possible
from panels.lotteries.solver import Fairest, Relaxation, Whole
from panels.pool import Pool
from panels.quotas import Quota
from panels.selection import Lottery

# Draws that run into a wall before a panel is computed from random prices instead.
_TRIES = 20
_FINE = 1_000_000


def stratified(
    pool: Pool, quotas: Sequence[Quota], size: int, chance: Chance
) -> Lottery:
    """A thousand stratified draws; `gap`: how far the unluckiest is from the bound.

    Raises:
        PoolTooSmall: there are fewer households than seats.
        QuotasInfeasible: no panel meets the quotas.
    """
    kinds, first = possible(pool, quotas, size)
    relaxation = Relaxation(kinds)
    panels = [_panel(kinds, relaxation, first, chance) for _ in range(PANELS)]
    kept, times = np.unique(np.array(panels), axis=0, return_counts=True)
    bound = Fairest(kinds).solve()[0]
    mixed = Mixed(kept, times / PANELS, 0.0, 0.0)
    gap = max(0.0, bound - float(mixed.chances(kinds).min()))
    return numbered("stratified", pool, kinds, mixed, chance, bound=bound, gap=gap)


def _panel(
    kinds: Kinds, relaxation: Relaxation, fallback: Whole, chance: Chance
) -> Whole:
    for _ in range(_TRIES):
        panel = _attempt(kinds, chance)
        if panel is not None and kinds.allows(panel):
            return panel
    for _ in range(_TRIES):
        prices = np.array([chance.below(_FINE) / _FINE for _ in range(len(kinds))])
        panel = relaxation.panel(prices)
        if panel is not None:
            return panel
    return fallback


def _attempt(kinds: Kinds, chance: Chance) -> Whole | None:
    """One draw seat by seat; None where it has run into a wall."""
    people = kinds.people.copy()
    panel = np.zeros(len(kinds), dtype=np.int64)
    seats = np.zeros(len(kinds.least_of), dtype=np.int64)
    for _ in range(kinds.size):
        full = kinds.holds[:, seats >= kinds.most_of].any(axis=1)
        open_ = np.where(full, 0, people)
        owed = kinds.least_of - seats
        left = open_ @ kinds.holds
        if (left < owed).any():
            return None
        needy = np.flatnonzero(owed > 0)
        if len(needy):
            worst = needy[np.argmax(owed[needy] / left[needy])]
            open_ = np.where(kinds.holds[:, worst], open_, 0)
        total = int(open_.sum())
        if not total:
            return None
        ticket = chance.below(total)
        kind = int(np.searchsorted(np.cumsum(open_), ticket, side="right"))
        panel[kind] += 1
        seats += kinds.holds[kind]
        _close_home(kinds, people, panel, kind)
    return panel


def _close_home(kinds: Kinds, people: Whole, panel: Whole, kind: int) -> None:
    """Take a volunteer out of the hat, and who lives with him."""
    for home, room in kinds.homes:
        if kind in home:
            left = room - int(panel[list(home)].sum())
            for each in home:
                people[each] = kinds.people[each] // room * left
            return
    people[kind] -= 1
