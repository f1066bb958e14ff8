"""From a .pb file to a round with sealed ballots, ready to be counted."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.audit import Actor, record, round_chain
from core.text import Localized
from voting.elections.dates import vote_dates
from voting.elections.places import Areas, Categories
from voting.elections.rules import rule_of
from voting.elections.slugs import numbered, slugify
from voting.errors import AreaColumnUnknown
from voting.manifest import Eligibility
from voting.models import (
    ImportedElection,
    Phase,
    PhaseKind,
    Project,
    Round,
    SealedBallot,
    Stage,
)
from voting.opening import build_manifest, freeze
from voting.pabulib import Election, PbVote
from voting.pabulib.election import listed, smallest
from voting.pabulib.errors import PbNumberTooLarge, PbUnstorable
from voting.profile import LARGEST, BallotType
from voting.round_errors import (
    RoundSlugTaken,
)

# The manifest's word for a roll that we never saw.
SOURCE = "published_file"
CENTS = 100
BATCH = 5_000
LONGEST_ID = 120
# Digits of a number of projects, or of points.
PICKS = 6

Progress = Callable[[int, int], None]


def import_election(
    session: Session,
    election: Election,
    *,
    actor: Actor,
    now: datetime,
    area_column: str | None = None,
    rule: str | None = None,
    progress: Progress | None = None,
) -> Round:
    """A sealed round of a file that was read and found sound.

    The manifest is frozen like any other, so counting knows no difference. A file
    that is imported twice makes two rounds; the second one's address gets a number.

    Args:
        session: the act's session; half a file is never stored.
        election: from `read_election`.
        actor: who imports, for the log.
        now: from the clock.
        area_column: the column of PROJECTS that says the area; by default
            `neighborhood` where META gives neighbourhoods money, else one area
            for all. An area without money of its own draws on the whole budget.
        rule: a name in `RULES`, instead of the one that the file states.
        progress: told the number of stored ballots, and of all.

    Raises:
        AreaColumnUnknown: no such column.
        RuleUnknown: no such rule.
        PbUnstorable, PbNumberTooLarge: what no database column holds.
    """
    column = _area_column(election, area_column)
    unit = _check_storable(election)
    name, parameters = rule_of(election, rule)
    round_ = _new_round(session, election, unit=unit, now=now)
    round_.rule, round_.rule_parameters = name, parameters
    _add_projects(session, round_, election, column)
    session.add(
        ImportedElection(
            round_id=round_.id,
            meta=dict(election.meta),
            project_columns=list(election.project_columns),
            vote_columns=list(election.vote_columns),
        )
    )
    session.flush()
    session.refresh(round_)
    planned = build_manifest(session, round_)
    manifest = freeze(
        session,
        round_,
        replace(planned, eligibility=Eligibility(source=SOURCE)),
        now=now,
    )
    _store_ballots(session, round_, election, progress or _silent)
    record(
        session,
        actor,
        "round.imported",
        now=now,
        chain=round_chain(round_.slug),
        manifest=manifest.sha256,
        file=hashlib.sha256(election.text.encode()).hexdigest(),
        ballots=election.num_votes,
    )
    return round_


def _silent(_done: int, _total: int) -> None:
    """Nobody watches."""


def _area_column(election: Election, wanted: str | None) -> str | None:
    columns = election.project_columns
    if wanted is not None:
        if wanted not in columns:
            raise AreaColumnUnknown(column=wanted, columns=list(columns))
        return wanted
    own_money = "budget_per_neighborhood" in election.meta
    return "neighborhood" if own_money and "neighborhood" in columns else None


def _check_storable(election: Election) -> int:
    """The round's unit: cents, or finer where the file's amounts are.

    Raises:
        PbUnstorable, PbNumberTooLarge: see there.
    """
    unit = max(CENTS, election.unit)
    for number, line in enumerate(election.text.splitlines(), start=1):
        if "\x00" in line:
            raise PbUnstorable(line=number)
    for project in election.projects:
        if len(project.id) > LONGEST_ID:
            raise PbUnstorable(line=_line_of(election.text, project.id))
    amounts = [election.budget, *(project.cost for project in election.projects)]
    ceilings = [
        smallest(item, unit)
        for key, value in election.meta.items()
        if key.startswith("budget_per_")
        for item in listed(value)
    ]
    total = sum(smallest(amount, unit) for amount in amounts)
    if max((total, *ceilings)) > LARGEST:
        raise PbNumberTooLarge(line=1)
    return unit


def _line_of(text: str, project: str) -> int:
    return text.count("\n", 0, text.index(project)) + 1


def _new_round(
    session: Session, election: Election, *, unit: int, now: datetime
) -> Round:
    meta = election.meta
    parts = dict.fromkeys(
        meta.get(key, "")
        for key in ("country", "unit", "district", "subunit", "instance")
    )
    base = slugify("-".join(parts)) or "election"
    taken = set(session.scalars(select(Round.slug).where(Round.slug.like(f"{base}%"))))
    # Another import may take the address that was free a moment ago.
    for slug in islice((s for s in numbered(base) if s not in taken), 10):
        round_ = Round(slug=slug, **_columns(election, unit), created_at=now)
        round_.sealed_at, round_.phases = now, _phases(election)
        try:
            with session.begin_nested():
                session.add(round_)
        except IntegrityError:
            continue
        return round_
    raise RoundSlugTaken(slug=base)


def _columns(election: Election, unit: int) -> dict[str, Any]:
    meta = election.meta
    currency = meta.get("currency", "").upper()
    return {
        "title": Localized.same(_title(election)),
        "summary": Localized(),
        "description": Localized(),
        "stage": Stage.SEALED,
        "budget_cents": smallest(election.budget, unit),
        "currency": currency if len(currency) == 3 and currency.isalpha() else "XXX",  # noqa: PLR2004 - ISO 4217
        "unit": unit,
        "ballot_type": election.ballot_type,
        "min_picks": 0,
        "max_picks": _most(meta.get("max_length", "")),
        "blank_allowed": True,
        **_points(election),
    }


def _points(election: Election) -> dict[str, int | None]:
    """What a voter could divide, and give to one project."""
    kind, meta = election.ballot_type, election.meta
    divided = kind is BallotType.CUMULATIVE
    return {
        "points": _most(meta.get("max_sum_points", "")) if divided else None,
        "most_points": _most(meta.get("max_points", "")) if kind.has_points else None,
    }


def _most(stated: str) -> int | None:
    """A number; one that no ballot can reach is no limit."""
    known = stated.isdecimal() and len(stated) <= PICKS
    return (int(stated) or None) if known else None


def _title(election: Election) -> str:
    """What the file calls itself, with its year where that is not in it."""
    meta = election.meta
    place = ", ".join(filter(None, (meta.get("unit"), meta.get("subunit"))))
    title, instance = meta.get("description") or place, meta.get("instance", "")
    if instance and instance not in title:
        title = f"{title} ({instance})"
    return title.strip()[:200] or "?"


def _phases(election: Election) -> list[Phase]:
    starts, ends = vote_dates(election.meta)
    return [
        Phase(
            kind=kind,
            position=position,
            enabled=kind is PhaseKind.VOTE and starts is not None,
            starts_at=starts if kind is PhaseKind.VOTE else None,
            ends_at=ends if kind is PhaseKind.VOTE else None,
            purpose=Localized(),
        )
        for position, kind in enumerate(PhaseKind)
    ]


def _add_projects(
    session: Session, round_: Round, election: Election, column: str | None
) -> None:
    areas = Areas(round_, election, column)
    categories = Categories(round_, election)
    for position, project in enumerate(election.projects):
        fields = project.fields
        session.add(
            Project(
                round_id=round_.id,
                code=project.id,
                position=position,
                area=areas.of(project),
                category=categories.of(project),
                title=Localized.same(fields.get("name", "").strip() or project.id),
                summary=Localized.same(fields.get("description", "").strip()),
                story=Localized(),
                cost_cents=smallest(project.cost, round_.unit),
                extra=dict(fields),
            )
        )


def _store_ballots(
    session: Session, round_: Round, election: Election, progress: Progress
) -> None:
    table = SealedBallot.__table__
    if not isinstance(table, Table):
        raise TypeError(table)
    rows = (_ballot(round_.id, vote) for vote in election.rows())
    done, total = 0, election.num_votes
    while batch := list(islice(rows, BATCH)):
        session.execute(insert(table), batch)
        done += len(batch)
        progress(done, total)


def _ballot(round_id: int, vote: PbVote) -> dict[str, Any]:
    points: Iterator[int] | tuple[int, ...] = vote.points
    if len(vote.points) != len(vote.projects):
        points = (1,) * len(vote.projects)
    return {
        "round_id": round_id,
        "area_id": None,
        "choices": [list(pair) for pair in zip(vote.projects, points, strict=True)],
        "extra": {"voter_id": vote.voter_id, **vote.extra},
    }
