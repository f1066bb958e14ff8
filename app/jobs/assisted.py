"""The end of an assisted session that nobody has ended."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.extensions import clock
from app.jobs import enqueue
from app.jobs.work import Postpone, Work
from voting.assisted import settle_session
from voting.models import AssistedSession


def schedule_end(session: Session, began: AssistedSession, *, now: datetime) -> None:
    """In the act that begins it; the row says nothing about anybody."""
    enqueue(
        session,
        "end_assisted",
        now=now,
        key=f"assisted:{began.id}",
        run_after=began.ends_at,
        number=began.id,
    )


def end_assisted(work: Work) -> None:
    """Write the end into the log; a cast late in the session has moved it a little."""
    with work.acting() as session:
        now = clock().now(session)
        left = settle_session(session, work.arguments["number"], now=now)
    if left:
        raise Postpone(left)
