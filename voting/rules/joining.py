"""Sets of several cells joined to sets of all, under the rows that they share."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from voting.rules.effort import Effort
from voting.rules.knapsack import Bools, Floats, Ints, undominated

# With how many others each set is compared where several rows are open.
NEIGHBOURS = 24
# Less than any use of a row.
NONE = -(2**60)


class Sets(NamedTuple):
    """(s,) sets of some parts: what they use of each shared row, and what they gain.

    `loss` is how much less they are worth than the best of them at the rows' prices.
    `left` and `right` are the places of the two sets that each was joined of; of a
    part's own sets `left` is the place in the part.
    """

    use: Ints
    gain: Ints
    loss: Floats
    left: Ints
    right: Ints

    def at(self, places: Ints | Bools) -> "Sets":
        """Some of them, in this order."""
        return Sets(
            self.use[places],
            self.gain[places],
            self.loss[places],
            self.left[places],
            self.right[places],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """Sets, and what they were joined of: other ones, a part, or nothing at all."""

    sets: Sets
    of: "tuple[Joined, Joined] | int | None"

    def unfold(self, place: int) -> dict[int, int]:
        """The place in each part of one of the sets."""
        if self.of is None:
            return {}
        left = int(self.sets.left[place])
        if isinstance(self.of, int):
            return {self.of: left}
        right = int(self.sets.right[place])
        return self.of[0].unfold(left) | self.of[1].unfold(right)


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """(r,) the shared rows: how much there is of each, and what a unit is worth."""

    most: Ints
    price: Floats


class Room(NamedTuple):
    """(r,) the least and the most that other parts use of each row."""

    least: Ints
    most: Ints


class Joiner:
    """Joins sets within a margin."""

    def __init__(self, rows: Rows, effort: Effort) -> None:
        self.rows, self.effort = rows, effort

    def nothing(self) -> Joined:
        """The sets of no part: the empty one."""
        zero = np.zeros(1, np.int64)
        use = np.zeros((1, len(self.rows.most)), np.int64)
        return Joined(Sets(use, zero, np.zeros(1), zero, zero), None)

    def join(self, left: Joined, right: Joined, others: Room, margin: float) -> Joined:
        """All pairs that other parts may complete, without those that others beat.

        Raises:
            TooMany: more states than were allowed.
        """
        sets = self.pairs(left.sets, right.sets, np.full(len(left.sets.gain), margin))
        sets = sets.at(self._able(sets, others, margin))
        return Joined(sets.at(self._unbeaten(sets, others)), (left, right))

    def pairs(self, left: Sets, right: Sets, margin: Floats) -> Sets:
        """Every pair that loses no more than the margin of its left one.

        Raises:
            TooMany: more states than were allowed.
        """
        order = np.argsort(right.loss, kind="stable")
        right = right.at(order)
        number = np.searchsorted(right.loss, margin - left.loss, "right")
        total = int(number.sum())
        self.effort.spend(total)
        parent = np.arange(len(number)).repeat(number)
        child = np.arange(total) - (number.cumsum() - number)[parent]
        return Sets(
            left.use[parent] + right.use[child],
            left.gain[parent] + right.gain[child],
            left.loss[parent] + right.loss[child],
            parent,
            order[child],
        )

    def _able(self, sets: Sets, others: Room, margin: float) -> Bools:
        """Which sets the others can complete within the rows and the margin.

        What stays unused of a row that has a price is a loss, too.
        """
        able = kept(sets.use + others.least, self.rows.most)
        unused = np.maximum(self.rows.most - others.most - sets.use, 0)
        near: Bools = sets.loss + unused @ self.rows.price <= margin
        return able & near

    def _unbeaten(self, sets: Sets, others: Room) -> Ints:
        """The sets without those that use as much of each row, and gain no more."""
        # A row that the others cannot exhaust any more is of no importance.
        matters = sets.use + others.most > self.rows.most
        use = np.where(matters, sets.use, NONE)[:, matters.any(axis=0)]
        if not use.shape[1]:
            return np.array([sets.gain.argmax()] if len(use) else [], np.int64)
        keys = list(use.T)
        order: Ints = np.lexsort((-sets.gain, *keys))
        group = np.zeros(len(order), np.int64)
        for key in keys[1:]:
            group += np.diff(key[order], prepend=key[order][:1]) != 0
        group = (group > 0).cumsum()
        order = order[undominated(group, sets.gain[order])]
        if len(keys) == 1:
            return order
        return order[_apart(use[order], sets.gain[order])]


def kept(use: Ints, most: Ints) -> Bools:
    """(s,) which sets keep every row."""
    within: Bools = np.all(use <= most, axis=1)
    return within


def _apart(use: Ints, gain: Ints) -> Bools:
    """Which are not beaten by one of their neighbours in the order of gains."""
    order = np.lexsort((use.sum(axis=1), -gain))
    use = use[order]
    beaten = np.zeros(len(order), np.bool_)
    for n in range(1, min(NEIGHBOURS, len(order))):
        beaten[n:] |= (use[:-n] <= use[n:]).all(axis=1)
    apart = np.ones(len(order), np.bool_)
    apart[order[beaten]] = False
    return apart
