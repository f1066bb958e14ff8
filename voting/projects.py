"""The items of the ballot paper, and how they exclude or need each other."""

import dataclasses
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session, selectinload

from core.audit import Actor, record, round_chain
from core.text import Localized
from voting.models import (
    Area,
    Category,
    LinkKind,
    Project,
    ProjectLink,
    Proposal,
    ProposalState,
    Round,
)
from voting.places import Place
from voting.round_errors import (
    AreaOfAnotherRound,
    ProjectLinksContradict,
    ProjectNeedsItself,
    ProjectOfAnotherRound,
)
from voting.rounds import UNWRITTEN, check_not_frozen, locked

Pair = tuple[str, str]
Listed = TypeVar("Listed", Project, Proposal)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPlan:
    """A project as an official enters it."""

    title: Localized
    cost_cents: int
    area: Area
    category: Category | None = None
    summary: Localized = UNWRITTEN
    story: Localized = UNWRITTEN
    picture: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Links:
    """A project's relations, as codes of other projects."""

    conflicts: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()


def list_projects(session: Session, round_: Round) -> Sequence[Project]:
    """The round's projects in the order of the ballot paper."""
    return session.scalars(
        select(Project)
        .where(Project.round_id == round_.id)
        .order_by(Project.position, Project.id)
        .options(selectinload(Project.area), selectinload(Project.category))
    ).all()


def steady_order(items: Iterable[Listed], *, seed: str) -> list[Listed]:
    """Projects or proposals in an order that is one visitor's own and stays.

    Each place comes from the visitor's seed and the item's own number, so that a
    new item moves no other one past another.
    """

    def place(item: Listed) -> bytes:
        return hashlib.sha256(f"{seed}|{item.id}".encode()).digest()

    return sorted(items, key=place)


def find_project(session: Session, round_: Round, code: str) -> Project | None:
    """The project of this code."""
    return session.scalar(
        select(Project).where(Project.round_id == round_.id, Project.code == code)
    )


def add_project(
    session: Session,
    round_: Round,
    plan: ProjectPlan,
    *,
    actor: Actor,
    now: datetime,
    proposal: Proposal | None = None,
    form_key: str | None = None,
) -> Project:
    """Put a project at the end of the ballot paper, with the next free code.

    A form that is sent a second time finds the project of its first sending.

    Raises:
        AreaOfAnotherRound: the area or category is.
        RulesFrozen: the vote has been opened.
    """
    round_ = locked(session, round_.id)
    check_not_frozen(round_)
    if form_key and (there := _of_form(session, round_, form_key)):
        return there
    project = new_project(session, round_, plan)
    project.proposal, project.form_key = proposal, form_key
    session.flush()
    _record(session, "project.added", project, round_, actor=actor, now=now)
    return project


def _of_form(session: Session, round_: Round, form_key: str) -> Project | None:
    query = select(Project).where(
        Project.round_id == round_.id, Project.form_key == form_key
    )
    return session.scalar(query)


def new_project(
    session: Session, round_: Round, plan: ProjectPlan, *, code: str = ""
) -> Project:
    """The row alone, for acts that add several and write one log entry."""
    _check_home(round_, plan)
    place, number = _next(session, round_)
    project = Project(
        round=round_, code=code or str(number), position=place, **_values(plan)
    )
    session.add(project)
    session.flush()
    return project


