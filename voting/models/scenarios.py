"""What was asked of a counted round besides its result; never the result itself."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class Scenario(Base):
    """A question and its answer; the same question of anybody is the same row.

    Nothing says who asked.
    """

    __tablename__ = "scenario"
    __table_args__ = (Index("ix_scenario_round_id", "round_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    # The result that it was compared with; a recount makes another.
    result_id: Mapped[int] = mapped_column(ForeignKey("result.id"))
    # A part of the hash of result and question: its address.
    key: Mapped[str] = mapped_column(String(24), unique=True)
    changes: Mapped[dict[str, Any]]
    # None until the rule has been run.
    outcome: Mapped[dict[str, Any] | None]
    created_at: Mapped[datetime]


class ResultDistances(Base):
    """How far each project of a result is from the other side."""

    __tablename__ = "result_distances"

    result_id: Mapped[int] = mapped_column(ForeignKey("result.id"), primary_key=True)
    distances: Mapped[list[Any]]
    computed_at: Mapped[datetime]
