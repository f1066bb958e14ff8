"""What each job does, by its name; a new one is one line here."""

from collections.abc import Callable

from app.jobs.work import Work
from app.mail.sending import send_message

HANDLERS: dict[str, Callable[[Work], None]] = {
    "send_message": send_message,
}
