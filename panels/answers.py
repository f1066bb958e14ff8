"""Answers of members: by whose link they come, kept so that no row leads to a person.

Writing an answer locks the consultation and touches no row of a member: on PostgreSQL
rows that one transaction has written or locked can be told to belong together.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.codes import normalized_code
from panels.answer_keys import AnswerKeys
from panels.consultation_errors import (
    AnsweringLinkUnknown,
    AnsweringOver,
    AnsweringSeatEnded,
    AnswerMissing,
    AnswersNone,
    ConsultationNotOpen,
)
from panels.models import (
    Consultation,
    ConsultationAnswers,
    ConsultationState,
    ConsultationStrata,
    ConsultationTask,
    Seat,
    SeatState,
    Volunteer,
)
from panels.questionnaire import (
    Answer,
    Answers,
    Questionnaire,
    answers_from_json,
    checked_answers,
    unanswered,
)


@dataclass(frozen=True, slots=True)
class Saved:
    """What a member finds again.

    Attributes:
        answers: as they were last saved, sent or not.
        is_sent: something of it counts.
        is_changed: there are changes that have not been sent.
    """

    answers: Mapping[str, Answer] = field(default_factory=dict)
    is_sent: bool = False
    is_changed: bool = False


def questionnaire_of(consultation: Consultation) -> Questionnaire:
    """What is asked."""
    return Questionnaire.from_json(consultation.questionnaire)


def held_consultation(session: Session, number: int) -> Consultation:
    """A consultation by its row, locked and as it stands now."""
    return session.get_one(
        Consultation, number, with_for_update=True, populate_existing=True
    )


def task_of_link(
    session: Session, consultation: Consultation, link: str, *, keys: AnswerKeys
) -> ConsultationTask:
    """Whose link this is; it can be used until the close.

    Raises:
        AnsweringLinkUnknown: nobody's in this consultation.
    """
    code = normalized_code(link)
    task = code and session.scalar(
        select(ConsultationTask).where(
            ConsultationTask.consultation_id == consultation.id,
            ConsultationTask.link_key == keys.link_key(code),
        )
    )
    if not task:
        raise AnsweringLinkUnknown
    return task


def tasks_of_person(
    session: Session, person: Volunteer
) -> list[tuple[Consultation, ConsultationTask]]:
    """What somebody has been asked, the newest first."""
    query = (
        select(Consultation, ConsultationTask)
        .join(ConsultationTask, ConsultationTask.consultation_id == Consultation.id)
        .join(Seat, Seat.id == ConsultationTask.seat_id)
        .where(Seat.volunteer_id == person.id)
        .order_by(Consultation.number.desc())
    )
    return [(one, task) for one, task in session.execute(query)]


def saved_answers(
    session: Session, task: ConsultationTask, *, keys: AnswerKeys
) -> Saved:
    """What the member has written so far."""
    row = _row(session, task, keys)
    if row is None:
        return Saved()
    return Saved(
        answers_from_json((row.sent or {}) if row.draft is None else row.draft),
        is_sent=row.sent is not None,
        is_changed=row.draft is not None and row.draft != row.sent,
    )


def save_answers(
    session: Session,
    task: ConsultationTask,
    answers: Answers,
    *,
    keys: AnswerKeys,
    now: datetime,
) -> None:
    """Keep what is written so far; it does not count before it is sent.

    Raises:
        see `send_answers`, except that nothing needs to be answered.
    """
    consultation = _answering(session, task, now)
    kept = checked_answers(questionnaire_of(consultation), answers)
    _row_to_write(session, task, keys).draft = _stored(kept)
    session.flush()


def send_answers(
    session: Session,
    task: ConsultationTask,
    answers: Answers,
    *,
    keys: AnswerKeys,
    now: datetime,
) -> None:
    """These count, in place of any that were sent before; sending twice is once.

    Raises:
        ConsultationNotOpen: it has not begun.
        AnsweringOver: it is over; params: moment.
        AnsweringLinkUnknown, AnsweringSeatEnded: the member has withdrawn, or left.
        AnswersNone: there is none.
        AnswerMissing: some must be given; params: numbers.
        others: see `checked_answers`.
    """
    consultation = _answering(session, task, now)
    questionnaire = questionnaire_of(consultation)
    kept = checked_answers(questionnaire, answers)
    if numbers := unanswered(questionnaire, kept):
        raise AnswerMissing(numbers=numbers)
    if not kept:
        raise AnswersNone
    row = _row_to_write(session, task, keys)
    row.sent, row.draft = _stored(kept), None
    session.flush()


def who_has_sent(
    session: Session,
    consultation: Consultation,
    tasks: Iterable[ConsultationTask],
    *,
    keys: AnswerKeys,
) -> set[int]:
    """The numbers of the seats whose answers count; only the key can tell."""
    sent = set(
        session.scalars(
            select(ConsultationAnswers.key).where(
                ConsultationAnswers.consultation_id == consultation.id,
                ConsultationAnswers.sent.is_not(None),
            )
        )
    )
    return {
        task.seat_id
        for task in tasks
        if keys.answer_key(consultation.id, task.seat_id) in sent
    }


def everything_answered(
    session: Session, person: Volunteer, *, keys: AnswerKeys | None
) -> Iterator[tuple[Consultation, Saved]]:
    """For a person's own copy; without the key nothing leads to the answers."""
    for consultation, task in tasks_of_person(session, person):
        yield (
            consultation,
            saved_answers(session, task, keys=keys) if keys else Saved(),
        )


