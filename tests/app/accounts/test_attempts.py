"""Repeated failures make the next try wait, and lock nobody out."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.attempts import (
    ACCOUNT,
    ADDRESS,
    Counter,
    count_success,
    count_try,
    forget_old_attempts,
    truncated,
)
from app.accounts.errors import TooManyAttempts
from app.accounts.models import Attempt
from app.transaction import transaction
from core.clock import FixedClock
from tests.factories.accounts import PASSWORD, resident
from tests.support.apps import application_on, at_once
from tests.support.client import Client

NOW = datetime(2027, 4, 12, 9, 0, tzinfo=UTC)
KEY = Counter("account:somebody", ACCOUNT)


def log_in(client: Client, email: str, password: str) -> int:
    data = {"email": email, "password": password}
    return client.post("/en/account/log-in", data=data).status_code


def test_after_some_failures_even_the_right_password_waits(
    client: Client, session: Session, clock: FixedClock
) -> None:
    account = resident(session)
    answers = [log_in(client, account.email, "not the right one") for _ in range(7)]
    assert answers == [422] * 6 + [429]
    assert log_in(client, account.email, PASSWORD) == 429
    clock.moment += timedelta(seconds=6)
    assert log_in(client, account.email, PASSWORD) // 100 == 3


def test_an_address_without_an_account_waits_just_so(
    new_client: Callable[[], Client], session: Session
) -> None:
    known = resident(session).email
    pages = {}
    for email in (known, "nobody@example.org"):
        client = new_client()
        for _ in range(6):
            log_in(client, email, "not the right one")
        data = {"email": email, "password": "not the right one"}
        answer = client.post("/en/account/log-in", data=data)
        pages[email] = (answer.status_code, answer.text, answer.headers["Retry-After"])
    assert pages[known] == pages["nobody@example.org"]
    assert "You can try again in" in pages[known][1]


def test_a_right_password_begins_the_count_again(
    client: Client, session: Session
) -> None:
    account = resident(session)
    for _ in range(3):
        for _ in range(4):
            assert log_in(client, account.email, "not the right one") == 422
        assert log_in(client, account.email, PASSWORD) // 100 == 3
        client.post("/en/account/log-out")


def test_the_table_holds_no_address(client: Client, session: Session) -> None:
    log_in(client, "secret@example.org", "not the right one")
    session.commit()
    keys = session.scalars(select(Attempt.key)).all()
    assert not any("secret" in key for key in keys)
    assert "address:127.0.0.0/24" in keys


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("", "unknown"),
    ],
)
def test_addresses_are_cut_short(address: str, network: str) -> None:
    assert truncated(address) == network


def waits(session: Session, counter: Counter, tries: int) -> list[float]:
    """How long each try of a patient person has to wait for the next one."""
    now, found = NOW, []
    for _ in range(tries):
        count_try(session, counter, now=now)
        until = session.get_one(Attempt, counter.key).wait_until
        found.append((until - now).total_seconds() if until else 0.0)
        now = until or now
    return found


def test_the_wait_doubles_up_to_some_minutes(session: Session) -> None:
    expected = [0, 0, 0, 0, 0, 5, 10, 20, 40, 80, 160, 300, 300]
    assert waits(session, KEY, 13) == expected


def test_an_address_is_counted_loosely(session: Session) -> None:
    assert waits(session, Counter("address:x", ADDRESS), 61)[-2:] == [0, 2]


def test_a_refused_try_is_not_counted(session: Session) -> None:
    for _ in range(6):
        count_try(session, KEY, now=NOW)
    for _ in range(3):
        with pytest.raises(TooManyAttempts) as refusal:
            count_try(session, KEY, now=NOW)
    assert refusal.value.params == {"seconds": 6}
    assert session.get_one(Attempt, KEY.key).failures == 6


def test_failures_are_forgotten_in_time(session: Session) -> None:
    for _ in range(6):
        count_try(session, KEY, now=NOW)
    later = NOW + timedelta(hours=13)
    count_try(session, KEY, now=later)
    assert session.get_one(Attempt, KEY.key).failures == 1
    forget_old_attempts(session, now=later + timedelta(hours=13))
    assert session.scalars(select(Attempt)).all() == []


def test_success_of_one_person_does_not_clear_their_network(session: Session) -> None:
    network = Counter("address:x", ADDRESS)
    for _ in range(3):
        count_try(session, KEY, network, now=NOW)
    count_success(session, KEY, network, now=NOW)
    assert session.get_one(Attempt, KEY.key).failures == 0
    assert session.get_one(Attempt, network.key).failures == 2


def test_of_many_tries_at_once_no_more_get_through(own_database: str) -> None:
    def attempt() -> None:
        with transaction() as session:
            count_try(session, KEY, now=NOW)

    with application_on(own_database) as app:
        answers = at_once(app, [attempt] * 16)
    refused = [each for each in answers if isinstance(each, TooManyAttempts)]
    assert len(refused) == 10
    assert answers.count(None) == 6
