"""Who may do what: giving rights and taking them away, always in the log."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.errors import (
    GrantExists,
    LastAdministrator,
    NoLongerAdministrator,
    ScopeInvalid,
)
from app.accounts.models import Account, Grant, Role
from core.audit import HOUSE, Actor, panel_chain, record, round_chain
from panels.models import Panel
from voting.models import Round

# The roles that are given for one round or panel as well as for the whole house.
ROLES_OF_A_PLACE = (Role.OFFICIAL,)


def grant_role(
    session: Session,
    account: Account,
    role: Role,
    *,
    scope: str,
    actor: Actor,
    now: datetime,
) -> Grant:
    """Give a person a role in a place.

    Raises:
        NoLongerAdministrator: the giver has lost the right to do so.
        ScopeInvalid: the role is not given in this place.
        GrantExists: the person has it already.
    """
    _lock_administrators(session, actor)
    check_scope(session, role, scope)
    for grant in _grants_of(session, account.id):
        if (grant.role, grant.scope) == (role, scope):
            raise GrantExists
    grant = Grant(account_id=account.id, role=role, scope=scope, granted_at=now)
    session.add(grant)
    session.flush()
    _log(session, actor, "grant.given", grant, now)
    return grant


def revoke_grant(
    session: Session, grant_id: int, *, actor: Actor, now: datetime
) -> None:
    """Take a right away; what is gone already is left so.

    Raises:
        NoLongerAdministrator: the taker has lost the right to do so.
        LastAdministrator: nobody would be left who can let others in.
    """
    administrators = _lock_administrators(session, actor, giving_up=grant_id)
    grant = session.get(Grant, grant_id, populate_existing=True)
    if grant is None:
        return
    if grant in administrators and len(administrators) == 1:
        raise LastAdministrator
    _log(session, actor, "grant.revoked", grant, now)
    session.delete(grant)
    session.flush()


def check_scope(session: Session, role: Role, scope: str) -> None:
    """See that a role can be given in a place, and that there is such a place.

    Raises:
        ScopeInvalid: it cannot.
    """
    if scope == HOUSE:
        return
    places = {round_chain(slug) for slug in session.scalars(select(Round.slug))}
    places |= {panel_chain(slug) for slug in session.scalars(select(Panel.slug))}
    if role not in ROLES_OF_A_PLACE or scope not in places:
        raise ScopeInvalid


def check_administrator(session: Session, actor: Actor) -> None:
    """See that whoever acts is an administrator at this very moment.

    Raises:
        NoLongerAdministrator: the right was taken away after the page was opened.
    """
    _lock_administrators(session, actor)


def _lock_administrators(
    session: Session, actor: Actor, *, giving_up: int | None = None
) -> list[Grant]:
    """The house's administrators, held until the commit.

    Whoever grants or revokes queues here and then sees what the one before has
    left: two administrators who remove each other at once cannot both succeed.
    A person may always give up a right of their own; the command line has no
    account.
    """
    administrators = list(
        session.scalars(
            select(Grant)
            .where(Grant.role == Role.ADMINISTRATOR, Grant.scope == HOUSE)
            .order_by(Grant.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )
    may = {None, *(grant.account_id for grant in administrators)}
    if actor.account_id not in may:
        own = session.get(Grant, giving_up) if giving_up else None
        if own is None or own.account_id != actor.account_id:
            raise NoLongerAdministrator
    return administrators


def _grants_of(session: Session, account_id: int) -> list[Grant]:
    return list(session.scalars(select(Grant).where(Grant.account_id == account_id)))


def _log(
    session: Session, actor: Actor, action: str, grant: Grant, now: datetime
) -> None:
    person = session.get_one(Account, grant.account_id)
    record(
        session,
        actor,
        action,
        now=now,
        private={"person": person.name or person.email},
        given_role=str(grant.role),
        scope=grant.scope,
    )
