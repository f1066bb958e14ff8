"""The smallest number of people that a published cell may speak of, and what it takes.

A number under the threshold is hidden, and so is whatever it could be reckoned from:
a total minus the shown parts is a cell as well. Tables that belong together are read as
one network: each cell is an arc that carries its count, and what flows into a node (the
parts of a total) flows out of it (the total). What a reader can find out about a hidden
cell is then exactly how far its arc can be raised and lowered while the shown arcs stay
as they are, a maximum flow in whole numbers (Fischetti and Salazar, 2001, "Solving the
cell suppression problem on tabular data with linear constraints", Management Science
47; here by augmenting paths).
"""

import heapq
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count as numbers

MIN_CELL = 5

Node = Hashable
ENDLESS = 10**12


def shown(count: int, total: int, minimum: int = MIN_CELL) -> int | None:
    """A count that may be shown, or None: neither it nor the rest may be small.

    A cell of 0 says nothing about a person who took part, so it is shown.
    """
    if count == 0:
        return 0
    if count < minimum or 0 < total - count < minimum:
        return None
    return count


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of the tables, and where it stands between them.

    It flows from `tail` to `head`. `least` and `most` are what everybody knows of it
    beforehand: an older published value, the size of the group. `planned`: it would be
    published; others are never shown, and yet must not be found out. `fixed`: it is
    public whatever is done. `price` is what hiding it costs.
    """

    name: Hashable
    tail: Node
    head: Node
    count: int
    least: int = 0
    most: int | None = None
    planned: bool = True
    fixed: bool = False
    price: int = 1

    @property
    def room(self) -> int:
        """How far it may be raised by what is known beforehand."""
        return ENDLESS if self.most is None else self.most - self.count

    def is_sensitive(self, minimum: int = MIN_CELL) -> bool:
        """Whether it speaks of too few: it, what is left of its group, or all alike.

        An older value makes what has come since a cell of its own.
        """
        if 0 < self.count - self.least < minimum:
            return True
        if self.most is None or self.most == 0:
            return False
        if self.most < minimum or self.count == self.most:
            return True
        return 0 < self.most - self.count < minimum

    def needed(self, minimum: int = MIN_CELL) -> int:
        """How wide the reader's uncertainty must be, if it is sensitive."""
        if self.most is None:
            return minimum
        return min(minimum, self.most - self.least)


def hidden_cells(cells: Iterable[Cell], minimum: int = MIN_CELL) -> frozenset[Hashable]:
    """The names of planned cells that may not be shown: small ones and their cover.

    What is left lets nobody narrow a sensitive cell down to fewer than `minimum` + 1
    possible counts. Where the tables are so small that this cannot be had, every cell
    that can be hidden is. The cover is cheap, not the cheapest there is.
    """
    by_name = {cell.name: cell for cell in cells}
    hidden = {
        cell.name
        for cell in by_name.values()
        if not cell.fixed and (not cell.planned or cell.is_sensitive(minimum))
    }
    network = _Network(by_name)
    for cell in sorted(by_name.values(), key=lambda each: (each.count, str(each.name))):
        if cell.fixed or not cell.is_sensitive(minimum):
            continue
        cover = network.cover(cell, hidden, cell.needed(minimum))
        if cover is None:
            hidden = {each.name for each in by_name.values() if not each.fixed}
            break
        hidden |= cover
    return frozenset(name for name in hidden if by_name[name].planned)


def exposed_cells(
    cells: Iterable[Cell], hidden: Iterable[Hashable], minimum: int = MIN_CELL
) -> frozenset[Hashable]:
    """The sensitive cells that a reader could narrow down too far, shown ones too."""
    by_name = {cell.name: cell for cell in cells}
    unknown = set(hidden) | {c.name for c in by_name.values() if not c.planned}
    network = _Network(by_name)
    return frozenset(
        cell.name
        for cell in by_name.values()
        if not cell.fixed and cell.is_sensitive(minimum)
        if network.width(cell, unknown, cell.needed(minimum)) < cell.needed(minimum)
    )


def bounds(
    cells: Iterable[Cell], hidden: Iterable[Hashable], name: Hashable
) -> tuple[int, int]:
    """The least and the largest count that a hidden cell can have for a reader.

    Args:
        cells: the whole network.
        hidden: what is not shown, planned or not.
        name: the cell in question.
    """
    by_name = {cell.name: cell for cell in cells}
    network, cell = _Network(by_name), by_name[name]
    if name not in (unknown := set(hidden)):
        return cell.count, cell.count
    down, up = (network.reach(cell, unknown, way, ENDLESS)[0] for way in (-1, 1))
    return cell.count - down, cell.count + up


