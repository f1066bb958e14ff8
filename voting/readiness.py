"""What a round still lacks before residents may see it, and before they may vote."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import DomainError
from core.text import Localized
from voting.eligibility import roll_rules
from voting.errors import RuleWithoutMinimum
from voting.models import (
    Area,
    PhaseKind,
    Project,
    RequestState,
    Roll,
    RollRequest,
    Round,
    Stage,
)
from voting.models.rounds import AgeBy, PaperRule, VoterSource
from voting.profile import BallotType, Limit, LimitKind, Profile
from voting.rules import run
from voting.rules.options import Satisfaction


class Section(StrEnum):
    """Where on the desk a gap is filled."""

    TEXTS = "texts"
    AREAS = "areas"
    PHASES = "phases"
    BALLOT = "ballot"
    RULE = "rule"
    PROJECTS = "projects"
    ROLL = "roll"


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing; the pages turn code and params into a sentence."""

    code: str
    section: Section
    params: dict[str, Any] = field(default_factory=dict)


def what_is_missing(session: Session, round_: Round, now: datetime) -> list[Gap]:
    """What the next stage still lacks; nothing once the vote has been opened."""
    if round_.stage is Stage.DRAFT:
        return gaps_before_announcing(session, round_)
    if round_.stage is Stage.ANNOUNCED:
        return gaps_before_opening(session, round_, now)
    return []


def gaps_before_announcing(session: Session, round_: Round) -> list[Gap]:  # noqa: ARG001 - one shape with the other gate
    """What residents would miss: texts, money, areas, dates."""
    return [*_texts(round_), *_money(round_), *_phases(round_)]


def gaps_before_opening(session: Session, round_: Round, now: datetime) -> list[Gap]:
    """All that a ballot paper and a count need, besides what residents read."""
    projects = session.scalars(
        select(Project).where(Project.round_id == round_.id).order_by(Project.position)
    ).all()
    return [
        *gaps_before_announcing(session, round_),
        *_vote_time(round_, now),
        *_ballot(round_, projects),
        *_roll(session, round_),
        *_rule(round_, projects),
        *_projects(round_, projects),
    ]


def _texts(round_: Round) -> Iterator[Gap]:
    for name in ("title", "summary", "description"):
        if missing := getattr(round_, name).missing:
            params = {"text": name, "languages": missing}
            yield Gap("text_missing", Section.TEXTS, params)
    if not round_.contact.strip():
        yield Gap("contact_missing", Section.TEXTS)


def _money(round_: Round) -> Iterator[Gap]:
    if not round_.budget_cents:
        yield Gap("no_budget", Section.AREAS)
    if not round_.areas:
        yield Gap("no_area", Section.AREAS)
    names = [area.name for area in round_.areas]
    names += [category.name for category in round_.categories]
    for name in names:
        if missing := name.missing:
            params = {"name": name, "languages": missing}
            yield Gap("name_missing", Section.AREAS, params)
    own = [a.budget_cents for a in round_.areas if a.budget_cents is not None]
    if round_.areas and own and sum(own) != round_.budget_cents:
        params = {"sum": sum(own), "frame": round_.budget_cents}
        yield Gap("budgets_do_not_sum", Section.AREAS, params)
    for category in round_.categories:
        most = category.max_cents
        if most is not None and most < category.min_cents:
            yield Gap("category_limits", Section.AREAS, {"name": category.name})


def _phases(round_: Round) -> Iterator[Gap]:
    used = [phase for phase in round_.phases if phase.enabled]
    if not any(phase.kind is PhaseKind.VOTE for phase in used):
        yield Gap("no_vote", Section.PHASES)
    for phase in used:
        parts = {
            "dates": not (phase.starts_at and phase.ends_at),
            "purpose": bool(phase.purpose.missing),
            "owner": not phase.owner.strip(),
        }
        if missing := tuple(name for name, lacks in parts.items() if lacks):
            params = {"phase": phase.kind, "parts": missing}
            yield Gap("phase_incomplete", Section.PHASES, params)


def _vote_time(round_: Round, now: datetime) -> Iterator[Gap]:
    vote = next((p for p in round_.phases if p.kind is PhaseKind.VOTE), None)
    if vote and vote.enabled and vote.ends_at and vote.ends_at <= now:
        yield Gap("vote_over", Section.PHASES)


def _ballot(round_: Round, projects: Sequence[Project]) -> Iterator[Gap]:
    yield from _points(round_)
    if round_.max_picks is not None and round_.max_picks < round_.min_picks:
        yield Gap("picks_contradict", Section.BALLOT)
    for area in round_.areas:
        least, most = picks_in(round_, area)
        own = area.min_picks is not None or area.max_picks is not None
        if own and most is not None and most < least:
            yield Gap("area_picks_contradict", Section.AREAS, {"name": area.name})
        count = sum(project.area_id == area.id for project in projects)
        if 0 < count < least:
            yield Gap("too_few_projects", Section.PROJECTS, {"name": area.name})
    if round_.voter_source is VoterSource.SELF_DECLARED and not round_.municipality:
        yield Gap("no_municipality", Section.BALLOT)
    by_register = round_.voter_source is VoterSource.REGISTER
    if round_.paper is not PaperRule.NONE and not by_register:
        yield Gap("paper_without_roll", Section.BALLOT)
    no_date = round_.age_by is AgeBy.DATE and not (round_.age_on or by_register)
    if round_.min_age and no_date:
        yield Gap("no_age_date", Section.BALLOT)


