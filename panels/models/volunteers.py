"""Those who have said yes: what they say about themselves, and how to reach them."""

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, unordered_id


class Volunteer(Base):
    """One person in the pool of a panel; withdrawing deletes the row.

    `contact` (name, e-mail, telephone) and `needs` are encrypted under the panels'
    key, which is not in this database.
    """

    __tablename__ = "volunteer"
    __table_args__ = (
        UniqueConstraint("invitation_id"),
        UniqueConstraint("link_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=unordered_id)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"), index=True)
    invitation_id: Mapped[int | None] = mapped_column(
        ForeignKey("invitation.id", ondelete="SET NULL")
    )
    # Feature key: value key, or null where the person does not want to say.
    answers: Mapped[dict[str, Any]]
    # Equal keys live together; None: alone, or not known.
    household_key: Mapped[str | None] = mapped_column(String(64))
    contact: Mapped[bytes] = mapped_column(LargeBinary)
    # In which language the person wants to take part.
    language: Mapped[str] = mapped_column(String(2))
    # What makes taking part possible: an interpreter, large print, a ramp.
    needs: Mapped[bytes | None] = mapped_column(LargeBinary)
    consent_version: Mapped[int]
    joined_on: Mapped[date]
    # HMAC of the personal link.
    link_key: Mapped[str] = mapped_column(String(64))
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
