"""Assisted sessions: who helped at which desk, until the sealing.

A session has no column that leads to a voter: while it runs, its pass into the booth
does.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base

_RUNS = text("ended_at IS NULL")


class Ending(StrEnum):
    """How an assisted session ended."""

    # Somebody pressed "End" in that browser.
    HERE = "here"
    # An official ended it from the list of sessions.
    OFFICIAL = "official"
    TIME = "time"
    # The same person came into the booth in another way.
    ELSEWHERE = "elsewhere"


class AssistedSession(Base):
    """A browser at a service point that an official has opened for one resident."""

    __tablename__ = "assisted_session"
    __table_args__ = (
        # An official has one that runs, whatever was pressed twice.
        Index(
            "uq_assisted_session_running",
            "official_id",
            unique=True,
            sqlite_where=_RUNS,
            postgresql_where=_RUNS,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    official_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    # The service point, as the official calls it.
    desk: Mapped[str] = mapped_column(String(120))
    began_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    # Whether a vote was cast in it: from then on it shows the receipt only.
    has_cast: Mapped[bool] = mapped_column(default=False)
    ended_at: Mapped[datetime | None]
    ended_how: Mapped[Ending | None]
    # Tells a second click on the same form from another session.
    form_key: Mapped[str | None] = mapped_column(String(32))
