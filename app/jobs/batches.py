"""Write to many people, some at a time, and to nobody twice."""

from collections.abc import Callable, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.jobs.work import Work
from core.jobs import Job
from voting.models import Round, Voter

BATCH = 100

People = Callable[[Session, int], Sequence[Account]]
Write = Callable[[Session, Account], None]


def write_to_all(work: Work, people: People, write: Write) -> None:
    """Go through the people in the order of their accounts.

    How far it has come is written down with each batch, in the batch's own
    transaction: wherever a worker is killed, the next one goes on from there.

    Args:
        work: the job; its argument `after` is 0 when it is put.
        people: the next `BATCH` of them after an account's number. It looks at
            each time whether there still is anything to tell, and may postpone.
        write: one message, into the batch's transaction.
    """
    after: int | None = work.arguments["after"]
    while after is not None:
        with work.acting() as session:
            found = people(session, after)
            for account in found:
                write(session, account)
            after = found[-1].id if found else None
            if after is not None:
                job = session.get_one(Job, work.job_id)
                job.arguments = {**job.arguments, "after": after}


def voters_who_hear_of_the_close(round_: Round, after: int) -> Select[Account]:
    """Those on the roll who allowed us to write about the end of the vote."""
    return (
        select(Account)
        .join(Voter, Voter.account_id == Account.id)
        .where(
            Voter.round_id == round_.id,
            Account.id > after,
            Account.notify_reminders,
            Account.verified_at.is_not(None),
        )
        .order_by(Account.id)
        .limit(BATCH)
    )
