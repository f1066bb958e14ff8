"""Edit a round's money: the frame, the areas that share it, the categories."""

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from app.access import actor, official_of_round
from app.extensions import clock, db
from app.fields import cents
from app.manage.blueprint import bp
from app.manage.desk import the_round
from app.manage.forms.rounds import AreaForm, BudgetForm, CategoryForm
from app.manage.rounds_edit import edit_page
from app.messages import sentence
from app.transaction import transaction
from voting.areas import (
    add_area,
    add_category,
    edit_area,
    edit_category,
    remove_area,
    remove_category,
    set_frame,
)
from voting.models import Area, Category, Round
from voting.round_errors import AreaSlugTaken, CategorySlugTaken


def _back(slug: str) -> ResponseReturnValue:
    flash(_("Saved."), "success")
    return redirect(url_for("manage.round_areas", slug=slug))


@bp.route("/rounds/<slug>/areas", methods=["GET", "POST"])
@official_of_round
def round_areas(slug: str) -> ResponseReturnValue:
    """The frame, and how it is shared out."""
    round_ = the_round(slug)
    form = BudgetForm(obj=round_)
    if not form.validate_on_submit():
        return edit_page("manage/rounds/areas.html", form, round_)
    with transaction() as session:
        now = clock().now(session)
        set_frame(session, round_, cents(form.budget_cents), actor=actor(), now=now)
    return _back(slug)


@bp.route("/rounds/<slug>/areas/add", methods=["GET", "POST"])
@official_of_round
def new_area(slug: str) -> ResponseReturnValue:
    """One more area."""
    round_ = the_round(slug)
    form = AreaForm()
    return _save_area(round_, form, None)


@bp.route("/rounds/<slug>/areas/<area>", methods=["GET", "POST"])
@official_of_round
def round_area(slug: str, area: str) -> ResponseReturnValue:
    """One area."""
    round_ = the_round(slug)
    found = _area(round_, area)
    return _save_area(round_, AreaForm(obj=found), found)


def _area(round_: Round, slug: str) -> Area:
    query = select(Area).where(Area.round_id == round_.id, Area.slug == slug)
    return db.session().scalar(query) or abort(404)


def _save_area(round_: Round, form: AreaForm, area: Area | None) -> ResponseReturnValue:
    slug = round_.slug
    if form.validate_on_submit():
        try:
            with transaction() as session:
                who, now, plan = actor(), clock().now(session), form.plan()
                if area is None:
                    add_area(session, round_, plan, actor=who, now=now)
                else:
                    edit_area(session, area, plan, actor=who, now=now)
        except AreaSlugTaken as refusal:
            form.slug.errors = [sentence(refusal)]
        else:
            return _back(slug)
    return edit_page("manage/rounds/area.html", form, round_, area=area)


@bp.post("/rounds/<slug>/areas/<area>/remove")
@official_of_round
def submit_remove_area(slug: str, area: str) -> ResponseReturnValue:
    """Take an area out."""
    found = _area(the_round(slug), area)
    with transaction() as session:
        remove_area(session, found, actor=actor(), now=clock().now(session))
    return _back(slug)


@bp.route("/rounds/<slug>/categories/add", methods=["GET", "POST"])
@official_of_round
def new_category(slug: str) -> ResponseReturnValue:
    """One more theme."""
    return _save_category(the_round(slug), CategoryForm(), None)


@bp.route("/rounds/<slug>/categories/<category>", methods=["GET", "POST"])
@official_of_round
def round_category(slug: str, category: str) -> ResponseReturnValue:
    """One theme."""
    round_ = the_round(slug)
    found = _category(round_, category)
    return _save_category(round_, CategoryForm(obj=found), found)


def _category(round_: Round, slug: str) -> Category:
    query = select(Category).where(
        Category.round_id == round_.id, Category.slug == slug
    )
    return db.session().scalar(query) or abort(404)


def _save_category(
    round_: Round, form: CategoryForm, category: Category | None
) -> ResponseReturnValue:
    slug = round_.slug
    if form.validate_on_submit():
        try:
            with transaction() as session:
                who, now, plan = actor(), clock().now(session), form.plan()
                if category is None:
                    add_category(session, round_, plan, actor=who, now=now)
                else:
                    edit_category(session, category, plan, actor=who, now=now)
        except CategorySlugTaken as refusal:
            form.slug.errors = [sentence(refusal)]
        else:
            return _back(slug)
    return edit_page("manage/rounds/category.html", form, round_, category=category)


@bp.post("/rounds/<slug>/categories/<category>/remove")
@official_of_round
def submit_remove_category(slug: str, category: str) -> ResponseReturnValue:
    """Take a theme out."""
    found = _category(the_round(slug), category)
    with transaction() as session:
        remove_category(session, found, actor=actor(), now=clock().now(session))
    return _back(slug)
