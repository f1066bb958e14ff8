"""Who the panel is: its members against the population, how drawn, when renewed."""

from collections import Counter
from datetime import date

from flask import render_template
from flask.typing import ResponseReturnValue

from app.access import everyone
from app.extensions import clock, db
from app.panels.blueprint import bp
from app.panels.pages import visible_panel
from core.clock import local_day
from core.disclosure import MIN_CELL
from panels.composition import composition
from panels.draws import draws_of
from panels.models import DrawState, Seat, SeatState
from panels.panels import targets_of
from panels.seating import current_seats


@bp.get("/<slug>/members")
@everyone
def members(slug: str) -> ResponseReturnValue:
    """Nobody by name; groups, shares and gaps."""
    session = db.session()
    panel = visible_panel(slug)
    today = local_day(clock().now(session))
    seats = [
        seat
        for seat in current_seats(session, panel)
        if seat.state is SeatState.TAKEN and seat.begins_on <= today
    ]
    drawn = [each for each in draws_of(session, panel) if each.state is DrawState.DRAWN]
    return render_template(
        "panels/members.html",
        panel=panel,
        seats=len(seats),
        # Of so few, a table would show persons and not a panel.
        features=composition(targets_of(panel), [seat.answers for seat in seats])
        if len(seats) >= MIN_CELL
        else [],
        draws=drawn,
        ends=ends_of(seats),
    )


def ends_of(seats: list[Seat]) -> list[tuple[date, int]]:
    """On which day how many terms end."""
    return sorted(Counter(seat.ends_on for seat in seats).items())
