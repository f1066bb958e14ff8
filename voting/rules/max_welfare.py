"""The set of projects with the largest total satisfaction, proven by a solver."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from voting.errors import MinimumUnreachable, NoAnswerInTime, RuleParameterInvalid
from voting.outcome import Outcome, Reason, ReasonCode, Tie
from voting.profile import Profile
from voting.rules import options as shared
from voting.rules.exact import Program, Row
from voting.rules.pots import Rival
from voting.rules.room import Room
from voting.rules.search import Search
from voting.rules.solver import Answer, solve

OWN = ("time_limit",)
TIME_LIMIT = 60.0
LONGEST = 10**6


def max_welfare(profile: Profile, parameters: Mapping[str, Any]) -> Outcome:
    """Spend the budget so that total satisfaction is largest.

        maximise    sum_p U(p) x_p
        subject to  sum_p c(p) x_p <= B                     the budget
                    sum_{p in L} c(p) x_p <= max_L           areas and themes
                    sum_{p in L} c(p) x_p >= min_L           themes
                    sum_{p in V} x_p <= 1                    conflicts, variants
                    x_p <= x_q                               p needs q
                    x_p = 0                                  below the threshold

    U(p) is v(p) (votes), v(p) c(p) (cost) or the points; Python integers throughout,
    so value and limits are exact. Source: Talmon and Faliszewski, A Framework for
    Approval-Based Budgeting Methods, AAAI 2019 (max rules); a 0/1 knapsack with rows.

    Ties: the program is solved again with one row more, "something outside the set
    that was found" (in a plain round: with each project outside it). Only if that
    gives the same value the set is not `unique`, and the projects are fixed one at a
    time, in the order of the ordered list: in, if the value can still be reached with
    them, else out. A set that only lacks projects worth nothing is no other set: what
    fits is funded.

    Args:
        profile: costs (m,) int64 smallest units; votes, score (m,) int64.
        parameters: see `options.Options`; time_limit seconds for the whole rule
            (60; None: without). If it passes, the outcome is the best set found and
            not `optimal`, and reasons are those of that set.

    Raises:
        RuleParameterInvalid: a parameter is unknown or makes no sense.
        MinimumUnreachable: no set keeps all limits.
        NoAnswerInTime: the time limit passed before any allowed set was found.
    """
    options = shared.read(profile, parameters, own=OWN)
    limit = _time_limit(parameters)
    search = Search(profile, options, limit)
    first = search.first()
    if first.chosen is None:
        if first.proven:
            raise MinimumUnreachable
        raise NoAnswerInTime(seconds=limit)
    if first.proven:
        best = _best(search, first)
    else:
        best = _Best(search.filled(first.chosen), unique=False)
    funded = best.chosen
    value = search.program.value(funded)
    bound = max(first.bound, value)
    reasons = _Reasons(search, funded, value)
    return Outcome(
        rule="max-welfare",
        parameters={**options.to_json(), "time_limit": limit},
        funded=tuple(sorted(profile.projects[i] for i in funded)),
        cost=sum(search.costs[i] for i in funded),
        objective=value,
        optimal=first.proven or bound == value,
        bound=bound,
        gap=bound - value,
        unique=best.unique,
        ties=best.ties,
        reasons={
            name: reasons.of(i, counterfactual=first.proven)
            for i, name in enumerate(profile.projects)
        },
    )


def _time_limit(parameters: Mapping[str, Any]) -> float | None:
    value = parameters.get("time_limit", TIME_LIMIT)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RuleParameterInvalid(parameter="time_limit", value=value)
    if not 0 < value < LONGEST:
        raise RuleParameterInvalid(parameter="time_limit", value=value)
    return float(value)


@dataclass(frozen=True, slots=True)
class _Best:
    chosen: frozenset[int]
    unique: bool
    ties: tuple[Tie, ...] = ()


def _best(search: Search, first: Answer) -> _Best:
    """Whether the set is the only best one, and if not, the first by the list."""
    chosen = search.filled(first.chosen or frozenset())
    if not _another(search, chosen, first.value):
        return _Best(chosen, unique=True)
    chosen = _first_by_ties(search, first)
    return _Best(chosen, unique=False, ties=_ties(search, chosen, first.value))


def _another(search: Search, chosen: frozenset[int], value: int) -> bool:
    """Whether a set with something outside the chosen one is as good, or may be.

    In a plain round the best set with each other project is known in no time; else
    one solve with a row "something else" answers for all of them.
    """
    others = [i for i in search.open_projects() if i not in chosen]
    known = search.at_once()
    if any(_as_good(known[i], value) for i in others if i in known):
        return True
    if any(i not in known for i in others):
        second = search.solve({}, Row(tuple((i, -1) for i in others), -1))
        if second.proven:
            return second.chosen is not None and second.value >= value
    answers = [search.with_project(i) for i in others]
    return any(not a.proven or _as_good(a, value) for a in answers)


def _as_good(other: Rival, value: int) -> bool:
    return other.chosen is not None and other.value >= value


def _first_by_ties(search: Search, first: Answer) -> frozenset[int]:
    fixed: dict[int, int] = {}
    witness = first.chosen or frozenset()
    for i in search.open_projects():
        if i not in witness:
            alone = search.with_project(i)
            if alone.proven and (alone.chosen is None or alone.value < first.value):
                fixed[i] = 0
                continue
            witness = _with(search, i, witness, fixed, first.value) or witness
        fixed[i] = int(i in witness)
    return witness


def _with(
    search: Search,
    i: int,
    witness: frozenset[int],
    fixed: Mapping[int, int],
    value: int,
) -> frozenset[int] | None:
    """Another best set, with i and everything fixed, if there is one."""
    j = search.exchanged(witness, i, later=True)
    if j is not None:
        return witness - {j} | {i}
    if search.gains[i] and witness <= fixed.keys():
        # All of the best set is fixed: with i it would be better still.
        return None
    found = search.best({**fixed, i: 1})
    return found.chosen if found.value == value else None


def _ties(search: Search, funded: frozenset[int], value: int) -> tuple[Tie, ...]:
    """Losers that are in another best set, with the winners that it leaves out."""
    groups = _Groups()
    for i in search.open_projects():
        if i not in funded:
            other = search.with_project(i)
            if other.chosen is not None and other.value == value:
                groups.join(i, search.lacking(i, funded))
    return tuple(_tie(search, group, funded) for group in groups.found())


class _Groups:
    """Projects that belong together, however many and in whatever order."""

    def __init__(self) -> None:
        self.above: dict[int, int] = {}

    def join(self, i: int, others: Iterable[int]) -> None:
        """They belong to the group of i now, and all that belonged to theirs."""
        for j in (i, *others):
            self.above.setdefault(j, j)
            self.above[self._root(j)] = self._root(i)

    def found(self) -> list[set[int]]:
        """In the order in which their first ones came."""
        groups: dict[int, set[int]] = {}
        for i in self.above:
            groups.setdefault(self._root(i), set()).add(i)
        return list(groups.values())

    def _root(self, i: int) -> int:
        while self.above[i] != i:
            self.above[i] = self.above[self.above[i]]
            i = self.above[i]
        return i


def _tie(search: Search, group: set[int], funded: frozenset[int]) -> Tie:
    names = search.profile.projects
    won, lost = search.by_ties(group & funded), search.by_ties(group - funded)
    return Tie(
        projects=tuple(sorted(names[i] for i in group)),
        broken_by=search.order.parted_by(won[0], lost[0]),
        chosen=tuple(sorted(names[i] for i in won)),
    )


class _Reasons:
    """Why each project is in the set or not, by the best set that contains it."""

    def __init__(self, search: Search, funded: frozenset[int], value: int) -> None:
        self.search, self.funded, self.value = search, funded, value
        self.profile = search.profile
        self.room = Room(search.profile, funded)

    def of(self, i: int, *, counterfactual: bool) -> Reason:
        """The reason of project i; without counterfactual, by the set as it is."""
        if i in self.funded:
            return Reason(ReasonCode.FUNDED, shared.numbers(self.profile, i))
        if i in self.search.below:
            return self.search.below[i]
        other = self.search.with_project(i) if counterfactual else None
        if other is None or not other.proven:
            return self.room.blocks(i)[0]
        return self._lost(i, other)

    def _lost(self, i: int, other: Rival) -> Reason:
        if other.chosen is None:
            return self._impossible(i)
        if other.value == self.value:
            return self._tie(i)
        blocks = self.room.blocks(i)
        if len(blocks) == 1 and blocks[0].code is not ReasonCode.NO_MONEY:
            return blocks[0]
        return self._displaced(i, other)

    def _names(self, projects: Iterable[int]) -> list[str]:
        return [self.profile.projects[j] for j in projects]

    def _tie(self, i: int) -> Reason:
        rivals = self.search.by_ties(self.search.lacking(i, self.funded))
        about = shared.numbers(self.profile, i) | {
            "with": self._names(rivals),
            "how": self.search.order.parted_by(rivals[0], i),
        }
        return Reason(ReasonCode.TIE_LOST, about)

    def _displaced(self, i: int, other: Rival) -> Reason:
        """`missing` more votes (or points) for i alone, and i is in."""
        rivals = self.search.lacking(i, self.funded)
        loss = self.value - other.value
        each = 1
        if self.search.options.satisfaction is shared.Satisfaction.COST:
            each = self.search.costs[i]
        about = shared.numbers(self.profile, i) | {
            "by": self._names(rivals),
            "by_votes": [int(self.profile.votes[j]) for j in rivals],
            "by_score": [int(self.profile.score[j]) for j in rivals],
            "loss": loss,
            "missing": loss // each + 1,
            "left": self.room.left,
        }
        return Reason(ReasonCode.DISPLACED, about)

    def _impossible(self, i: int) -> Reason:
        """No allowed set contains i at all: what forbids it even when it is alone."""
        alone = Room(self.profile)
        for reason in alone.blocks(i):
            if reason.code is not ReasonCode.NEEDS:
                return reason
        if alone.needed[i]:
            what = self._names(sorted(alone.needed[i]))
            about = shared.numbers(self.profile, i) | {"what": what}
            return Reason(ReasonCode.NEEDS, about)
        return self._reserved(i)

    def _reserved(self, i: int) -> Reason:
        """The minimum of a theme leaves too little, or only what i excludes."""
        about = shared.numbers(self.profile, i)
        rest = Program(
            tuple(0 if j == i else -c for j, c in enumerate(self.search.costs)),
            self.search.program.rows[1:],
        )
        fixed = {**dict.fromkeys(self.search.below, 0), i: 1}
        answer = solve(rest, fixed=fixed, time_limit=self.search.left)
        if answer.chosen is None:
            enemies = self._names(sorted(self.room.enemies[i]))
            return Reason(ReasonCode.CONFLICT, about | {"with": enemies})
        left = self.profile.budget + answer.value
        short = self.search.costs[i] - left
        about |= {"area": None, "left": left, "short": short}
        return Reason(ReasonCode.NO_MONEY, about)
