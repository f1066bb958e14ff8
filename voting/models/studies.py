"""What is worked out from a stored result for its pages, once for all readers."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base
from voting.models.results import Manifest, Result


class Study(Base):
    """The same ballots under every rule, and who paid for what in this result."""

    __tablename__ = "study"

    id: Mapped[int] = mapped_column(primary_key=True)
    # One for each result: the second of two that are made at once is dropped.
    result_id: Mapped[int] = mapped_column(ForeignKey("result.id"), unique=True)
    document: Mapped[dict[str, Any]]
    computed_at: Mapped[datetime]

    result: Mapped[Result] = relationship()


class EarlyStudy(Base):
    """The same of sealed ballots that have not been counted yet, for the officials.

    Its official outcome is a trial: the round has no result, and none is made of it.
    """

    __tablename__ = "early_study"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    manifest_id: Mapped[int] = mapped_column(ForeignKey("manifest.id"))
    outcome: Mapped[dict[str, Any]]
    document: Mapped[dict[str, Any]]
    computed_at: Mapped[datetime]

    manifest: Mapped[Manifest] = relationship()
