"""Every route against every kind of visitor: who is let in, and who is not.

A new route is in the matrix as soon as it is registered: the rule above its view
says what must happen, whatever the subject of the page is.
"""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from core.clock import FixedClock
from tests.factories import accounts
from tests.factories.rounds import draft_round
from tests.support.client import Client

STAFF_RULES = {
    "official",
    "official_of_round",
    "official_of_panel",
    "official_of_house",
    "administrator",
    "auditor",
}
# The rules that let nobody in who has not given a password.
CLOSED_RULES = STAFF_RULES | {"resident"}
ARGUMENTS = {
    "lang": "en",
    "act": "confirm",
    "way": "up",
    "answer": "take",
    "deed": "owe",
    "outcome": "done",
    "slug": "elsewhere",
    "filename": "none.css",
    "code": "1",
    "token": "none",
    "format": "csv",
    "kind": "vote",
    "extension": "csv",
}
SKIPPED = {"static", "bootstrap.static"}


def rule_of(app: Flask, route: Rule) -> str:
    return str(getattr(app.view_functions[route.endpoint], "access_rule", "undeclared"))


def requests(app: Flask, rules: set[str]) -> list[tuple[str, str, str]]:
    """(access rule, method, address) for every route under these rules."""
    found = []
    with app.test_request_context(base_url="http://localhost"):
        adapter = app.url_map.bind("localhost")
        for route in app.url_map.iter_rules():
            rule = rule_of(app, route)
            if route.endpoint in SKIPPED or rule not in rules:
                continue
            values = {name: ARGUMENTS.get(name, 1) for name in route.arguments}
            for method in sorted((route.methods or set()) & {"GET", "POST"}):
                address = adapter.build(route.endpoint, values, method)
                found.append((rule, method, address))
    return found


def answers(client: Client, wanted: list[tuple[str, str, str]]) -> dict[str, str]:
    """What each request is answered: a status, or where it is sent to."""
    found = {}
    for _rule, method, address in wanted:
        answer = client.open(address, method=method)
        place = answer.headers.get("Location", "").partition("?")[0]
        found[f"{method} {address}"] = place or str(answer.status_code)
    return found


def test_every_route_says_who_may_open_it(app: Flask) -> None:
    undeclared = {
        route.endpoint
        for route in app.url_map.iter_rules()
        if rule_of(app, route) == "undeclared"
    }
    assert undeclared == SKIPPED


def test_whoever_is_not_logged_in_is_asked_to_log_in(
    app: Flask, client: Client
) -> None:
    found = answers(client, requests(app, CLOSED_RULES))
    assert len(found) > 20
    assert {k: v for k, v in found.items() if v != "/en/account/log-in"} == {}


def test_a_resident_is_no_official(
    app: Flask, client: Client, session: Session, clock: FixedClock
) -> None:
    draft_round(session, now=clock.moment, slug="elsewhere")
    client.log_in(accounts.resident(session))
    found = answers(client, requests(app, STAFF_RULES))
    assert {k: v for k, v in found.items() if v != "403"} == {}


def test_an_elected_representative_is_no_official(
    app: Flask, client: Client, session: Session
) -> None:
    client.log_in(accounts.elected(session))
    found = answers(client, requests(app, STAFF_RULES))
    assert {k: v for k, v in found.items() if v != "403"} == {}


def test_an_official_of_another_round_may_not_run_this_one(
    app: Flask, client: Client, session: Session, clock: FixedClock
) -> None:
    draft_round(session, now=clock.moment, slug="elsewhere")
    client.log_in(accounts.official(session, scope="round:another"))
    wanted = requests(app, STAFF_RULES - {"official"})
    assert {k: v for k, v in answers(client, wanted).items() if v != "403"} == {}


@pytest.mark.parametrize(
    "person", [accounts.administrator, accounts.official, accounts.auditor]
)
def test_no_staff_page_opens_without_the_second_factor(
    app: Flask,
    client: Client,
    session: Session,
    person: Callable[[Session], accounts.Account],
) -> None:
    client.log_in(person(session), second_factor=False)
    found = answers(client, requests(app, STAFF_RULES))
    opened = {k: v for k, v in found.items() if v != "403" and "second-factor" not in v}
    assert opened == {}


def test_a_form_without_our_token_is_refused_everywhere(
    app: Flask, client: Client, session: Session, clock: FixedClock
) -> None:
    draft_round(session, now=clock.moment, slug="elsewhere")
    client.log_in(accounts.administrator(session))
    client.forges = True
    posts = [r for r in requests(app, CLOSED_RULES | {"everyone"}) if r[1] == "POST"]
    assert {k: v for k, v in answers(client, posts).items() if v != "400"} == {}
