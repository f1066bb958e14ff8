"""Decide a file's election again, and say where the city decided otherwise."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from functools import partial

from voting.outcome import Outcome, Reason, ReasonCode
from voting.pabulib import Election, profile
from voting.profile import Profile
from voting.replay.arranging import arranged, by_scores
from voting.replay.cities import (
    CityRule,
    NotDecidable,
    Why,
    city_rule,
    unknown_leftover,
)
from voting.rules import run

# The price by which files mark a project that was withdrawn.
WITHDRAWN = Decimal(999_999_999)
MARKS = {"0": 0, "1": 1, "2": 2, "3": 3}
# What `selected` says of a project: by the rule, by Poznan's top-up, from a reserve.
BY_RULE, TOPPED_UP = 1, 2
# A stated score with more digits is none.
DIGITS = 12


class Answer(StrEnum):
    """How our outcome and the city's compare."""

    SAME = "same"
    DIFFERENT = "different"
    NOT_DECIDABLE = "not decidable"


@dataclass(frozen=True, slots=True)
class Difference:
    """A project that only one side funds.

    Args:
        project: its id.
        ours: we fund it and the city does not; else the other way round.
        mark: the city's own mark in `selected`.
        reason: why we do, or do not; None for a project that was withdrawn.
        topped_up: we fund it by the top-up.
    """

    project: str
    ours: bool
    mark: int
    reason: Reason | None
    topped_up: bool = False


@dataclass(frozen=True, slots=True)
class Replay:
    """The answer for one file.

    Args:
        answer: the answer.
        rule: as META names it.
        tied: same, by breaking a tie otherwise than we do.
        stated_scores: same, by the scores that PROJECTS states; the ballots in the
            file add up to others.
        outside: same, once projects that the city marks as paid from outside the
            budget are left out.
        differences: only for `different`.
        why, missing: only for `not decidable`.
        comment: META's own, which may explain a difference.
        unit: smallest units in one of the file's currency.
    """

    answer: Answer
    rule: str
    tied: bool = False
    stated_scores: bool = False
    outside: bool = False
    differences: tuple[Difference, ...] = ()
    why: Why | None = None
    missing: Mapping[str, str] | None = None
    comment: str = ""
    unit: int = 1


def replay(election: Election) -> Replay:
    """Recompute what the city decided and compare it with `selected`.

    The city's winners are the projects marked 1 (in Poznan 2 as well, its top-up).
    Other marks say that the money came from elsewhere, so they are no winners of the
    rule. The answer is `same` if our outcome has exactly the city's winners, or has
    them once exactly level projects are taken in another order; the same may be
    shown with the scores that PROJECTS states instead of the ballots (a file may lack
    the paper votes), or without the projects paid from elsewhere, if META comments
    on them. Projects of the price 999999999 were withdrawn.

    Raises:
        PbNumberTooLarge: amounts that no 64-bit integer holds.
    """
    about = partial(
        Replay,
        rule=election.meta.get("rule", ""),
        comment=election.meta.get("comment", ""),
        unit=election.unit,
    )
    try:
        case = _Case(election, city_rule(election), _marks(election))
        ours = case.decide(case.ballots)
        if ours.funded == case.winners:
            return about(Answer.SAME)
        for pool in case.pools():
            for tied in (False, True):
                if case.reaches(pool.ballots, tied=tied):
                    return about(
                        Answer.SAME,
                        tied=tied,
                        stated_scores=pool.stated_scores,
                        outside=pool.outside,
                    )
        case.demand_everything_known()
    except NotDecidable as missing:
        return about(Answer.NOT_DECIDABLE, why=missing.why, missing=missing.about)
    return about(Answer.DIFFERENT, differences=case.differences(ours))


@dataclass(frozen=True, slots=True)
class _Decision:
    """Our outcome under a city's rule, with its top-up."""

    outcome: Outcome
    topped_up: str | None

    @property
    def funded(self) -> set[str]:
        """The winners, topped up or not."""
        return {*self.outcome.funded, *([self.topped_up] if self.topped_up else [])}


@dataclass(frozen=True, slots=True)
class _Pool:
    """What the city may have decided on."""

    ballots: Profile
    stated_scores: bool = False
    outside: bool = False


