"""A member's seat on the personal page: take it, leave it; and all that is kept."""

import json

from flask import Response, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.access import everyone
from app.extensions import clock, db
from app.panels.blueprint import bp
from app.panels.own import person_here
from app.panels.pages import visible_panel
from app.people_keys import answer_keys_or_none, panel_keys
from app.transaction import transaction
from panels.answers import everything_answered
from panels.draw_errors import SeatUnknown
from panels.models import Panel, Seat, Volunteer
from panels.seats import leave_seat, seat_of, take_seat
from panels.volunteers import contact_of, needs_of


@bp.post("/<slug>/own/seat/<any(take, leave):answer>")
@everyone
def submit_own_seat(slug: str, answer: str) -> ResponseReturnValue:
    """Yes, I come; or no, or no more."""
    panel = visible_panel(slug)
    person = person_here(panel)
    if person is None:
        return redirect(url_for("panels.own", slug=slug))
    with transaction() as session:
        seat = seat_of(session, person)
        if seat is None:
            raise SeatUnknown
        if answer == "take":
            take_seat(session, seat)
        else:
            leave_seat(session, seat, now=clock().now(session))
    said = {"take": _("Welcome to the panel."), "leave": _("You have left the panel.")}
    flash(said[answer], "success")
    return redirect(url_for("panels.own", slug=slug))


@bp.get("/<slug>/own/data.json")
@everyone
def own_data(slug: str) -> ResponseReturnValue:
    """Everything that is kept of a person, as a file for the person."""
    panel = visible_panel(slug)
    person = person_here(panel)
    if person is None:
        return redirect(url_for("panels.own", slug=slug))
    keys = panel_keys()
    contact = contact_of(person, keys)
    seat = seat_of(db.session(), person)
    document = {
        "panel": panel.slug,
        "joined_on": person.joined_on.isoformat(),
        "consent_version": person.consent_version,
        "answers": person.answers,
        "name": contact.name,
        "email": contact.email,
        "phone": contact.phone,
        "language": person.language,
        "needs": needs_of(person, keys),
        "seat": _seat_json(seat) if seat else None,
        "consultations": _consultations_json(panel, person),
    }
    text = json.dumps(document, ensure_ascii=False, indent=1)
    headers = {"Content-Disposition": f'attachment; filename="{slug}-own-data.json"'}
    return Response(text, content_type="application/json", headers=headers)


def _seat_json(seat: Seat) -> dict[str, object]:
    return {
        "state": seat.state.value,
        "begins_on": seat.begins_on.isoformat(),
        "ends_on": seat.ends_on.isoformat(),
        "tasks": seat.tasks,
        "missed": seat.missed,
        "owed_cents": seat.owed_cents,
        "paid_cents": seat.paid_cents,
    }


def _consultations_json(panel: Panel, person: Volunteer) -> list[dict[str, object]]:
    """Without the panel's key of answers nothing leads to them."""
    keys = answer_keys_or_none(panel)
    return [
        {"number": one.number, "sent": saved.is_sent, "answers": dict(saved.answers)}
        for one, saved in everything_answered(db.session(), person, keys=keys)
    ]
