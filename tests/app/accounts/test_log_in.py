"""Logging in and out, and how a session ends."""

import time
from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from app.accounts.passwords import hasher
from tests.factories.accounts import PASSWORD, administrator, log_in, resident
from tests.support.client import Client


def send(client: Client, email: str, password: str = PASSWORD, query: str = "") -> str:
    answer = client.post(
        f"/en/account/log-in{query}", data={"email": email, "password": password}
    )
    return answer.headers.get("Location", "") or answer.text


def test_a_resident_logs_in_and_out(client: Client, session: Session) -> None:
    account = resident(session, name="Aino Laine")
    assert send(client, account.email) == "/en/"
    assert "Aino Laine" in client.get("/en/account/settings").text
    assert client.get("/en/account/log-in").status_code // 100 == 3
    client.post("/en/account/log-out")
    assert "/log-in" in client.get("/en/account/settings").headers["Location"]


def test_the_address_may_be_typed_in_any_case(client: Client, session: Session) -> None:
    resident(session, email="aino@example.org")
    assert send(client, " Aino@Example.ORG ") == "/en/"


def test_log_out_is_no_link(client: Client) -> None:
    assert client.get("/en/account/log-out").status_code == 405


def test_log_out_needs_our_own_form(client: Client, session: Session) -> None:
    log_in(client, resident(session))
    client.forges = True
    assert client.post("/en/account/log-out").status_code == 400
    client.forges = False
    assert client.get("/en/account/settings").status_code == 200


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    new_client: Callable[[], Client], session: Session
) -> None:
    resident(session, email="known@example.org")
    pages = []
    for email in ("known@example.org", "nobody@example.org"):
        answer = new_client().post(
            "/en/account/log-in", data={"email": email, "password": "not the right one"}
        )
        assert answer.status_code == 422
        pages.append(answer.text.replace(email, "ADDRESS"))
    assert strip_tokens(pages[0]) == strip_tokens(pages[1])
    assert "is wrong" in pages[0]


def strip_tokens(page: str) -> str:
    return "\n".join(line for line in page.splitlines() if "csrf_token" not in line)


def test_what_was_typed_stays_but_not_the_password(client: Client) -> None:
    page = send(client, "nobody@example.org", "my secret password")
    assert 'value="nobody@example.org"' in page
    assert "my secret password" not in page


def test_an_account_without_a_password_is_closed(
    client: Client, session: Session
) -> None:
    account = resident(session, password_hash="")
    assert "is wrong" in send(client, account.email, "anything at all")


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/en/account/settings", "/en/account/settings"),
        ("//evil.example/", "/en/"),
        ("https://evil.example/", "/en/"),
        ("/\\evil.example", "/en/"),
        ("\\/evil.example", "/en/"),
        ("/%09/evil.example", "/en/"),
        ("javascript:alert(1)", "/en/"),
    ],
)
def test_log_in_leads_only_to_our_own_pages(
    client: Client, session: Session, wanted: str, reached: str
) -> None:
    account = resident(session)
    query = f"?next={wanted}"
    assert send(client, account.email, query=query) == reached


def test_a_page_that_asks_for_log_in_is_reached_after_it(
    client: Client, session: Session
) -> None:
    account = resident(session)
    to_log_in = client.get("/en/account/settings/password").headers["Location"]
    query = to_log_in[to_log_in.index("?") :]
    assert send(client, account.email, query=query) == "/en/account/settings/password"


def test_nothing_of_the_session_before_survives_the_log_in(
    client: Client, session: Session
) -> None:
    account = resident(session)
    with client.session_transaction() as planted:
        planted["second_factor"] = True
        planted["planted"] = "by somebody else"
    send(client, account.email)
    with client.session_transaction() as now:
        assert not now["second_factor"]
        assert "planted" not in now


def test_an_official_shows_the_second_factor_before_anything_else(
    client: Client, session: Session
) -> None:
    official = administrator(session)
    assert "/second-factor" in send(client, official.email)
    for path in ("account/settings", "account/settings/password", "manage/staff"):
        answer = client.get(f"/en/{path}")
        assert "/account/second-factor" in answer.headers["Location"], path
    answer = client.post("/en/account/settings/log-out-elsewhere")
    assert "/account/second-factor" in answer.headers["Location"]


def test_a_session_ends_after_its_hours_however_busy(
    client: Client, session: Session
) -> None:
    log_in(client, resident(session))
    assert client.get("/en/account/settings").status_code == 200
    with client.session_transaction() as cookie:
        cookie["began"] = time.time() - 12 * 3600 - 1
    assert "/log-in" in client.get("/en/account/settings").headers["Location"]


def test_a_session_without_its_beginning_is_nobodys(
    client: Client, session: Session
) -> None:
    log_in(client, resident(session))
    with client.session_transaction() as cookie:
        del cookie["began"]
    assert "/log-in" in client.get("/en/account/settings").headers["Location"]


def test_a_hash_of_older_settings_is_replaced_at_log_in(
    client: Client, session: Session
) -> None:
    weak = type(hasher())(time_cost=1, memory_cost=16, parallelism=1)
    account = resident(session, password_hash=weak.hash(PASSWORD))
    before = account.password_hash
    assert send(client, account.email) == "/en/"
    session.refresh(account)
    assert account.password_hash != before
    assert send(client, account.email) == "/en/"


def test_a_name_is_never_markup(client: Client, session: Session) -> None:
    payload = "<script>alert('name')</script>\"><img src=x onerror=alert(1)>"
    log_in(client, resident(session, name=payload))
    for page in ("/en/account/settings", "/en/account/settings/profile", "/en/"):
        text = client.get(page).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
