"""A consultation written, found, read by the report, and answered by the town.

How it opens and closes stands in `panels.asking`; who answers in `panels.answers`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import Actor, panel_chain, record
from core.clock import local_day
from core.text import Localized
from panels.answer_keys import AnswerKeys
from panels.answers import held_consultation, questionnaire_of
from panels.consultation_errors import (
    ConsultationNotDraft,
    ConsultationNotOver,
    ConsultationOvertaken,
    ConsultationTextsMissing,
    ConsultationTimesInvalid,
    ConsultationUnknown,
)
from panels.models import (
    Consultation,
    ConsultationAnswers,
    ConsultationState,
    ConsultationStrata,
    ConsultationTask,
    Panel,
)
from panels.panels import held_panel
from panels.questionnaire import (
    Answer,
    Gap,
    Questionnaire,
    answers_from_json,
    gaps,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationPlan:
    """What is said of a consultation besides its questions."""

    title: Localized
    introduction: Localized
    closes_at: datetime
    # By when the town says what it did with the answers.
    answer_due_on: date


@dataclass(frozen=True, slots=True)
class Unwritten:
    """What has to be written before it can be opened.

    Attributes:
        title, introduction: languages that they lack.
        gaps: of the questions.
        is_empty: there is no question.
    """

    title: tuple[str, ...]
    introduction: tuple[str, ...]
    gaps: tuple[Gap, ...]
    is_empty: bool

    @property
    def languages(self) -> tuple[str, ...]:
        """Every language that something lacks."""
        lacking = {*self.title, *self.introduction}
        lacking.update(tag for gap in self.gaps for tag in gap.languages)
        return tuple(tag for tag in Localized().missing if tag in lacking)

    def __bool__(self) -> bool:
        """Whether anything is missing."""
        return bool(self.languages) or self.is_empty


@dataclass(frozen=True, slots=True)
class Response:
    """What one member has answered: all that a report reads.

    Attributes:
        respondent: tells one from another, and nobody who it is.
        answers: by the question's key; what was not answered is absent.
        said: the strata by feature; None: did not want to say. Empty without the key.
    """

    respondent: str
    answers: Mapping[str, Answer]
    said: Mapping[str, str | None]


def create_consultation(
    session: Session,
    panel: Panel,
    plan: ConsultationPlan,
    *,
    actor: Actor,
    now: datetime,
) -> Consultation:
    """A draft that only officials see.

    Raises:
        PanelEnded: nobody is asked any more.
        ConsultationTimesInvalid: it would be over before it begins.
    """
    panel = held_panel(session, panel)
    _check_times(plan, now)
    newest = session.scalar(
        select(func.max(Consultation.number)).where(Consultation.panel_id == panel.id)
    )
    made = Consultation(
        panel_id=panel.id,
        number=(newest or 0) + 1,
        questionnaire=Questionnaire().to_json(),
        created_at=now,
    )
    _describe(made, plan)
    session.add(made)
    note(session, made, "consultation.created", actor=actor, now=now)
    return made


def edit_consultation(
    session: Session,
    consultation: Consultation,
    plan: ConsultationPlan,
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Other texts or times.

    Raises:
        ConsultationNotDraft, ConsultationOvertaken: see `write_questions`.
        ConsultationTimesInvalid: see `create_consultation`.
    """
    consultation = held_draft(session, consultation, version)
    _check_times(plan, now)
    _describe(consultation, plan)
    note(session, consultation, "consultation.edited", actor=actor, now=now)


