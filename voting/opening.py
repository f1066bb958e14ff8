"""Open the vote: freeze everything that decides the result into one document."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import Actor, record, round_chain
from voting.errors import RoundKeyMissing
from voting.keys import RollKeys, create_round_keys, load_roll_keys
from voting.manifest import (
    BallotRules,
    Eligibility,
    ManifestArea,
    ManifestProject,
    ManifestRoll,
    ManifestTheme,
    RuleManifest,
    sha256,
)
from voting.models import (
    Manifest,
    PhaseKind,
    Project,
    Roll,
    Round,
    Stage,
    VoterSource,
)
from voting.projects import link_pairs, list_projects
from voting.readiness import gaps_before_opening
from voting.roll.stored import roll_of, settle_roll
from voting.round_errors import RoundIncomplete, RoundNotAnnounced, VoteAlreadyOpen
from voting.rounds import locked, phase_of


def build_manifest(
    session: Session, round_: Round, *, version: int = 1
) -> RuleManifest:
    """The document as the round's rows say it now."""
    projects = list_projects(session, round_)
    conflicts, needs = link_pairs(session, round_)
    vote = phase_of(round_, PhaseKind.VOTE)
    return RuleManifest(
        round=round_.slug,
        version=version,
        title=round_.title.to_json(),
        currency=round_.currency,
        unit=round_.unit,
        budget=round_.budget_cents,
        opens=_iso(vote.starts_at if vote else None),
        closes=_iso(vote.ends_at if vote else None),
        areas=_areas(round_),
        themes=_themes(round_),
        projects=tuple(_project(project) for project in projects),
        ballot=_ballot(round_),
        eligibility=_eligibility(round_, roll_of(session, round_)),
        rule=round_.rule,
        rule_parameters=_parameters(round_),
        conflicts=tuple(sorted(conflicts)),
        needs=tuple(sorted(needs)),
        overshoot_percent=int(_parameters(round_).get("overshoot") or 0),
    )


def open_vote(
    session: Session, round_: Round, *, actor: Actor, now: datetime, key_dir: Path
) -> Manifest:
    """Freeze the rules, make the round's keys, and let the vote begin.

    Ballots are taken from the vote's first moment on, which may be later.

    Raises:
        RoundIncomplete: something is missing; params: count, gaps.
        RoundNotAnnounced: residents have not seen it yet.
        VoteAlreadyOpen: somebody was faster.
        RollKeyChanged: the roll was read under another key.
    """
    round_ = locked(session, round_.id)
    if round_.stage is Stage.DRAFT:
        raise RoundNotAnnounced
    if round_.stage is not Stage.ANNOUNCED:
        raise VoteAlreadyOpen
    if gaps := gaps_before_opening(session, round_, now):
        raise RoundIncomplete(count=len(gaps), gaps=gaps)
    settle_roll(session, round_, _roll_keys(round_, key_dir))
    manifest = freeze(session, round_, build_manifest(session, round_), now=now)
    # Before the commit: a round that takes ballots has keys. Keys of an opening
    # that is rolled back are found again by the next one.
    create_round_keys(key_dir, round_.slug)
    round_.stage, round_.opened_at = Stage.VOTING, now
    record(
        session,
        actor,
        "vote.opened",
        now=now,
        chain=round_chain(round_.slug),
        manifest=manifest.sha256,
        version=manifest.version,
    )
    return manifest


def _roll_keys(round_: Round, key_dir: Path) -> RollKeys | None:
    try:
        return load_roll_keys(key_dir, round_.slug)
    except RoundKeyMissing:
        return None


def freeze(
    session: Session, round_: Round, manifest: RuleManifest, *, now: datetime
) -> Manifest:
    """Store a version of the document; from here on the database refuses edits."""
    text = manifest.to_text()
    row = Manifest(
        round_id=round_.id,
        version=manifest.version,
        document=text,
        sha256=sha256(text),
        frozen_at=now,
    )
    session.add(row)
    session.flush()
    return row


def frozen_manifest(session: Session, round_: Round) -> Manifest | None:
    """The newest stored version, None before the opening."""
    return session.scalar(
        select(Manifest)
        .where(Manifest.round_id == round_.id)
        .order_by(Manifest.version.desc())
        .limit(1)
    )


def current_manifest(session: Session, round_: Round) -> RuleManifest:
    """The rules in force: the frozen ones, before the opening those planned."""
    row = frozen_manifest(session, round_)
    if row is None:
        return build_manifest(session, round_)
    return RuleManifest.from_text(row.document)


def end_of_vote(round_: Round, manifest: RuleManifest) -> datetime | None:
    """The last moment: as the rules were frozen, or later where it was extended."""
    frozen = datetime.fromisoformat(manifest.closes) if manifest.closes else None
    return round_.extended_until or frozen


def _areas(round_: Round) -> tuple[ManifestArea, ...]:
    return tuple(
        ManifestArea(
            slug=area.slug,
            name=area.name.to_json(),
            kind=area.kind.value,
            population=area.population,
            budget=area.budget_cents,
            min_picks=area.min_picks,
            max_picks=area.max_picks,
        )
        for area in round_.areas
    )


def _themes(round_: Round) -> tuple[ManifestTheme, ...]:
    return tuple(
        ManifestTheme(
            slug=category.slug,
            name=category.name.to_json(),
            minimum=category.min_cents,
            maximum=category.max_cents,
        )
        for category in round_.categories
    )


def _project(project: Project) -> ManifestProject:
    return ManifestProject(
        code=project.code,
        title=project.title.to_json(),
        cost=project.cost_cents,
        area=project.area.slug,
        theme=project.category.slug if project.category else None,
    )


def _ballot(round_: Round) -> BallotRules:
    return BallotRules(
        type=round_.ballot_type,
        knapsack=round_.knapsack,
        min_picks=round_.min_picks,
        max_picks=round_.max_picks,
        points=round_.points,
        most_points=round_.most_points,
        blank_allowed=round_.blank_allowed,
        change_allowed=round_.change_allowed,
        paper=round_.paper.value,
    )


def _eligibility(round_: Round, roll: Roll | None) -> Eligibility:
    if round_.voter_source is VoterSource.REGISTER:
        return _by_register(round_, roll)
    return Eligibility(
        source=round_.voter_source.value,
        municipality=round_.municipality,
        min_age=round_.min_age,
        age_by=round_.age_by.value,
        age_on=round_.age_on.isoformat() if round_.age_on else None,
    )


def _by_register(round_: Round, roll: Roll | None) -> Eligibility:
    """Where no day is set for the age, it counts on the day of the register."""
    age_on = round_.age_on or (roll.as_of if roll else None)
    frozen = roll and ManifestRoll(
        source=roll.source,
        as_of=roll.as_of.isoformat(),
        size=roll.size,
        sha256=roll.sha256 or "",
    )
    return Eligibility(
        source=round_.voter_source.value,
        municipality=round_.municipality,
        min_age=round_.min_age,
        age_by=round_.age_by.value,
        age_on=age_on.isoformat() if age_on else None,
        ways=tuple(round_.ways),
        roll=frozen or None,
    )


def _parameters(round_: Round) -> Mapping[str, Any]:
    return dict(round_.rule_parameters or {})


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
