"""Panels on the desk: which there are, a new one, its rules, where it stands."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import (
    HOUSE,
    actor,
    has_role,
    may_run_panel,
    official,
    official_of_house,
    official_of_panel,
    person,
)
from app.accounts.models import Role
from app.extensions import clock, db
from app.fields import typed
from app.manage.blueprint import bp
from app.manage.forms.panels import NewPanelForm, PanelForm
from app.manage.words import PANEL_STAGES
from app.messages import sentence
from app.transaction import transaction
from panels.models import Panel
from panels.panel_errors import PanelSlugTaken, PanelTargetsFixed
from panels.panels import (
    create_panel,
    edit_panel,
    find_panel,
    list_panels,
    targets_of,
)
from panels.pools import pool_of
from panels.population_errors import QuotasContradictSize
from panels.volunteers import count_volunteers
from panels.waves import list_waves


def the_panel(slug: str) -> Panel:
    """The panel of an address, or the page that says there is none."""
    panel = find_panel(db.session(), slug)
    if panel is None:
        abort(404)
    return panel


@bp.get("/panels")
@official
def panels() -> ResponseReturnValue:
    """Every panel that this official may run."""
    session = db.session()
    own = [each for each in list_panels(session) if may_run_panel(person(), each.slug)]
    return render_template(
        "manage/panels/index.html",
        panels=own,
        stages=PANEL_STAGES,
        volunteers={each.id: count_volunteers(session, each) for each in own},
        in_house=has_role(person(), Role.ADMINISTRATOR, Role.OFFICIAL, scope=HOUSE),
    )


@bp.route("/panels/new", methods=["GET", "POST"])
@official_of_house
def new_panel() -> ResponseReturnValue:
    """Begin a panel; only officials see it."""
    form = NewPanelForm.empty()
    if form.validate_on_submit():
        try:
            _create(form)
        except PanelSlugTaken as refusal:
            form.slug.errors = [sentence(refusal)]
        else:
            flash(_("The panel has been created. Next: its targets."), "success")
            return redirect(url_for("manage.panel_desk", slug=typed(form.slug)))
    status = 422 if form.is_submitted() else 200
    return render_template("manage/panels/edit.html", form=form, panel=None), status


def _create(form: NewPanelForm) -> None:
    with transaction() as session:
        now = clock().now(session)
        create_panel(session, typed(form.slug), form.plan(), actor=actor(), now=now)


@bp.get("/panels/<slug>")
@official_of_panel
def panel_desk(slug: str) -> ResponseReturnValue:
    """One panel: what is there, and what comes next."""
    session = db.session()
    panel = the_panel(slug)
    pooled = pool_of(session, panel)
    return render_template(
        "manage/panels/desk.html",
        panel=panel,
        stages=PANEL_STAGES,
        targets=targets_of(panel),
        waves=list_waves(session, panel),
        volunteers=count_volunteers(session, panel),
        in_pool=len(pooled.pool),
        left_out=pooled.left_out,
    )


@bp.route("/panels/<slug>/edit", methods=["GET", "POST"])
@official_of_panel
def edit_panel_page(slug: str) -> ResponseReturnValue:
    """The panel's texts and rules."""
    panel = the_panel(slug)
    form = PanelForm.of(panel)
    if form.validate_on_submit():
        try:
            _edit(panel, form)
        except (PanelTargetsFixed, QuotasContradictSize) as refusal:
            form.size.errors = [sentence(refusal)]
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("manage.panel_desk", slug=slug))
    status = 422 if form.is_submitted() else 200
    panel = the_panel(slug)
    return render_template("manage/panels/edit.html", form=form, panel=panel), status


def _edit(panel: Panel, form: PanelForm) -> None:
    with transaction() as session:
        now = clock().now(session)
        edit_panel(session, panel, form.plan(), actor=actor(), now=now)
