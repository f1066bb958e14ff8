"""A word before the close, to those whose ballot is not finished."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.extensions import clock
from app.jobs import enqueue
from app.jobs.batches import voters_who_hear_of_the_close, write_to_all
from app.jobs.work import Postpone, Work
from app.mail import post
from voting.models import Round, Stage, Voter
from voting.opening import current_manifest, end_of_vote
from voting.rounds import get_round

# Before the close, the earlier one first.
HOURS = (72, 12)
UNTIL_A_PAUSE_MAY_BE_OVER = timedelta(minutes=5)


def schedule_reminders(session: Session, round_: Round, *, now: datetime) -> None:
    """At the opening, and whenever the end moves: put the reminders of this end.

    Those of an earlier end find out that it is not the end any more. A moment that
    has passed already is left out: where the end was moved, everybody has just
    been told of it.
    """
    ends = end_of_vote(round_, current_manifest(session, round_))
    if ends is None:
        return
    for hours in HOURS:
        at = ends - timedelta(hours=hours)
        if at > now:
            enqueue(
                session,
                "remind_voters",
                now=now,
                key=f"remind:{round_.slug}:{hours}:{ends:%Y%m%dT%H%M%S}",
                run_after=at,
                slug=round_.slug,
                hours=hours,
                ends=ends.isoformat(),
                after=0,
            )


def remind_voters(work: Work) -> None:
    """Remind everybody with an unfinished ballot who allowed it.

    Nothing is written about what was chosen, and nothing is kept of who was
    reminded: a sent reminder loses its address, as a receipt does.
    """
    slug, hours = work.arguments["slug"], work.arguments["hours"]
    ends = datetime.fromisoformat(work.arguments["ends"])

    def people(session: Session, after: int) -> Sequence[Account]:
        round_ = get_round(session, slug)
        if not _is_time(session, round_, ends, hours):
            return []
        unfinished = voters_who_hear_of_the_close(round_, after).where(Voter.has_draft)
        return session.scalars(unfinished).all()

    def write(session: Session, account: Account) -> None:
        post(
            session,
            to=account.email,
            language=account.language,
            kind="reminder",
            now=clock().now(session),
            secret=True,
            repeatable=False,
            round=get_round(session, slug),
            closes=ends,
        )

    write_to_all(work, people, write)


def _is_time(session: Session, round_: Round, ends: datetime, hours: int) -> bool:
    """Whether this reminder is due; False: it is too late, or the end has moved.

    Raises:
        Postpone: it is too early, or the vote is paused.
    """
    if round_.stage is not Stage.VOTING:
        return False
    if end_of_vote(round_, current_manifest(session, round_)) != ends:
        return False
    if round_.paused_at:
        raise Postpone(UNTIL_A_PAUSE_MAY_BE_OVER)
    now = clock().now(session)
    begins = ends - timedelta(hours=hours)
    if now < begins:
        raise Postpone(begins - now)
    later = [ends - timedelta(hours=each) for each in HOURS if each < hours]
    return now < min([*later, ends])
