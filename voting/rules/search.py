"""The program of max-welfare, its solves and the time that they share."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from voting.profile import Profile
from voting.rules import options as shared
from voting.rules.exact import Program, Row, improve
from voting.rules.knapsack import knapsack
from voting.rules.room import Room
from voting.rules.solver import Answer, prices, solve

# Of the short search before the solver is asked: some hundredths of a second.
NODES = 5_000


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
        self.with_: dict[int, Answer] = {}
        self.pots = _pots(profile)
        self.prices: list[float] | None = None

    def first(self) -> Answer:
        """The best set of all, by the solver; proven in integers where that is plain.

        The knapsack starts from the solver's value: what it finds is better or none.
        """
        answer = self.solve({})
        if self.pots is None or answer.chosen is None:
            return answer
        better = self._plain({})
        if better is None:
            return answer
        if better.value <= answer.value:
            better = replace(better, chosen=answer.chosen, value=answer.value)
        return replace(better, bound=better.value)

    def solve(self, fixed: Mapping[int, int], *rows: Row) -> Answer:
        """The best set with these projects in (1) or out (0) and more rows kept."""
        program = self.program.also(*rows) if rows else self.program
        out = dict.fromkeys(self.below, 0)
        answer = solve(program, fixed={**fixed, **out}, time_limit=self._time())
        self._spent(answer.seconds)
        return answer

    def with_project(self, i: int) -> Answer:
        """The best set that contains project i."""
        if i not in self.with_:
            self.with_[i] = self.best({i: 1})
        return self.with_[i]

    def best(self, fixed: Mapping[int, int]) -> Answer:
        """As `solve`, but in integers wherever that is quick."""
        plain = None if self.pots is None else self._plain(fixed)
        return plain or self._priced(fixed)

    def _plain(self, fixed: Mapping[int, int]) -> Answer | None:
        """Pot by pot; None where the knapsack gives up."""
        chosen: set[int] = set()
        for members, budget in self.pots or ():
            inside = [i for i in members if i not in self.below]
            forced = [i for i in inside if fixed.get(i)]
            left = budget - sum(self.costs[i] for i in forced)
            if left < 0:
                return Answer(None, 0, 0, proven=True, seconds=0.0)
            free = [i for i in inside if i not in fixed]
            found = knapsack(
                [self.gains[i] for i in free],
                [self.costs[i] for i in free],
                left,
                floor=-1,
            )
            if found is None:
                return None
            chosen.update(forced, (free[k] for k in found[0]))
        value = self.program.value(frozenset(chosen))
        return Answer(frozenset(chosen), value, value, proven=True, seconds=0.0)

    def _priced(self, fixed: Mapping[int, int]) -> Answer:
        """By a short search with the prices of the whole program, else the solver."""
        if self.prices is None:
            self.prices = prices(self.program)
        given = {**dict.fromkeys(self.below, 0), **fixed}
        best, _, proven = improve(self.program, given, None, self.prices, nodes=NODES)
        if proven:
            value = 0 if best is None else self.program.value(best)
            return Answer(best, value, value, proven=True, seconds=0.0)
        return self.solve(fixed)

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
        while fitting := [
            i for i in queue if i not in room.funded and not room.blocks(i)
        ]:
            room.take(fitting[0])
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
    rows += [Row(((i, 1), (j, 1)), 1) for i, j in profile.conflicts]
    rows += [Row(((i, 1), (j, -1)), 0) for i, j in profile.needs]
    return tuple(rows)


def _pots(profile: Profile) -> list[tuple[tuple[int, ...], int]] | None:
    """Members and money of independent knapsacks, if the round is as plain as that.

    No limits: one pot. Ceilings that share no project and are together within the
    budget, with every project in one of them: a pot each. Else None.
    """
    if profile.conflicts or profile.needs or any(x.minimum for x in profile.limits):
        return None
    if not profile.limits:
        return [(tuple(range(len(profile.projects))), profile.budget)]
    members = sorted(i for limit in profile.limits for i in limit.projects)
    if members != list(range(len(profile.projects))):
        return None
    pots = [(x.projects, x.maximum) for x in profile.limits if x.maximum is not None]
    if (
        len(pots) < len(profile.limits)
        or sum(most for _, most in pots) > profile.budget
    ):
        return None
    return pots
