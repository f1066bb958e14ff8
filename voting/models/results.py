"""The frozen rules of a round, and what counting by them gave."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base
from voting.models.rounds import Round


class ResultState(StrEnum):
    """Whether a stored outcome is the official's to look at or everybody's."""

    COMPUTED = "computed"
    PUBLISHED = "published"
    REPLACED = "replaced"


class Manifest(Base):
    """One version of a round's rule manifest; triggers refuse every edit."""

    __tablename__ = "manifest"
    __table_args__ = (UniqueConstraint("round_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    version: Mapped[int]
    # Text and not JSON: the hash is over these very bytes.
    document: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    frozen_at: Mapped[datetime]

    round: Mapped[Round] = relationship()


class Result(Base):
    """A stored Outcome, with all that it takes to compute it again."""

    __tablename__ = "result"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    manifest_id: Mapped[int] = mapped_column(ForeignKey("manifest.id"))
    state: Mapped[ResultState] = mapped_column(default=ResultState.COMPUTED)
    rule: Mapped[str] = mapped_column(String(40))
    parameters: Mapped[dict[str, Any]]
    profile_digest: Mapped[str] = mapped_column(String(64))
    # How many ballots, and how many of them were blank.
    ballots: Mapped[int]
    blank: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[dict[str, Any]]
    proven: Mapped[bool]
    computed_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    # Who asked for the count: a second signature must be another person's.
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )

    round: Mapped[Round] = relationship()
    manifest: Mapped[Manifest] = relationship()
    signatures: Mapped[list["ResultSignature"]] = relationship()


class CountedBallots(Base):
    """The distinct ballots of a result with their numbers, packed for quick reading.

    No more than the sealed ballots say: choices only, merged and sorted.
    """

    __tablename__ = "counted_ballots"

    result_id: Mapped[int] = mapped_column(ForeignKey("result.id"), primary_key=True)
    ballots: Mapped[bytes] = mapped_column(LargeBinary)


class ResultSignature(Base):
    """Another official's word that an outcome which is not proven may be published."""

    __tablename__ = "result_signature"
    __table_args__ = (UniqueConstraint("result_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    result_id: Mapped[int] = mapped_column(ForeignKey("result.id"))
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    signed_at: Mapped[datetime]
