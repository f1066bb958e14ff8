"""The program of max-welfare, its solves and the time that they share."""

from collections.abc import Iterable, Mapping

import numpy as np

from voting.profile import Profile
from voting.rules import options as shared
from voting.rules.dividing import divided
from voting.rules.exact import Program, Row, improve
from voting.rules.knapsack import Bools
from voting.rules.pots import Rival
from voting.rules.room import Room
from voting.rules.solver import Answer, prices, solve

# Of the short search before the solver is asked: some hundredths of a second.
NODES = 5_000
# What the reasons and the ties of one round may ask, in squares of the number of
# projects: 600 programs of 400 projects, 4 of 5 000.
EFFORT = 10**8


class Search:
    """The program of one round, its solves and the time that they share."""

    def __init__(
        self, profile: Profile, options: shared.Options, limit: float | None
    ) -> None:
        self.profile, self.options = profile, options
        self.costs: list[int] = profile.costs.tolist()
        self.gains = shared.gains(profile, options.satisfaction)
        self.program = Program(self.gains, _rows(profile))
        self.below = shared.below_threshold(profile, options)
        self.order = shared.TieOrder(profile, options)
        self.left = limit
        self.most, self.effort = 0, EFFORT
        self.with_: dict[int, Rival] = {}
        self.prices: list[float] | None = None
        self.pots = divided(self)
        # The last set that was made a mask.
        self.masks: dict[frozenset[int], Bools] = {}

    def first(self) -> Answer:
        """The best set of all: pot by pot in a plain round, else by the solver."""
        answer = None if self.pots is None else self.pots.answer()
        if answer is None and self.pots is not None and self.pots.allows is not None:
            self.pots = divided(self, apart=False)
            answer = None if self.pots is None else self.pots.answer()
        if answer is None:
            self.pots = None
            answer = self.solve({})
        self.most = answer.value
        return answer

    def solve(self, fixed: Mapping[int, int], *rows: Row) -> Answer:
        """The best set with these projects in (1) or out (0) and more rows kept."""
        program = self.program.also(*rows) if rows else self.program
        out = dict.fromkeys(self.below, 0)
        answer = solve(program, fixed={**fixed, **out}, time_limit=self._time())
        self._spent(answer.seconds)
        return answer

    def with_project(self, i: int) -> Rival:
        """The best set that contains project i."""
        self._with_each()
        if i not in self.with_:
            found = self._priced({i: 1})
            mask = None if found.chosen is None else self._mask(found.chosen)
            self.with_[i] = Rival(mask, found.value, found.proven)
        return self.with_[i]

    def at_once(self) -> dict[int, Rival]:
        """The best set with each project, as far as they come together."""
        self._with_each()
        return self.with_

    def _with_each(self) -> None:
        if not self.with_ and self.pots is not None:
            self.with_ = self.pots.with_each()

    def lacking(self, i: int, chosen: frozenset[int]) -> list[int]:
        """What of a best set another one, the best with project i, leaves out; rising.

        Of several that are as good it is one that leaves out a single project, if
        there is such a one.
        """
        other = self.with_project(i).chosen
        if self.with_project(i).value == self.most:
            j = self.exchanged(chosen, i)
            if j is not None:
                return [j]
        mask = self._mask(chosen)
        lacks: list[int] = np.flatnonzero(
            mask if other is None else mask & ~other
        ).tolist()
        return lacks

    def _mask(self, chosen: frozenset[int]) -> Bools:
        if chosen not in self.masks:
            mask = np.zeros(len(self.costs), np.bool_)
            mask[list(chosen)] = True
            self.masks = {chosen: mask}
        return self.masks[chosen]

    def best(self, fixed: Mapping[int, int]) -> Answer:
        """As `solve`, but in integers wherever that is quick."""
        quick = self.pots if self.effort >= 0 else None
        plain = None if quick is None else quick.answer(fixed)
        return plain or self._priced(fixed)

    def exchanged(
        self, chosen: frozenset[int], i: int, *, later: bool = False
    ) -> int | None:
        """One of a set in whose place i may come at once, worth the same.

        `later`: only one whose turn in the list of the ties is after that of i.
        """
        if self.pots is None:
            return None
        behind = int(self.pots.rank[i]) if later else -1
        j = self.pots.exchanged(self._mask(chosen), i, behind=behind)
        return None if j < 0 else j

    def _priced(self, fixed: Mapping[int, int]) -> Answer:
        """By a short search with the prices of the whole program, else the solver.

        Nothing, and no proof, once too much was asked: thousands of projects that the
        knapsack gave up.
        """
        self.effort -= len(self.costs) ** 2
        if self.effort < 0 or (self.left is not None and self.left <= 0):
            return Answer(None, 0, 0, proven=False, seconds=0.0)
        worth = self.priced()
        given = {**dict.fromkeys(self.below, 0), **fixed}
        best, _, proven = improve(self.program, given, None, worth, nodes=NODES)
        if proven:
            value = 0 if best is None else self.program.value(best)
            return Answer(best, value, value, proven=True, seconds=0.0)
        return self.solve(fixed)

    def priced(self) -> list[float]:
        """What a unit of each row is worth in the linear relaxation."""
        if self.prices is None:
            self.prices = prices(self.program)
        return self.prices

    def _spent(self, seconds: float) -> None:
        if self.left is not None:
            self.left -= seconds

    def _time(self) -> float | None:
        return None if self.left is None else max(self.left, 0.01)

    def by_ties(self, projects: Iterable[int]) -> list[int]:
        """In the order of the manifest's list."""
        return sorted(projects, key=lambda i: self.order.keys[i])

    def open_projects(self) -> list[int]:
        """All above the threshold, in the order of the list."""
        places = range(len(self.costs))
        return self.by_ties(i for i in places if i not in self.below)

    def filled(self, chosen: frozenset[int]) -> frozenset[int]:
        """The set with everything that still fits, best first."""
        room = Room(self.profile, chosen)
        queue = sorted(self.open_projects(), key=lambda i: -self.gains[i])
        queue = [i for i in queue if i not in chosen]
        needed = {j for _, j in self.profile.needs}
        place = 0
        while place < len(queue):
            i = queue[place]
            if room.blocks(i):
                place += 1
                continue
            room.take(i)
            queue.pop(place)
            # What waited for it may come first now; nothing else finds more room.
            place = 0 if i in needed else place
        return frozenset(room.funded)


