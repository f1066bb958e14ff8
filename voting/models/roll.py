"""The electoral roll as it was read from a register, and the ways onto and into it.

The rows themselves are `box.Voter`. Nothing here says what anybody chose. Names,
addresses and requests are encrypted under the roll's key, which is not in this
database.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, unordered_id
from core.register.numbers import NumberKind


class RequestState(StrEnum):
    """Where a request to the correction desk stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Roll(Base):
    """Where a round's roll comes from, and what it was when it was read."""

    __tablename__ = "roll"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    source: Mapped[str] = mapped_column(String(200))
    # The day on which address and age count.
    as_of: Mapped[date]
    numbers: Mapped[NumberKind]
    size: Mapped[int]
    # Why rows of the register are not on the roll, and how many.
    left_out: Mapped[dict[str, Any]]
    # The rules and areas by which the rows were chosen, to see that they still hold.
    rules: Mapped[dict[str, Any]]
    # Over all rows; None after a correction, until the opening computes it anew.
    sha256: Mapped[str | None] = mapped_column(String(64))
    file_sha256: Mapped[str] = mapped_column(String(64))
    # Tells whether the key file is still the one that made the person keys.
    key_check: Mapped[str] = mapped_column(String(64))
    # The number of the reading; a row of an older one is not on the roll any more.
    extract: Mapped[int]
    read_at: Mapped[datetime]


class RollContact(Base):
    """How somebody on the roll can be written to; removed when the vote is sealed."""

    __tablename__ = "roll_contact"
    __table_args__ = (Index("ix_roll_contact_email", "round_id", "email_key"),)

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    person_key: Mapped[str] = mapped_column(String(64), primary_key=True)
    email_key: Mapped[str | None] = mapped_column(String(64))
    # Name, address and language for the letter, encrypted.
    letter: Mapped[bytes | None] = mapped_column(LargeBinary)


class RollCode(Base):
    """A posted code: only its HMAC, and whose it is."""

    __tablename__ = "roll_code"
    __table_args__ = (
        UniqueConstraint("round_id", "code_key"),
        # One code of a person is good at any time.
        Index(
            "uq_roll_code_good",
            "voter_id",
            unique=True,
            sqlite_where=text("NOT revoked"),
            postgresql_where=text("NOT revoked"),
        ),
        Index("ix_roll_code_voter_id", "voter_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=unordered_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    voter_id: Mapped[int] = mapped_column(ForeignKey("voter.id", ondelete="CASCADE"))
    code_key: Mapped[str] = mapped_column(String(64))
    revoked: Mapped[bool] = mapped_column(default=False)
    # None: made one by one, at the desk.
    batch_id: Mapped[int | None] = mapped_column(
        ForeignKey("letter_batch.id"), index=True
    )
    # Made when a vote was in already: it opens the booth once, to change that vote.
    after_vote: Mapped[bool] = mapped_column(default=False, server_default=false())


class BoothPass(Base):
    """Somebody who is in the booth without an account; a voter has one at a time."""

    __tablename__ = "booth_pass"
    __table_args__ = (UniqueConstraint("voter_id"), UniqueConstraint("token_hash"))

    id: Mapped[int] = mapped_column(primary_key=True, default=unordered_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    voter_id: Mapped[int] = mapped_column(ForeignKey("voter.id", ondelete="CASCADE"))
    token_hash: Mapped[str] = mapped_column(String(64))
    way: Mapped[str] = mapped_column(String(20))
    expires_at: Mapped[datetime]
    # Set where an official has opened the booth at a service point.
    assisted_id: Mapped[int | None] = mapped_column(
        ForeignKey("assisted_session.id"), index=True
    )


class RollRequest(Base):
    """Somebody who misses himself on the roll: what was asked, what became of it."""

    __tablename__ = "roll_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    state: Mapped[RequestState] = mapped_column(default=RequestState.OPEN)
    language: Mapped[str] = mapped_column(String(2))
    sent_at: Mapped[datetime]
    # Encrypted, and gone as soon as it is decided.
    details: Mapped[bytes | None] = mapped_column(LargeBinary)
    reason: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
