"""Seats on the desk: who sits, how to reach them, when a seat ends, what is owed."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.access import actor, official_of_panel
from app.extensions import clock, db
from app.fields import cents
from app.manage.blueprint import bp
from app.manage.forms.draws import CompensationForm, EndSeatForm
from app.manage.panels import the_panel
from app.messages import sentence
from app.people_keys import panel_keys
from app.transaction import transaction
from core.errors import DomainError
from panels.models import EndReason, Seat, SeatState, Volunteer
from panels.panels import get_panel
from panels.seats import (
    all_seats,
    end_seat,
    find_seat,
    note_contact,
    note_task,
    owe,
    pay,
)
from panels.volunteers import Contact, contact_of, needs_of


@bp.get("/panels/<slug>/seats")
@official_of_panel
def seats(slug: str) -> ResponseReturnValue:
    """Every seat by its number; names stand on each one's own page."""
    session, panel = db.session(), the_panel(slug)
    found = all_seats(session, panel)
    return render_template(
        "manage/panels/seats.html",
        panel=panel,
        seats=found,
        filled=sum(seat.state is not SeatState.ENDED for seat in found),
    )


@bp.get("/panels/<slug>/seats/<int:number>")
@official_of_panel
def seat(slug: str, number: int) -> ResponseReturnValue:
    """One member: how to reach them, what they need, what they have done."""
    return _page(slug, number, EndSeatForm(), CompensationForm())


@bp.post("/panels/<slug>/seats/<int:number>/end")
@official_of_panel
def submit_end_seat(slug: str, number: int) -> ResponseReturnValue:
    """End it; the vacancy is filled by a draw."""
    form = EndSeatForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                end_seat(
                    session,
                    _seat(session, slug, number),
                    EndReason(form.reason.data),
                    actor=actor(),
                    now=clock().now(session),
                )
        except DomainError as refusal:
            form.reason.errors = [sentence(refusal)]
        else:
            flash(_("The seat has ended. A draw fills it again."), "success")
            return redirect(url_for("manage.seats", slug=slug))
    return _page(slug, number, form, CompensationForm()), 422


@bp.post("/panels/<slug>/seats/<int:number>/contacted")
@official_of_panel
def submit_contact(slug: str, number: int) -> ResponseReturnValue:
    """A silent member has been written to or called."""
    with transaction() as session:
        now = clock().now(session)
        note_contact(session, _seat(session, slug, number), actor=actor(), now=now)
    return redirect(url_for("manage.seat", slug=slug, number=number))


@bp.post("/panels/<slug>/seats/<int:number>/task/<any(done, missed):outcome>")
@official_of_panel
def submit_task(slug: str, number: int, outcome: str) -> ResponseReturnValue:
    """A task of the panel has ended, for this member."""
    with transaction() as session:
        note_task(
            session,
            _seat(session, slug, number),
            done=outcome == "done",
            actor=actor(),
            now=clock().now(session),
        )
    return redirect(url_for("manage.seat", slug=slug, number=number))


@bp.post("/panels/<slug>/seats/<int:number>/<any(owe, pay):deed>")
@official_of_panel
def submit_compensation(slug: str, number: int, deed: str) -> ResponseReturnValue:
    """A compensation is owed, or has been paid."""
    form = CompensationForm()
    sum_ = cents(form.cents) if form.validate_on_submit() else 0
    if not sum_:
        form.cents.errors = form.cents.errors or [_("Write a sum above zero.")]
        return _page(slug, number, EndSeatForm(), form), 422
    try:
        with transaction() as session:
            found, now = _seat(session, slug, number), clock().now(session)
            (owe if deed == "owe" else pay)(
                session, found, sum_, actor=actor(), now=now
            )
    except DomainError as refusal:
        form.cents.errors = [sentence(refusal)]
        return _page(slug, number, EndSeatForm(), form), 422
    flash(_("Saved."), "success")
    return redirect(url_for("manage.seat", slug=slug, number=number))


def _seat(session: Session, slug: str, number: int) -> Seat:
    return find_seat(session, get_panel(session, slug), number)


def _page(
    slug: str, number: int, end_form: EndSeatForm, money_form: CompensationForm
) -> str:
    session, panel = db.session(), the_panel(slug)
    found = find_seat(session, panel, number)
    contact, needs, language = _about(session, found)
    return render_template(
        "manage/panels/seat.html",
        panel=panel,
        seat=found,
        contact=contact,
        needs=needs,
        language=language,
        end_form=end_form,
        money_form=money_form,
    )


def _about(session: Session, seat: Seat) -> tuple[Contact | None, str, str]:
    """How to reach the member; nothing once the person is erased."""
    if seat.volunteer_id is None:
        return None, "", ""
    person = session.get_one(Volunteer, seat.volunteer_id)
    keys = panel_keys()
    return contact_of(person, keys), needs_of(person, keys), person.language
