"""The sets of all cells, met under the rows that they share."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from voting.rules.joining import Joined, Joiner, Room, Sets, kept
from voting.rules.knapsack import Ints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from voting.rules.frontiers import Frontier
    from voting.rules.parts import Parts


class Asked(NamedTuple):
    """Of a demand: its part, its wish there, and its margin."""

    part: int
    wish: int
    margin: float


class Met(NamedTuple):
    """The bound of a demand, and its best set: (k,) choices and gain, if any is."""

    bound: float
    choices: Ints | None = None
    gain: int = 0


class Meeting:
    """The sets within the margins of some demands, and the best that each can be.

    Args of what is drawn up here, for p parts:
        leaves: (p,) the sets of each.
        tops: (p,) the most that they are worth.
        offers: (demands,) the sets that a demand leaves of its part.
        low, high: (p, rows) the least and the most that they use of each row.
    """

    def __init__(
        self, parts: "Parts", frontier: "Frontier", asked: "Sequence[Asked]"
    ) -> None:
        self.parts, self.frontier, self.asked = parts, frontier, asked
        self.margin = max(each.margin for each in asked)
        self.joiner = Joiner(parts.rows, parts.effort)
        # Where the sets of each wish begin.
        self.ends = np.searchsorted(
            frontier.sets.wish, np.arange(len(frontier.top) + 1)
        )
        found = [self._sets(p, p) for p in range(len(parts.members))]
        self.leaves = [Joined(sets, p) for p, (sets, _) in enumerate(found)]
        self.tops = [top for _, top in found]
        self.offers = [self._sets(each.part, each.wish) for each in asked]
        self._span()
        self.before: dict[int, Joined] = {0: self.joiner.nothing()}
        self.behind: dict[int, Joined] = {len(self.leaves): self.joiner.nothing()}

    def _sets(self, part: int, wish: int) -> tuple[Sets, float]:
        """The sets of a wish in a part, and the most that one is worth."""
        parts, frontier = self.parts, self.frontier
        a, b = self.ends[wish], self.ends[wish + 1]
        sets = frontier.sets
        even = parts.sign[part, parts.shared]
        use = sets.cost[a:b, None] * even + sets.more[a:b]
        place = frontier.place[a:b]
        found = Sets(use, sets.gain[a:b], frontier.loss[a:b], place, place)
        return found, float(frontier.top[wish])

    def _span(self) -> None:
        parts = self.parts
        shape = (len(self.leaves), len(parts.rows.most))
        largest = np.iinfo(np.int64).max
        self.low, self.high = np.full(shape, largest), np.full(shape, -largest)
        pairs = [(p, leaf.sets) for p, leaf in enumerate(self.leaves)]
        pairs += [
            (a.part, o) for a, (o, _) in zip(self.asked, self.offers, strict=True)
        ]
        for p, sets in pairs:
            if len(sets.gain):
                self.low[p] = np.minimum(self.low[p], sets.use.min(axis=0))
                self.high[p] = np.maximum(self.high[p], sets.use.max(axis=0))

    def run(self) -> list[Met]:
        """The best set of each demand within its margin.

        Raises:
            TooMany: more pairs than were allowed.
        """
        found = [Met(-np.inf)] * len(self.asked)
        if min(self.tops, default=0.0) == -np.inf:
            return found
        groups: dict[int, list[int]] = {}
        for n, each in enumerate(self.asked):
            if self.offers[n][1] > -np.inf:
                groups.setdefault(each.part, []).append(n)
        for p, those in groups.items():
            others = self._others(p)
            for n, met in zip(those, self._meet(those, others), strict=True):
                found[n] = met
        return found

    def _meet(self, those: list[int], others: Joined) -> list[Met]:
        """Each of the demands of a part, with what the other parts may be."""
        offers = [self.offers[n][0] for n in those]
        margins = [self.asked[n].margin for n in those]
        sizes = [len(offer.gain) for offer in offers]
        owner = np.arange(len(those)).repeat(sizes)
        mine = Sets(*(np.concatenate(column) for column in zip(*offers, strict=True)))
        pairs = self.joiner.pairs(mine, others.sets, np.array(margins)[owner])
        pairs = pairs.at(kept(pairs.use, self.parts.rows.most))
        whose = owner[pairs.left]
        order = np.lexsort((-pairs.gain, whose))
        at = np.searchsorted(whose[order], np.arange(len(those) + 1))
        found = []
        p = self.asked[those[0]].part
        rest = sum(self.tops) - self.tops[p] + self.parts.top
        for k, n in enumerate(those):
            bound = rest + self.offers[n][1]
            if at[k] == at[k + 1]:
                found.append(Met(bound))
                continue
            best = int(order[at[k]])
            places = others.unfold(int(pairs.right[best]))
            own = int(mine.left[pairs.left[best]])
            choices = self._choices(n, own, places)
            found.append(Met(bound, choices, int(pairs.gain[best])))
        return found

    def _choices(self, n: int, own: int, places: dict[int, int]) -> Ints:
        """(k,) the choice of each class in a set of a demand."""
        parts, asked = self.parts, self.asked[n]
        chosen = np.zeros(len(parts.choices), np.int64)
        for p, place in {**places, asked.part: own}.items():
            wish = asked.wish if p == asked.part else p
            local = parts.frontiers.chosen(wish, place)
            for k, choice in zip(parts.members[p], local, strict=True):
                chosen[k] = parts.choices[k][choice]
        return chosen

    def _others(self, p: int) -> Joined:
        """All sets of the other parts within the margin."""
        low, high = self.low[p], self.high[p]
        before, behind = self._before(p), self._behind(p + 1)
        return self.joiner.join(before, behind, Room(low, high), self.margin)

    def _before(self, p: int) -> Joined:
        """The parts before the p-th."""
        if p not in self.before:
            room = Room(self.low[p:].sum(axis=0), self.high[p:].sum(axis=0))
            self.before[p] = self.joiner.join(
                self._before(p - 1), self.leaves[p - 1], room, self.margin
            )
        return self.before[p]

    def _behind(self, p: int) -> Joined:
        """The parts from the p-th on."""
        if p not in self.behind:
            room = Room(self.low[:p].sum(axis=0), self.high[:p].sum(axis=0))
            self.behind[p] = self.joiner.join(
                self.leaves[p], self._behind(p + 1), room, self.margin
            )
        return self.behind[p]
