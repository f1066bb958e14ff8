"""A new password for somebody who has lost theirs."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.attempts import count_success, log_in_of
from app.accounts.changes import change_password
from app.accounts.errors import LinkInvalid
from app.accounts.links import settings
from app.accounts.models import Account, TokenKind
from app.accounts.registration import find_account, one_spelling
from app.accounts.tokens import issue_token, use_token
from app.mail import post


def ask_for_reset(
    session: Session, email: str, *, language: str, now: datetime
) -> None:
    """Write to the address: a link, or that it has no account.

    An unknown address gets a link's row as well, one that leads nowhere, so that
    both ways do the same work.
    """
    account = find_account(session, email)
    secret = issue_token(
        session,
        TokenKind.RESET_PASSWORD,
        account_id=account.id if account else None,
        now=now,
    )
    language = account.language if account else language
    post(
        session,
        to=account.email if account else one_spelling(email),
        language=language,
        kind="reset_password" if account else "no_account",
        now=now,
        secret=not settings().demo,
        token=secret,
    )


def reset_password(
    session: Session, secret: str, *, password_hash: str, now: datetime
) -> Account:
    """Set the new password and end every session and every other link.

    The second factor stays as it is: whoever reads somebody's mail gets no further.

    Raises:
        LinkInvalid: used, expired, or the account is gone.
    """
    token = use_token(session, TokenKind.RESET_PASSWORD, secret, now=now)
    account = session.get(Account, token.account_id) if token.account_id else None
    if account is None:
        raise LinkInvalid
    change_password(session, account, password_hash=password_hash, now=now)
    count_success(session, log_in_of(account.email), now=now)
    return account
