"""From a round to the text of a .pb file."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from voting.elections.dates import written
from voting.elections.rules import rule_name
from voting.manifest import RuleManifest
from voting.models import ImportedElection, Project, Result, Round, SealedBallot
from voting.opening import end_of_vote
from voting.pabulib import write_election
from voting.profile import BallotType, Profile
from voting.tally import tally

BATCH = 2_000


def pb_text(
    session: Session, round_: Round, manifest: RuleManifest, result: Result | None
) -> Iterator[str]:
    """The round's file, piece by piece.

    An imported round is written as its file stood, with the city's own winners. Of
    one of ours nothing but area and choices leaves: equal ballots stand together,
    voters are numbered in that order. Areas stand in `neighborhood`, themes in
    `category`; conflicts, needs and minima have no place in the format.

    Args:
        session: for reading; ballots of imported rounds come in batches.
        round_: a sealed round.
        manifest: its frozen rules.
        result: whose winners stand in `selected`; not for imported rounds.
    """
    imported = session.get(ImportedElection, round_.id)
    if imported is not None:
        return _as_it_came(session, round_, imported)
    profile = tally(session, manifest, round_)
    return iter([_of_ours(round_, manifest, profile, result)])


def _as_it_came(
    session: Session, round_: Round, imported: ImportedElection
) -> Iterator[str]:
    out = _Lines()
    yield out.of([["META"], ["key", "value"], *map(list, imported.meta.items())])
    projects = session.scalars(
        select(Project)
        .where(Project.round_id == round_.id)
        .order_by(Project.position, Project.id)
    )
    columns = imported.project_columns
    cells = ([(p.extra or {}).get(name, "") for name in columns] for p in projects)
    yield out.of([["PROJECTS"], columns, *cells])
    yield out.of([["VOTES"], imported.vote_columns])
    ballots = session.execute(
        select(SealedBallot.choices, SealedBallot.extra)
        .where(SealedBallot.round_id == round_.id)
        .order_by(SealedBallot.id)
        .execution_options(yield_per=BATCH)
    )
    for batch in ballots.partitions():
        yield out.of(
            _vote(choices, extra or {}, imported.vote_columns)
            for choices, extra in batch
        )


def _vote(
    choices: list[list[Any]], extra: Mapping[str, str], columns: list[str]
) -> list[str]:
    cells = {
        "vote": ",".join(str(code) for code, _ in choices),
        "points": ",".join(str(points) for _, points in choices),
        **extra,
    }
    return [cells.get(name, "") for name in columns]


def _of_ours(
    round_: Round, manifest: RuleManifest, profile: Profile, result: Result | None
) -> str:
    columns = {"name": [_plain(p.title) for p in manifest.projects]}
    if len(manifest.areas) > 1:
        columns["neighborhood"] = [p.area for p in manifest.projects]
    return write_election(
        profile,
        meta=_meta(round_, manifest, profile),
        columns=columns,
        selected=None if result is None else result.outcome["funded"],
    )


def _meta(round_: Round, manifest: RuleManifest, profile: Profile) -> dict[str, str]:
    """In the order that the format asks for."""
    town = manifest.eligibility.municipality or _plain(manifest.title)
    ends = end_of_vote(round_, manifest)
    meta = {
        "description": _plain(manifest.title),
        "country": "Finland",
        "unit": town,
        "instance": round_.slug,
        "rule": rule_name(manifest, blank=_has_blank(profile)),
        "date_begin": written(manifest.opens),
        "date_end": written(ends.isoformat() if ends else None),
    }
    if profile.ballot_type is not BallotType.CHOOSE_1:
        meta |= _lengths(manifest, profile)
    threshold = manifest.rule_parameters.get("threshold") or 0
    if threshold > 1:
        meta["min_project_score_threshold"] = str(threshold)
    return meta | _limits_of_points(manifest, profile) | {"currency": manifest.currency}


def _limits_of_points(manifest: RuleManifest, profile: Profile) -> dict[str, str]:
    """What a voter could give; where the rules do not say, what was given."""
    ballot = manifest.ballot
    limits = {}
    if ballot.type is BallotType.CUMULATIVE:
        given = max((sum(row) for row in _points(profile)), default=0)
        limits["max_sum_points"] = str(ballot.points or given)
    if ballot.type.has_points and ballot.most_points:
        limits["max_points"] = str(ballot.most_points)
    return limits


def _lengths(manifest: RuleManifest, profile: Profile) -> dict[str, str]:
    """Of any area: the file has one number for all of its ballots."""
    ballot = manifest.ballot
    least = [_first_of(a.min_picks, ballot.min_picks) for a in manifest.areas]
    most = [_first_of(a.max_picks, ballot.max_picks) for a in manifest.areas]
    lengths = {}
    # A blank ballot is a row without a project, whatever the least number is.
    if min(least, default=0) and not _has_blank(profile):
        lengths["min_length"] = str(min(least))
    if all(most):
        lengths["max_length"] = str(min(max(most), len(manifest.projects)))
    return lengths


def _first_of(own: int | None, of_all: int | None) -> int:
    """An area's own number, else the round's; 0: no limit."""
    return own or of_all or 0


def _has_blank(profile: Profile) -> bool:
    return bool((np.diff(profile.indptr) == 0).any())


def _points(profile: Profile) -> Iterator[list[int]]:
    ends, points = profile.indptr.tolist(), profile.points.tolist()
    for n in range(len(ends) - 1):
        yield points[ends[n] : ends[n + 1]]


def _plain(names: Mapping[str, str]) -> str:
    return names.get("en") or names.get("fi") or names.get("sv") or "?"


class _Lines:
    """A csv writer that hands out what it wrote."""

    def __init__(self) -> None:
        self.buffer = io.StringIO(newline="")
        self.writer = csv.writer(self.buffer, delimiter=";", lineterminator="\n")

    def of(self, rows: Iterable[list[str]]) -> str:
        """The text of these rows."""
        self.writer.writerows(rows)
        text = self.buffer.getvalue()
        self.buffer.seek(0)
        self.buffer.truncate()
        return text
