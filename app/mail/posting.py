"""Write a message into the outbox, as a part of the act that it tells of."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.utils import parseaddr
from uuid import uuid4

from flask import current_app, g
from flask_babel import force_locale
from sqlalchemy.orm import Session

from app.jobs import enqueue
from app.mail.models import Message

LONGEST_SUBJECT = 200


def post(
    session: Session,
    *,
    to: str,
    language: str,
    kind: str,
    now: datetime,
    secret: bool = False,
    repeatable: bool = True,
    **params: object,
) -> Message:
    """Write one message; the worker sends it once the act is committed.

    Args:
        session: the act's session; if it rolls back, there is no message.
        to: one address.
        language: fi, sv or en; in which everything in the template is written.
        kind: the template templates/mail/<kind>.txt with blocks `subject`, `body`.
        now: from the clock.
        secret: shown on no page, and erased when it has been sent.
        repeatable: after a crash in the middle of sending: rather twice (with the
            same Message-ID) than not at all.
        **params: what the template needs.
    """
    if not to.isprintable():
        raise ValueError("an address with control characters")
    subject, body = _write(kind, language, params)
    message = Message(
        message_id=_new_message_id(),
        kind=kind,
        recipient=to,
        language=language,
        subject=subject,
        body=body,
        secret=secret,
        repeatable=repeatable,
        created_at=now,
    )
    session.add(message)
    session.flush()
    enqueue(session, "send_message", now=now, message=message.id)
    return message


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Write in this language, whatever the request around it speaks."""
    before = g.get("lang")
    g.lang = language
    try:
        with force_locale(language):
            yield
    finally:
        g.lang = before
        if before is None:
            g.pop("lang")


def _write(kind: str, language: str, params: dict[str, object]) -> tuple[str, str]:
    template = current_app.jinja_env.get_template(f"mail/{kind}.txt")
    with speaking(language):
        context = template.new_context(params)
        subject = "".join(template.blocks["subject"](context))
        body = template.render(params)
    # One line: whatever a person has written into it cannot begin a new header.
    return " ".join(subject.split())[:LONGEST_SUBJECT], _tidy(body)


def _tidy(body: str) -> str:
    """What template tags leave behind: at most one empty line, none at the end."""
    return re.sub(r"\n{3,}", "\n\n", body).strip() + "\n"


def _new_message_id() -> str:
    sender = parseaddr(current_app.extensions["puistokatu"].mail_from)[1]
    domain = sender.rpartition("@")[2] or "localhost"
    return f"<{uuid4().hex}@{domain}>"
