"""The targets of a panel: a population table, shares, seats, and how far they give."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import actor, official_of_panel
from app.extensions import clock
from app.fields import typed, whole
from app.manage.blueprint import bp
from app.manage.forms.panels import PopulationForm, seats_typed
from app.manage.panels import the_panel
from app.messages import sentence
from app.transaction import transaction
from core.errors import DomainError
from panels.models import Panel
from panels.panels import set_targets, targets_of, widen_targets
from panels.population import Population
from panels.population_errors import PopulationUnreadable
from panels.tables import banded, population_of_table
from panels.targets import TargetFeature, Targets, widened_by
from panels.vocabulary import Column, known_feature

LARGEST = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Room:
    """What the seats of a feature allow together."""

    feature: TargetFeature
    least: int
    most: int

    @property
    def choice(self) -> int:
        """How many seats are free to go to one value or another."""
        return sum(value.most - value.least for value in self.feature.values)


@bp.route("/panels/<slug>/targets", methods=["GET", "POST"])
@official_of_panel
def panel_targets(slug: str) -> ResponseReturnValue:
    """The targets as they stand, and a table that replaces them."""
    panel = the_panel(slug)
    form = PopulationForm()
    if form.validate_on_submit():
        try:
            _take(panel, form)
        except DomainError as refusal:
            form.file.errors = [sentence(refusal)]
        else:
            flash(_("The seats have been shared out. Look at them below."), "success")
            return redirect(url_for("manage.panel_targets", slug=slug))
    status = 422 if form.is_submitted() else 200
    panel = the_panel(slug)
    return _page(panel, form, targets_of(panel)), status


@bp.post("/panels/<slug>/targets/seats")
@official_of_panel
def widen_panel_targets(slug: str) -> ResponseReturnValue:
    """Other least and most seats: shown first, kept on a second button."""
    panel = the_panel(slug)
    changes = seats_typed(request.form)
    try:
        tried = widened_by(targets_of(panel), changes, panel.size)
    except DomainError as refusal:
        page = _page(panel, PopulationForm(), targets_of(panel), sentence(refusal))
        return page, 422
    if "keep" not in request.form:
        return _page(panel, PopulationForm(), tried, is_tried=True)
    with transaction() as session:
        now = clock().now(session)
        widen_targets(session, panel, changes, actor=actor(), now=now)
    flash(_("Saved."), "success")
    return redirect(url_for("manage.panel_targets", slug=slug))


def _take(panel: Panel, form: PopulationForm) -> None:
    population = _population(form)
    with transaction() as session:
        set_targets(
            session,
            panel,
            population,
            slack=whole(form.slack),
            actor=actor(),
            now=clock().now(session),
        )


def _population(form: PopulationForm) -> Population:
    data = form.file.data.read(LARGEST + 1)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PopulationUnreadable from None
    if len(data) > LARGEST:
        raise PopulationUnreadable
    features = [name.strip() for name in typed(form.features).split(",")]
    population = population_of_table(text, [name for name in features if name])
    firsts = form.first_ages
    for feature in population.features if firsts else ():
        if known_feature(feature.name)[0] is Column.BIRTH:
            population = banded(population, feature.name, firsts)
    return population


def _page(
    panel: Panel,
    form: PopulationForm,
    targets: Targets,
    refusal: str | None = None,
    *,
    is_tried: bool = False,
) -> str:
    rooms = [
        Room(
            feature,
            sum(value.least for value in feature.values),
            sum(value.most for value in feature.values),
        )
        for feature in targets.features
    ]
    return render_template(
        "manage/panels/targets.html",
        panel=panel,
        form=form,
        rooms=rooms,
        refusal=refusal,
        is_tried=is_tried,
        said=Column.SAID,
    )
