"""The job that sends one message of the outbox.

Mail cannot be sent exactly once: between the server's "250 OK" and our commit
there is a moment. A message is therefore marked as being sent before it is
handed over. Where a worker died in between, one that may be repeated goes again
with the same Message-ID, and any other is set down as perhaps sent.
"""

from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP

from flask import current_app
from sqlalchemy.orm import Session

from app.extensions import clock
from app.jobs.work import Postpone, Work
from app.mail.models import Message, MessageState
from app.mail.transport import NotSent, PerhapsSent, Transport

UNTIL_THERE_IS_A_SERVER = timedelta(minutes=5)
LONGEST_ERROR = 300
# A failed one as well: an operator may have given its job new attempts.
UNSENT = (MessageState.WAITING, MessageState.SENDING, MessageState.FAILED)


def send_message(work: Work) -> None:
    """Send the message, unless that has happened or may have happened.

    Raises:
        NotSent, PerhapsSent: to be tried again, after a pause.
        Postpone: there is no mail server yet.
    """
    transport: Transport | None = current_app.extensions["mail"]
    envelope = _take_out(work, transport)
    if envelope is None or transport is None:
        return
    try:
        transport.send(envelope)
    except NotSent as failure:
        _note(work, failure, for_good=failure.for_good or work.is_last_attempt)
        if not failure.for_good:
            raise
    except PerhapsSent as failure:
        if _note_doubt(work, failure, for_good=work.is_last_attempt):
            raise
    else:
        with work.finishing() as session:
            _mark_sent(session, _message(session, work))


def _take_out(work: Work, transport: Transport | None) -> EmailMessage | None:
    """Mark the message as being sent; None if there is nothing to send."""
    with work.acting() as session:
        message = _message(session, work)
        if message.state == MessageState.SENDING and not message.repeatable:
            message.state = MessageState.PERHAPS_SENT
            _forget(message)
        if message.state not in UNSENT or message.body is None:
            return None
        if transport is None and current_app.extensions["puistokatu"].demo:
            # The demo municipality has no mail server: its outbox is the mail.
            _mark_sent(session, message)
            return None
        if transport is not None:
            message.state = MessageState.SENDING
            return _envelope(message)
    raise Postpone(UNTIL_THERE_IS_A_SERVER)


def _message(session: Session, work: Work) -> Message:
    return session.get_one(
        Message,
        work.arguments["message"],
        with_for_update=True,
        populate_existing=True,
    )


def _envelope(message: Message) -> EmailMessage:
    envelope = EmailMessage(policy=SMTP)
    envelope["Message-ID"] = message.message_id
    envelope["Date"] = message.created_at
    envelope["From"] = current_app.extensions["puistokatu"].mail_from
    envelope["To"] = message.recipient
    envelope["Subject"] = message.subject
    # Answering machines need not answer a machine.
    envelope["Auto-Submitted"] = "auto-generated"
    envelope.set_content(message.body or "")
    envelope["Content-Language"] = message.language
    return envelope


def _mark_sent(session: Session, message: Message) -> None:
    message.state = MessageState.SENT
    message.sent_at = clock().now(session)
    message.error = None
    _forget(message)


def _forget(message: Message) -> None:
    """A secret is kept for no longer than it takes to send it, and so is to whom.

    Receipts leave in the order of casting: with addresses they would be a list
    of who voted after whom.
    """
    if message.secret:
        message.body = None
        message.recipient = ""


def _note(work: Work, failure: Exception, *, for_good: bool) -> None:
    """Write down why it was not sent."""

    def note(message: Message) -> None:
        message.state = MessageState.FAILED if for_good else MessageState.WAITING

    _change(work, failure, note)


def _note_doubt(work: Work, failure: Exception, *, for_good: bool) -> bool:
    """Write down that it may have been sent; whether to send it again."""

    def note(message: Message) -> None:
        if for_good or not message.repeatable:
            message.state = MessageState.PERHAPS_SENT

    return _change(work, failure, note) == MessageState.SENDING


def _change(
    work: Work, failure: Exception, note: Callable[[Message], None]
) -> MessageState:
    with work.acting() as session:
        message = _message(session, work)
        message.error = str(failure)[:LONGEST_ERROR]
        note(message)
        if message.state in (MessageState.FAILED, MessageState.PERHAPS_SENT):
            _forget(message)
        return message.state
