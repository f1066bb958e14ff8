"""Consultations of a panel: what is asked, who is asked, and what was answered.

`ConsultationTask` leads to a seat and to no answer; `ConsultationAnswers` and
`ConsultationStrata` know each other by a key, and no seat.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, unordered_id
from core.text import Localized

# None is the database's NULL here, and not a JSON document.
_NULLABLE = JSON(none_as_null=True)


class ConsultationState(StrEnum):
    """How far a consultation has come."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"


class Consultation(Base):
    """One questionnaire, sent to those who sit on the panel when it opens."""

    __tablename__ = "consultation"
    __table_args__ = (UniqueConstraint("panel_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"))
    number: Mapped[int]
    title: Mapped[Localized]
    introduction: Mapped[Localized]
    # What `panels.questionnaire` writes; it does not change once people answer.
    questionnaire: Mapped[dict[str, Any]]
    # Rises with each change, so that two officials do not write over each other.
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[ConsultationState] = mapped_column(default=ConsultationState.DRAFT)
    created_at: Mapped[datetime]
    opens_at: Mapped[datetime | None]
    # When answering ends; moved by an early close.
    closes_at: Mapped[datetime]
    closed_early_because: Mapped[Localized | None]
    # How many were asked; it stays when members are erased.
    asked: Mapped[int] = mapped_column(default=0)
    reminders: Mapped[int] = mapped_column(default=0)
    reminded_at: Mapped[datetime | None]
    # What the town owes the panel: what it did with the answers, by when.
    answer_due_on: Mapped[date]
    answer: Mapped[Localized | None]
    answered_at: Mapped[datetime | None]

    def is_open(self, now: datetime) -> bool:
        """Whether answers are taken: by the clock, whoever has done what."""
        return self.state is ConsultationState.OPEN and now < self.closes_at

    def is_over(self, now: datetime) -> bool:
        """Whether it has been open and is no more."""
        return self.state is not ConsultationState.DRAFT and not self.is_open(now)


class ConsultationTask(Base):
    """That a member was asked; no answer, and nothing that leads to one."""

    __tablename__ = "consultation_task"
    __table_args__ = (UniqueConstraint("consultation_id", "seat_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    consultation_id: Mapped[int] = mapped_column(ForeignKey("consultation.id"))
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"), index=True)
    # HMAC of the personal link's code.
    link_key: Mapped[str] = mapped_column(String(64), unique=True)
    # Whether the member has answered; written for all at the close, never before:
    # a row that changes with an answer would lead to it.
    answered: Mapped[bool | None]


class ConsultationAnswers(Base):
    """What somebody has answered; whose it is, only the panel's key can tell.

    No time stands here, and the row ids have no order.
    """

    __tablename__ = "consultation_answers"

    id: Mapped[int] = mapped_column(primary_key=True, default=unordered_id)
    consultation_id: Mapped[int] = mapped_column(
        ForeignKey("consultation.id"), index=True
    )
    key: Mapped[str] = mapped_column(String(64), unique=True)
    # What has been sent, and counts; None: nothing yet.
    sent: Mapped[dict[str, Any] | None] = mapped_column(_NULLABLE)
    # What is being written and has not been sent; it goes at the close.
    draft: Mapped[dict[str, Any] | None] = mapped_column(_NULLABLE)


class ConsultationStrata(Base):
    """What somebody counts as, encrypted; read by the weighting and nothing else.

    Written for everybody at the opening, so that no row comes with an answer.
    """

    __tablename__ = "consultation_strata"

    id: Mapped[int] = mapped_column(primary_key=True, default=unordered_id)
    consultation_id: Mapped[int] = mapped_column(
        ForeignKey("consultation.id"), index=True
    )
    key: Mapped[str] = mapped_column(String(64), unique=True)
    said: Mapped[bytes] = mapped_column(LargeBinary)
