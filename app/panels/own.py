"""The personal page of a volunteer: what is kept, other contacts, and out again."""

from flask import flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import everyone
from app.accounts.attempts import count_success, count_try, letter_codes
from app.extensions import clock, db
from app.fields import typed
from app.messages import sentence
from app.panels.blueprint import bp
from app.panels.forms import ContactForm, LinkForm
from app.panels.pages import visible_panel
from app.people_keys import answer_keys_or_none, panel_keys
from app.transaction import transaction
from panels.models import Panel, Volunteer
from panels.panel_errors import VolunteerUnknown
from panels.panels import targets_of
from panels.seats import seat_of
from panels.volunteers import (
    change_contact,
    contact_of,
    needs_of,
    volunteer_of,
    withdraw,
)

LINKS = "panel_links"


@bp.get("/<slug>/own")
@everyone
def own(slug: str) -> ResponseReturnValue:
    """What somebody has told us; or the question for the personal code."""
    panel = visible_panel(slug)
    person = person_here(panel)
    if person is None:
        return render_template("panels/own_code.html", panel=panel, form=LinkForm())
    keys = panel_keys()
    contact = contact_of(person, keys)
    form = ContactForm(
        data={
            "name": contact.name,
            "email": contact.email,
            "phone": contact.phone,
            "language": person.language,
            "needs": needs_of(person, keys),
        }
    )
    return _own_page(panel, person, form)


@bp.post("/<slug>/own")
@everyone
def open_own(slug: str) -> ResponseReturnValue:
    """Open the personal page with its code."""
    panel = visible_panel(slug)
    form = LinkForm()
    if not form.validate_on_submit():
        return render_template("panels/own_code.html", panel=panel, form=form), 422
    keys = panel_keys()
    try:
        with transaction() as act:
            count_try(act, letter_codes(), now=clock().now(act))
        with transaction() as act:
            volunteer_of(act, panel, typed(form.code), keys=keys)
            count_success(act, letter_codes(), now=clock().now(act))
    except VolunteerUnknown as refusal:
        form.code.errors = [sentence(refusal)]
        panel = visible_panel(slug)
        return render_template("panels/own_code.html", panel=panel, form=form), 422
    session[LINKS] = {**session.get(LINKS, {}), slug: typed(form.code)}
    return redirect(url_for("panels.own", slug=slug))


@bp.post("/<slug>/own/contact")
@everyone
def change_own(slug: str) -> ResponseReturnValue:
    """Another address, language or need."""
    panel = visible_panel(slug)
    person = person_here(panel)
    if person is None:
        return redirect(url_for("panels.own", slug=slug))
    form = ContactForm()
    if not form.validate_on_submit():
        return _own_page(panel, person, form), 422
    keys = panel_keys()
    with transaction() as act:
        change_contact(
            act,
            person,
            form.contact(),
            language=form.language.data,
            needs=typed(form.needs),
            keys=keys,
        )
    flash(_("Saved."), "success")
    return redirect(url_for("panels.own", slug=slug))


@bp.post("/<slug>/own/withdraw")
@everyone
def withdraw_own(slug: str) -> ResponseReturnValue:
    """Out of the pool, or off the panel; everything that was said is erased."""
    panel = visible_panel(slug)
    person = person_here(panel)
    if person is not None:
        keys = answer_keys_or_none(panel)
        with transaction() as act:
            withdraw(act, person, answer_keys=keys, now=clock().now(act))
    _forget_link(slug)
    return redirect(url_for("panels.withdrawn", slug=slug))


@bp.post("/<slug>/own/leave")
@everyone
def leave_own(slug: str) -> ResponseReturnValue:
    """Away from the personal page, on a machine that others use as well."""
    visible_panel(slug)
    _forget_link(slug)
    return redirect(url_for("panels.panel", slug=slug))


@bp.get("/<slug>/withdrawn")
@everyone
def withdrawn(slug: str) -> ResponseReturnValue:
    """It has been erased."""
    return render_template("panels/withdrawn.html", panel=visible_panel(slug))


def person_here(panel: Panel) -> Volunteer | None:
    """Whose personal page is open in this browser."""
    code = session.get(LINKS, {}).get(panel.slug)
    if not isinstance(code, str):
        return None
    try:
        return volunteer_of(db.session(), panel, code, keys=panel_keys())
    except VolunteerUnknown:
        return None


def _forget_link(slug: str) -> None:
    links = dict(session.get(LINKS, {}))
    links.pop(slug, None)
    session[LINKS] = links


def _own_page(panel: Panel, person: Volunteer, form: ContactForm) -> str:
    return render_template(
        "panels/own.html",
        panel=panel,
        person=person,
        targets=targets_of(panel),
        form=form,
        seat=seat_of(db.session(), person),
    )
