"""Seats act by act: taken, declined, left, ended; tasks, contacts and compensation.

Who leaves is replaced by a new draw (`draws.prepare_draw`), never by hand.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.audit import SYSTEM, Actor, panel_chain, record
from core.clock import local_day
from panels.draw_errors import SeatEnded, SeatNotInactive, SeatOverpaid, SeatUnknown
from panels.keys import PeopleKeys
from panels.models import EndReason, Panel, Seat, SeatState, Volunteer
from panels.volunteers import contact_of

# Before a seat is ended for silence: tasks missed one after the other, and contacts
# that were not answered either.
MISSED_BEFORE_END, CONTACTS_BEFORE_END = 2, 2
# What officials may say; the others follow from acts of the person or of time.
OFFICIALS_REASONS = (EndReason.INACTIVE, EndReason.NOT_ELIGIBLE, EndReason.RESIGNED)


def take_seat(session: Session, seat: Seat) -> Seat:
    """Yes, I come; pressing twice is one yes.

    Raises:
        SeatEnded: it was declined, or is over.
    """
    seat = _held(session, seat)
    seat.state = SeatState.TAKEN
    return seat


def leave_seat(session: Session, seat: Seat, *, now: datetime) -> Seat:
    """No, or no more: the person's own word is enough and needs no reason.

    Raises:
        SeatEnded: it is over already.
    """
    seat = _held(session, seat)
    was_offered = seat.state is SeatState.OFFERED
    _end(seat, EndReason.DECLINED if was_offered else EndReason.RESIGNED, now)
    return seat


def with_address(
    session: Session, *which: ColumnElement[bool], keys: PeopleKeys
) -> Iterator[tuple[Seat, str, str]]:
    """Of these seats those whose person has an address: seat, address, language."""
    people = select(Seat, Volunteer).join(Volunteer, Volunteer.id == Seat.volunteer_id)
    for seat, person in session.execute(people.where(*which)):
        if to := contact_of(person, keys).email:
            yield seat, to, person.language


def end_seat(
    session: Session, seat: Seat, reason: EndReason, *, actor: Actor, now: datetime
) -> Seat:
    """An official's act; for silence only after missed tasks and contacts.

    Raises:
        SeatEnded: it is over already.
        SeatNotInactive: too few of them; params: missed, contacts.
    """
    seat = _held(session, seat)
    is_silent = (
        seat.missed >= MISSED_BEFORE_END and seat.contacts >= CONTACTS_BEFORE_END
    )
    if reason is EndReason.INACTIVE and not is_silent:
        raise SeatNotInactive(missed=MISSED_BEFORE_END, contacts=CONTACTS_BEFORE_END)
    _end(seat, reason, now)
    _note(session, seat, "seat.ended", actor=actor, now=now, reason=reason.value)
    return seat


def end_terms(session: Session, panel: Panel, *, now: datetime) -> int:
    """End the seats whose term is over; how many there were.

    The day on which a term ends is the first one of whoever comes after.
    """
    seats = session.scalars(
        select(Seat)
        .where(
            Seat.panel_id == panel.id,
            Seat.state != SeatState.ENDED,
            Seat.ends_on <= local_day(now),
        )
        .with_for_update()
    ).all()
    for seat in seats:
        _end(seat, EndReason.TERM, now)
    if seats:
        session.flush()
        chain = panel_chain(panel.slug)
        record(
            session, SYSTEM, "seats.term_ended", now=now, chain=chain, count=len(seats)
        )
    return len(seats)


def note_contact(session: Session, seat: Seat, *, actor: Actor, now: datetime) -> Seat:
    """Somebody of the town has tried to reach a silent member.

    Raises:
        SeatEnded: nobody sits there.
    """
    seat = _held(session, seat)
    seat.contacts += 1
    _note(session, seat, "seat.contacted", actor=actor, now=now)
    return seat


def note_task(
    session: Session, seat: Seat, *, done: bool, actor: Actor, now: datetime
) -> Seat:
    """A task has ended: an answered one begins the counting of silence anew.

    Raises:
        SeatEnded: nobody sits there.
    """
    seat = _held(session, seat)
    seat.tasks += 1
    if done:
        seat.missed, seat.contacts = 0, 0
    else:
        seat.missed += 1
    action = "seat.task_done" if done else "seat.task_missed"
    _note(session, seat, action, actor=actor, now=now)
    return seat


def owe(
    session: Session, seat: Seat, cents: int, *, actor: Actor, now: datetime
) -> Seat:
    """Write down a compensation, in cents; also for a seat that has ended."""
    seat = _locked(session, seat)
    seat.owed_cents += cents
    _note(session, seat, "seat.owed", actor=actor, now=now, cents=cents)
    return seat


def pay(
    session: Session, seat: Seat, cents: int, *, actor: Actor, now: datetime
) -> Seat:
    """Write down that it was paid.

    Raises:
        SeatOverpaid: more than is owed.
    """
    seat = _locked(session, seat)
    if seat.paid_cents + cents > seat.owed_cents:
        raise SeatOverpaid
    seat.paid_cents += cents
    _note(session, seat, "seat.paid", actor=actor, now=now, cents=cents)
    return seat


def find_seat(session: Session, panel: Panel, number: int) -> Seat:
    """The panel's seat of this number.

    Raises:
        SeatUnknown: there is none.
    """
    seat = session.get(Seat, number)
    if seat is None or seat.panel_id != panel.id:
        raise SeatUnknown
    return seat


def seat_of(session: Session, person: Volunteer) -> Seat | None:
    """The seat that somebody has, is offered, or had last."""
    return session.scalar(
        select(Seat)
        .where(Seat.volunteer_id == person.id)
        .order_by(Seat.begins_on.desc(), Seat.id.desc())
        .limit(1)
    )


def all_seats(session: Session, panel: Panel) -> Sequence[Seat]:
    """Every seat there has been, the present ones first, in the order of their ends."""
    seats = session.scalars(
        select(Seat).where(Seat.panel_id == panel.id).order_by(Seat.ends_on, Seat.id)
    ).all()
    return sorted(seats, key=lambda seat: seat.state is SeatState.ENDED)


def _locked(session: Session, seat: Seat) -> Seat:
    return session.get_one(Seat, seat.id, with_for_update=True, populate_existing=True)


def _held(session: Session, seat: Seat) -> Seat:
    seat = _locked(session, seat)
    if seat.state is SeatState.ENDED:
        raise SeatEnded
    return seat


def _end(seat: Seat, reason: EndReason, now: datetime) -> None:
    seat.state, seat.ended_because = SeatState.ENDED, reason
    seat.ended_on = local_day(now)


def _note(
    session: Session,
    seat: Seat,
    action: str,
    *,
    actor: Actor,
    now: datetime,
    **facts: Any,  # noqa: ANN401 - whatever JSON holds
) -> None:
    """The seat's number stands in the log, and never who sits there."""
    session.flush()
    panel = session.get_one(Panel, seat.panel_id)
    chain = panel_chain(panel.slug)
    record(session, actor, action, now=now, chain=chain, seat=seat.id, **facts)
