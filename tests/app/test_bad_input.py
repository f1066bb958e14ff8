"""What no link and no form of ours makes is answered with a page, never a fault."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from core.clock import FixedClock
from tests.factories.accounts import administrator, log_in
from tests.factories.rounds import draft_round
from tests.support.client import Client

PLAIN = {"lang": "en", "filename": "none.css", "extension": "csv"}
ODD = ["%00", "a%00b", "%ff", "9" * 30, "9" * 5000, "-1", "%F0%9F%98%80", "a" * 3000]
FAULT = 500


def addresses(app: Flask, odd: str) -> list[tuple[str, str]]:
    """Each route with arguments (method, address), all of them odd ones."""
    return [
        (method, filled_in(rule, odd))
        for rule in app.url_map.iter_rules()
        if rule.arguments - PLAIN.keys()
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]


def filled_in(rule: Rule, odd: str) -> str:
    return "".join(
        PLAIN.get(text, odd) if is_argument else text
        for is_argument, text in rule._trace  # noqa: SLF001 - the address unfilled
    ).removeprefix("|")


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd[:6])
def test_no_odd_address_is_a_fault(
    app: Flask, client: Client, session: Session, odd: str
) -> None:
    log_in(client, administrator(session))
    found = [
        f"{method} {address[:80]}"
        for method, address in addresses(app, odd)
        if client.open(address, method=method).status_code >= FAULT
    ]
    assert found == []


@pytest.mark.parametrize("body", ['{"email": 1}', "[1]", "{", '"text"'])
def test_json_is_no_form(client: Client, body: str) -> None:
    kind = "application/json"
    answer = client.post("/sv/account/log-in", data=body, content_type=kind)
    assert answer.status_code == 400
    assert "Begäran kunde inte läsas" in answer.text


@pytest.mark.parametrize("path", ["/fi/", "/", "/fi/rounds/", "/fi/nothing"])
def test_another_host_than_ours_gets_the_page_of_a_bad_request(
    client: Client, path: str
) -> None:
    answer = client.get(path, headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "</main>" in answer.text
    assert "evil.example" not in answer.text


@pytest.mark.parametrize("typed", ["9" * 30, "9" * 400, "-" + "9" * 400, "9" * 5000])
def test_a_number_of_any_length_is_answered_beside_its_field(
    client: Client, session: Session, clock: FixedClock, typed: str
) -> None:
    log_in(client, administrator(session))
    round_ = draft_round(session, now=clock.moment)
    form = {"min_picks": typed, "max_picks": typed, "min_age": typed}
    answer = client.post(f"/fi/manage/rounds/{round_.slug}/ballot", data=form)
    assert answer.status_code == 422
    assert typed in answer.text


def test_a_form_as_large_as_a_file_is_not_read(client: Client) -> None:
    form = {"email": "x" * 1024 * 1024}
    answer = client.post("/sv/account/log-in", data=form)
    assert answer.status_code == 413
    assert "</main>" in answer.text
