"""What an official did to a vote on its way, with the reason that everybody reads."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base
from core.text import Localized

_GOES_ON = text("ended_at IS NULL")


class Pause(Base):
    """A time in which no ballot was taken; `ended_at` is empty while it lasts.

    `Round.paused_at` says the same of the present one, so that casting need not
    look here.
    """

    __tablename__ = "vote_pause"
    __table_args__ = (
        Index(
            "uq_vote_pause_going_on",
            "round_id",
            unique=True,
            sqlite_where=_GOES_ON,
            postgresql_where=_GOES_ON,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    began_at: Mapped[datetime]
    # When the official hopes that it goes on; nothing happens by itself then.
    expected_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reason: Mapped[Localized]


class Extension(Base):
    """A later end than the one before; the last of them is `Round.extended_until`."""

    __tablename__ = "vote_extension"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    decided_at: Mapped[datetime]
    old_end: Mapped[datetime]
    new_end: Mapped[datetime]
    reason: Mapped[Localized]
