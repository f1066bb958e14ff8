"""What may be wrong with a vote, and what two officials make of it.

All of it stands on the roll's side: where somebody cast from leads to a row of the
roll and never to a ballot.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, unordered_id


class Verdict(StrEnum):
    """What two officials make of a sign that something may be wrong."""

    NOTHING_WRONG = "nothing_wrong"
    EXCLUDE = "exclude"


class Ground(StrEnum):
    """Why ballots are left out of the count, as the public is told."""

    MACHINE = "machine"
    SEVERAL_ACCOUNTS = "several_accounts"
    GUESSED_CODES = "guessed_codes"
    OTHER = "other"


class DecisionState(StrEnum):
    """How far a decision has come."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"


class CastSource(Base):
    """From which network a voter last cast, as a keyed hash; gone at the sealing."""

    __tablename__ = "cast_source"

    voter_id: Mapped[int] = mapped_column(
        ForeignKey("voter.id", ondelete="CASCADE"), primary_key=True
    )
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    # HMAC of the day and the network, under the round's key.
    source: Mapped[str] = mapped_column(String(32))
    # The quarter of an hour.
    at: Mapped[datetime]


class RefusedTry(Base):
    """How often a network was refused at the door within a quarter of an hour."""

    __tablename__ = "refused_try"
    __table_args__ = (UniqueConstraint("round_id", "source", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=unordered_id)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    source: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=1)


class KnownSource(Base):
    """A network that many people share for a good reason: a library, a school."""

    __tablename__ = "known_source"
    __table_args__ = (UniqueConstraint("round_id", "network"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    network: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(120))


class AnomalyDecision(Base):
    """What one official proposes about a sign, and another one makes of it."""

    __tablename__ = "anomaly_decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    # Which sign it is about, and what was known of it: times and numbers.
    sign: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(20))
    facts: Mapped[dict[str, Any]]
    verdict: Mapped[Verdict]
    ground: Mapped[Ground | None]
    reason: Mapped[str]
    state: Mapped[DecisionState] = mapped_column(default=DecisionState.PROPOSED)
    proposed_by: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    proposed_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL")
    )
    decided_at: Mapped[datetime | None]
    # Known at the sealing: people, and their ballots, that were left out.
    people: Mapped[int | None]
    ballots: Mapped[int | None]


class AnomalyVoter(Base):
    """Whose ballots a decision is about; gone at the sealing."""

    __tablename__ = "anomaly_voter"

    decision_id: Mapped[int] = mapped_column(
        ForeignKey("anomaly_decision.id", ondelete="CASCADE"), primary_key=True
    )
    voter_id: Mapped[int] = mapped_column(
        ForeignKey("voter.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
