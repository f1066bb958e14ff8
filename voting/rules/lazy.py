"""The next project of a rule whose prices can only rise."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from heapq import heapify, heappop, heappush
from math import inf


@dataclass(frozen=True, slots=True)
class Bid:
    """A project's price as a float, and how far it may be from the exact one."""

    project: int
    price: float
    slack: float

    @property
    def least(self) -> float:
        """The exact price is not below this."""
        return self.price - self.slack


Price = Callable[[int], Bid | None]
Exact = Callable[[int], Fraction]


class Lazy:
    """A heap of lower bounds; a price is worked out only when it may be the least.

    Floats steer: projects whose prices lie within their slack of the least one are
    compared by their exact prices, and only equal ones are level.
    """

    def __init__(self, projects: Iterable[int]) -> None:
        self._heap = [(0.0, project) for project in projects]
        heapify(self._heap)

    def add(self, project: int) -> None:
        """A project that was not to be had until now."""
        heappush(self._heap, (0.0, project))

    def next(self, price: Price, exact: Exact) -> list[Bid]:
        """All projects of the least price, none if there are none left.

        They leave the heap; who is not taken is to be put `back`. A project whose
        price is None leaves for good.
        """
        found = self.until(inf, price, shrink=True)
        limit = min((bid.price + bid.slack for bid in found), default=inf)
        near = [bid for bid in found if bid.least <= limit]
        if len(near) < len(found):
            for bid in found:
                if bid.least > limit:
                    self.back(bid)
        if len(near) == 1:
            return near
        prices = [exact(bid.project) for bid in near]
        level = []
        for bid, value in zip(near, prices, strict=True):
            if value == min(prices):
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
            bid = price(heappop(heap)[1])
            if bid is not None:
                found.append(bid)
                if shrink:
                    limit = min(limit, bid.price + bid.slack)
        return found

    def back(self, bid: Bid) -> None:
        """Put a project back with what is known of its price."""
        heappush(self._heap, (bid.least, bid.project))
