"""A standing citizen panel: whose it is, what it is to resemble, by which rules."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base
from core.text import Localized


class PanelStage(StrEnum):
    """Where a panel stands; it comes back to inviting when seats are to be filled."""

    PREPARING = "preparing"
    INVITING = "inviting"
    DRAWING = "drawing"
    SEATED = "seated"
    ENDED = "ended"

    @property
    def is_public(self) -> bool:
        """Whether residents see the panel."""
        return self is not PanelStage.PREPARING


class NotSaid(StrEnum):
    """What becomes of a volunteer who does not want to say a feature."""

    # Takes part, and counts in no quota of that feature.
    NO_QUOTA = "no_quota"
    # Is not drawn.
    LEFT_OUT = "left_out"


class Panel(Base):
    """A group of residents, drawn by lot, that is asked at intervals.

    `targets` is what `panels.targets` writes: features with their values, counts in
    the population and quotas. It is fixed when the first letter is drawn.
    """

    __tablename__ = "panel"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[Localized]
    about: Mapped[Localized]
    # Who decides what is asked, and what happens with the answers.
    owner: Mapped[Localized]
    municipality: Mapped[str] = mapped_column(String(80), default="")
    contact: Mapped[str] = mapped_column(String(200), default="")
    stage: Mapped[PanelStage] = mapped_column(default=PanelStage.PREPARING)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    size: Mapped[int]
    targets: Mapped[dict[str, Any]]
    targets_fixed_at: Mapped[datetime | None]
    # At most one member of a household.
    one_per_household: Mapped[bool] = mapped_column(default=True)
    not_said: Mapped[NotSaid] = mapped_column(default=NotSaid.NO_QUOTA)
    # Younger people are not invited.
    min_age: Mapped[int] = mapped_column(default=16)
    term_months: Mapped[int] = mapped_column(default=24)
    # Months in which somebody is not invited again, and has a rest after a seat.
    invite_rest_months: Mapped[int] = mapped_column(default=12)
    seat_rest_months: Mapped[int] = mapped_column(default=24)

    # What volunteers agree to; the number says which text it was.
    consent: Mapped[Localized]
    consent_version: Mapped[int] = mapped_column(default=1)

    # The extract that the next letters are drawn from.
    register_id: Mapped[int | None] = mapped_column(ForeignKey("register.id"))
