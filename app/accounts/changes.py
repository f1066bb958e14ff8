"""What a person changes about their own account, up to its end."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.errors import LinkInvalid
from app.accounts.grants import revoke_grant
from app.accounts.links import settings
from app.accounts.models import Account, Grant, TokenKind
from app.accounts.registration import find_account, one_spelling
from app.accounts.tokens import cancel_tokens, issue_token, use_token
from app.mail import post
from app.mail.models import Message, MessageState
from core.audit import Actor
from voting.proposals import delete_drafts


def change_password(
    session: Session, account: Account, *, password_hash: str, now: datetime
) -> None:
    """Set a password; every other session and every waiting link ends."""
    account.password_hash = password_hash
    log_out_elsewhere(session, account)
    cancel_tokens(session, account.id)
    post(
        session,
        to=account.email,
        language=account.language,
        kind="password_changed",
        now=now,
    )


def log_out_elsewhere(session: Session, account: Account) -> None:
    """End every session of the account; the caller's goes on by `sessions.go_on`."""
    account.session_epoch = Account.session_epoch + 1
    session.flush()
    session.refresh(account)


def ask_for_new_email(
    session: Session, account: Account, email: str, *, now: datetime
) -> None:
    """Write to the new address; the old one stays in force until it is confirmed."""
    email = one_spelling(email)
    secret = issue_token(
        session, TokenKind.CHANGE_EMAIL, account_id=account.id, now=now, email=email
    )
    free = find_account(session, email) is None
    post(
        session,
        to=email,
        language=account.language,
        kind="change_email" if free else "address_taken",
        now=now,
        secret=not settings().demo,
        token=secret,
    )


def confirm_new_email(session: Session, secret: str, *, now: datetime) -> Account:
    """Put the new address in force, and tell the old one.

    Raises:
        LinkInvalid: used, expired, or the address belongs to somebody by now.
    """
    token = use_token(session, TokenKind.CHANGE_EMAIL, secret, now=now)
    account = session.get(Account, token.account_id) if token.account_id else None
    if account is None:
        raise LinkInvalid
    old, account.email = account.email, str(token.data["email"])
    account.verified_at = now
    try:
        session.flush()
    except IntegrityError as error:
        raise LinkInvalid from error
    cancel_tokens(session, account.id)
    post(
        session,
        to=old,
        language=account.language,
        kind="email_changed",
        now=now,
    )
    return account


def delete_account(
    session: Session, account: Account, *, actor: Actor, now: datetime
) -> None:
    """Erase the person's row, their links, their drafts and the mails to them.

    The database lets go of what stays: proposals lose their author, an electoral
    roll its link to the account. A ballot has never known either.

    Raises:
        LastAdministrator: nobody would be left who can let others in.
    """
    grants = select(Grant).where(Grant.account_id == account.id).order_by(Grant.id)
    for grant in session.scalars(grants).all():
        revoke_grant(session, grant.id, actor=actor, now=now)
    session.execute(
        delete(Message).where(
            Message.recipient == account.email, Message.state != MessageState.SENDING
        )
    )
    delete_drafts(session, account.id)
    session.execute(delete(Account).where(Account.id == account.id))
