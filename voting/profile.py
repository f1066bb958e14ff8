"""The ballots of a round, anonymous, as the rules see them."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from graphlib import CycleError, TopologicalSorter

import numpy as np
from numpy.typing import NDArray

from voting.errors import ProfileInvalid

Ints = NDArray[np.int64]
Index = NDArray[np.int32]
Choice = str | tuple[str, int]

# Every sum of costs, votes and points stays an int64 below this.
LARGEST = 2**62
# More projects than any round has.
MANY = 2**31


class BallotType(StrEnum):
    """What a voter writes; the values are those of a .pb file."""

    APPROVAL = "approval"
    CHOOSE_1 = "choose-1"
    ORDINAL = "ordinal"
    CUMULATIVE = "cumulative"
    SCORING = "scoring"

    @property
    def has_points(self) -> bool:
        """Whether the voter gives points of his own."""
        return self in (BallotType.CUMULATIVE, BallotType.SCORING)

    @property
    def has_score(self) -> bool:
        """Whether the city's own score is more than the number of supporters."""
        return self not in (BallotType.APPROVAL, BallotType.CHOOSE_1)


class LimitKind(StrEnum):
    """An area has its own budget; a theme may have a floor and a ceiling."""

    AREA = "area"
    THEME = "theme"


@dataclass(frozen=True, slots=True)
class Limit:
    """The money that some of the projects may, and must, take together.

    `projects` are positions in `Profile.projects`; amounts in smallest units.
    """

    name: str
    kind: LimitKind
    projects: tuple[int, ...]
    minimum: int = 0
    maximum: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """Projects, money and the distinct ballots with their number.

    Ballots are rows of a sparse matrix over the projects, equal ballots merged and
    sorted, so that two profiles of the same votes are the same, byte for byte.
    Within a row the projects stand in ballot-paper order; in an ordinal ballot in
    the voter's order, best first. A choice of zero points is no choice.

    Args:
        projects: (m,) ids, in ballot-paper order.
        costs: (m,) int64, smallest units (cents).
        unit: how many smallest units make one unit of the file's currency.
        budget: smallest units.
        indptr, indices, points: (r+1,), (c,), (c,): row i holds the projects
            `indices[indptr[i]:indptr[i+1]]`. Points are 1 for an approval, the
            voter's own for cumulative and scoring, and for an ordinal ballot of k
            projects k, k-1, ..., 1, as Krakow counts (the books end at 0).
        weights: (r,) how many voters cast this ballot; an empty ballot counts.
        conflicts: (i, j), i < j: at most one of the two.
        needs: (i, j): i only together with j; without cycles.
    """

    projects: tuple[str, ...]
    costs: Ints
    unit: int
    budget: int
    ballot_type: BallotType
    indptr: Ints
    indices: Index
    points: Ints
    weights: Ints
    limits: tuple[Limit, ...] = ()
    conflicts: tuple[tuple[int, int], ...] = ()
    needs: tuple[tuple[int, int], ...] = ()
    votes: Ints = field(init=False, repr=False)
    score: Ints = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Count once; every rule and page asks."""
        _check(self)
        rows = self.weights.repeat(self.indptr[1:] - self.indptr[:-1])
        # bincount counts in float64, exact only below 2**53.
        votes = np.zeros(len(self.projects), np.int64)
        np.add.at(votes, self.indices, rows)
        score = votes.copy()
        if not _all_ones(self.points):
            score[:] = 0
            np.add.at(score, self.indices, rows * self.points)
        for name, value in (("votes", votes), ("score", score)):
            object.__setattr__(self, name, value)
        for array in (self.costs, self.indptr, self.indices, self.points):
            array.setflags(write=False)
        for array in (self.weights, votes, score):
            array.setflags(write=False)

    @property
    def voters(self) -> int:
        """How many ballots there are, empty ones included."""
        return int(self.weights.sum())

    @classmethod
    def of(
        cls,
        costs: Mapping[str, int],
        *,
        budget: int,
        ballots: Iterable[Sequence[Choice]] = (),
        weights: Sequence[int] | None = None,
        ballot_type: BallotType = BallotType.APPROVAL,
        unit: int = 1,
        limits: Sequence[Limit] = (),
        conflicts: Iterable[tuple[str, str]] = (),
        needs: Iterable[tuple[str, str]] = (),
    ) -> "Profile":
        """From plain Python: ballots are lists of ids, or of (id, points).

        >>> p = Profile.of({"a": 3, "b": 4}, budget=5, ballots=[["a"], ["b", "a"]])
        >>> p.votes.tolist(), p.voters
        ([2, 1], 2)

        Raises:
            ProfileInvalid: see its `why`.
        """
        place = {project: i for i, project in enumerate(costs)}
        rows = [[_choice(c) for c in ballot] for ballot in ballots]
        unknown = [p for row in rows for p, _ in row if p not in place]
        if unknown:
            raise ProfileInvalid(why="unknown_project", project=unknown[0])
        return cls.from_choices(
            projects=tuple(costs),
            costs=list(costs.values()),
            budget=budget,
            unit=unit,
            ballot_type=ballot_type,
            ballot=[i for i, row in enumerate(rows) for _ in row],
            choice=[place[p] for row in rows for p, _ in row],
            points=[n for row in rows for _, n in row],
            ballots=len(rows),
            weights=weights,
            limits=limits,
            conflicts=[(place[a], place[b]) for a, b in conflicts],
            needs=[(place[a], place[b]) for a, b in needs],
        )

    @classmethod
    def from_choices(
        cls,
        *,
        projects: Sequence[str],
        costs: Sequence[int] | Ints,
        budget: int,
        ballot_type: BallotType,
        ballot: Sequence[int] | Ints,
        choice: Sequence[int] | Ints,
        ballots: int,
        points: Sequence[int] | Ints | None = None,
        weights: Sequence[int] | Ints | None = None,
        unit: int = 1,
        limits: Sequence[Limit] = (),
        conflicts: Sequence[tuple[int, int]] = (),
        needs: Sequence[tuple[int, int]] = (),
    ) -> "Profile":
        """In bulk: one row of a table per choice (ballot number, project, points).

        An ordinal ballot's choices come best first. A project named twice in one
        ballot counts once; the points of both lines of a cumulative ballot are
        added, elsewhere the first line counts.

        Raises:
            ProfileInvalid: see its `why`.
        """
        indptr, indices, given, number = _merge(
            _rows(ballot_type, ballot=ballot, choice=choice, points=points),
            ballots=ballots,
            weights=weights,
        )
        return cls(
            projects=tuple(projects),
            costs=_int64(costs),
            unit=unit,
            budget=budget,
            ballot_type=ballot_type,
            limits=tuple(limits),
            conflicts=tuple(sorted({(min(p), max(p)) for p in conflicts})),
            needs=tuple(sorted(set(needs))),
            indptr=indptr,
            indices=indices,
            points=given,
            weights=number,
        )

    def digest(self) -> str:
        """SHA-256 of the whole, independent of the order in which ballots came."""
        head = {
            "projects": self.projects,
            "costs": self.costs.tolist(),
            "unit": self.unit,
            "budget": self.budget,
            "ballot_type": self.ballot_type,
            "limits": sorted(
                [x.kind, x.name, sorted(x.projects), x.minimum, x.maximum]
                for x in self.limits
            ),
            "conflicts": self.conflicts,
            "needs": self.needs,
        }
        text = json.dumps(head, ensure_ascii=True, separators=(",", ":"))
        total = hashlib.sha256(text.encode())
        for array in (self.indptr, self.indices, self.points, self.weights):
            total.update(b"\n" + np.asarray(array, ">i8").tobytes())
        return total.hexdigest()


def _choice(choice: Choice) -> tuple[str, int]:
    return (choice, 1) if isinstance(choice, str) else choice


def _int64(values: Sequence[int] | Ints) -> Ints:
    try:
        return np.array(values, dtype=np.int64)
    except OverflowError:
        raise ProfileInvalid(why="number_too_large") from None


def _rows(
    ballot_type: BallotType,
    *,
    ballot: Sequence[int] | Ints,
    choice: Sequence[int] | Ints,
    points: Sequence[int] | Ints | None,
) -> tuple[Ints, Ints, Ints]:
    """Ballot, project and points of each choice that counts, rows together."""
    row, project = _int64(ballot), _int64(choice)
    if points is None and ballot_type is not BallotType.ORDINAL:
        return _ticked(row, project)
    given = np.ones(len(row), np.int64) if points is None else _int64(points)
    if (given < 0).any():
        raise ProfileInvalid(why="negative_points")
    order = np.lexsort((project, row))
    row, project, given = row[order], project[order], given[order]
    first = np.ones(len(row), bool)
    first[1:] = (row[1:] != row[:-1]) | (project[1:] != project[:-1])
    if ballot_type is BallotType.CUMULATIVE and len(row):
        given = np.add.reduceat(given, np.flatnonzero(first))
    else:
        given = given[first]
    row, project, order = row[first], project[first], order[first]
    if ballot_type is BallotType.ORDINAL:
        back = np.lexsort((order, row))
        return row[back], project[back], _borda(row[back])
    if not ballot_type.has_points:
        given = np.ones(len(row), np.int64)
    kept = given > 0
    return row[kept], project[kept], given[kept]


def _ticked(row: Ints, project: Ints) -> tuple[Ints, Ints, Ints]:
    """The same where a choice is a tick and no more: one sort of whole numbers."""
    last = int(project.max(initial=0))
    if project.min(initial=0) < 0 or last >= MANY:
        raise ProfileInvalid(why="unknown_project", project="")
    bits = last.bit_length()
    cells = row << bits
    cells |= project
    cells.sort()
    first = np.ones(len(cells), bool)
    first[1:] = cells[1:] != cells[:-1]
    cells = cells[first]
    return cells >> bits, cells & ((1 << bits) - 1), np.ones(len(cells), np.int64)


def _borda(row: Ints) -> Ints:
    """k, k-1, ..., 1 within each run of equal row numbers."""
    last = np.searchsorted(row, row, side="right")
    return (last - np.arange(len(row))).astype(np.int64)


def _merge(
    rows: tuple[Ints, Ints, Ints],
    *,
    ballots: int,
    weights: Sequence[int] | Ints | None,
) -> tuple[Ints, Index, Ints, Ints]:
    """Equal rows become one, with the sum of their weights; rows sorted."""
    row, project, points = rows
    ticks = _all_ones(points)
    # Big-endian numbers are sorted as bytes as they are as numbers.
    cells = project[:, None] if ticks else np.column_stack((project, points))
    small = cells.min(initial=0) >= 0 and cells.max(initial=0) < 2**16
    kind = np.dtype(">u2" if small else ">i8")
    text, width = cells.astype(kind).tobytes(), kind.itemsize * cells.shape[1]
    ends = np.searchsorted(row, np.arange(ballots + 1)) * width
    number = [1] * ballots if weights is None else [int(w) for w in weights]
    if len(number) != ballots or min(number, default=0) < 0:
        raise ProfileInvalid(why="weights")
    count: dict[bytes, int] = {}
    start = 0
    for end, weight in zip(ends[1:].tolist(), number, strict=True):
        key = text[start:end]
        count[key] = count.get(key, 0) + weight
        start = end
    keys = sorted([key for key, weight in count.items() if weight])
    flat = np.frombuffer(b"".join(keys), kind).reshape(-1, cells.shape[1])
    indptr = np.zeros(len(keys) + 1, np.int64)
    np.cumsum([len(key) // width for key in keys], out=indptr[1:])
    return (
        indptr,
        flat[:, 0].astype(np.int32),
        np.ones(len(flat), np.int64) if ticks else flat[:, 1].astype(np.int64),
        np.array([count[key] for key in keys], np.int64),
    )


def _all_ones(points: Ints) -> bool:
    """Whether every choice is a tick and no more."""
    return bool((points == 1).all())


def _check(profile: Profile) -> None:
    """Refuse what no rule could answer."""
    m = len(profile.projects)
    if len(set(profile.projects)) != m or len(profile.costs) != m:
        raise ProfileInvalid(why="projects")
    if profile.budget < 0 or (m and int(profile.costs.min()) < 0):
        raise ProfileInvalid(why="negative_money")
    most = int(profile.points.max(initial=1)) * sum(profile.weights.tolist())
    money = sum(profile.costs.tolist())
    if max(profile.budget, money, most) > LARGEST or profile.unit < 1:
        raise ProfileInvalid(why="number_too_large")
    pairs = [i for pair in profile.conflicts + profile.needs for i in pair]
    groups = [i for limit in profile.limits for i in limit.projects]
    some = profile.indices
    chosen = [int(some.min()), int(some.max())] if len(some) else []
    if any(not 0 <= i < m for i in pairs + groups + chosen):
        raise ProfileInvalid(why="unknown_project", project="")
    _check_relations(profile)


def _check_relations(profile: Profile) -> None:
    """Limits that can be read, no project against itself, no circle of needs."""
    for limit in profile.limits:
        most = profile.budget if limit.maximum is None else limit.maximum
        if limit.minimum < 0 or most < 0 or limit.minimum > most:
            raise ProfileInvalid(why="limit", limit=limit.name)
    if any(i == j for i, j in profile.conflicts):
        raise ProfileInvalid(why="conflict_with_itself")
    graph: dict[int, set[int]] = {}
    for i, j in profile.needs:
        graph.setdefault(i, set()).add(j)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError:
        raise ProfileInvalid(why="needs_cycle") from None
