"""People who log in: accounts, what they may do, one-time tokens, slowed attempts."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base


class Role(StrEnum):
    """What a grant lets a person be."""

    ADMINISTRATOR = "administrator"
    OFFICIAL = "official"
    ELECTED = "elected"
    AUDITOR = "auditor"


class TokenKind(StrEnum):
    """What a one-time link is for."""

    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105 - a kind, not a password
    CHANGE_EMAIL = "change_email"
    INVITATION = "invitation"


class Account(Base):
    """A person with an e-mail address and a password."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    # Stored in lower case: two spellings of an address are one person.
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120), default="")
    password_hash: Mapped[str] = mapped_column(String(255), default="")
    language: Mapped[str] = mapped_column(String(2), default="fi")
    created_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]
    # Every session carries this number; raising it logs out all others.
    session_epoch: Mapped[int] = mapped_column(default=1)
    notify_results: Mapped[bool] = mapped_column(default=True)
    notify_reminders: Mapped[bool] = mapped_column(default=False)
    notify_proposals: Mapped[bool] = mapped_column(default=True)
    # Encrypted under a key derived from SECRET_KEY.
    totp_secret: Mapped[str | None] = mapped_column(String(255))
    totp_confirmed_at: Mapped[datetime | None]
    # The last time step that was accepted: a code works once.
    totp_last_step: Mapped[int] = mapped_column(default=0)
    demo: Mapped[bool] = mapped_column(default=False)

    grants: Mapped[list["Grant"]] = relationship(
        back_populates="account", foreign_keys="Grant.account_id"
    )

    # What Flask-Login asks of a user; its own mixin has no types.
    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What the session remembers: who, and since which log-out of all."""
        return f"{self.id}:{self.session_epoch}"


class Grant(Base):
    """A right that one official gave another person, in one place or everywhere."""

    __tablename__ = "access_grant"
    __table_args__ = (UniqueConstraint("account_id", "role", "scope"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[Role]
    # "house", "round:<slug>" or "panel:<slug>".
    scope: Mapped[str] = mapped_column(String(120), default="house")
    granted_at: Mapped[datetime]

    account: Mapped[Account] = relationship(
        back_populates="grants", foreign_keys=[account_id]
    )


class Token(Base):
    """A link that works once; only its hash is stored."""

    __tablename__ = "token"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[TokenKind]
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """Stands in for the second factor once; only its hash is stored."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None]


class Attempt(Base):
    """Recent failures under one key (an account, or a truncated address)."""

    __tablename__ = "attempt"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime]
    # No further try is looked at before this moment.
    wait_until: Mapped[datetime | None]