class _Case:
    """A file whose rule and winners are known."""

    def __init__(
        self, election: Election, city: CityRule, marks: Mapping[str, int]
    ) -> None:
        self.election, self.city, self.marks = election, city, marks
        by_rule = (BY_RULE,) if city.top_up is None else (BY_RULE, TOPPED_UP)
        self.winners = {p for p, mark in marks.items() if mark in by_rule}
        self.outside = {p for p, mark in marks.items() if mark} - self.winners
        standing = [i for i, p in enumerate(election.projects) if p.cost != WITHDRAWN]
        self.ballots = arranged(profile(election), standing)

    def decide(self, ballots: Profile, ties: str = "cost,votes,draw") -> _Decision:
        """The rule's outcome, with the top-up where there is one."""
        outcome = run(self.city.rule, ballots, {**self.city.parameters, "ties": ties})
        if self.city.top_up is None:
            return _Decision(outcome, None)
        short = [s for s in outcome.steps if s.code is ReasonCode.NO_MONEY][:1]
        costs = dict(zip(ballots.projects, ballots.costs.tolist(), strict=True))
        topped_up = [
            s.project
            for s in short
            if 100 * s.left >= self.city.top_up * costs[s.project]
        ]
        return _Decision(outcome, next(iter(topped_up), None))

    def reaches(self, ballots: Profile, *, tied: bool) -> bool:
        """Whether the rule gives the city's winners; `tied`: in its order of ties.

        Among level projects the winners come first, which leaves least money for the
        others, and of those the dearest, which ends a list soonest.
        """
        if not tied:
            return self.decide(ballots).funded == self.winners
        places = sorted(
            range(len(ballots.projects)),
            key=lambda i: (
                ballots.projects[i] not in self.winners,
                self.marks[ballots.projects[i]],
                -int(ballots.costs[i]),
            ),
        )
        return self.decide(arranged(ballots, places), "order").funded == self.winners

    def pools(self) -> Iterator[_Pool]:
        """The ballots; the stated scores; both without what was paid from elsewhere."""
        pools = [_Pool(self.ballots)]
        scores = _stated_scores(self.election, self.ballots)
        if scores is not None and self.city.rule == "greedy":
            pools.append(_Pool(by_scores(self.ballots, scores), stated_scores=True))
        yield from pools
        explained = self.city.top_up is None and self.election.meta.get("comment")
        if not self.outside or not explained:
            return
        for pool in pools:
            names = pool.ballots.projects
            inside = [i for i, p in enumerate(names) if p not in self.outside]
            yield replace(pool, ballots=arranged(pool.ballots, inside), outside=True)

    def demand_everything_known(self) -> None:
        """Refuse to call a difference what the file leaves open.

        Raises:
            NotDecidable: exclusions, or the use of what was left, may explain it.
        """
        if self.city.exclusive:
            raise NotDecidable(Why.EXCLUSIONS_NOT_LISTED)
        if leftover := unknown_leftover(self.election):
            raise NotDecidable(Why.LEFTOVER_RULE, leftover=leftover)

    def differences(self, ours: _Decision) -> tuple[Difference, ...]:
        """The projects that only one side funds, in the file's order."""
        return tuple(
            Difference(
                project=p,
                ours=p in ours.funded,
                mark=mark,
                reason=ours.outcome.reasons.get(p),
                topped_up=p == ours.topped_up,
            )
            for p, mark in self.marks.items()
            if (p in ours.funded) != (p in self.winners)
        )


def _marks(election: Election) -> dict[str, int]:
    """The city's mark of every project.

    Raises:
        NotDecidable: there is no `selected`, or one that is not 0, 1, 2 or 3.
    """
    marks = {}
    for project in election.projects:
        cell = project.fields.get("selected", "").strip()
        if cell and cell not in MARKS:
            raise NotDecidable(
                Why.SELECTED_UNREADABLE, project=project.id, value=cell[:40]
            )
        marks[project.id] = cell
    empty = [p for p, cell in marks.items() if not cell]
    if len(empty) == len(marks):
        raise NotDecidable(Why.NO_SELECTED)
    if empty:
        raise NotDecidable(Why.SELECTED_UNREADABLE, project=empty[0], value="")
    return {p: MARKS[cell] for p, cell in marks.items()}


def _stated_scores(election: Election, ballots: Profile) -> list[int] | None:
    """The scores of PROJECTS, if they can be read and are not those of the ballots."""
    column = "score" if ballots.ballot_type.has_score else "votes"
    fields = {project.id: project.fields for project in election.projects}
    cells = [fields[p].get(column, "").strip() for p in ballots.projects]
    if not all(cell.isdecimal() and len(cell) <= DIGITS for cell in cells):
        return None
    scores = [int(cell) for cell in cells]
    return scores if scores != ballots.score.tolist() else None
