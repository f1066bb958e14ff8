"""What a .pb file says, and the profile of it."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from functools import partial
from itertools import islice
from typing import NamedTuple

import numpy as np

from voting.pabulib.errors import PbBadPoints, PbNotANumber, PbNumberTooLarge
from voting.profile import LARGEST, BallotType, Ints, Limit, LimitKind, Profile

# More decimals than this no currency has; files have 16 in a divided budget.
DECIMALS = 6
# Before the point; more would not fit a column of the database.
DIGITS = 18

reader = partial(csv.reader, delimiter=";", strict=True)
_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class PbProject:
    """One line of PROJECTS; `fields` holds every column, unknown ones too."""

    id: str
    cost: Decimal
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PbVote:
    """One line of VOTES; `extra` holds the columns besides id, vote and points.

    A project named twice stands here twice; `profile` counts it once.
    """

    line: int
    voter_id: str
    projects: tuple[str, ...]
    points: tuple[int, ...]
    extra: Mapping[str, str]


class Choices(NamedTuple):
    """What the distinct ballots hold, one ballot after the other.

    Args:
        project: (c,) positions in `Election.projects`.
        points: (c,) the voter's own; empty where ballots have none.
        size: (r,) how many choices each ballot has.
    """

    project: Ints
    points: Ints
    size: Ints

    @classmethod
    def of(
        cls, votes: Iterable[str], points: Iterable[str], place: Mapping[str, int]
    ) -> "Choices":
        """From the cells of sound ballots.

        Raises:
            KeyError: a project that has no place.
        """
        names, sizes = together(votes)
        given, _ = together(points)
        return cls(
            np.fromiter(map(place.__getitem__, names), np.int64, len(names)),
            np.fromiter(map(int, given), np.int64, len(given)),
            np.array(sizes, np.int64),
        )


@dataclass(frozen=True, slots=True)
class Election:
    """A file that was read and found sound.

    Args:
        meta: every key of META, in the file's order; values as written.
        project_columns, vote_columns: the headers, as written.
        projects: in the file's order.
        ballots: (vote, points) cells -> how many voters wrote exactly that.
        choices: what these ballots hold, in the same order.
        text: the whole file, for `rows`.
    """

    meta: Mapping[str, str]
    project_columns: tuple[str, ...]
    projects: tuple[PbProject, ...]
    vote_columns: tuple[str, ...]
    ballots: Mapping[tuple[str, str], int]
    choices: Choices
    text: str

    @property
    def num_votes(self) -> int:
        """How many voters the file holds, counted."""
        return sum(self.ballots.values())

    @property
    def ballot_type(self) -> BallotType:
        """What the voters wrote."""
        return BallotType(self.meta["vote_type"])

    @property
    def budget(self) -> Decimal:
        """In the file's own unit."""
        return Decimal(self.meta["budget"])

    @property
    def unit(self) -> int:
        """The power of ten that makes all costs, and the budget, whole."""
        amounts = [project.cost for project in self.projects]
        most = max(map(places, amounts), default=0)
        return int(10 ** max(most, min(places(self.budget), DECIMALS)))

    @property
    def threshold(self) -> int | None:
        """The least score of a funded project, where META states one."""
        stated = self.meta.get("min_project_score_threshold", "")
        if not is_number(stated):
            return None
        return int(Decimal(stated).to_integral_value(ROUND_CEILING))

    @property
    def default_score(self) -> int:
        """What a voter of a scoring file gives to the projects that he does not list.

        Raises:
            PbBadPoints: it is no whole number from 0.
        """
        stated = self.meta.get("default_score", "") or "0"
        if self.ballot_type is not BallotType.SCORING:
            return 0
        whole = re.fullmatch(r"\d{1,18}(\.0+)?", stated, re.ASCII)
        if whole is None:
            # META's rows begin on the third line.
            line = list(self.meta).index("default_score") + 3
            raise PbBadPoints(line=line)
        return int(Decimal(stated))

    def rows(self) -> Iterator[PbVote]:
        """The votes one by one, in the file's order; `num_votes` of them."""
        lines = reader(io.StringIO(self.text, newline=""))
        next(row for row in lines if [cell.strip() for cell in row] == ["VOTES"])
        next(lines)
        at = {name: n for n, name in enumerate(self.vote_columns)}
        # On other ballots a column of this name is one that we do not know.
        points = at.get("points") if self.ballot_type.has_points else None
        known = {at["voter_id"], at["vote"], points}
        others = [(name, n) for name, n in at.items() if n not in known]
        for row in lines:
            yield PbVote(
                line=lines.line_num,
                voter_id=row[at["voter_id"]],
                projects=listed(row[at["vote"]]),
                points=whole_points(row[points]) if points is not None else (),
                extra={name: row[n] for name, n in others},
            )

    def limits(self) -> tuple[Limit, ...]:
        """The ceilings of META's budget_per_neighborhood and budget_per_category.

        A neighbourhood is an area, a category a theme; a project with several
        categories counts in each.
        """
        return (
            *self._ceilings("neighborhoods", "neighborhood", LimitKind.AREA),
            *self._ceilings("categories", "category", LimitKind.THEME),
        )

    def _ceilings(self, key: str, column: str, kind: LimitKind) -> list[Limit]:
        names = listed(self.meta.get(key, ""))
        ceilings = listed(self.meta.get(f"budget_per_{column}", ""))
        if len(names) != len(ceilings):
            return []
        members: dict[str, list[int]] = {name: [] for name in names}
        for i, project in enumerate(self.projects):
            cell = project.fields.get(column, "")
            for name in {cell} & members.keys() or set(listed(cell)) & members.keys():
                members[name].append(i)
        return [
            Limit(name, kind, tuple(members[name]), 0, smallest(ceiling, self.unit))
            for name, ceiling in zip(names, ceilings, strict=True)
        ]