def edit_project(
    session: Session,
    project: Project,
    plan: ProjectPlan,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Change a project; after the opening only its texts, picture and place.

    The title is of the frozen rules and not among those texts.

    Raises:
        AreaOfAnotherRound: the area or category is.
        RulesFrozen: the title, price, area or category is to change after it.
    """
    round_ = locked(session, project.round_id)
    _check_home(round_, plan)
    if any(
        getattr(project, name) != getattr(plan, name)
        for name in ("title", "cost_cents", "area", "category")
    ):
        check_not_frozen(round_)
    for name, value in _values(plan).items():
        setattr(project, name, value)
    session.flush()
    _record(session, "project.edited", project, round_, actor=actor, now=now)


def remove_project(
    session: Session, project: Project, *, actor: Actor, now: datetime
) -> None:
    """Take a project and its links off the ballot paper.

    A proposal that it came from is feasible again, and may be admitted again.

    Raises:
        RulesFrozen: the vote has been opened.
    """
    round_ = locked(session, project.round_id)
    check_not_frozen(round_)
    if project.proposal:
        project.proposal.state = ProposalState.FEASIBLE
    session.execute(delete(ProjectLink).where(_touches(project)))
    session.delete(project)
    session.flush()
    _record(session, "project.removed", project, round_, actor=actor, now=now)


def links_of(session: Session, project: Project) -> Links:
    """What a project excludes and needs."""
    conflicts, needs = set(), set()
    for link in session.scalars(select(ProjectLink).where(_touches(project))):
        other = link.second if link.first_id == project.id else link.first
        if link.kind is LinkKind.CONFLICT:
            conflicts.add(other.code)
        elif link.first_id == project.id:
            needs.add(other.code)
    return Links(frozenset(conflicts), frozenset(needs))


def set_links(
    session: Session, project: Project, links: Links, *, actor: Actor, now: datetime
) -> None:
    """Replace what a project excludes and needs; who needs it stays.

    Raises:
        ProjectLinksContradict: it would need what it excludes, by any way.
        ProjectNeedsItself: the needs would run in a circle.
        ProjectOfAnotherRound: a code that this round does not have.
        RulesFrozen: the vote has been opened.
    """
    round_ = locked(session, project.round_id)
    if links == links_of(session, project):
        return
    check_not_frozen(round_)
    own = or_(
        ProjectLink.first_id == project.id,
        (ProjectLink.kind == LinkKind.CONFLICT) & (ProjectLink.second_id == project.id),
    )
    session.execute(delete(ProjectLink).where(own))
    add_links(session, round_, {project.code: links})
    _record(session, "project.edited", project, round_, actor=actor, now=now)


def add_links(session: Session, round_: Round, wanted: Mapping[str, Links]) -> None:
    """Write links and check all those of the round; for one act on many projects.

    Raises:
        ProjectLinksContradict: a project would need what it excludes, by any way.
        ProjectNeedsItself: needs would run in a circle.
        ProjectOfAnotherRound: a code that this round does not have.
    """
    found = {project.code: project for project in list_projects(session, round_)}
    conflicts, needs = link_pairs(session, round_)
    for code, links in wanted.items():
        if strange := {code, *links.conflicts, *links.needs} - found.keys():
            raise ProjectOfAnotherRound(project=min(strange))
        conflicts |= {_pair(found, code, other) for other in links.conflicts}
        needs |= {(code, other) for other in links.needs}
    check_links(conflicts, needs)
    stored = link_pairs(session, round_)
    for kind, pairs, old in (
        (LinkKind.CONFLICT, conflicts, stored[0]),
        (LinkKind.NEEDS, needs, stored[1]),
    ):
        session.add_all(
            ProjectLink(
                round_id=round_.id,
                kind=kind,
                first_id=found[first].id,
                second_id=found[second].id,
            )
            for first, second in sorted(pairs - old)
        )
    session.flush()


def link_pairs(session: Session, round_: Round) -> tuple[set[Pair], set[Pair]]:
    """All conflicts and all needs of a round, as pairs of codes."""
    links = session.scalars(
        select(ProjectLink)
        .where(ProjectLink.round_id == round_.id)
        .options(selectinload(ProjectLink.first), selectinload(ProjectLink.second))
    )
    pairs: dict[LinkKind, set[Pair]] = {kind: set() for kind in LinkKind}
    for link in links:
        pairs[link.kind].add((link.first.code, link.second.code))
    return pairs[LinkKind.CONFLICT], pairs[LinkKind.NEEDS]


def check_links(conflicts: Iterable[Pair], needs: Iterable[Pair]) -> None:
    """Refuse links that no set of projects could keep.

    Raises:
        ProjectLinksContradict: a project would need what it excludes, by any way.
        ProjectNeedsItself: needs run in a circle.
    """
    graph: dict[str, set[str]] = {}
    for project, needed in needs:
        graph.setdefault(project, set()).add(needed)
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        raise ProjectNeedsItself(projects=error.args[1][:-1]) from None
    company: dict[str, set[str]] = {}
    for project in order:
        with_it = {project}.union(*(company[n] for n in graph.get(project, ())))
        company[project] = with_it
    for first, second in conflicts:
        together = next(
            (c for c in company.values() if first in c and second in c), None
        )
        if first == second or together:
            raise ProjectLinksContradict(projects=[first, second])


def _pair(found: Mapping[str, Project], first: str, second: str) -> Pair:
    """A conflict once, whichever side it was entered on."""
    a, b = sorted((first, second), key=lambda code: found[code].id)
    return a, b


def _next(session: Session, round_: Round) -> tuple[int, int]:
    """The next position and the next free number for a code."""
    rows = session.execute(
        select(Project.position, Project.code).where(Project.round_id == round_.id)
    ).all()
    place = max((position for position, _ in rows), default=-1) + 1
    numbers = [int(c) for _, c in rows if c.isascii() and c.isdigit()]
    return place, max(numbers, default=0) + 1


def _check_home(round_: Round, plan: ProjectPlan) -> None:
    if plan.area.round_id != round_.id or (
        plan.category and plan.category.round_id != round_.id
    ):
        raise AreaOfAnotherRound


def _values(plan: ProjectPlan) -> dict[str, object]:
    return {f.name: getattr(plan, f.name) for f in dataclasses.fields(plan)}


def _touches(project: Project) -> ColumnElement[bool]:
    return or_(ProjectLink.first_id == project.id, ProjectLink.second_id == project.id)


def _record(
    session: Session,
    action: str,
    project: Project,
    round_: Round,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    chain = round_chain(round_.slug)
    record(session, actor, action, now=now, chain=chain, project=project.code)
