"""Turnout while the vote goes on: a table a night, of the day that is over."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.extensions import clock
from app.jobs import enqueue
from app.jobs.work import Postpone, Work
from core.clock import COUNTRY
from voting.models import Round, Stage
from voting.rounds import get_round
from voting.turnout import end_of_day, freeze_day

# After midnight; whoever is casting has got his answer by then.
WELL_AFTER = timedelta(minutes=20)


def schedule_turnout(session: Session, round_: Round, *, now: datetime) -> None:
    """At the opening: count for the first time when its day is over."""
    enqueue(
        session,
        "freeze_turnout",
        now=now,
        key=f"turnout:{round_.slug}",
        run_after=_next_night(now),
        slug=round_.slug,
    )


def freeze_turnout(work: Work) -> None:
    """Keep yesterday's tables, and come again tomorrow; may be repeated.

    Raises:
        Postpone: until the next night, as long as the vote goes on.
    """
    with work.acting() as session:
        now = clock().now(session)
        round_ = get_round(session, work.arguments["slug"])
        if round_.stage is not Stage.VOTING:
            return
        yesterday = now.astimezone(COUNTRY).date() - timedelta(days=1)
        freeze_day(session, round_, day=yesterday, now=now)
    raise Postpone(_next_night(now) - now)


def _next_night(now: datetime) -> datetime:
    today = now.astimezone(COUNTRY).date()
    return end_of_day(today) + WELL_AFTER
