"""Draws of a panel: the list, the lottery that was published, the dice, the pick."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class DrawKind(StrEnum):
    """What a draw fills."""

    # All seats.
    WHOLE = "whole"
    # Seats that have become vacant.
    REPLACEMENT = "replacement"
    # The seats whose term ends.
    ROTATION = "rotation"


class DrawState(StrEnum):
    """How far a draw has come; each state is published before the next one."""

    # The pool and the quotas stand; the lottery is being computed.
    PREPARED = "prepared"
    # No panel meets the quotas; `relaxation` says what would help.
    INFEASIBLE = "infeasible"
    # The numbered panels and their hash are there; now dice may be thrown.
    LISTED = "listed"
    # One official has entered the dice.
    ENTERED = "entered"
    # Another one has entered the same; the panel is known.
    DRAWN = "drawn"
    CANCELLED = "cancelled"


class Draw(Base):
    """One draw over the pool of a panel. Nothing in it names a person."""

    __tablename__ = "panel_draw"
    __table_args__ = (UniqueConstraint("panel_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"))
    # 1, 2, 3 within the panel.
    number: Mapped[int]
    kind: Mapped[DrawKind] = mapped_column(default=DrawKind.WHOLE)
    state: Mapped[DrawState] = mapped_column(default=DrawState.PREPARED)
    lottery: Mapped[str] = mapped_column(String(40))
    # Seats that this draw fills.
    size: Mapped[int]
    # Feature, value, least, most, as the lottery was given them.
    quotas: Mapped[list[Any]]
    one_per_household: Mapped[bool]
    # The text that the lottery's own chance comes from.
    seed: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime]
    # Pseudonyms with their features and households, and the seated; packed.
    pool: Mapped[bytes | None] = mapped_column(LargeBinary)
    pool_sha256: Mapped[str | None] = mapped_column(String(64))
    # The numbered panels, chances and certificate; packed.
    document: Mapped[bytes | None] = mapped_column(LargeBinary)
    document_sha256: Mapped[str | None] = mapped_column(String(64))
    # Least and largest chance, Gini, gap and bound, for the page.
    measures: Mapped[dict[str, Any] | None]
    relaxation: Mapped[list[Any] | None]
    listed_at: Mapped[datetime | None]
    # Dice as thrown in public, or a seed that was committed to before.
    dice: Mapped[str | None] = mapped_column(String(200))
    # Hash of a seed committed to before the list; None where dice are thrown.
    commitment: Mapped[str | None] = mapped_column(String(64))
    entered_by: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    entered_at: Mapped[datetime | None]
    confirmed_by: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    drawn_at: Mapped[datetime | None]
    # Which of the numbered panels it is, from 1.
    picked: Mapped[int | None]


class Entrant(Base):
    """Who is behind a pseudonym of a draw; gone with the volunteer."""

    __tablename__ = "draw_entrant"
    __table_args__ = (UniqueConstraint("draw_id", "volunteer_id"),)

    draw_id: Mapped[int] = mapped_column(
        ForeignKey("panel_draw.id", ondelete="CASCADE"), primary_key=True
    )
    # The place in the published list, from 0; in drawn order, not in that of joining.
    place: Mapped[int] = mapped_column(primary_key=True)
    pseudonym: Mapped[str] = mapped_column(String(20))
    volunteer_id: Mapped[int] = mapped_column(
        ForeignKey("volunteer.id", ondelete="CASCADE"), index=True
    )
