"""A consultation on its way: opened, reminded of, closed; who is asked how often."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.audit import SYSTEM, Actor
from core.clock import local_day
from core.text import Localized
from panels.answer_keys import AnswerKeys
from panels.answers import held_consultation, who_has_sent
from panels.consultation_errors import (
    ConsultationBurden,
    ConsultationEmpty,
    ConsultationNobody,
    ConsultationNotOpen,
    ConsultationReasonMissing,
    ConsultationReminded,
    ConsultationTextsMissing,
    ConsultationTimesInvalid,
)
from panels.consultations import held_draft, note, tasks_of, unwritten
from panels.models import (
    Consultation,
    ConsultationAnswers,
    ConsultationState,
    ConsultationStrata,
    ConsultationTask,
    Panel,
    Seat,
    SeatState,
)
from panels.seating import current_seats

# Four times in twelve months is once a quarter: panels that ask more often lose their
# members (attrition is about 12 % a year as it is), and those with least time first.
MOST_A_YEAR = 4
YEAR = timedelta(days=365)
MOST_REMINDERS = 2
BETWEEN_REMINDERS = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Burden:
    """How often members have been asked in twelve months.

    Attributes:
        most: the member who was asked most often.
        free_on: from when everybody may be asked again; None: at once.
    """

    most: int
    free_on: date | None


def open_consultation(
    session: Session,
    consultation: Consultation,
    *,
    keys: AnswerKeys,
    actor: Actor,
    now: datetime,
) -> None:
    """Ask everybody who sits on the panel now.

    Raises:
        ConsultationNotDraft: that has been done.
        ConsultationEmpty, ConsultationTextsMissing: it is not written yet.
        ConsultationTimesInvalid: its end has gone.
        ConsultationNobody: nobody sits.
        ConsultationBurden: they have been asked too often; params: most, day.
    """
    consultation = held_draft(session, consultation)
    missing = unwritten(consultation)
    if missing.is_empty:
        raise ConsultationEmpty
    if missing:
        raise ConsultationTextsMissing(languages=missing.languages)
    if consultation.closes_at <= now:
        raise ConsultationTimesInvalid
    panel = session.get_one(Panel, consultation.panel_id)
    seats = _sitting(session, panel, now)
    if not seats:
        raise ConsultationNobody
    if (day := burden(session, panel, now=now).free_on) is not None:
        raise ConsultationBurden(most=MOST_A_YEAR, day=day)
    _give_tasks(session, consultation, seats, keys)
    consultation.state, consultation.opens_at = ConsultationState.OPEN, now
    consultation.asked = len(seats)
    action = "consultation.opened"
    note(session, consultation, action, actor=actor, now=now, asked=len(seats))


def remind(
    session: Session, consultation: Consultation, *, actor: Actor, now: datetime
) -> None:
    """Whoever has not answered is written to again.

    Raises:
        ConsultationNotOpen: there is nothing to answer.
        ConsultationReminded: often enough, or just now; params: most.
    """
    consultation = _open(session, consultation, now)
    last = consultation.reminded_at or consultation.opens_at or now
    is_soon = now < last + BETWEEN_REMINDERS
    if consultation.reminders >= MOST_REMINDERS or is_soon:
        raise ConsultationReminded(most=MOST_REMINDERS, days=BETWEEN_REMINDERS.days)
    consultation.reminders += 1
    consultation.reminded_at = now
    note(session, consultation, "consultation.reminded", actor=actor, now=now)


def close_early(
    session: Session,
    consultation: Consultation,
    reason: Localized,
    *,
    keys: AnswerKeys,
    actor: Actor,
    now: datetime,
) -> None:
    """Take no more answers from now on; everybody can read why.

    Raises:
        ConsultationNotOpen: it is over, or has not begun.
        ConsultationReasonMissing: params: languages.
    """
    consultation = _open(session, consultation, now)
    if reason.missing:
        raise ConsultationReasonMissing(languages=reason.missing)
    consultation.closes_at, consultation.closed_early_because = now, reason
    facts = _count_up(session, consultation, keys)
    action = "consultation.closed_early"
    note(session, consultation, action, actor=actor, now=now, **facts)


def close_when_due(
    session: Session, consultation: Consultation, *, keys: AnswerKeys, now: datetime
) -> None:
    """After the stated end: what became of each task; nothing before, nothing twice."""
    consultation = held_consultation(session, consultation.id)
    is_due = consultation.closes_at <= now
    if consultation.state is not ConsultationState.OPEN or not is_due:
        return
    facts = _count_up(session, consultation, keys)
    note(session, consultation, "consultation.closed", actor=SYSTEM, now=now, **facts)


def burden(session: Session, panel: Panel, *, now: datetime) -> Burden:
    """How often those who sit now have been asked lately."""
    asked: dict[int, list[datetime]] = {
        seat.id: [] for seat in _sitting(session, panel, now)
    }
    query = (
        select(ConsultationTask.seat_id, Consultation.opens_at)
        .join(Consultation, Consultation.id == ConsultationTask.consultation_id)
        .where(Consultation.panel_id == panel.id, Consultation.opens_at > now - YEAR)
        .order_by(Consultation.opens_at)
    )
    for seat, moment in session.execute(query):
        if seat in asked and moment is not None:
            asked[seat].append(moment)
    free = [
        local_day(times[-MOST_A_YEAR] + YEAR)
        for times in asked.values()
        if len(times) >= MOST_A_YEAR
    ]
    most = max((len(times) for times in asked.values()), default=0)
    return Burden(most, max(free, default=None))


def _sitting(session: Session, panel: Panel, now: datetime) -> list[Seat]:
    today = local_day(now)
    return [
        seat
        for seat in current_seats(session, panel)
        if seat.state is SeatState.TAKEN and seat.begins_on <= today < seat.ends_on
    ]


def _give_tasks(
    session: Session, consultation: Consultation, seats: list[Seat], keys: AnswerKeys
) -> None:
    for seat in seats:
        link = keys.link(consultation.id, seat.id)
        session.add(
            ConsultationTask(
                consultation_id=consultation.id,
                seat_id=seat.id,
                link_key=keys.link_key(link),
            )
        )
        session.execute(
            update(Seat).where(Seat.id == seat.id).values(tasks=Seat.tasks + 1)
        )
    session.flush()
    said = {keys.answer_key(consultation.id, seat.id): seat.answers for seat in seats}
    # In the order of their keys, which is no order of people.
    for key in sorted(said):
        sealed = keys.sealed(key, said[key])
        row = ConsultationStrata(consultation_id=consultation.id, key=key, said=sealed)
        session.add(row)
    session.flush()


def _count_up(
    session: Session, consultation: Consultation, keys: AnswerKeys
) -> dict[str, int]:
    """Close: who has answered is written down, and what was not sent is erased."""
    tasks = tasks_of(session, consultation)
    done = who_has_sent(session, consultation, tasks, keys=keys)
    for task in tasks:
        task.answered = task.seat_id in done
        seat = session.get_one(
            Seat, task.seat_id, with_for_update=True, populate_existing=True
        )
        if seat.state is SeatState.ENDED:
            continue
        if task.answered:
            seat.missed, seat.contacts = 0, 0
        else:
            seat.missed += 1
    own = ConsultationAnswers.consultation_id == consultation.id
    session.execute(
        delete(ConsultationAnswers).where(own, ConsultationAnswers.sent.is_(None))
    )
    session.execute(update(ConsultationAnswers).where(own).values(draft=None))
    consultation.state = ConsultationState.CLOSED
    return {"asked": consultation.asked, "answered": len(done)}


def _open(session: Session, consultation: Consultation, now: datetime) -> Consultation:
    consultation = held_consultation(session, consultation.id)
    if not consultation.is_open(now):
        raise ConsultationNotOpen
    return consultation