def write_questions(
    session: Session,
    consultation: Consultation,
    questionnaire: Questionnaire,
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Other questions; `version` is the one that they were made from.

    Raises:
        ConsultationNotDraft: it has been opened.
        ConsultationOvertaken: somebody else has changed it meanwhile.
    """
    consultation = held_draft(session, consultation, version)
    consultation.questionnaire = questionnaire.to_json()
    action, count = "consultation.questions_written", len(questionnaire.questions)
    note(session, consultation, action, actor=actor, now=now, questions=count)


def unwritten(consultation: Consultation) -> Unwritten:
    """What is missing before it can be opened."""
    questionnaire = questionnaire_of(consultation)
    return Unwritten(
        consultation.title.missing,
        consultation.introduction.missing,
        gaps(questionnaire),
        not questionnaire.questions,
    )


def publish_answer(
    session: Session,
    consultation: Consultation,
    text: Localized,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """What the town did with the answers; it can be written anew, and the log says so.

    Raises:
        ConsultationNotOver: the members are still answering.
        ConsultationTextsMissing: params: languages.
    """
    consultation = held_consultation(session, consultation.id)
    if not consultation.is_over(now):
        raise ConsultationNotOver
    if text.missing:
        raise ConsultationTextsMissing(languages=text.missing)
    is_first = consultation.answered_at is None
    consultation.answer = text
    consultation.answered_at = consultation.answered_at or now
    action = "consultation.answered" if is_first else "consultation.answer_changed"
    note(session, consultation, action, actor=actor, now=now)


def find_consultation(session: Session, panel: Panel, number: int) -> Consultation:
    """The panel's consultation of this number.

    Raises:
        ConsultationUnknown: there is none.
    """
    found = session.scalar(
        select(Consultation).where(
            Consultation.panel_id == panel.id, Consultation.number == number
        )
    )
    if found is None:
        raise ConsultationUnknown
    return found


def list_consultations(
    session: Session, panel: Panel, *, public: bool = False
) -> Sequence[Consultation]:
    """All of a panel, the newest first; or those that have been opened."""
    query = (
        select(Consultation)
        .where(Consultation.panel_id == panel.id)
        .order_by(Consultation.number.desc())
    )
    if public:
        query = query.where(Consultation.state != ConsultationState.DRAFT)
    return session.scalars(query).all()


def is_answer_late(consultation: Consultation, now: datetime) -> bool:
    """Whether the town still owes its answer after the day it gave itself."""
    return (
        consultation.is_over(now)
        and consultation.answered_at is None
        and local_day(now) > consultation.answer_due_on
    )


def tasks_of(
    session: Session, consultation: Consultation
) -> Sequence[ConsultationTask]:
    """Everybody who was asked and has not withdrawn since."""
    return session.scalars(
        select(ConsultationTask)
        .where(ConsultationTask.consultation_id == consultation.id)
        .order_by(ConsultationTask.id)
    ).all()


def answered(
    session: Session, consultation: Consultation, *, keys: AnswerKeys | None
) -> list[Response]:
    """Every answer that was sent, in no order that tells anything.

    Args:
        session: any.
        consultation: open or closed.
        keys: the panel's; None once they are destroyed: then nobody has strata.
    """
    here = ConsultationStrata.consultation_id == consultation.id
    strata = {
        row.key: keys.opened(row.key, row.said)
        for row in session.scalars(select(ConsultationStrata).where(here))
        if keys
    }
    rows = session.scalars(
        select(ConsultationAnswers)
        .where(
            ConsultationAnswers.consultation_id == consultation.id,
            ConsultationAnswers.sent.is_not(None),
        )
        .order_by(ConsultationAnswers.key)
    )
    return [
        Response(row.key, answers_from_json(row.sent or {}), strata.get(row.key, {}))
        for row in rows
    ]


def held_draft(
    session: Session, consultation: Consultation, version: int | None = None
) -> Consultation:
    """A draft, locked, as it was when `version` was read; that makes a new version.

    Raises:
        ConsultationNotDraft: it has been opened.
        ConsultationOvertaken: somebody else has changed it meanwhile.
    """
    consultation = held_consultation(session, consultation.id)
    if consultation.state is not ConsultationState.DRAFT:
        raise ConsultationNotDraft
    if version is not None:
        if consultation.version != version:
            raise ConsultationOvertaken
        consultation.version += 1
    return consultation


def _check_times(plan: ConsultationPlan, now: datetime) -> None:
    if not now < plan.closes_at or plan.answer_due_on < local_day(plan.closes_at):
        raise ConsultationTimesInvalid


def _describe(consultation: Consultation, plan: ConsultationPlan) -> None:
    consultation.title, consultation.introduction = plan.title, plan.introduction
    consultation.closes_at = plan.closes_at
    consultation.answer_due_on = plan.answer_due_on


def note(
    session: Session,
    consultation: Consultation,
    action: str,
    *,
    actor: Actor,
    now: datetime,
    **facts: Any,  # noqa: ANN401 - whatever JSON holds
) -> None:
    """Write an act into the panel's chain: numbers only, never who answered."""
    session.flush()
    panel = session.get_one(Panel, consultation.panel_id)
    chain = panel_chain(panel.slug)
    number = consultation.number
    record(session, actor, action, now=now, chain=chain, number=number, **facts)
