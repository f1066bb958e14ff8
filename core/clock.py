"""One clock: every decision about time asks it, inside its own transaction."""

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

COUNTRY = ZoneInfo("Europe/Helsinki")


def local_day(now: datetime) -> date:
    """The day that people here write: a last day lasts until its midnight."""
    return now.astimezone(COUNTRY).date()


class Clock(Protocol):
    """Tells the time as the database sees it."""

    def now(self, session: Session) -> datetime:
        """The present moment, in UTC."""
        ...


class DatabaseClock:
    """PostgreSQL's own clock, so that several web machines agree on a deadline.

    SQLite lives in this process, and so does its clock. `clock_timestamp` and
    not `now`: the latter stands still from the transaction's beginning, which
    may be before the lock that made us wait.
    """

    def now(self, session: Session) -> datetime:
        """The present moment, in UTC."""
        if session.get_bind().dialect.name != "postgresql":
            return datetime.now(UTC)
        moment: datetime = session.execute(
            text("SELECT clock_timestamp()")
        ).scalar_one()
        return moment.astimezone(UTC)


class FixedClock:
    """A clock that stands where it is put; for tests and the demo."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self, session: Session) -> datetime:  # noqa: ARG002 - Clock's signature
        """The moment it was set to."""
        return self.moment
