"""The list of rounds, a round, its rule manifest, a project."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import Response, abort, render_template
from flask.typing import ResponseReturnValue

from app.access import everyone
from app.extensions import clock, db
from app.rounds.blueprint import bp
from app.rounds.visible import order_seed, visible_round
from voting.interruptions import interruptions_of
from voting.models import Phase, PhaseKind, Project, Round, Stage
from voting.opening import current_manifest, frozen_manifest
from voting.projects import find_project, links_of, list_projects, steady_order
from voting.proposals import ideas_are_open
from voting.results import is_open
from voting.rounds import list_announced_rounds, phase_of


@dataclass(frozen=True, slots=True)
class Acts:
    """What can be done in a round now; the first that is true is the main one."""

    vote: bool
    propose: bool
    result: bool
    closes: datetime | None
    over: bool


def acts_of(round_: Round, now: datetime) -> Acts:
    """What a resident can do here at this moment."""
    vote = phase_of(round_, PhaseKind.VOTE)
    ideas = phase_of(round_, PhaseKind.IDEAS)
    voting = (
        round_.stage is Stage.VOTING
        and vote is not None
        and vote.starts_at is not None
        and vote.ends_at is not None
        and vote.starts_at <= now
        and not _is_over(round_, vote, now)
    )
    propose = ideas_are_open(round_, now)
    phase = vote if voting else ideas if propose else None
    return Acts(
        vote=voting,
        propose=propose,
        result=is_open(round_, now),
        closes=phase.ends_at if phase else None,
        over=_is_over(round_, vote, now),
    )


def _is_over(round_: Round, vote: Phase | None, now: datetime) -> bool:
    """Whether the vote has ended, closed already or only by the clock.

    An extension moves the step's end along; a pause holds it.
    """
    if round_.stage is not Stage.VOTING:
        return round_.stage.order > Stage.VOTING.order
    if vote is None or vote.ends_at is None or round_.paused_at:
        return False
    return vote.ends_at <= now


@bp.get("/")
@everyone
def index() -> ResponseReturnValue:
    """Every announced round, newest first."""
    session = db.session()
    now = clock().now(session)
    rounds = [(each, acts_of(each, now)) for each in list_announced_rounds(session)]
    return render_template("rounds/index.html", rounds=rounds, now=now)


@bp.get("/<slug>")
@everyone
def round_page(slug: str) -> ResponseReturnValue:
    """One round: money, days left, phases, areas, projects, rules."""
    session = db.session()
    round_ = visible_round(slug)
    now = clock().now(session)
    projects = list_projects(session, round_)
    return render_template(
        "rounds/round.html",
        round=round_,
        now=now,
        acts=acts_of(round_, now),
        projects=_by_area(round_, projects),
        mapped=any(each.place for each in projects),
        frozen=frozen_manifest(session, round_),
        manifest=current_manifest(session, round_),
        interruptions=interruptions_of(session, round_),
    )


def _by_area(round_: Round, projects: Iterable[Project]) -> dict[int, list[Project]]:
    """Area id -> its projects, in this visitor's own steady order."""
    found: dict[int, list[Project]] = {area.id: [] for area in round_.areas}
    for project in steady_order(projects, seed=order_seed()):
        found[project.area_id].append(project)
    return found


@bp.get("/<slug>/manifest")
@everyone
def manifest(slug: str) -> ResponseReturnValue:
    """The frozen rules, byte for byte as their hash says."""
    row = frozen_manifest(db.session(), visible_round(slug))
    if row is None:
        abort(404)
    name = f"{slug}-manifest-{row.version}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(row.document, mimetype="application/json", headers=headers)


@bp.get("/<slug>/projects/<code:code>")
@everyone
def project(slug: str, code: str) -> ResponseReturnValue:
    """One project: what, where, for how much."""
    session = db.session()
    round_ = visible_round(slug)
    found = find_project(session, round_, code)
    if found is None:
        abort(404)
    links = links_of(session, found)
    now = clock().now(session)
    by_code = {each.code: each for each in list_projects(session, round_)}
    return render_template(
        "rounds/project.html",
        round=round_,
        now=now,
        acts=acts_of(round_, now),
        project=found,
        conflicts=[by_code[each] for each in sorted(links.conflicts)],
        needs=[by_code[each] for each in sorted(links.needs)],
    )
