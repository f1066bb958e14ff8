"""Word to somebody whose vote online and on paper have met, if that may be written."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.mail import post
from voting.entering import VerifiedId, voter_of_identity
from voting.keys import RollKeys
from voting.models import PAPER, Round


def tell_of_paper(
    session: Session,
    round_: Round,
    who: VerifiedId,
    kind: str,
    *,
    keys: RollKeys,
    now: datetime,
) -> None:
    """Write what became of this person's vote; nothing is said of choices.

    Only the account by which somebody is on the roll has an address: whoever came
    with a letter or was identified has none. Text and address go when it is sent.
    """
    voter = voter_of_identity(session, round_, who, keys=keys)
    if voter is None or voter.account_id is None:
        return
    account = session.get(Account, voter.account_id)
    if account is None or not (account.notify_reminders and account.verified_at):
        return
    post(
        session,
        to=account.email,
        language=account.language,
        kind=kind,
        now=now,
        secret=True,
        round=round_,
    )


def tell_that_online_counts(
    session: Session, round_: Round, who: VerifiedId, *, keys: RollKeys, now: datetime
) -> None:
    """An envelope came from somebody who has voted online, and that vote stays."""
    voter = voter_of_identity(session, round_, who, keys=keys)
    if voter and voter.voted_hour and voter.channel != PAPER:
        tell_of_paper(session, round_, who, "paper_set_aside", keys=keys, now=now)
