"""The level projects of a rule with rising prices, and whether their order mattered."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from fractions import Fraction  # noqa: TC003

from voting.outcome import Tie
from voting.rules.lazy import Bid, Exact
from voting.rules.options import TieOrder


class Levels:
    """The level projects whose parting made a difference.

    Level projects that are bought one after the other at the very same price took
    nothing from each other, whatever their order; one that is left when the price rises
    has lost.
    """

    def __init__(self, order: TieOrder, names: Sequence[str]) -> None:
        self.found: list[Tie] = []
        # Loser -> those who went before it.
        self.lost: dict[int, list[int]] = {}
        self._order, self._names = order, names
        self._chosen: list[int] = []
        self._rest: set[int] = set()
        self._bid: Bid | None = None
        self._price: Fraction | None = None

    @property
    def open(self) -> bool:
        """Whether a level is being bought."""
        return self._bid is not None

    def see(self, bid: Bid, level: Iterable[Bid], exact: Exact) -> None:
        """The next purchase, before it is made, and what is level with it."""
        others = {other.project for other in level} - {bid.project}
        if self._bid is not None:
            same = bid.least <= self._bid.price + self._bid.slack
            if not (same and exact(bid.project) == self._price):
                self.close()
        if self._bid is None and others:
            self._bid, self._price = bid, exact(bid.project)
        if self._bid is not None:
            self._chosen.append(bid.project)
            self._rest |= others
            self._rest.discard(bid.project)

    def close(self) -> None:
        """The price has risen, or nothing is left."""
        if self._rest:
            keys = self._order.keys
            chosen = sorted(self._chosen, key=keys.__getitem__)
            for i in self._rest:
                before = bisect_left(chosen, keys[i], key=keys.__getitem__)
                self.lost[i] = chosen[:before]
            first = min(self._rest, key=keys.__getitem__)
            rivals = self.lost[first] or self._chosen
            self.found.append(
                Tie(
                    projects=self._named({*self._chosen, *self._rest}),
                    broken_by=self._order.parted_by(rivals[-1], first),
                    chosen=self._named(self._chosen),
                )
            )
        self._chosen, self._rest, self._bid, self._price = [], set(), None, None

    def _named(self, projects: Iterable[int]) -> tuple[str, ...]:
        return tuple(sorted(self._names[i] for i in projects))