def profile(election: Election, *, limits: bool = True) -> Profile:
    """The election as the rules see it; with the file's own ceilings, or without.

    In a scoring file whoever does not list a project gives it META's default_score.

    Raises:
        PbNumberTooLarge: amounts that no 64-bit integer holds.
        PbBadPoints: a default_score that is no whole number from 0.
    """
    unit, silent = election.unit, election.default_score
    costs = [smallest(project.cost, unit) for project in election.projects]
    budget = smallest(election.budget, unit)
    if budget + sum(costs) > LARGEST:
        raise PbNumberTooLarge(line=0)
    kind = election.ballot_type
    choice, points, sizes = election.choices
    ballot = np.arange(len(sizes)).repeat(sizes)
    if silent:
        listed_ = np.zeros((len(sizes), len(costs)), dtype=bool)
        listed_[ballot, choice] = True
        others, left = np.nonzero(~listed_)
        ballot, choice = np.append(ballot, others), np.append(choice, left)
        points = np.append(points, np.full(len(left), silent))
    return Profile.from_choices(
        projects=[project.id for project in election.projects],
        costs=costs,
        budget=budget,
        unit=unit,
        ballot_type=kind,
        ballot=ballot,
        choice=choice,
        points=points if kind.has_points else None,
        ballots=len(election.ballots),
        weights=list(election.ballots.values()),
        limits=election.limits() if limits else (),
    )


def together(cells: Iterable[str]) -> tuple[list[str], list[int]]:
    """The items of many cells in one row, and how many each cell has.

    Splitting once is several times faster than splitting each.
    """
    dense = list(cells)
    if " " in "".join(dense):
        dense = [",".join(listed(cell)) for cell in dense]
    lengths = [cell.count(",") + 1 if cell else 0 for cell in dense]
    text = ",".join(filter(None, dense))
    return text.split(",") if text else [], lengths


def listed(cell: str) -> tuple[str, ...]:
    """The items of a comma-separated cell; spaces around commas are forgiven."""
    if " " in cell:
        return tuple(item.strip() for item in cell.split(",") if item.strip())
    return tuple(cell.split(",")) if cell else ()


def whole_points(cell: str) -> tuple[int, ...]:
    """The points of one voter."""
    return tuple(map(int, listed(cell)))


def is_number(text: str) -> bool:
    """Digits, and decimals after a point; a minus is a number too."""
    return _NUMBER.fullmatch(text) is not None


def number(text: str, *, line: int) -> Decimal:
    """An amount.

    Raises:
        PbNotANumber: it is none.
        PbNumberTooLarge: it has more than 18 digits before, or 6 after the point.
    """
    text = text.strip()
    if not is_number(text):
        raise PbNotANumber(line=line, value=text[:40])
    if len(text.split(".")[0]) > DIGITS:
        raise PbNumberTooLarge(line=line)
    return Decimal(text)


def smallest(amount: Decimal | str, unit: int) -> int:
    """In smallest units; what is finer than they are is rounded down, towards zero."""
    return int(Decimal(amount) * unit)


def places(amount: Decimal) -> int:
    """How many decimals are needed; 12.50 needs one."""
    if amount == int(amount):
        return 0
    return -int(amount.normalize().as_tuple().exponent)


def first_rows(lines: Iterator[list[str]], count: int) -> list[list[str]]:
    """Up to `count` rows."""
    return list(islice(lines, count))
