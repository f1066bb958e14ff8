"""Reading the outbox as its recipient would."""

import re
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.mail.models import Message


def mails_to(session: Session, address: str) -> list[Message]:
    """What has been written to an address, oldest first."""
    session.commit()
    return list(
        session.scalars(
            select(Message).where(Message.recipient == address).order_by(Message.id)
        )
    )


def link_in_last_mail(session: Session, address: str, part: str) -> str:
    """The path of the link to a page in the newest mail to an address."""
    body = mails_to(session, address)[-1].body or ""
    found = re.search(rf"https?://\S+/{part}/\S+", body)
    assert found, body
    return urlsplit(found.group()).path
