"""Every address of the booth and of the accounts against what no browser of ours sends.

The addresses are read from the map of all of them, with the round, the area and the
project filled in that are really there.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

import app as package
from tests.factories.accounts import PASSWORD, log_in, resident
from tests.factories.ballots import Vote, open_vote_with, voter_in
from tests.support.abuse import FORM, LANG, fault_of
from tests.support.client import Client
from tests.support.databases import ON_SQLITE

# Nothing of these depends on the kind of database.
SECTIONS = ("rounds.", "accounts.", "pages.", "identified.")
# What an address is asked besides, as the views read it.
ASKED = re.compile(
    r"""(?:args|sent)\.get\(\s*["'](\w+)|["'](\w+)["'] in request\.args"""
)
IN_LOOPS = {"first", "second"}
EVIL = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "/\t/evil.example/",
    "\\\\evil.example",
    "javascript:alert(7)",
    "/%5cevil.example",
    "http:evil.example",
)
ODD = ("a%00b%FF%FE%22%3E%3Cscript%3Ealert(7)", "9" * 30, "-1")
LARGE = b"x" * (1024 * 1024 + 1)
MULTIPART = "multipart/form-data; boundary=end"
FILE = (
    b'--end\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n'
    b"\r\n" + LARGE + b"\r\n--end--\r\n"
)


@pytest.fixture
def vote(app: Flask, session: Session) -> Vote:
    return open_vote_with(session, app.extensions["puistokatu"].key_dir)


@pytest.fixture
def voter(session: Session, client: Client, vote: Vote) -> Client:
    """A browser of somebody on the roll, who reads Swedish."""
    row = voter_in(session, vote)
    account = resident(session, language=LANG)
    row.account_id = account.id
    return log_in(client, account)


def addresses(app: Flask, vote: Vote) -> Iterator[tuple[Rule, str]]:
    """Each route of these sections, and an address of it; leaving comes last."""
    there = {"lang": LANG, "slug": vote.slug, "area": "area0", "code": "a0-1"}
    adapter = app.url_map.bind("localhost")
    routes = sorted(app.url_map.iter_rules(), key=lambda r: "log_out" in r.endpoint)
    for route in routes:
        if route.endpoint.startswith(SECTIONS):
            values = {name: there.get(name, "1") for name in route.arguments}
            if "extension" in values:
                values["extension"] = "csv"
            yield route, adapter.build(route.endpoint, values, _method(route))


def _method(route: Rule) -> str:
    return "GET" if "GET" in (route.methods or ()) else "POST"


def asked() -> list[str]:
    """The names that any view reads out of an address."""
    folder = Path(package.__file__).parent
    found = {
        name
        for path in folder.rglob("*.py")
        for names in ASKED.findall(path.read_text())
        for name in names
    }
    return sorted(found - {""} | IN_LOOPS)


def test_no_address_asks_for_anything_that_is_a_fault(
    app: Flask, voter: Client, vote: Vote
) -> None:
    names, faults = asked(), []
    assert {"next", "find", "theme", "page", "from", "state"} <= {*names}
    for route, address in addresses(app, vote):
        for odd in ODD:
            if _method(route) == "GET":
                query = "&".join(f"{name}={odd}" for name in names)
                answer = voter.get(f"{address}?{query}")
                if fault := fault_of(answer):
                    faults.append(f"{route.endpoint} {odd[:9]}: {fault}")
                assert "<script>alert(7)" not in answer.text
    assert faults == []


@ON_SQLITE
def test_no_address_leads_to_another_site(
    app: Flask, voter: Client, vote: Vote
) -> None:
    away = []
    for route, address in addresses(app, vote):
        for method in sorted((route.methods or set()) & {"GET", "POST"}):
            query = {"next": EVIL[0], "url": EVIL[1], "return": EVIL[0]}
            answer = voter.open(address, method=method, query_string=query)
            if fault := fault_of(answer):
                away.append(f"{method} {route.endpoint}: {fault}")
    assert away == []


@ON_SQLITE
@pytest.mark.parametrize("evil", EVIL)
def test_nobody_is_led_away_after_logging_in(
    client: Client, session: Session, evil: str
) -> None:
    account = resident(session)
    form = {"email": account.email, "password": PASSWORD}
    page = "/sv/account/log-in"
    answer = client.post(page, query_string={"next": evil}, data=form)
    assert answer.status_code == 302
    assert answer.location in ("/sv/", "/%5cevil.example")
    # Whoever is in already goes on just so.
    answer = client.get(page, query_string={"next": evil})
    assert answer.location in ("/sv/", "/%5cevil.example")


@ON_SQLITE
def test_no_address_answers_to_another_host(
    app: Flask, voter: Client, vote: Vote
) -> None:
    lied = {"Host": "evil.example", "Accept-Language": LANG}
    told = {"X-Forwarded-Host": "evil.example", "X-Original-URL": "//evil.example"}
    for route, address in addresses(app, vote):
        method = _method(route)
        answer = voter.open(address, method=method, headers=lied)
        assert (route.endpoint, answer.status_code) == (route.endpoint, 400)
        assert fault_of(answer) is None, address
        answer = voter.open(address, method=method, headers=told)
        assert "evil" not in answer.text + (answer.location or "")


@ON_SQLITE
def test_a_wrong_method_is_answered_by_a_page(
    app: Flask, voter: Client, vote: Vote
) -> None:
    known: dict[str, set[str]] = {}
    for route, address in addresses(app, vote):
        known.setdefault(address, set()).update(route.methods or ())
    for address, methods in known.items():
        for method in {"GET", "POST", "DELETE", "PATCH"} - methods:
            answer = voter.open(address, method=method)
            if "GET" in methods or method != "GET":
                assert (address, answer.status_code) == (address, 405)
                assert answer.headers["Allow"]
            assert fault_of(answer) is None, address


@ON_SQLITE
def test_no_form_takes_more_than_a_form_can_hold(
    app: Flask, voter: Client, vote: Vote
) -> None:
    for route, address in addresses(app, vote):
        if "POST" in (route.methods or ()):
            typed = voter.post(address, data=b"title=" + LARGE, content_type=FORM)
            assert (route.endpoint, typed.status_code) == (route.endpoint, 413)
            file = voter.post(address, data=FILE, content_type=MULTIPART)
            assert (route.endpoint, file.status_code) == (route.endpoint, 413)
            assert fault_of(typed) is fault_of(file) is None


def test_files_are_for_those_who_are_logged_in(client: Client) -> None:
    answer = client.post("/sv/manage/imports", data=FILE, content_type=MULTIPART)
    assert answer.status_code == 413
