"""The outbox: mail is a row written with the act, sent by the worker."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class MessageState(StrEnum):
    """How far a message has come."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    PERHAPS_SENT = "perhaps_sent"
    FAILED = "failed"


class Message(Base):
    """One rendered message to one address."""

    __tablename__ = "message"

    id: Mapped[int] = mapped_column(primary_key=True)
    # Fixed before the first try, so that a second copy is seen to be the same.
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    # Empty once a secret message has been sent.
    recipient: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2))
    subject: Mapped[str] = mapped_column(String(200))
    # None once a secret message has been sent.
    body: Mapped[str | None] = mapped_column(Text)
    # A receipt or a code: never shown on any page, erased when sent.
    secret: Mapped[bool] = mapped_column(default=False)
    # After a crash: send again (the same Message-ID), or rather not at all.
    repeatable: Mapped[bool] = mapped_column(default=True)
    state: Mapped[MessageState] = mapped_column(default=MessageState.WAITING)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(String(300))
