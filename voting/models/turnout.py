"""Turnout as everybody may read it, kept from day to day."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class TurnoutTables(Base):
    """The turnout of one day as everybody may read it; small cells are not in it."""

    __tablename__ = "turnout_tables"
    __table_args__ = (UniqueConstraint("round_id", "day", "final"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    # The last day that it counts; `final`: made at the sealing, for the publication.
    day: Mapped[date]
    final: Mapped[bool]
    taken_at: Mapped[datetime]
    document: Mapped[dict[str, Any]]