class _Network:
    """The cells as arcs, and how much can be moved around in them."""

    def __init__(self, cells: Mapping[Hashable, Cell]) -> None:
        self.cells = cells
        self.leaving: dict[Node, list[tuple[Cell, int]]] = {}
        for cell in cells.values():
            self.leaving.setdefault(cell.tail, []).append((cell, 1))
            self.leaving.setdefault(cell.head, []).append((cell, -1))

    def width(self, cell: Cell, unknown: set[Hashable], limit: int) -> int:
        """The uncertainty about a cell, up to a limit."""
        if cell.name not in unknown:
            return 0
        up, _ = self.reach(cell, unknown, 1, limit)
        down, _ = self.reach(cell, unknown, -1, limit - up) if up < limit else (0, [])
        return up + down

    def cover(
        self, cell: Cell, hidden: set[Hashable], needed: int
    ) -> set[Hashable] | None:
        """What has to be hidden besides, so that a cell is uncertain enough.

        None: there is no such cover.
        """
        if self.width(cell, hidden, needed) >= needed:
            return set()
        offers: list[tuple[int, int, set[Hashable]]] = []
        for first in (1, -1):
            one, extra = self.reach(cell, hidden, first, needed, buying=True)
            rest, more = self.reach(
                cell, hidden | set(extra), -first, needed - one, buying=True
            )
            if one + rest >= needed:
                bought = {*extra, *more}
                price = sum(self.cells[name].price for name in bought)
                offers.append((price, len(offers), bought))
        return min(offers)[2] if offers else None

    def reach(
        self,
        cell: Cell,
        unknown: set[Hashable],
        way: int,
        limit: int,
        *,
        buying: bool = False,
    ) -> tuple[int, list[Hashable]]:
        """How far a cell can be raised (1) or lowered (-1), and what was bought for it.

        Each unit goes around: through the cell, and back by others.
        """
        own = cell.room if way == 1 else cell.count - cell.least
        limit = min(limit, own)
        start, end = (cell.head, cell.tail) if way == 1 else (cell.tail, cell.head)
        moved: dict[Hashable, int] = {}
        free, bought, total = set(unknown), [], 0
        while total < limit:
            path = self._path(cell, start, end, moved, free, buying=buying)
            if path is None:
                break
            step = min([limit - total, *(_left(each, d, moved) for each, d in path)])
            for each, direction in path:
                moved[each.name] = moved.get(each.name, 0) + step * direction
                if each.name not in free:
                    free.add(each.name)
                    bought.append(each.name)
            total += step
        return total, bought

    def _path(
        self,
        cell: Cell,
        start: Node,
        end: Node,
        moved: Mapping[Hashable, int],
        free: set[Hashable],
        *,
        buying: bool,
    ) -> list[tuple[Cell, int]] | None:
        """The cheapest way back (Dijkstra); hidden cells cost nothing."""
        best: dict[Node, int] = {start: 0}
        came: dict[Node, tuple[Node, Cell, int]] = {}
        turn = numbers(1)
        queue: list[tuple[int, int, Node]] = [(0, 0, start)]
        while queue:
            price, _, node = heapq.heappop(queue)
            if node == end:
                return list(_steps(came, start, end))
            if price > best[node]:
                continue
            for each, direction in self.leaving.get(node, ()):
                known = each.name not in free
                if each is cell or (known and (each.fixed or not buying)):
                    continue
                if _left(each, direction, moved) <= 0:
                    continue
                there = each.head if direction == 1 else each.tail
                reached = price + (each.price if known else 0)
                if reached < best.get(there, ENDLESS):
                    best[there] = reached
                    came[there] = node, each, direction
                    heapq.heappush(queue, (reached, next(turn), there))
        return None


def _left(cell: Cell, direction: int, moved: Mapping[Hashable, int]) -> int:
    """How much more a cell can be raised or lowered, after what was moved."""
    done = moved.get(cell.name, 0)
    return cell.room - done if direction == 1 else cell.count - cell.least + done


def _steps(
    came: Mapping[Node, tuple[Node, Cell, int]], start: Node, end: Node
) -> Iterator[tuple[Cell, int]]:
    node = end
    while node != start:
        node, cell, direction = came[node]
        yield cell, direction