def picks_in(round_: Round, area: Area) -> tuple[int, int | None]:
    """The fewest and the most projects on a ballot of this area, as planned."""
    least = round_.min_picks if area.min_picks is None else area.min_picks
    most = round_.max_picks if area.max_picks is None else area.max_picks
    return least, most


def _points(round_: Round) -> Iterator[Gap]:
    """Numbers that a ballot with points cannot do without."""
    if not round_.ballot_type.has_points:
        return
    divided = round_.ballot_type is BallotType.CUMULATIVE
    points = round_.points if divided else round_.most_points
    if points is None:
        yield Gap("points_missing", Section.BALLOT)
    elif divided and any(picks_in(round_, a)[0] > points for a in round_.areas):
        yield Gap("too_few_points", Section.BALLOT)


def _roll(session: Session, round_: Round) -> Iterator[Gap]:
    """What a vote by register needs: a roll, read by these rules, and a way in."""
    if round_.voter_source is not VoterSource.REGISTER:
        return
    if not round_.ways:
        yield Gap("no_way_in", Section.BALLOT)
    roll = session.get(Roll, round_.id)
    if roll is None:
        yield Gap("no_roll", Section.ROLL)
    elif roll.rules != roll_rules(round_).to_json():
        yield Gap("roll_by_other_rules", Section.ROLL)
    waiting = select(RollRequest.id).where(
        RollRequest.round_id == round_.id, RollRequest.state == RequestState.OPEN
    )
    if session.scalar(select(waiting.exists())):
        yield Gap("roll_requests_open", Section.ROLL)


def _rule(round_: Round, projects: Sequence[Project]) -> Iterator[Gap]:
    try:
        run(round_.rule, _nobody_voted(round_.ballot_type), round_.rule_parameters)
    except DomainError:
        yield Gap("rule_invalid", Section.RULE)
        return
    if round_.ballot_type.has_score and not _counts_points(round_):
        yield Gap("points_not_counted", Section.RULE)
    elif not round_.ballot_type.has_score and _counts_points(round_):
        yield Gap("no_points_to_count", Section.RULE)
    for category in round_.categories:
        if not category.min_cents:
            continue
        if _refuses_minimum(round_):
            yield Gap("rule_without_minimum", Section.RULE, {"name": category.name})
        offered = sum(p.cost_cents for p in projects if p.category_id == category.id)
        if offered < category.min_cents:
            yield Gap("minimum_unreachable", Section.PROJECTS, {"name": category.name})


def _counts_points(round_: Round) -> bool:
    """Whether the rule is told to add up points; unsaid, it goes by the ballots."""
    if round_.rule == "phragmen":
        return False
    stated = round_.rule_parameters.get("satisfaction")
    if stated is None:
        return round_.ballot_type.has_score
    return bool(stated == Satisfaction.POINTS)


def _refuses_minimum(round_: Round) -> bool:
    limit = Limit("minimum", LimitKind.THEME, (0,), 1)
    profile = _nobody_voted(round_.ballot_type, limit)
    try:
        run(round_.rule, profile, round_.rule_parameters)
    except RuleWithoutMinimum:
        return True
    except DomainError:
        return False
    return False


def _nobody_voted(ballot_type: BallotType, *limits: Limit) -> Profile:
    """One project and no ballot: enough for a rule to read its parameters."""
    nothing = np.zeros(0, np.int64)
    return Profile(
        projects=("1",),
        costs=np.ones(1, np.int64),
        unit=1,
        budget=1,
        ballot_type=ballot_type,
        indptr=np.zeros(1, np.int64),
        indices=nothing.astype(np.int32),
        points=nothing,
        weights=nothing,
        limits=limits,
    )


def _projects(round_: Round, projects: Sequence[Project]) -> Iterator[Gap]:
    filled = {project.area_id for project in projects}
    for area in round_.areas:
        if area.id not in filled:
            params = {"name": area.name}
            yield Gap("area_without_project", Section.PROJECTS, params)
    for project in projects:
        about: dict[str, Any] = {"project": project.title, "code": project.code}
        if missing := _languages_missing(project):
            about_text = {**about, "languages": missing}
            yield Gap("project_text_missing", Section.PROJECTS, about_text)
        budget = project.area.budget_cents
        most = round_.budget_cents if budget is None else budget
        if project.cost_cents > most:
            yield Gap("project_too_dear", Section.PROJECTS, about)


def _languages_missing(project: Project) -> tuple[str, ...]:
    """Title and summary always; the story only if somebody has begun one."""
    texts = [project.title, project.summary]
    if project.story != Localized():
        texts.append(project.story)
    return tuple(dict.fromkeys(tag for text in texts for tag in text.missing))
