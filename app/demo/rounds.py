"""Making a round as an official makes it, from a content file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.demo.content import Content, cents, day, outlines, text
from core.audit import Actor
from voting.areas import (
    AreaPlan,
    CategoryPlan,
    add_area,
    add_category,
    set_outlines,
)
from voting.models import AreaKind, PhaseKind, Project, Round
from voting.places import parse_place
from voting.projects import Links, ProjectPlan, add_project, set_links
from voting.rounds import (
    BallotPlan,
    PhasePlan,
    RoundTexts,
    announce_round,
    create_round,
    edit_ballot,
    edit_phases,
    edit_rule,
)

MORNING, EVENING = 9, 18
# First and last day of each phase, counted from today.
Calendar = Mapping[PhaseKind, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Plan:
    """What differs between the rounds besides their texts."""

    slug: str
    calendar: Calendar
    ballot: BallotPlan
    areas: Sequence[AreaPlan]
    threshold: int = 1


def area_plans(
    areas: Sequence[Content], kind: AreaKind = AreaKind.HOME
) -> list[AreaPlan]:
    """Areas that share the frame by their population."""
    return [
        AreaPlan(
            slug=area["slug"],
            name=text(area["name"]),
            kind=kind,
            population=area["population"],
            own_cents=cents(area["own"]) if "own" in area else None,
        )
        for area in areas
    ]


def announce(
    session: Session,
    plan: Plan,
    content: Content,
    town: Content,
    *,
    actor: Actor,
    now: datetime,
) -> Round:
    """Create, fill in and announce; `now` is today, the acts lie in the past."""
    begun = day(now, plan.calendar[PhaseKind.CRITERIA][0] - 10, MORNING)
    texts = RoundTexts(
        title=text(content["title"]),
        summary=text(content["summary"]),
        description=text(content["description"]),
        contact=town["contact"],
    )
    round_ = create_round(
        session,
        slug=plan.slug,
        texts=texts,
        budget_cents=cents(content["budget"]),
        actor=actor,
        now=begun,
    )
    for area in plan.areas:
        add_area(session, round_, area, actor=actor, now=begun)
    if any(area.kind is AreaKind.HOME for area in plan.areas):
        set_outlines(session, round_, outlines(), actor=actor, now=begun)
    for each in town["categories"]:
        category = CategoryPlan(slug=each["slug"], name=text(each["name"]))
        add_category(session, round_, category, actor=actor, now=begun)
    phases = _phases(plan.calendar, town["phases"], now)
    edit_phases(session, round_, phases, actor=actor, now=begun)
    edit_ballot(session, round_, plan.ballot, actor=actor, now=begun)
    _set_rule(session, round_, plan.threshold, actor=actor, now=begun)
    announce_round(session, round_, actor=actor, now=day(now, *_opening(plan)))
    return round_


def _set_rule(
    session: Session, round_: Round, threshold: int, *, actor: Actor, now: datetime
) -> None:
    by_points = round_.ballot_type.has_score
    parameters = {
        "satisfaction": "points" if by_points else "votes",
        "threshold": threshold,
        "ties": ["cost", "votes", "draw"],
    }
    edit_rule(
        session, round_, rule="max-welfare", parameters=parameters, actor=actor, now=now
    )


def add_projects(
    session: Session,
    round_: Round,
    contents: Sequence[Content],
    *,
    actor: Actor,
    now: datetime,
) -> dict[str, Project]:
    """The ballot paper, with what excludes and what needs what; by key."""
    areas = {area.slug: area for area in round_.areas}
    categories = {category.slug: category for category in round_.categories}
    projects = {}
    for content in contents:
        plan = ProjectPlan(
            title=text(content["title"]),
            summary=text(content["summary"]),
            story=text(content.get("story", {})),
            cost_cents=cents(content["cost"]),
            area=areas[content["area"]],
            category=categories[content["category"]],
            picture=content["picture"],
            place=parse_place(content.get("place", "")),
        )
        projects[content["key"]] = add_project(
            session, round_, plan, actor=actor, now=now
        )
    for content in contents:
        links = Links(
            conflicts=frozenset(projects[k].code for k in content.get("conflicts", ())),
            needs=frozenset(projects[k].code for k in content.get("needs", ())),
        )
        if links != Links():
            project = projects[content["key"]]
            set_links(session, project, links, actor=actor, now=now)
    return projects


def vote_begins(plan: Plan, now: datetime) -> datetime:
    """The first moment of the vote."""
    return day(now, plan.calendar[PhaseKind.VOTE][0], MORNING)


def vote_ends(plan: Plan, now: datetime) -> datetime:
    """The last moment of the vote."""
    return day(now, plan.calendar[PhaseKind.VOTE][1], EVENING)


def _opening(plan: Plan) -> tuple[int, int]:
    return plan.calendar[PhaseKind.MARKETING][0], MORNING


def _phases(
    calendar: Calendar, texts: Content, now: datetime
) -> dict[PhaseKind, PhasePlan]:
    return {
        kind: PhasePlan(
            starts_at=day(now, first, MORNING),
            ends_at=day(now, last, EVENING),
            purpose=text(texts[kind.value]["purpose"]),
            owner=texts[kind.value]["owner"],
            promise_level=texts[kind.value]["promise"],
        )
        for kind, (first, last) in calendar.items()
    }
