"""Where the money goes before anybody votes: areas, their budgets, categories."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.audit import Actor
from core.money import split_by_weight
from core.text import Localized
from voting.models import Area, AreaKind, Category, Project, Proposal, Round, Voter
from voting.places import read_outlines
from voting.round_errors import (
    AreaInUse,
    AreaSlugTaken,
    CategoryInUse,
    CategorySlugTaken,
)
from voting.rounds import check_not_frozen, locked, note_edit


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaPlan:
    """A part of the town; `own_cents` replaces its share of the frame."""

    slug: str
    name: Localized
    kind: AreaKind = AreaKind.FREE
    population: int = 0
    floor_cents: int = 0
    own_cents: int | None = None
    min_picks: int | None = None
    max_picks: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryPlan:
    """A theme with the least and the most money that it may get."""

    slug: str
    name: Localized
    min_cents: int = 0
    max_cents: int | None = None


def set_frame(
    session: Session, round_: Round, budget_cents: int, *, actor: Actor, now: datetime
) -> None:
    """Change the money of the whole round and split it again.

    Raises:
        RulesFrozen: the vote has been opened.
    """
    round_ = _editable(session, round_)
    round_.budget_cents = budget_cents
    _split(round_)
    note_edit(session, round_, "budget", actor=actor, now=now)


def add_area(
    session: Session, round_: Round, plan: AreaPlan, *, actor: Actor, now: datetime
) -> Area:
    """Add an area at the end and split the frame again.

    Raises:
        AreaSlugTaken: the round has an area of this address.
        RulesFrozen: the vote has been opened.
    """
    round_ = _editable(session, round_)
    _check_area_slug(round_, plan.slug)
    place = max((area.position for area in round_.areas), default=-1) + 1
    area = Area(position=place, **_values(plan))
    round_.areas.append(area)
    _split(round_)
    note_edit(session, round_, "areas", actor=actor, now=now)
    return area


def edit_area(
    session: Session, area: Area, plan: AreaPlan, *, actor: Actor, now: datetime
) -> None:
    """Change an area and split the frame again.

    Raises:
        AreaSlugTaken: the round has another area of this address.
        RulesFrozen: the vote has been opened.
    """
    round_ = _editable(session, area.round)
    if plan.slug != area.slug:
        _check_area_slug(round_, plan.slug)
    for name, value in _values(plan).items():
        setattr(area, name, value)
    _split(round_)
    note_edit(session, round_, "areas", actor=actor, now=now)


def remove_area(session: Session, area: Area, *, actor: Actor, now: datetime) -> None:
    """Take an area out; one with projects or proposals stays.

    Raises:
        AreaInUse: projects, proposals or people of the roll stand in it.
        RulesFrozen: the vote has been opened.
    """
    round_ = _editable(session, area.round)
    for table in (Project, Proposal):
        if session.scalar(select(exists().where(table.area_id == area.id))):
            raise AreaInUse
    if session.scalar(select(exists().where(Voter.home_area_id == area.id))):
        raise AreaInUse
    session.delete(area)
    session.flush()
    session.expire(round_, ["areas"])
    _split(round_)
    note_edit(session, round_, "areas", actor=actor, now=now)


def set_outlines(
    session: Session, round_: Round, data: bytes, *, actor: Actor, now: datetime
) -> list[Area]:
    """Draw the areas that a GeoJSON file knows by name; the others stay as they are.

    A drawing decides nothing, so it may be changed during the vote too.

    Returns:
        The areas that the file did not draw.

    Raises:
        OutlinesUnreadable, OutlinesTooLarge, OutlinesElsewhere, OutlinesOfNoArea: by
            what is wrong with the file.
    """
    round_ = locked(session, round_.id)
    names = {
        area.slug: (area.slug, *area.name.to_json().values()) for area in round_.areas
    }
    found = read_outlines(data, names)
    for area in round_.areas:
        if area.slug in found:
            area.outline = [[list(p) for p in ring] for ring in found[area.slug]]
    note_edit(session, round_, "outlines", actor=actor, now=now)
    return [area for area in round_.areas if area.slug not in found]


def add_category(
    session: Session, round_: Round, plan: CategoryPlan, *, actor: Actor, now: datetime
) -> Category:
    """Add a theme at the end.

    Raises:
        CategorySlugTaken: the round has a theme of this address.
        RulesFrozen: the vote has been opened.
    """
    round_ = _editable(session, round_)
    _check_category_slug(round_, plan.slug)
    place = max((each.position for each in round_.categories), default=-1) + 1
    category = Category(position=place, **_values(plan))
    round_.categories.append(category)
    note_edit(session, round_, "categories", actor=actor, now=now)
    return category


def edit_category(
    session: Session,
    category: Category,
    plan: CategoryPlan,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Change a theme.

    Raises:
        CategorySlugTaken: the round has another theme of this address.
        RulesFrozen: the vote has been opened.
    """
    round_ = _editable(session, category.round)
    if plan.slug != category.slug:
        _check_category_slug(round_, plan.slug)
    for name, value in _values(plan).items():
        setattr(category, name, value)
    note_edit(session, round_, "categories", actor=actor, now=now)


def remove_category(
    session: Session, category: Category, *, actor: Actor, now: datetime
) -> None:
    """Take a theme out; one with projects stays.

    Raises:
        CategoryInUse: projects have it.
        RulesFrozen: the vote has been opened.
    """
    round_ = _editable(session, category.round)
    if session.scalar(select(exists().where(Project.category_id == category.id))):
        raise CategoryInUse
    session.delete(category)
    session.flush()
    session.expire(round_, ["categories"])
    note_edit(session, round_, "categories", actor=actor, now=now)


def area_budgets(frame: int, areas: Sequence[Area]) -> list[int]:
    """Split the frame: own sums first, then by population, never below a floor.

    The areas whose share would lie below their floor get the floor, and the rest
    is split again among the others, so that raising one area lowers all alike.
    Where money or inhabitants are missing, the sum differs from the frame; the
    completeness gate says so.
    """
    given = {i: a.own_cents for i, a in enumerate(areas) if a.own_cents is not None}
    while True:
        open_ = [i for i in range(len(areas)) if i not in given]
        rest = max(0, frame - sum(given.values()))
        weights = [areas[i].population for i in open_]
        shares = split_by_weight(rest, weights) if sum(weights) else [0] * len(open_)
        low = [
            i
            for i, share in zip(open_, shares, strict=True)
            if share < areas[i].floor_cents
        ]
        if not low:
            given |= dict(zip(open_, shares, strict=True))
            return [given[i] for i in range(len(areas))]
        given |= {i: areas[i].floor_cents for i in low}


def _split(round_: Round) -> None:
    budgets = area_budgets(round_.budget_cents, round_.areas)
    for area, budget in zip(round_.areas, budgets, strict=True):
        area.budget_cents = budget


def _editable(session: Session, round_: Round) -> Round:
    round_ = locked(session, round_.id)
    check_not_frozen(round_)
    return round_


def _values(plan: AreaPlan | CategoryPlan) -> dict[str, object]:
    return {f.name: getattr(plan, f.name) for f in dataclasses.fields(plan)}


def _check_area_slug(round_: Round, slug: str) -> None:
    if any(area.slug == slug for area in round_.areas):
        raise AreaSlugTaken(slug=slug)


def _check_category_slug(round_: Round, slug: str) -> None:
    if any(category.slug == slug for category in round_.categories):
        raise CategorySlugTaken(slug=slug)
