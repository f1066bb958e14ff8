"""Who lives and works in Puistola."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts.factors import give_second_factor
from app.accounts.grants import grant_role
from app.accounts.models import Account, Role
from app.accounts.passwords import hash_password
from app.accounts.registration import add_account
from app.demo.content import Content, chance
from core.audit import HOUSE, SYSTEM, Actor

# Printed by the command and shown in the README: it opens invented accounts only.
PASSWORD = "lehmuspuisto"  # noqa: S105 - see above
WITHOUT_ROLE = "resident"
DOMAIN = "puistola.example"


@dataclass(frozen=True, slots=True)
class LogIn:
    """What the command prints about one person."""

    name: str
    email: str
    role: str


def log_ins(town: Content) -> list[LogIn]:
    """Everybody who can log in, officials first."""
    return [
        LogIn(person["name"], person["email"], person["role"])
        for person in town["people"]
    ]


def add_people(
    session: Session, town: Content, *, secret_key: str, now: datetime
) -> dict[str, Account]:
    """The accounts with a password, by key; officials have their second factor."""
    password_hash = hash_password(PASSWORD)
    people = {}
    for person in town["people"]:
        account = _account(
            session, person["email"], person["name"], person["language"], now
        )
        account.password_hash = password_hash
        people[person["key"]] = account
        if person["role"] != WITHOUT_ROLE:
            give_second_factor(account, secret_key=secret_key, now=now)
            role = Role(person["role"])
            grant_role(session, account, role, scope=HOUSE, actor=SYSTEM, now=now)
    session.flush()
    return people


def add_residents(
    session: Session, town: Content, count: int, *, now: datetime
) -> list[Account]:
    """Residents whom nobody logs in as: they have an address and no password."""
    names = chance("names")
    firsts, lasts = town["first_names"], town["last_names"]
    residents = []
    for number in range(count):
        first = firsts[names.below(len(firsts))]
        last = lasts[names.below(len(lasts))]
        email = f"resident{number + 1}@{DOMAIN}"
        residents.append(_account(session, email, f"{first} {last}", "fi", now))
    return residents


def actor(account: Account) -> Actor:
    """An official, as the log names them."""
    return Actor(role="official", name=account.name, account_id=account.id)


def _account(
    session: Session, email: str, name: str, language: str, now: datetime
) -> Account:
    account = add_account(
        session, email, name=name, password_hash="", language=language, now=now
    )
    account.demo = True
    return account
