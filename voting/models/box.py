"""The roll, the ballot box, and what is left of it when it has been sealed.

The roll says that a person voted, the box says what was chosen. While the vote
is open they meet only in a tag, HMAC-SHA256(round key, voter id); the key is not
in this database. Sealing copies the ballots out in random order, without tag,
time or id, and the key is destroyed.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, unordered_id


class Voter(Base):
    """A person entitled in one round: one row of the electoral roll."""

    __tablename__ = "voter"
    __table_args__ = (
        UniqueConstraint("round_id", "person_key"),
        UniqueConstraint("round_id", "account_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    # HMAC of whatever identifies the person, under a key outside the database.
    person_key: Mapped[str] = mapped_column(String(64))
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    home_area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    channel: Mapped[str | None] = mapped_column(String(20))
    # To the hour, so that the roll's order says nothing about the box's.
    voted_hour: Mapped[datetime | None]
    has_draft: Mapped[bool] = mapped_column(default=False)
    remind: Mapped[bool] = mapped_column(default=False)
    # Of rows from a register: for the turnout by age, the reading of the register
    # that the row stood in, and whether the correction desk has decided about it.
    birth_year: Mapped[int | None]
    extract: Mapped[int] = mapped_column(default=0, server_default="0")
    by_desk: Mapped[bool] = mapped_column(default=False, server_default=false())
    # Set at the sealing: two officials left this person's ballots out of the count.
    excluded: Mapped[bool] = mapped_column(default=False, server_default=false())


class BoxBallot(Base):
    """What one tag chose in one area; lives only until the box is sealed."""

    __tablename__ = "box_ballot"
    __table_args__ = (UniqueConstraint("round_id", "tag", "area_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=unordered_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    tag: Mapped[str] = mapped_column(String(64))
    # The number of the voter's act: every cast gives all of his ballots a new one,
    # so that an old receipt code never becomes true again.
    version: Mapped[int] = mapped_column(default=1)
    # [[project code, points], ...] in the order of the ballot paper, or as ranked.
    choices: Mapped[list[Any]]


class BoxCast(Base):
    """One press of the button; a retry with its key gets the original receipt."""

    __tablename__ = "box_cast"
    __table_args__ = (UniqueConstraint("round_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=unordered_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    key: Mapped[str] = mapped_column(String(64))
    tag: Mapped[str] = mapped_column(String(64), index=True)
    version: Mapped[int]
    # [area id, ...] in which this act cast a ballot; none: it took them all back.
    areas: Mapped[list[Any]]
    cast_hour: Mapped[datetime]


class Draft(Base):
    """An unfinished ballot, encrypted under a key derived from the round's key."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("round_id", "tag"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=unordered_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    tag: Mapped[str] = mapped_column(String(64))
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary)


class SealedBallot(Base):
    """A counted ballot: area and choices, nothing else.

    `extra` is filled only by the import of an election that is public already.
    """

    __tablename__ = "sealed_ballot"
    __table_args__ = (Index("ix_sealed_ballot_round_id", "round_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    # None: one ballot over all areas (an imported election).
    area_id: Mapped[int | None] = mapped_column(ForeignKey("area.id"))
    choices: Mapped[list[Any]]
    extra: Mapped[dict[str, Any] | None]


class SealedReceipt(Base):
    """The receipt code of a counted ballot, in a shuffled list of its own."""

    __tablename__ = "sealed_receipt"
    __table_args__ = (UniqueConstraint("round_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    code: Mapped[str] = mapped_column(String(40))
