"""People in situations: a resident, an official with a second factor, an auditor."""

from datetime import UTC, datetime
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from app.accounts import totp
from app.accounts.models import Account, Grant, Role
from app.accounts.passwords import hasher
from tests.support.client import Client
from tests.support.databases import SECRET

PASSWORD = "linden trees in a row"
# Everybody's, made once: the cheap profile, which `config.testing` understands.
PASSWORD_HASH = hasher(cheap=True).hash(PASSWORD)
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LONG_AGO = datetime(2027, 1, 4, 8, 0, tzinfo=UTC)

_numbers = count(1)


def resident(session: Session, **fields: Any) -> Account:
    """Somebody with an account and a confirmed address; may be logged in."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "email": f"person{number}@example.org",
        "name": f"Person {number}",
        "password_hash": PASSWORD_HASH,
        "language": "en",
        "created_at": LONG_AGO,
        "verified_at": LONG_AGO,
    }
    account = Account(**(values | fields))
    session.add(account)
    session.flush()
    return account


def with_grant(
    session: Session, role: Role, *, scope: str = "house", **fields: Any
) -> Account:
    """Somebody with a role in a scope, and a second factor set up."""
    sealed = totp.seal(SECRET, TOTP_SECRET)
    factor = {"totp_secret": sealed, "totp_confirmed_at": LONG_AGO}
    account = resident(session, **(factor | fields))
    session.add(Grant(account=account, role=role, scope=scope, granted_at=LONG_AGO))
    session.flush()
    return account


def official(session: Session, *, scope: str = "house", **fields: Any) -> Account:
    """An official of every round, or of one: scope="round:<slug>"."""
    return with_grant(session, Role.OFFICIAL, scope=scope, **fields)


def administrator(session: Session, **fields: Any) -> Account:
    """Somebody who invites and grants, and may do all that officials may."""
    return with_grant(session, Role.ADMINISTRATOR, **fields)


def auditor(session: Session, **fields: Any) -> Account:
    """Somebody who reads the log and checks it."""
    return with_grant(session, Role.AUDITOR, **fields)


def elected(session: Session, **fields: Any) -> Account:
    """An elected representative."""
    return with_grant(session, Role.ELECTED, **fields)


def log_in(client: Client, account: Account) -> Client:
    """The client, logged in as this person; an official's second factor is passed."""
    client.log_in(account)
    return client


def code_of_the_moment(moment: datetime) -> str:
    """What the telephone of every official above shows."""
    return totp.code_at(TOTP_SECRET, moment)
