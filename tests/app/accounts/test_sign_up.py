"""A new account: nothing exists until the address is proven."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account, Token
from core.clock import FixedClock
from tests.factories.accounts import PASSWORD, resident
from tests.factories.mail import link_in_last_mail, mails_to
from tests.support.client import Client

NEW = "new@example.org"


def send(client: Client, **fields: str) -> int:
    data = {"name": "Uno Ny", "email": NEW, "password": PASSWORD} | fields
    return client.post("/en/account/sign-up", data=data).status_code


def account_of(session: Session, email: str) -> Account | None:
    session.commit()
    return session.scalar(select(Account).where(Account.email == email))


def test_an_account_begins_with_the_link_and_its_button(
    client: Client, session: Session
) -> None:
    assert send(client, email="New@Example.org") // 100 == 3
    assert account_of(session, NEW) is None
    link = link_in_last_mail(session, NEW, "account/confirm")
    assert client.get(link).status_code == 200
    assert client.get(link).status_code == 200
    assert account_of(session, NEW) is None
    assert client.post(link).status_code // 100 == 3
    account = account_of(session, NEW)
    assert account is not None
    assert (account.name, account.language) == ("Uno Ny", "en")
    assert account.verified_at
    answer = client.post(
        "/en/account/log-in", data={"email": NEW, "password": PASSWORD}
    )
    assert answer.headers["Location"] == "/en/"


def test_the_link_works_once_and_keeps_nothing(
    client: Client, session: Session
) -> None:
    send(client)
    link = link_in_last_mail(session, NEW, "account/confirm")
    client.post(link)
    assert client.post(link).status_code == 410
    assert client.get(link).status_code == 410
    session.commit()
    assert [token.data for token in session.scalars(select(Token))] == [{}]


def test_the_link_is_not_stored(client: Client, session: Session) -> None:
    send(client)
    secret = link_in_last_mail(session, NEW, "account/confirm").rsplit("/", 1)[1]
    token = session.scalars(select(Token)).one()
    assert secret not in (token.hash, str(token.data))
    assert len(secret) >= 43


def test_the_link_ends(client: Client, session: Session, clock: FixedClock) -> None:
    send(client)
    link = link_in_last_mail(session, NEW, "account/confirm")
    clock.moment += timedelta(days=2)
    assert client.get(link).status_code == 410
    assert client.post(link).status_code == 410
    assert account_of(session, NEW) is None


def test_a_known_address_gets_the_same_page_and_another_mail(
    new_client: Callable[[], Client], session: Session
) -> None:
    known = resident(session, email="known@example.org", name="Aino")
    answers = []
    for email in (known.email, NEW):
        answer = new_client().post(
            "/en/account/sign-up",
            data={"name": "Somebody", "email": email, "password": PASSWORD},
            follow_redirects=True,
        )
        answers.append((answer.status_code, answer.text))
    assert answers[0] == answers[1]
    assert [each.kind for each in mails_to(session, known.email)] == ["account_exists"]
    assert [each.kind for each in mails_to(session, NEW)] == ["verify_email"]
    session.refresh(known)
    assert known.name == "Aino"


def test_of_two_sign_ups_the_first_confirmed_one_counts(
    client: Client, session: Session
) -> None:
    send(client, name="First")
    first = link_in_last_mail(session, NEW, "account/confirm")
    send(client, name="Second")
    second = link_in_last_mail(session, NEW, "account/confirm")
    assert client.post(second).status_code // 100 == 3
    assert client.post(first).status_code == 410
    account = account_of(session, NEW)
    assert account is not None
    assert account.name == "Second"


@pytest.mark.parametrize(
    "fields",
    [
        {"email": "no address"},
        {"email": "a@b\nBcc: c@d.fi"},
        {"name": ""},
        {"name": "two\nlines"},
        {"name": "x" * 121},
        {"password": "short"},
        {"password": "aaaaaaaaaaaaaaaa"},
        {"password": "x1y2z" * 50},
    ],
)
def test_a_bad_field_is_answered_beside_it(
    client: Client, session: Session, fields: dict[str, str]
) -> None:
    assert send(client, **fields) == 422
    assert session.scalars(select(Token)).all() == []


def test_the_mails_of_one_address_are_not_endless(client: Client) -> None:
    answers = [send(client) for _ in range(6)]
    assert 429 in answers
    assert send(client, email="another@example.org") // 100 == 3


def test_a_strangers_words_do_not_travel_in_our_mail(
    client: Client, session: Session
) -> None:
    send(client, name="Buy at http://evil.example")
    assert "evil" not in (mails_to(session, NEW)[0].body or "")


@pytest.mark.parametrize(
    ("language", "word"), [("fi", "Vahvista"), ("sv", "Bekräfta"), ("en", "Confirm")]
)
def test_the_mail_speaks_the_language_of_the_page(
    client: Client, session: Session, language: str, word: str
) -> None:
    data = {"name": "N", "email": NEW, "password": PASSWORD}
    client.post(f"/{language}/account/sign-up", data=data)
    mail = mails_to(session, NEW)[0]
    assert mail.subject.startswith(word)
    assert f"/{language}/account/confirm/" in (mail.body or "")
