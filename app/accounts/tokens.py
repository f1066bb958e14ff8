"""Links that work once: 256 random bits, of which only the hash is stored."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from app.accounts.errors import LinkInvalid
from app.accounts.models import Token, TokenKind

SWEEP = 200
LIFETIMES = {
    TokenKind.VERIFY_EMAIL: timedelta(days=2),
    TokenKind.RESET_PASSWORD: timedelta(hours=2),
    TokenKind.CHANGE_EMAIL: timedelta(days=1),
    TokenKind.INVITATION: timedelta(days=7),
}


def issue_token(
    session: Session,
    kind: TokenKind,
    *,
    now: datetime,
    account_id: int | None = None,
    **data: str,
) -> str:
    """Store a new link's hash; the secret part of the link is returned, once."""
    forget_old_tokens(session, now=now)
    secret = secrets.token_urlsafe(32)
    session.add(
        Token(
            kind=kind,
            hash=_hash(secret),
            account_id=account_id,
            data=data,
            expires_at=now + LIFETIMES[kind],
        )
    )
    session.flush()
    return secret


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def find_token(
    session: Session, kind: TokenKind, secret: str, *, now: datetime
) -> Token:
    """The link, if it would work now; looking does not use it up.

    Raises:
        LinkInvalid: used, expired, or never issued.
    """
    token = session.scalar(
        select(Token).where(
            Token.kind == kind,
            Token.hash == _hash(secret),
            Token.used_at.is_(None),
            Token.expires_at > now,
        )
    )
    if token is None:
        raise LinkInvalid
    return token


def use_token(
    session: Session, kind: TokenKind, secret: str, *, now: datetime
) -> Token:
    """Use the link up; of two at once, one gets it.

    The condition stands in the UPDATE itself, so that the second one, which waited
    for the first one's lock, sees that nothing is left. What the link carried is
    erased with it, and returned on the object for the last time.

    Raises:
        LinkInvalid: used, expired, or never issued.
    """
    token = find_token(session, kind, secret, now=now)
    taken = session.execute(
        update(Token)
        .where(Token.id == token.id, Token.used_at.is_(None))
        .values(used_at=now, data={})
        .execution_options(synchronize_session=False)
        .returning(Token.id)
    ).scalar_one_or_none()
    if taken is None:
        raise LinkInvalid
    return token


def cancel_tokens(session: Session, account_id: int) -> None:
    """Let no link of this account work any more."""
    session.execute(delete(Token).where(Token.account_id == account_id))


def forget_old_tokens(session: Session, *, now: datetime) -> None:
    """Delete some of what can never be used again; called whenever a link is made.

    Rows that somebody else is deleting are passed over: nobody waits for a broom.
    """
    over = (
        select(Token.id)
        .where(or_(Token.expires_at <= now, Token.used_at.is_not(None)))
        .limit(SWEEP)
        .with_for_update(skip_locked=True)
    )
    session.execute(
        delete(Token).where(Token.id.in_(over)),
        execution_options={"synchronize_session": False},
    )
