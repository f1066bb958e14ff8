"""Seats of a panel: who sits from when until when, why a seat ended, who came after."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class SeatState(StrEnum):
    """Whether somebody sits."""

    # Drawn, and not yet asked or not yet answered.
    OFFERED = "offered"
    TAKEN = "taken"
    ENDED = "ended"


class EndReason(StrEnum):
    """Why a seat has ended."""

    DECLINED = "declined"
    TERM = "term"
    RESIGNED = "resigned"
    # Missed tasks, and two contacts without an answer.
    INACTIVE = "inactive"
    # Moved away, or took an office that does not go with the panel.
    NOT_ELIGIBLE = "not_eligible"
    # Withdrew, and everything about the person is erased.
    ERASED = "erased"


class Seat(Base):
    """One person's time on a panel."""

    __tablename__ = "seat"
    __table_args__ = (Index("ix_seat_panel_state", "panel_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"))
    draw_id: Mapped[int] = mapped_column(ForeignKey("panel_draw.id"), index=True)
    # None: erased.
    volunteer_id: Mapped[int | None] = mapped_column(
        ForeignKey("volunteer.id", ondelete="SET NULL"), index=True
    )
    state: Mapped[SeatState] = mapped_column(default=SeatState.OFFERED)
    # What the person counts as in the quotas; emptied when erased.
    answers: Mapped[dict[str, Any]]
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    ended_on: Mapped[date | None]
    ended_because: Mapped[EndReason | None]
    # The seat that this one follows.
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("seat.id"), index=True)
    # Kept after the end for as long as a rest is due.
    person_key: Mapped[str | None] = mapped_column(String(64), index=True)
    # Tasks given and missed, and contacts without an answer since the last task done.
    tasks: Mapped[int] = mapped_column(default=0)
    missed: Mapped[int] = mapped_column(default=0)
    contacts: Mapped[int] = mapped_column(default=0)
    # Compensation owed and paid, in cents.
    owed_cents: Mapped[int] = mapped_column(default=0)
    paid_cents: Mapped[int] = mapped_column(default=0)
