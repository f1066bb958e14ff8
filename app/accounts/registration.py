"""From a sign-up form to an account: nothing exists until the address is proven.

What was typed waits in the one-time link. So nobody can occupy another's address,
and a forgotten sign-up leaves nothing behind when the link expires.
"""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.errors import LinkInvalid
from app.accounts.links import settings
from app.accounts.models import Account, TokenKind
from app.accounts.tokens import issue_token, use_token
from app.mail import post


def find_account(session: Session, email: str) -> Account | None:
    """The account of an address, however it was typed."""
    return session.scalar(select(Account).where(Account.email == one_spelling(email)))


def one_spelling(email: str) -> str:
    """An address as it is stored: two spellings of it are one person."""
    return email.strip().lower()


def sign_up(
    session: Session,
    email: str,
    *,
    name: str,
    password_hash: str,
    language: str,
    now: datetime,
) -> None:
    """Write to the address: how to go on, or that it has an account already.

    Both ways do the same work, and the page is the same.
    """
    email = one_spelling(email)
    account = find_account(session, email)
    if account:
        secret = issue_token(
            session, TokenKind.RESET_PASSWORD, account_id=account.id, now=now
        )
        kind = "account_exists"
    else:
        secret = issue_token(
            session,
            TokenKind.VERIFY_EMAIL,
            now=now,
            email=email,
            name=name,
            password_hash=password_hash,
            language=language,
        )
        kind = "verify_email"
    post(
        session,
        to=email,
        language=language,
        kind=kind,
        now=now,
        secret=not settings().demo,
        token=secret,
    )


def confirm_sign_up(session: Session, secret: str, *, now: datetime) -> Account:
    """Make the account that waits behind the link.

    Raises:
        LinkInvalid: used, expired, or the address has an account by now.
    """
    waiting = use_token(session, TokenKind.VERIFY_EMAIL, secret, now=now).data
    return add_account(
        session,
        waiting["email"],
        name=waiting["name"],
        password_hash=waiting["password_hash"],
        language=waiting["language"],
        now=now,
    )


def add_account(
    session: Session,
    email: str,
    *,
    name: str,
    password_hash: str,
    language: str,
    now: datetime,
) -> Account:
    """A new account with a proven address.

    Raises:
        LinkInvalid: the address has an account by now.
    """
    account = Account(
        email=one_spelling(email),
        name=name,
        password_hash=password_hash,
        language=language,
        created_at=now,
        verified_at=now,
    )
    session.add(account)
    try:
        session.flush()
    except IntegrityError as error:
        raise LinkInvalid from error
    return account
