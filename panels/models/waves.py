"""Waves of invitations: how many of each stratum, whom the lot named, the letters."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, unordered_id


class WaveState(StrEnum):
    """Where a wave stands."""

    # The list is fixed by its hash, and the numbers are; the seed is not known.
    PLANNED = "planned"
    DRAWN = "drawn"
    CLOSED = "closed"


class InvitationState(StrEnum):
    """What has become of an invitation."""

    INVITED = "invited"
    VOLUNTEERED = "volunteered"
    DECLINED = "declined"
    # Said yes and took it back.
    WITHDRAWN = "withdrawn"
    # The letter came back.
    RETURNED = "returned"


class InvitationWave(Base):
    """One sample of the register for one panel.

    `strata` is what `panels.strata` writes: for each cell its values, people in the
    register, seats needed, expected response, letters. It holds no person.
    """

    __tablename__ = "invitation_wave"
    __table_args__ = (UniqueConstraint("panel_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"))
    # 1, 2, 3 within the panel.
    number: Mapped[int]
    register_id: Mapped[int] = mapped_column(ForeignKey("register.id"))
    state: Mapped[WaveState] = mapped_column(default=WaveState.PLANNED)
    planned_at: Mapped[datetime]
    size: Mapped[int]
    # Strata with their numbers, and how many were left out and why.
    strata: Mapped[list[Any]]
    left_out: Mapped[dict[str, Any]]
    # Keys of people who are never invited; emptied by the draw.
    excluded: Mapped[list[Any]]
    one_per_household: Mapped[bool] = mapped_column(default=True)
    # Over the sorted list that the lot is drawn from; fixed before the seed.
    list_sha256: Mapped[str] = mapped_column(String(64))
    seed: Mapped[str | None] = mapped_column(String(200))
    drawn_at: Mapped[datetime | None]
    # The last day of answering, as the letters say it.
    answer_by: Mapped[date]
    closed_at: Mapped[datetime | None]


class LetterRunKind(StrEnum):
    """What letters are handed out as."""

    PDF = "pdf"
    CSV = "csv"


class LetterRun(Base):
    """Letters that were made at once. The letters themselves are kept nowhere."""

    __tablename__ = "letter_run"
    __table_args__ = (
        UniqueConstraint("wave_id", "number"),
        UniqueConstraint("wave_id", "form_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("invitation_wave.id"))
    number: Mapped[int]
    kind: Mapped[LetterRunKind]
    # A second letter, to those who have not answered.
    is_reminder: Mapped[bool] = mapped_column(default=False)
    # The role of whoever made it; who it was stands in the log.
    role: Mapped[str] = mapped_column(String(40))
    made_at: Mapped[datetime]
    letters: Mapped[int] = mapped_column(default=0)
    # None while it is being written, and for good where that broke off.
    finished_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    # Tells a second click on the same form from other letters.
    form_key: Mapped[str | None] = mapped_column(String(32))


class Invitation(Base):
    """Somebody whom the lot has named. The address stays in the register."""

    __tablename__ = "invitation"
    __table_args__ = (
        UniqueConstraint("wave_id", "person_key"),
        UniqueConstraint("code_key"),
        UniqueConstraint("earlier_code_key"),
        Index("ix_invitation_wave_stratum", "wave_id", "stratum"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=unordered_id)
    wave_id: Mapped[int] = mapped_column(ForeignKey("invitation_wave.id"))
    # Gone when the register is erased.
    person_id: Mapped[int | None] = mapped_column(
        ForeignKey("register_person.id", ondelete="SET NULL"), index=True
    )
    # Kept for as long as nobody may be invited again.
    person_key: Mapped[str | None] = mapped_column(String(64), index=True)
    household_key: Mapped[str | None] = mapped_column(String(64), index=True)
    # The place of the cell in the wave's strata.
    stratum: Mapped[int]
    state: Mapped[InvitationState] = mapped_column(default=InvitationState.INVITED)
    # HMAC of the code in the newest letter; None before the first one.
    code_key: Mapped[str | None] = mapped_column(String(64))
    # Of the letter before it: whoever finds that one first may use it.
    earlier_code_key: Mapped[str | None] = mapped_column(String(64))
    letter_run_id: Mapped[int | None] = mapped_column(
        ForeignKey("letter_run.id"), index=True
    )
    letters: Mapped[int] = mapped_column(default=0)
    # The day and no more: an answer's time tells too much beside a web log.
    answered_on: Mapped[date | None]
