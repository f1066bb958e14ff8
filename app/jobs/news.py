"""Mail to those who took part, when a result is everybody's."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.extensions import clock
from app.jobs import enqueue
from app.jobs.work import Postpone, Work
from app.mail import post
from core.jobs import Job
from voting.models import Proposal, ProposalState, Round, Voter
from voting.results import is_open
from voting.rounds import get_round

BATCH = 100
UNTIL_THE_CLOCKS_AGREE = timedelta(seconds=1)


def schedule_news(session: Session, round_: Round, *, now: datetime) -> None:
    """In the publication's own act: tell of the result once everybody may see it."""
    enqueue(
        session,
        "announce_result",
        now=now,
        key=f"news:{round_.slug}",
        run_after=round_.embargo_until,
        slug=round_.slug,
        after=0,
    )


def announce_result(work: Work) -> None:
    """Write the messages, some at a time.

    How far it has come is written down with each batch, so that nobody is told
    twice, wherever a worker is killed.
    """
    after: int | None = work.arguments["after"]
    while after is not None:
        with work.acting() as session:
            after = _tell_some(session, work, after)


def _tell_some(session: Session, work: Work, after: int) -> int | None:
    """The next batch; who was the last, or None if there was nobody left."""
    now = clock().now(session)
    round_ = get_round(session, work.arguments["slug"])
    if not is_open(round_, now):
        raise Postpone(UNTIL_THE_CLOCKS_AGREE)
    people = _people(session, round_, after)
    for account in people:
        post(
            session,
            to=account.email,
            language=account.language,
            kind="result_published",
            now=now,
            round=round_,
        )
    if not people:
        return None
    job = session.get_one(Job, work.job_id)
    job.arguments = {**job.arguments, "after": people[-1].id}
    return people[-1].id


def _people(session: Session, round_: Round, after: int) -> list[Account]:
    """Those who stand on the roll or have sent an idea, and want to hear of it."""
    roll = select(Voter.account_id).where(Voter.round_id == round_.id)
    authors = select(Proposal.author_id).where(
        Proposal.round_id == round_.id, Proposal.state != ProposalState.DRAFT
    )
    return list(
        session.scalars(
            select(Account)
            .where(
                Account.id > after,
                Account.notify_results,
                Account.verified_at.is_not(None),
                or_(Account.id.in_(roll), Account.id.in_(authors)),
            )
            .order_by(Account.id)
            .limit(BATCH)
        )
    )
