"""Officials are invited by mail; what they will be waits in the one-time link.

There is no account and no right until the link is used. So an invitation that has
expired is over: a password reset finds nothing that it could bring back.
"""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.errors import LogInFirst
from app.accounts.grants import check_administrator, check_scope, grant_role
from app.accounts.links import settings
from app.accounts.models import Account, Role, Token, TokenKind
from app.accounts.registration import add_account, find_account, one_spelling
from app.accounts.roles import ROLE_NAMES
from app.accounts.tokens import LIFETIMES, find_token, issue_token, use_token
from app.mail import post
from app.mail.links import link
from app.mail.posting import speaking
from core.audit import SYSTEM, Actor, record

# Two equal invitations within this time are one act.
ONE_CLICK = timedelta(minutes=1)


def invite(
    session: Session,
    email: str,
    *,
    name: str,
    role: Role,
    scope: str,
    language: str,
    actor: Actor,
    now: datetime,
) -> str:
    """Make an invitation; the link is returned, and nothing is sent.

    Raises:
        NoLongerAdministrator: the inviter has lost the right to do so.
        ScopeInvalid: the role is not given in this place.
    """
    check_administrator(session, actor)
    check_scope(session, role, scope)
    secret = issue_token(
        session,
        TokenKind.INVITATION,
        now=now,
        email=one_spelling(email),
        name=name,
        role=str(role),
        scope=scope,
        language=language,
    )
    record(
        session,
        actor,
        "invitation.sent",
        now=now,
        private={"person": name or email},
        given_role=str(role),
        scope=scope,
    )
    with speaking(language):
        return link("accounts.invitation", secret=secret)


def invite_by_mail(
    session: Session,
    email: str,
    *,
    name: str,
    role: Role,
    scope: str,
    language: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Make an invitation and send it; a second click sends no second one.

    Raises:
        NoLongerAdministrator: the inviter has lost the right to do so.
        ScopeInvalid: the role is not given in this place.
    """
    check_administrator(session, actor)
    if _just_sent(session, email, role, scope, now=now):
        return
    address = invite(
        session,
        email,
        name=name,
        role=role,
        scope=scope,
        language=language,
        actor=actor,
        now=now,
    )
    post(
        session,
        to=one_spelling(email),
        language=language,
        kind="invitation",
        now=now,
        secret=not settings().demo,
        name=name,
        role=ROLE_NAMES[role],
        address=address,
    )


def _just_sent(
    session: Session, email: str, role: Role, scope: str, *, now: datetime
) -> bool:
    """Whether the same invitation went out within the last minute.

    Whoever asks holds the administrators' rows, so that of two clicks the second
    sees what the first has left.
    """
    fresh = now + LIFETIMES[TokenKind.INVITATION] - ONE_CLICK
    same = {"email": one_spelling(email), "role": str(role), "scope": scope}
    return any(
        token.expires_at > fresh and same.items() <= token.data.items()
        for token in open_invitations(session, now=now)
    )


def open_invitations(session: Session, *, now: datetime) -> list[Token]:
    """The invitations that may still be accepted."""
    return list(
        session.scalars(
            select(Token)
            .where(
                Token.kind == TokenKind.INVITATION,
                Token.used_at.is_(None),
                Token.expires_at > now,
            )
            .order_by(Token.id)
        )
    )


def withdraw_invitation(
    session: Session, token_id: int, *, actor: Actor, now: datetime
) -> None:
    """Let an invitation end; one that is over already is left so.

    Raises:
        NoLongerAdministrator: the caller has lost the right to do so.
    """
    check_administrator(session, actor)
    token = session.get(Token, token_id, with_for_update=True, populate_existing=True)
    if token is None or token.kind != TokenKind.INVITATION or token.used_at:
        return
    record(
        session,
        actor,
        "invitation.withdrawn",
        now=now,
        private={"person": token.data["name"] or token.data["email"]},
        given_role=token.data["role"],
        scope=token.data["scope"],
    )
    session.delete(token)


def invited_account(session: Session, secret: str, *, now: datetime) -> Account | None:
    """The account that the invited address already has.

    Raises:
        LinkInvalid: the invitation was used, withdrawn, or has expired.
    """
    token = find_token(session, TokenKind.INVITATION, secret, now=now)
    return find_account(session, token.data["email"])


def accept_as_new(
    session: Session, secret: str, *, name: str, password_hash: str, now: datetime
) -> Account:
    """Accept with a new account.

    Raises:
        LinkInvalid: the invitation is over, or the address has an account by now.
        ScopeInvalid: its round is gone.
    """
    invitation = use_token(session, TokenKind.INVITATION, secret, now=now).data
    account = add_account(
        session,
        invitation["email"],
        name=name,
        password_hash=password_hash,
        language=invitation["language"],
        now=now,
    )
    _give(session, account, invitation, now)
    return account


def accept_as_known(
    session: Session, secret: str, account: Account, *, now: datetime
) -> None:
    """Accept with the account that the invited address has.

    Raises:
        LinkInvalid: the invitation is over.
        LogInFirst: it is for somebody else.
        GrantExists: the person has this right already.
        ScopeInvalid: its round is gone.
    """
    invitation = use_token(session, TokenKind.INVITATION, secret, now=now).data
    if invitation["email"] != account.email:
        raise LogInFirst
    _give(session, account, invitation, now)


def _give(
    session: Session, account: Account, invitation: dict[str, str], now: datetime
) -> None:
    # The decision is the inviter's and was checked then; accepting only carries it out.
    grant_role(
        session,
        account,
        Role(invitation["role"]),
        scope=invitation["scope"],
        actor=SYSTEM,
        now=now,
    )
