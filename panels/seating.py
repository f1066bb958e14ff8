"""From the panel that was picked to seats: who sits from when, and in whose place."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.chance import Chance
from core.clock import local_day
from panels.models import (
    Draw,
    DrawKind,
    Entrant,
    Invitation,
    Panel,
    Seat,
    SeatState,
    Volunteer,
)


def current_seats(session: Session, panel: Panel) -> Sequence[Seat]:
    """Everybody who sits, or is asked to."""
    return session.scalars(
        select(Seat)
        .where(Seat.panel_id == panel.id, Seat.state != SeatState.ENDED)
        .order_by(Seat.id)
    ).all()


def offer_seats(
    session: Session, panel: Panel, draw: Draw, members: Sequence[str], now: datetime
) -> None:
    """Offer the seats that were drawn; a vacated seat's term goes on.

    Of the first panel half sits for half a term, so that later half of it is renewed
    at a time; the lot decides who.
    """
    entrants = {
        each.pseudonym: each.volunteer_id
        for each in session.scalars(select(Entrant).where(Entrant.draw_id == draw.id))
    }
    sitting = current_seats(session, panel)
    busy = {seat.volunteer_id for seat in sitting}
    # Whoever withdrew between the list and the dice leaves a seat vacant.
    drawn = [entrants[code] for code in members if code in entrants]
    order = Chance(f"{draw.document_sha256} {draw.dice} terms").shuffle(
        [number for number in drawn if number not in busy]
    )
    leaving = [seat for seat in sitting if seat.volunteer_id not in entrants.values()]
    before: list[Seat | None] = [*leaving, *_vacated(session, panel, local_day(now))]
    for place, number in enumerate(order):
        follows = before[place] if place < len(before) else None
        is_half = draw.kind is DrawKind.WHOLE and place < len(order) // 2
        begins, ends = _term(panel, follows, local_day(now), is_half=is_half)
        person = session.get_one(Volunteer, number)
        session.add(
            Seat(
                panel_id=panel.id,
                draw_id=draw.id,
                volunteer_id=number,
                answers=dict(person.answers),
                begins_on=begins,
                ends_on=ends,
                replaces_id=follows.id if follows else None,
                person_key=_person_key(session, person),
            )
        )
    session.flush()


def _term(
    panel: Panel, follows: Seat | None, today: date, *, is_half: bool
) -> tuple[date, date]:
    """From when to when: after a term that ends, else for what is left of one."""
    months = max(1, panel.term_months // 2) if is_half else panel.term_months
    if follows is None:
        return today, months_after(today, months)
    if follows.state is SeatState.ENDED:
        return today, follows.ends_on
    begins = max(today, follows.ends_on)
    return begins, months_after(begins, months)


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last one."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _vacated(session: Session, panel: Panel, today: date) -> Sequence[Seat]:
    """Seats left before their time that nobody has followed yet."""
    followed = select(Seat.replaces_id).where(Seat.replaces_id.is_not(None))
    return session.scalars(
        select(Seat)
        .where(
            Seat.panel_id == panel.id,
            Seat.state == SeatState.ENDED,
            Seat.ends_on > today,
            Seat.id.not_in(followed),
        )
        .order_by(Seat.id)
    ).all()


def _person_key(session: Session, person: Volunteer) -> str | None:
    if person.invitation_id is None:
        return None
    return session.get_one(Invitation, person.invitation_id).person_key
