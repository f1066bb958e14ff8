"""What a file says of itself and does not keep: no reason to refuse it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from voting.pabulib.election import Election, is_number, listed, whole_points


@dataclass(frozen=True, slots=True)
class Warning_:  # noqa: N801 - Python has a Warning
    """A kind of oddity and how many lines, or projects, show it.

    Codes: num_votes, num_projects (META against the count); votes_column,
    score_column (PROJECTS against the count); min_length, max_length, min_sum_cost,
    max_sum_cost, min_sum_points, max_sum_points (votes outside META's limits);
    duplicate_in_vote.
    """

    code: str
    count: int


def warnings(election: Election) -> list[Warning_]:
    """All oddities, in a fixed order; empty if there are none."""
    found = [*_counts(election), *_columns(election), *_lengths(election)]
    return [Warning_(code, count) for code, count in found if count]


def _counts(election: Election) -> Iterator[tuple[str, int]]:
    counted = {"num_votes": election.num_votes, "num_projects": len(election.projects)}
    for key, number in counted.items():
        stated = election.meta.get(key, str(number))
        yield key, int(stated != str(number))


def _columns(election: Election) -> Iterator[tuple[str, int]]:
    votes, score = _tally(election)
    for column, counted in (("votes", votes), ("score", score)):
        wrong = 0
        for project in election.projects:
            stated = project.fields.get(column, "").strip()
            wrong += is_number(stated) and Decimal(stated) != counted[project.id]
        yield f"{column}_column", wrong


def _tally(election: Election) -> tuple[Counter[str], Counter[str]]:
    """Ballots that name a project, even with no points, and its points."""
    votes: Counter[str] = Counter()
    score: Counter[str] = Counter()
    kind = election.ballot_type
    for (vote, given), number in election.ballots.items():
        names = listed(vote)
        points = whole_points(given) if kind.has_points else (1,) * len(names)
        if kind.value == "ordinal":
            points = tuple(range(len(names), 0, -1))
        for name in set(names):
            votes[name] += number
        for name, each in zip(names, points, strict=True):
            score[name] += each * number
    return votes, score


def _lengths(election: Election) -> Iterator[tuple[str, int]]:
    costs = {project.id: project.cost for project in election.projects}
    measured: Counter[str] = Counter()
    bounds = {
        key: Decimal(value)
        for key, value in election.meta.items()
        if key.split("_")[0] in ("min", "max") and is_number(value)
    }
    for (vote, given), number in election.ballots.items():
        names = set(listed(vote))
        measured["duplicate_in_vote"] += number * (len(names) < len(listed(vote)))
        sizes = {
            "length": Decimal(len(names)),
            "sum_cost": sum((costs[name] for name in names), Decimal(0)),
        }
        if election.ballot_type.has_points:
            sizes["sum_points"] = Decimal(sum(whole_points(given)))
        for what, size in sizes.items():
            below = size < bounds.get(f"min_{what}", size)
            above = size > bounds.get(f"max_{what}", size)
            measured[f"min_{what}"] += number * below
            measured[f"max_{what}"] += number * above
    yield from sorted(measured.items())
