"""Voting on paper: batches of printed cards, the cards, the envelopes they come in.

An envelope has a voter and no card, a card has choices and no voter: nothing here
or elsewhere joins the two. Cards and envelopes go when the box is sealed; what is
left are numbers.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, unordered_id

# What the roll calls this way of voting.
PAPER = "paper"


class BatchState(StrEnum):
    """Whether cards of a batch may still be entered."""

    OPEN = "open"
    CLOSED = "closed"


class CardState(StrEnum):
    """How far a card has come; from `VALID` on two people agree about it."""

    WAITING = "waiting"
    ENTERED = "entered"
    DISPUTED = "disputed"
    VALID = "valid"
    BLANK = "blank"
    SPOILED = "spoiled"
    NOT_ON_ROLL = "not_on_roll"
    TWICE = "twice"


class EnvelopeState(StrEnum):
    """What became of an envelope."""

    ACCEPTED = "accepted"
    NOT_ON_ROLL = "not_on_roll"
    TWICE = "twice"


class Duty(StrEnum):
    """What an official handles in a round: one of the two, and never the other."""

    ENVELOPES = "envelopes"
    CARDS = "cards"


class PaperDuty(Base):
    """Which of the two an official has taken on."""

    __tablename__ = "paper_duty"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True
    )
    duty: Mapped[Duty]


class PaperBatch(Base):
    """Cards that were printed together for one area, and what became of them.

    The numbers are there when the batch is closed. `spoiled` were destroyed before
    they came back, `missing` never came back; `counted_*` come from the cards.
    """

    __tablename__ = "paper_batch"
    __table_args__ = (UniqueConstraint("round_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    number: Mapped[int]
    state: Mapped[BatchState] = mapped_column(default=BatchState.OPEN)
    issued: Mapped[int]
    issued_at: Mapped[datetime]
    returned: Mapped[int | None]
    spoiled: Mapped[int | None]
    missing: Mapped[int | None]
    counted_valid: Mapped[int | None]
    counted_blank: Mapped[int | None]
    counted_spoiled: Mapped[int | None]
    counted_not_on_roll: Mapped[int | None]
    counted_twice: Mapped[int | None]
    closed_at: Mapped[datetime | None]


class PaperCard(Base):
    """One printed card. No time is kept, so the order of counting is not known.

    An entry is {"verdict": ..., "marks": {project code: number}}.
    """

    __tablename__ = "paper_card"
    __table_args__ = (
        UniqueConstraint("round_id", "serial"),
        UniqueConstraint("batch_id", "place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    batch_id: Mapped[int] = mapped_column(ForeignKey("paper_batch.id"))
    place: Mapped[int]
    serial: Mapped[str] = mapped_column(String(12))
    state: Mapped[CardState] = mapped_column(default=CardState.WAITING)
    first_by: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    first_entry: Mapped[dict[str, Any] | None]
    second_by: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    second_entry: Mapped[dict[str, Any] | None]
    # Whether it goes among the sealed ballots, and with which choices; `fault` is
    # the code of what is wrong with a spoiled one.
    counted: Mapped[bool] = mapped_column(default=False, server_default=false())
    choices: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    fault: Mapped[str] = mapped_column(String(40), default="", server_default="")


class PaperEnvelope(Base):
    """An outer envelope, opened: whose, with inner envelopes of which areas.

    One that was set aside has no voter.
    """

    __tablename__ = "paper_envelope"
    __table_args__ = (UniqueConstraint("round_id", "key"), UniqueConstraint("voter_id"))

    id: Mapped[int] = mapped_column(primary_key=True, default=unordered_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    # One filling-in of the form: pressing twice is one envelope.
    key: Mapped[str] = mapped_column(String(64))
    state: Mapped[EnvelopeState]
    voter_id: Mapped[int | None] = mapped_column(
        ForeignKey("voter.id", ondelete="CASCADE")
    )
    areas: Mapped[list[Any]]
    # What the roll said before, for taking the mark back.
    channel_before: Mapped[str | None] = mapped_column(String(20))
    hour_before: Mapped[datetime | None]


class PaperDifference(Base):
    """Why an area has another number of cards than of envelopes: two signatures.

    Good for exactly these numbers.
    """

    __tablename__ = "paper_difference"
    __table_args__ = (Index("ix_paper_difference_round_id", "round_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"))
    numbers: Mapped[list[Any]]
    reason: Mapped[str]
    first_by: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    second_by: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    signed_at: Mapped[datetime | None]


class PaperTotal(Base):
    """What an area got on paper, written down when the vote was reconciled."""

    __tablename__ = "paper_total"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    area_id: Mapped[int] = mapped_column(ForeignKey("area.id"), primary_key=True)
    envelopes: Mapped[int]
    valid: Mapped[int]
    blank: Mapped[int]
    spoiled: Mapped[int]
    not_on_roll: Mapped[int]
    twice: Mapped[int]
