"""The level of one project, exactly."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from voting.rules.equal_shares.ledger import Ledger
from voting.rules.purses import Floats


@dataclass(frozen=True, slots=True)
class Edge:
    """Supporters who hold about as much as they are to pay: (members,) positions."""

    members: NDArray[np.int64]
    held: Fraction
    worth: int
    voters: int

    @property
    def ratio(self) -> Fraction:
        """The level up to which they pay in full."""
        return self.held / self.worth


def exact_level(
    ledger: Ledger, i: int, *, ratio: Floats, level: float, slack: float
) -> tuple[Fraction | None, list[Edge]]:
    """The level at which the supporters of i pay its cost, or None if they cannot.

    Those clearly below the level pay their last money, those clearly above it pay in
    full, and the others are sorted by what they hold, exactly.

    Args:
        ledger: the purchases until now.
        i: the project; it costs something.
        ratio: (s,) about what each supporter holds per unit of worth; 0: empty.
        level: about the level, or the largest ratio where the money hardly suffices.
        slack: how far it may be off.
    """
    who = ledger.purses.of[i]
    filled = ratio > 0
    near = filled & (np.abs(ratio - level) <= slack)
    full = filled & (ratio > level + slack)
    due = ledger.cost(i) - ledger.money(i, filled & (ratio < level - slack))
    edges = sorted(_edges(ledger, i, np.flatnonzero(near)), key=lambda e: e.ratio)
    shares = int(who.voters[full] @ who.points[full])
    shares += sum(edge.voters * edge.worth for edge in edges)
    for edge in edges:
        if due <= edge.ratio * shares:
            break
        due -= edge.voters * edge.held
        shares -= edge.voters * edge.worth
    return (due / shares if shares else None), edges


def _edges(ledger: Ledger, i: int, places: NDArray[np.int64]) -> list[Edge]:
    """The places, grouped by what they have paid and what i is worth to them."""
    if not len(places):
        return []
    who = ledger.purses.of[i]
    table = ledger.histories(who.purses[places])
    keys = np.column_stack((who.points[places], table))
    rows, group = np.unique(keys, axis=0, return_inverse=True)
    pot = ledger.purses.pot[i]
    return [
        Edge(
            members=places[group == n],
            held=ledger.held(pot, row[1:]),
            worth=row[0],
            voters=int(who.voters[places[group == n]].sum()),
        )
        for n, row in enumerate(rows.tolist())
    ]
