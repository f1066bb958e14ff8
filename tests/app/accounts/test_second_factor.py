"""The second factor: set up, asked for, each code once."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import HOUSE
from app.accounts import totp
from app.accounts.factors import next_code, secret_of
from app.accounts.models import Account, Grant, RecoveryCode, Role
from core.clock import FixedClock
from tests.factories.accounts import (
    LONG_AGO,
    administrator,
    auditor,
    code_of_the_moment,
    log_in,
    resident,
)
from tests.support.client import Client
from tests.support.databases import SECRET

ASK = "/en/account/second-factor"


@pytest.fixture
def official(session: Session) -> Account:
    return administrator(session)


@pytest.fixture
def half(client: Client, official: Account) -> Client:
    """Somebody who has given the password only."""
    client.log_in(official, second_factor=False)
    return client


def give(client: Client, code: str, query: str = "") -> int:
    return client.post(ASK + query, data={"code": code}).status_code


def test_the_code_opens_the_officials_pages(half: Client, clock: FixedClock) -> None:
    assert half.get("/en/manage/staff").status_code // 100 == 3
    code = code_of_the_moment(clock.moment)
    answer = half.post(f"{ASK}?next=/en/manage/staff", data={"code": code})
    assert answer.headers["Location"] == "/en/manage/staff"
    assert half.get("/en/manage/staff").status_code == 200


def test_the_code_may_be_typed_with_a_space(half: Client, clock: FixedClock) -> None:
    code = code_of_the_moment(clock.moment)
    assert give(half, f"{code[:3]} {code[3:]}") // 100 == 3


def test_a_code_works_once(
    half: Client,
    official: Account,
    new_client: Callable[[], Client],
    clock: FixedClock,
) -> None:
    code = code_of_the_moment(clock.moment)
    assert give(half, code) // 100 == 3
    other = new_client()
    other.log_in(official, second_factor=False)
    assert give(other, code) == 422
    before = code_of_the_moment(clock.moment - timedelta(seconds=30))
    assert give(other, before) == 422
    clock.moment += timedelta(seconds=30)
    assert give(other, code_of_the_moment(clock.moment)) // 100 == 3


@pytest.mark.parametrize("seconds", [-90, -61, 61, 90])
def test_an_old_or_early_code_is_wrong(
    half: Client, clock: FixedClock, seconds: int
) -> None:
    moment = clock.moment + timedelta(seconds=seconds)
    assert give(half, code_of_the_moment(moment)) == 422


@pytest.mark.parametrize("code", ["000000", "٠١٢٣٤٥", "abc", "1" * 40, "0" * 41])
def test_a_wrong_code_is_answered_beside_the_field(half: Client, code: str) -> None:
    assert give(half, code) == 422


def test_codes_cannot_be_tried_endlessly(half: Client, clock: FixedClock) -> None:
    answers = [give(half, "000000") for _ in range(8)]
    assert answers[-1] == 429
    assert give(half, code_of_the_moment(clock.moment)) == 429
    clock.moment += timedelta(minutes=6)
    assert give(half, code_of_the_moment(clock.moment)) // 100 == 3


def set_up(client: Client, session: Session, account: Account) -> str:
    client.post(f"{ASK}/start")
    session.refresh(account)
    secret = secret_of(account, secret_key=SECRET)
    assert secret
    assert totp.in_groups(secret) in client.get(ASK).text
    return secret


def test_a_new_official_sets_it_up_and_gets_paper_codes_once(
    client: Client, session: Session, clock: FixedClock
) -> None:
    account = resident(session)
    session.add(
        Grant(
            account=account,
            role=Role.ADMINISTRATOR,
            scope=HOUSE,
            granted_at=LONG_AGO,
        )
    )
    client.log_in(account, second_factor=False)
    assert ASK in client.get("/en/manage/staff").headers["Location"]
    secret = set_up(client, session, account)
    assert "data:image/svg+xml" in client.get(ASK).text
    page = client.post(ASK, data={"code": totp.code_at(secret, clock.moment)})
    assert page.status_code == 200
    codes = session.scalars(select(RecoveryCode)).all()
    assert len(codes) == 10
    assert page.text.count('<li class="code">') == 10
    assert not any(code.hash in page.text for code in codes)
    assert client.get("/en/manage/staff").status_code == 200


def test_the_secret_is_not_readable_in_the_database(
    client: Client, session: Session, clock: FixedClock
) -> None:
    account = resident(session)
    log_in(client, account)
    secret = set_up(client, session, account)
    assert account.totp_secret
    assert secret not in account.totp_secret


def test_a_secret_that_was_not_confirmed_counts_for_nothing(
    client: Client, session: Session, clock: FixedClock
) -> None:
    account = resident(session)
    client.log_in(account, second_factor=False)
    set_up(client, session, account)
    assert give(client, "000000") == 422
    assert client.get("/en/account/settings").status_code == 200


def test_a_confirmed_secret_is_not_replaced_by_starting_again(
    half: Client, session: Session, official: Account
) -> None:
    before = official.totp_secret
    half.post(f"{ASK}/start")
    session.refresh(official)
    assert official.totp_secret == before
    assert "data:image" not in half.get(ASK).text


def paper_codes(client: Client, clock: FixedClock) -> list[str]:
    clock.moment += timedelta(seconds=60)
    page = client.post(
        "/en/account/settings/second-factor",
        data={"code": code_of_the_moment(clock.moment), "act": "renew"},
    ).text
    parts = page.split('<li class="code">')[1:]
    return [part.split("<", 1)[0] for part in parts]


def test_a_recovery_code_works_once(
    client: Client,
    official: Account,
    new_client: Callable[[], Client],
    clock: FixedClock,
) -> None:
    codes = paper_codes(log_in(client, official), clock)
    first, second = new_client(), new_client()
    first.log_in(official, second_factor=False)
    second.log_in(official, second_factor=False)
    assert give(first, codes[0].upper().replace("-", " ")) // 100 == 3
    assert give(second, codes[0]) == 422
    assert give(second, codes[1]) // 100 == 3
    assert (
        "8 recovery codes left" in second.get("/en/account/settings/second-factor").text
    )


def test_new_recovery_codes_end_the_old_ones(
    client: Client, official: Account, clock: FixedClock
) -> None:
    log_in(client, official)
    old = paper_codes(client, clock)
    paper_codes(client, clock)
    client.log_in(official, second_factor=False)
    assert give(client, old[0]) == 422


def test_another_persons_recovery_code_is_wrong(
    client: Client,
    session: Session,
    official: Account,
    new_client: Callable[[], Client],
    clock: FixedClock,
) -> None:
    codes = paper_codes(log_in(client, official), clock)
    other = new_client()
    other.log_in(auditor(session), second_factor=False)
    assert give(other, codes[0]) == 422


def test_officials_cannot_remove_it_and_residents_can(
    client: Client, session: Session, official: Account, clock: FixedClock
) -> None:
    path = "/en/account/settings/second-factor"
    data = {"code": code_of_the_moment(clock.moment), "act": "remove"}
    log_in(client, official)
    assert client.post(path, data=data).status_code == 409
    person = resident(
        session, totp_secret=official.totp_secret, totp_confirmed_at=LONG_AGO
    )
    log_in(client, person)
    assert client.post(path, data=data).status_code // 100 == 3
    session.refresh(person)
    assert person.totp_secret is None
    assert client.get("/en/account/settings").status_code == 200


def test_the_next_code_of_the_demo_is_one_that_is_accepted(
    half: Client, session: Session, official: Account, clock: FixedClock
) -> None:
    for _ in range(2):
        session.refresh(official)
        code = next_code(official, secret_key=SECRET, now=clock.moment)
        assert code
        assert give(half, code) // 100 == 3
        half.log_in(official, second_factor=False)
    session.refresh(official)
    assert next_code(official, secret_key=SECRET, now=clock.moment) is None


@pytest.mark.parametrize("is_demo_account", [True, False])
def test_the_demo_shows_the_code_of_its_own_officials_only(
    half: Client,
    official: Account,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_demo_account: bool,
) -> None:
    extensions = half.application.extensions
    demo = replace(extensions["puistokatu"], demo=True)
    monkeypatch.setitem(extensions, "puistokatu", demo)
    official.demo = is_demo_account
    shown = code_of_the_moment(clock.moment) in half.get(ASK).text
    assert shown == is_demo_account


def test_outside_the_demo_no_page_shows_the_code(
    half: Client, session: Session, official: Account, clock: FixedClock
) -> None:
    official.demo = True
    assert code_of_the_moment(clock.moment) not in half.get(ASK).text
