"""`puistokatu officials`: the first way in, and the way back in."""

import subprocess
import sys

import pytest
from flask import Flask
from sqlalchemy import select

from app.accounts.models import Account, Grant
from app.accounts.passwords import is_right
from app.transaction import transaction
from core.audit import AuditEntry, check_chain
from tests.factories.accounts import administrator
from tests.support.apps import application_on
from tests.support.databases import environment, puistokatu

PASSWORD = "linden trees in a row"
ADMIN = "admin@example.org"


def create(url: str, *options: str, stdin: str | None = None) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "app", "officials", "create", *options],
        env=environment(url),
        input=stdin or "",
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_an_administrator_is_made_with_a_password_from_stdin(own_database: str) -> None:
    code, said = create(
        own_database,
        *("Admin@Example.org", "--name", "Anna", "--password-stdin"),
        stdin=PASSWORD + "\n",
    )
    assert code == 0, said
    with (
        application_on(own_database) as app,
        app.app_context(),
        transaction() as session,
    ):
        account = session.scalars(select(Account)).one()
        assert account.email == ADMIN
        assert is_right(account.password_hash, PASSWORD)
        roles = [(str(each.role), each.scope) for each in account.grants]
        assert roles == [("administrator", "house")]
        actions = session.scalars(select(AuditEntry.action)).all()
        assert actions == ["official.created", "grant.given"]
        assert check_chain(session, "house") is None


def test_without_a_password_a_link_is_printed_that_works_once(
    own_database: str,
) -> None:
    code, said = create(own_database, ADMIN, "--name", "Anna", "--language", "sv")
    assert code == 0, said
    link = said.split()[-1]
    assert "/sv/account/invitation/" in link
    path = link[link.index("/sv/") :]
    with application_on(own_database) as app:
        assert accept(app, path) // 100 == 3
        assert accept(app, path) == 410
        with app.app_context(), transaction() as session:
            assert session.scalars(select(Grant)).one().account.email == ADMIN


def accept(app: Flask, path: str) -> int:
    app.config["WTF_CSRF_ENABLED"] = False
    data = {"name": "Anna", "password": PASSWORD}
    return app.test_client().post(path, data=data).status_code


def test_somebody_who_has_an_account_gets_the_role(own_database: str) -> None:
    with (
        application_on(own_database) as app,
        app.app_context(),
        transaction() as session,
    ):
        email = administrator(session).email
    code, said = create(own_database, email, "--name", "A", "--role", "auditor")
    assert code == 0, said
    code, said = create(own_database, email, "--name", "A", "--role", "auditor")
    assert code != 0
    assert "already" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("email", "password"), [("nonsense", PASSWORD), (ADMIN, "short")]
)
def test_bad_input_is_one_clear_line(
    own_database: str, email: str, password: str
) -> None:
    code, said = create(
        own_database, email, "--name", "A", "--password-stdin", stdin=password
    )
    assert code == 2
    assert "Traceback" not in said
    with (
        application_on(own_database) as app,
        app.app_context(),
        transaction() as session,
    ):
        assert session.scalars(select(Account)).all() == []


def test_a_lost_telephone_of_the_only_administrator(own_database: str) -> None:
    with application_on(own_database) as app, app.app_context():
        with transaction() as session:
            email = administrator(session).email
        puistokatu("officials", "reset-second-factor", email, url=own_database)
        with transaction() as session:
            assert session.scalars(select(Account)).one().totp_secret is None
