"""The next project of a rule whose prices can only rise."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from heapq import heapify, heappop, heappush
from math import inf
from typing import NamedTuple


class Bid(NamedTuple):
    """A project's price as a float, and how far it may be from the exact one."""

    project: int
    price: float
    slack: float

    @property
    def least(self) -> float:
        """The exact price is not below this."""
        return self.price - self.slack


# A float that was rounded a few times is no further off than this part of it.
ROUNDED = 1e-12

# (project, limit): None if it is not to be had; where the price is above the limit,
# a lower bound above it will do.
Price = Callable[[int, float], Bid | None]
Exact = Callable[[int], Fraction]


class Lazy:
    """A heap of lower bounds; a price is worked out only when it may be the least.

    Floats steer: projects whose prices lie within their slack of the least one are
    compared by their exact prices, and only equal ones are level.
    """

    def __init__(self, bounds: Sequence[float], projects: Sequence[int]) -> None:
        # A bound is a float as well, and may be a hair too high.
        self._bounds = bounds
        self._heap = [(bounds[i] * (1 - ROUNDED), i) for i in projects]
        heapify(self._heap)

    @property
    def least(self) -> float:
        """Nothing that waits in the heap has a lower price than this."""
        return self._heap[0][0] if self._heap else inf

    def add(self, project: int) -> None:
        """A project that was not to be had until now."""
        heappush(self._heap, (self._bounds[project] * (1 - ROUNDED), project))

    def next(self, price: Price, exact: Exact) -> list[Bid]:
        """All projects of the least price, none if there are none left.

        They leave the heap; who is not taken is to be put `back`. A project whose
        price is None leaves for good.
        """
        found = self.until(inf, price, shrink=True)
        if len(found) < 2:  # noqa: PLR2004
            return found
        limit = min([bid.price + bid.slack for bid in found])
        near = []
        for bid in found:
            if bid.price - bid.slack <= limit:
                near.append(bid)
            else:
                self.back(bid)
        return near if len(near) == 1 else self._exactly(near, exact)

    def _exactly(self, near: list[Bid], exact: Exact) -> list[Bid]:
        """Those whose exact price is the least; the others go back."""
        prices = [exact(bid.project) for bid in near]
        least, level = min(prices), []
        for bid, value in zip(near, prices, strict=True):
            if value == least:
                level.append(bid)
            else:
                self.back(bid)
        return level

    def until(self, limit: float, price: Price, *, shrink: bool = False) -> list[Bid]:
        """Take out everything whose price may be up to the limit, and perhaps more.

        `shrink`: the limit falls to the least price that is found.
        """
        heap, found = self._heap, []
        while heap and heap[0][0] <= limit:
            bid = price(heappop(heap)[1], limit)
            if bid is not None:
                found.append(bid)
                if shrink and bid.price + bid.slack < limit:
                    limit = bid.price + bid.slack
        return found

    def keep(self, able: Sequence[bool]) -> None:
        """Drop for good everything that is not able."""
        # In place: `until` may be at work on the very list.
        self._heap[:] = [item for item in self._heap if able[item[1]]]
        heapify(self._heap)

    def back(self, bid: Bid) -> None:
        """Put a project back with what is known of its price."""
        heappush(self._heap, (bid.price - bid.slack, bid.project))
