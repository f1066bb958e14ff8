"""Mailings: which letters were made, how many, and whether they still hold."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class LetterKind(StrEnum):
    """What a batch of letters is handed out as."""

    PDF = "pdf"
    CSV = "csv"


class LetterBatch(Base):
    """Letters that were made at once. The letters themselves are kept nowhere."""

    __tablename__ = "letter_batch"
    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        UniqueConstraint("round_id", "form_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    # 1, 2, 3 within the round: what the log and the print house call it.
    number: Mapped[int]
    kind: Mapped[LetterKind]
    # The role of whoever made it; who it was stands in the log.
    role: Mapped[str] = mapped_column(String(40))
    # The slug of the one area whose people it is for.
    area: Mapped[str | None] = mapped_column(String(80))
    # The number of the batch whose letters these replace.
    instead_of: Mapped[int | None]
    made_at: Mapped[datetime]
    letters: Mapped[int] = mapped_column(default=0)
    # None while it is being written, and for good where that broke off.
    finished_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    # Tells a second click on the same form from another mailing.
    form_key: Mapped[str | None] = mapped_column(String(32))