def _rows(profile: Profile) -> tuple[Row, ...]:
    """The rows of `max_welfare`, budget first."""
    costs = profile.costs.tolist()
    rows = [Row(tuple(enumerate(costs)), profile.budget)]
    for limit in profile.limits:
        terms = tuple((i, costs[i]) for i in limit.projects)
        if limit.maximum is not None:
            rows.append(Row(terms, limit.maximum))
        if limit.minimum:
            rows.append(Row(tuple((i, -c) for i, c in terms), -limit.minimum))
    rows += [Row(tuple((i, 1) for i in those), 1) for those in _exclusive(profile)]
    rows += [Row(((i, 1), (j, -1)), 0) for i, j in profile.needs]
    return tuple(rows)


def _exclusive(profile: Profile) -> list[list[int]]:
    """The conflicts as groups of which at most one project may be funded.

    Three variants of a project are three conflicts but one row, which says more to the
    solver's relaxation: not half of each.
    """
    pairs = set(profile.conflicts)
    groups: list[list[int]] = []
    for i, j in profile.conflicts:
        if any(i in those and j in those for those in groups):
            continue
        group = [i, j]
        for k in sorted({k for pair in pairs for k in pair} - {i, j}):
            if all((min(k, x), max(k, x)) in pairs for x in group):
                group.append(k)
        groups.append(sorted(group))
    return groups