def erase_answers(
    session: Session, person: Volunteer, *, keys: AnswerKeys | None
) -> None:
    """Everything that somebody has answered, and that the person was asked.

    The consultations are locked first, so that no answer comes in between.
    """
    found = tasks_of_person(session, person)
    for number in sorted(consultation.id for consultation, _ in found):
        held_consultation(session, number)
    own = (
        [keys.answer_key(task.consultation_id, task.seat_id) for _, task in found]
        if keys
        else []
    )
    for table in (ConsultationAnswers, ConsultationStrata):
        session.execute(delete(table).where(table.key.in_(own)))
    for _, task in found:
        session.delete(task)
    session.flush()


def _answering(session: Session, task: ConsultationTask, now: datetime) -> Consultation:
    number = task.id
    consultation = held_consultation(session, task.consultation_id)
    if consultation.state is ConsultationState.DRAFT:
        raise ConsultationNotOpen
    if not consultation.is_open(now):
        raise AnsweringOver(moment=consultation.closes_at)
    # Whoever has withdrawn before the lock has no task any more.
    there = session.get(ConsultationTask, number, populate_existing=True)
    if there is None:
        raise AnsweringLinkUnknown
    seat = session.get_one(Seat, there.seat_id, populate_existing=True)
    if seat.state is not SeatState.TAKEN:
        raise AnsweringSeatEnded
    return consultation


def _row(
    session: Session, task: ConsultationTask, keys: AnswerKeys
) -> ConsultationAnswers | None:
    key = keys.answer_key(task.consultation_id, task.seat_id)
    return session.scalar(
        select(ConsultationAnswers)
        .where(ConsultationAnswers.key == key)
        .execution_options(populate_existing=True)
    )


def _row_to_write(
    session: Session, task: ConsultationTask, keys: AnswerKeys
) -> ConsultationAnswers:
    row = _row(session, task, keys)
    if row is None:
        row = ConsultationAnswers(
            consultation_id=task.consultation_id,
            key=keys.answer_key(task.consultation_id, task.seat_id),
        )
        session.add(row)
    return row


def _stored(kept: Mapping[str, Answer]) -> dict[str, object]:
    return {k: list(a) if isinstance(a, tuple) else a for k, a in kept.items()}
