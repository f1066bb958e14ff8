"""`puistokatu officials`: the first way in, and the way back in."""

import sys

import click
from email_validator import EmailNotValidError, validate_email

from app.accounts.factors import reset_second_factor
from app.accounts.grants import grant_role
from app.accounts.invitations import invite
from app.accounts.models import Account, Role
from app.accounts.passwords import SHORTEST, hash_password, is_too_simple
from app.accounts.registration import add_account, find_account
from app.commands.application import application
from app.commands.refusals import Refused, Strict, Verbs, answer
from app.extensions import clock
from app.transaction import transaction
from core.audit import HOUSE, Actor, record
from core.text import LANGUAGES

OPERATOR = Actor(role="operator")
ROLES = [str(Role.ADMINISTRATOR), str(Role.OFFICIAL), str(Role.AUDITOR)]


@click.group(cls=Verbs)
def officials() -> None:
    """The people who run the rounds."""


@officials.command(cls=Strict)
@click.argument("email")
@click.option("--name", required=True, help="As it stands in the audit log.")
@click.option("--role", type=click.Choice(ROLES), default=ROLES[0], show_default=True)
@click.option("--language", type=click.Choice(LANGUAGES), default="fi")
@click.option("--password-stdin", is_flag=True, help="Read the password from stdin.")
@click.option("--prompt", is_flag=True, help="Ask for the password here.")
def create(
    email: str,
    name: str,
    role: str,
    language: str,
    *,
    password_stdin: bool,
    prompt: bool,
) -> None:
    """Make an account for EMAIL, or print a link by which its owner makes it.

    Without a password the link is printed; it works once, for seven days. Somebody
    who has an account already gets the role at once.
    """
    address = _checked(email)
    with application():
        password = _password(stdin=password_stdin, prompt=prompt)
        said = _create(address, name, Role(role), language, password)
    answer(said, message=said)


def _checked(email: str) -> str:
    try:
        return validate_email(email, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise click.BadParameter(str(error), param_hint="EMAIL") from error


def _password(*, stdin: bool, prompt: bool) -> str | None:
    if not (stdin or prompt):
        return None
    password: str = (
        sys.stdin.readline().rstrip("\n")
        if stdin
        else click.prompt("Password", hide_input=True, confirmation_prompt=True)
    )
    if len(password) < SHORTEST or is_too_simple(password):
        raise click.UsageError(f"The password needs {SHORTEST} varied characters.")
    return password


def _create(
    email: str, name: str, role: Role, language: str, password: str | None
) -> str:
    hashed = hash_password(password) if password else None
    with transaction() as session:
        now = clock().now(session)
        account = find_account(session, email)
        if account is None and hashed is None:
            link = invite(
                session,
                email,
                name=name,
                role=role,
                scope=HOUSE,
                language=language,
                actor=OPERATOR,
                now=now,
            )
            return f"Send this link to {email}; it works once, for seven days:\n{link}"
        if account is None:
            account = add_account(
                session,
                email,
                name=name,
                password_hash=hashed or "",
                language=language,
                now=now,
            )
            record(
                session, OPERATOR, "official.created", now=now, private={"person": name}
            )
        grant_role(session, account, role, scope=HOUSE, actor=OPERATOR, now=now)
    return f"{email} has the role {role}."


@officials.command("reset-second-factor", cls=Strict)
@click.argument("email")
def reset(email: str) -> None:
    """Let EMAIL set up a new second factor at the next log-in."""
    with application(), transaction() as session:
        account = _known(find_account(session, email), email)
        now = clock().now(session)
        reset_second_factor(session, account, actor=OPERATOR, now=now)
    answer(f"{email} sets up a second factor at the next log-in.", email=email)


def _known(account: Account | None, email: str) -> Account:
    if account is None:
        text = f"There is no account with the address {email}."
        raise Refused("account_unknown", text)
    return account
