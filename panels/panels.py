"""Panels: created, described, given targets, ended; and which of them there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import Actor, panel_chain, record
from core.text import LANGUAGES, Localized
from panels.models import NotSaid, Panel, PanelStage
from panels.panel_errors import (
    PanelEnded,
    PanelSlugTaken,
    PanelTargetsFixed,
    PanelTextsMissing,
    PanelUnknown,
)
from panels.population import Population
from panels.targets import Targets, shared_anew, targets_for, widened_by


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelPlan:
    """What an official says of a panel."""

    title: Localized
    about: Localized
    owner: Localized
    consent: Localized
    municipality: str = ""
    contact: str = ""
    size: int = 60
    term_months: int = 24
    min_age: int = 16
    one_per_household: bool = True
    not_said: NotSaid = NotSaid.NO_QUOTA
    invite_rest_months: int = 12
    seat_rest_months: int = 24


def create_panel(
    session: Session, slug: str, plan: PanelPlan, *, actor: Actor, now: datetime
) -> Panel:
    """A panel that only officials see.

    Raises:
        PanelSlugTaken: another one has this address.
    """
    if find_panel(session, slug) is not None:
        raise PanelSlugTaken(slug=slug)
    panel = Panel(slug=slug, created_at=now, targets={}, consent_version=0)
    _describe(panel, plan)
    session.add(panel)
    session.flush()
    _note(session, panel, actor, "panel.created", now=now, size=panel.size)
    return panel


def edit_panel(
    session: Session, panel: Panel, plan: PanelPlan, *, actor: Actor, now: datetime
) -> Panel:
    """Change what is said of it; another size shares the seats out anew.

    Raises:
        PanelEnded: there is nothing to change any more.
        PanelTargetsFixed: the size, after the first letters have been drawn.
        QuotasContradictSize: the seats cannot be shared out.
    """
    panel = held_panel(session, panel)
    if plan.size != panel.size:
        _check_open(panel)
        targets = shared_anew(targets_of(panel), plan.size)
        panel.targets = targets.to_json() if targets.features else {}
    _describe(panel, plan)
    session.flush()
    _note(session, panel, actor, "panel.edited", now=now, size=panel.size)
    return panel


def find_panel(session: Session, slug: str) -> Panel | None:
    """The panel of this address."""
    return session.scalar(select(Panel).where(Panel.slug == slug))


def get_panel(session: Session, slug: str) -> Panel:
    """The same, where there must be one.

    Raises:
        PanelUnknown: there is none.
    """
    panel = find_panel(session, slug)
    if panel is None:
        raise PanelUnknown(slug=slug)
    return panel


def list_panels(session: Session, *, public: bool = False) -> list[Panel]:
    """All panels, the newest first; or those that residents see."""
    query = select(Panel).order_by(Panel.created_at.desc(), Panel.id.desc())
    if public:
        query = query.where(Panel.stage != PanelStage.PREPARING)
    return list(session.scalars(query))


def held_panel(session: Session, panel: Panel) -> Panel:
    """The panel, locked and as it stands now.

    Raises:
        PanelEnded: nothing is done in it any more.
    """
    panel = session.get_one(
        Panel, panel.id, with_for_update=True, populate_existing=True
    )
    if panel.stage is PanelStage.ENDED:
        raise PanelEnded
    return panel


def targets_of(panel: Panel) -> Targets:
    """What the panel is to resemble."""
    return Targets.from_json(panel.targets)


def set_targets(
    session: Session,
    panel: Panel,
    population: Population,
    *,
    slack: int = 0,
    actor: Actor,
    now: datetime,
) -> Targets:
    """Take the features of a population, and share the seats out by it.

    Raises:
        PanelEnded, PanelTargetsFixed: it is too late.
        PanelTargetsLimit, ValueTwice, QuotasContradictSize: they cannot be used.
    """
    panel = held_panel(session, panel)
    _check_open(panel)
    targets = targets_for(population, panel.size, slack=slack)
    return _keep(session, panel, targets, actor, now)


def widen_targets(
    session: Session,
    panel: Panel,
    changes: Mapping[tuple[str, str], tuple[int, int]],
    *,
    actor: Actor,
    now: datetime,
) -> Targets:
    """Other minima and maxima: (least, most) by feature and value.

    Allowed after letters have been drawn too: the lottery is published with the
    quotas that it was given.

    Raises:
        PanelEnded: it is too late.
        PanelNotWidened, QuotasContradictSize: they do not fit.
    """
    panel = held_panel(session, panel)
    targets = widened_by(targets_of(panel), changes, panel.size)
    return _keep(session, panel, targets, actor, now)


def check_texts(panel: Panel) -> None:
    """See that letters and pages can be written in every language.

    Raises:
        PanelTextsMissing: a title, description, owner or consent lacks one.
    """
    texts = (panel.title, panel.about, panel.owner, panel.consent)
    missing = [tag for tag in LANGUAGES if any(tag in text.missing for text in texts)]
    if missing:
        raise PanelTextsMissing(languages=missing)


def _keep(
    session: Session, panel: Panel, targets: Targets, actor: Actor, now: datetime
) -> Targets:
    panel.targets = targets.to_json()
    session.flush()
    quotas = [
        [feature.key, value.key, value.least, value.most]
        for feature, value in targets.cells()
    ]
    _note(session, panel, actor, "panel.targets_set", now=now, quotas=quotas)
    return targets


def _check_open(panel: Panel) -> None:
    if panel.targets_fixed_at is not None:
        raise PanelTargetsFixed


def _describe(panel: Panel, plan: PanelPlan) -> None:
    if panel.consent_version == 0 or plan.consent != panel.consent:
        panel.consent_version += 1
    panel.title, panel.about, panel.owner = plan.title, plan.about, plan.owner
    panel.consent = plan.consent
    panel.municipality, panel.contact = plan.municipality, plan.contact
    panel.size, panel.term_months, panel.min_age = (
        plan.size,
        plan.term_months,
        plan.min_age,
    )
    panel.one_per_household, panel.not_said = plan.one_per_household, plan.not_said
    panel.invite_rest_months = plan.invite_rest_months
    panel.seat_rest_months = plan.seat_rest_months


def _note(
    session: Session,
    panel: Panel,
    actor: Actor,
    action: str,
    *,
    now: datetime,
    **facts: Any,  # noqa: ANN401 - whatever JSON holds
) -> None:
    chain = panel_chain(panel.slug)
    record(session, actor, action, now=now, chain=chain, **facts)
