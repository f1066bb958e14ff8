"""Into the booth by OpenID Connect, against a provider that runs beside the tests."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.text import Localized
from tests.factories.accounts import log_in, resident
from tests.factories.ballots import new_key
from tests.factories.rolls import (
    code_of_person,
    hetu,
    line,
    open_register_round,
    read_into,
    register,
    register_round,
    row_of_person,
)
from tests.factories.rounds import OFFICIAL
from tests.support.client import Client
from tests.support.oidc import CLIENT, STRONG, OidcServer
from voting.interruptions import pause_vote
from voting.keys import RollKeys, create_roll_key
from voting.models import BoothPass, BoxBallot, Round
from voting.opening import open_vote

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

Place = tuple[Round, RollKeys]


@pytest.fixture
def set_up(
    app: Flask, provider: OidcServer, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    """Give the service its brokers."""

    def make(*brokers: Any) -> None:
        config = replace(app.extensions["puistokatu"], brokers=tuple(brokers))
        monkeypatch.setitem(app.extensions, "puistokatu", config)
        monkeypatch.setitem(app.extensions, "brokers", {})

    make(provider.broker())
    return make


@dataclass
class Roll:
    """Reads lines into the roll of a round that is announced."""

    session: Session
    key_dir: Path
    folder: Path
    now: datetime

    def __call__(self, *lines: str) -> Place:
        round_ = register_round(self.session, now=self.now)
        path = register(self.folder / "register.csv", *lines)
        read_into(self.session, round_, path, key_dir=self.key_dir, now=self.now)
        return round_, create_roll_key(self.key_dir, round_.slug)


@pytest.fixture
def roll(
    session: Session,
    app: Flask,
    tmp_path: Path,
    clock: FixedClock,
    set_up: Callable[..., None],
) -> Roll:
    key_dir: Path = app.extensions["puistokatu"].key_dir
    return Roll(session, key_dir, tmp_path, clock.moment)


@pytest.fixture
def place(roll: Roll) -> Place:
    """The vote is on, with three people on the roll."""
    return open_register_round(
        roll.session, key_dir=roll.key_dir, folder=roll.folder, now=roll.now
    )


def leave(
    client: Client, slug: str, *, broker: str = "suomifi", lang: str = "en"
) -> str:
    """The address at the broker."""
    answer = client.get(f"/{lang}/rounds/{slug}/vote/identify/{broker}")
    assert answer.status_code == 303, answer.text
    return answer.location


def come_back(client: Client, address: str) -> "TestResponse":
    parts = urlsplit(address)
    assert parts.path.startswith("/identified/")
    return client.get(f"{parts.path}?{parts.query}")


def form_in(page: str) -> dict[str, str]:
    found = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page))
    return {name: found[name] for name in ("broker", "code", "state")}


def go_in(client: Client, slug: str, form: dict[str, str]) -> "TestResponse":
    return client.post(f"/en/rounds/{slug}/vote/identified", data=form)


def identify(
    client: Client, provider: OidcServer, slug: str, subject: str
) -> "TestResponse":
    """The whole way, to the door."""
    address = provider.identify(leave(client, slug), subject)
    return go_in(client, slug, form_in(come_back(client, address).text))


def cast(client: Client, slug: str) -> int:
    data = {"key": new_key(), "area.north": ["1"]}
    return client.post(f"/en/rounds/{slug}/vote", data=data).status_code


def passes(session: Session) -> int:
    session.expire_all()
    return session.scalar(select(func.count()).select_from(BoothPass)) or 0


def test_whoever_is_identified_votes_and_the_number_is_kept_nowhere(
    client: Client,
    session: Session,
    provider: OidcServer,
    place: Place,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    slug = place[0].slug
    provider.tell("two", number=hetu(2), acr=STRONG)
    page = client.get(f"/en/rounds/{slug}/may-vote").text
    assert f'href="/en/rounds/{slug}/vote/identify"' in page
    page = client.get(f"/en/rounds/{slug}/vote/identify").text
    assert "Identify with Suomi.fi" in page
    address = leave(client, slug)
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["prompt"] == ["login"]
    assert asked["acr_values"] == [STRONG]
    assert asked["redirect_uri"] == ["http://localhost/identified/suomifi"]
    back = come_back(client, provider.identify(address, "two"))
    # Coming back is a GET, and changes nothing.
    assert "Set-Cookie" not in back.headers
    assert passes(session) == 0
    assert hetu(2) not in back.text
    assert go_in(client, slug, form_in(back.text)).location.endswith(f"/{slug}/vote")
    with client.session_transaction() as cookie:
        assert hetu(2) not in repr(dict(cookie))
        assert "_state_" not in repr(dict(cookie))
    assert cast(client, slug) == 302
    voter = row_of_person(session, place[0], 2, place[1])
    assert (voter.channel, voter.account_id) == ("strong", None)
    assert hetu(2) not in caplog.text


def test_the_page_to_come_back_to_speaks_the_language_that_was_left(
    client: Client, provider: OidcServer, place: Place
) -> None:
    address = leave(client, place[0].slug, lang="sv")
    assert parse_qs(urlsplit(address).query)["ui_locales"] == ["sv"]
    page = come_back(client, provider.identify(address, "anybody")).text
    assert '<html lang="sv">' in page
    assert f'action="/sv/rounds/{place[0].slug}/vote/identified"' in page


@pytest.mark.parametrize(
    "case",
    [
        ({"nonce": "another"}, "could not be checked"),
        ({"exp": 1_700_000_000}, "could not be checked"),
        ({"aud": "another service"}, "could not be checked"),
        ({"iss": "https://elsewhere.example"}, "could not be checked"),
        ({"acr": "http://ftn.ficora.fi/2017/loa1"}, "not strong enough"),
        ({"number": ""}, "did not tell us"),
        ({"number": 1}, "did not tell us"),
        ({"number": hetu(77)}, "did not find you"),
        ({"number": "no number"}, "did not find you"),
    ],
)
def test_an_answer_that_does_not_prove_who_it_is_opens_nothing(
    client: Client,
    session: Session,
    provider: OidcServer,
    place: Place,
    case: tuple[dict[str, Any], str],
) -> None:
    slug, (forged, said) = place[0].slug, case
    provider.tell("forged", **({"number": hetu(2), "acr": STRONG} | forged))
    answer = identify(client, provider, slug, "forged")
    assert answer.status_code == 409
    assert said in answer.text
    # The other ways are named.
    assert f'href="/en/rounds/{slug}/code"' in answer.text
    assert passes(session) == 0
    assert session.scalar(select(func.count()).select_from(BoxBallot)) == 0


def test_what_was_begun_for_one_round_opens_no_other(
    client: Client, session: Session, provider: OidcServer, roll: Roll, place: Place
) -> None:
    provider.tell("two", number=hetu(2), acr=STRONG)
    where = {"key_dir": roll.key_dir, "folder": roll.folder, "now": roll.now}
    open_register_round(session, **where, slug="other")
    address = provider.identify(leave(client, place[0].slug), "two")
    form = form_in(come_back(client, address).text)
    assert go_in(client, "other", form).status_code == 409
    assert passes(session) == 0


def test_a_state_of_another_browser_and_a_used_code_open_nothing(
    new_client: Callable[[], Client],
    session: Session,
    provider: OidcServer,
    place: Place,
) -> None:
    slug = place[0].slug
    provider.tell("two", number=hetu(2), acr=STRONG)
    mine, others = new_client(), new_client()
    address = provider.identify(leave(mine, slug), "two")
    # Somebody else's answer put under my browser, or mine under his.
    assert "Aloita alusta" in come_back(others, address).text
    form = form_in(come_back(mine, address).text)
    assert go_in(others, slug, form).status_code == 409
    for changed in ({"state": "forged"}, {"code": "forged"}):
        assert go_in(mine, slug, form | changed).status_code == 409
    # The attempt with a wrong code has used the state up.
    assert go_in(mine, slug, form).status_code == 409
    assert passes(session) == 0
    form = form_in(come_back(mine, provider.identify(leave(mine, slug), "two")).text)
    assert go_in(mine, slug, form).status_code == 302
    assert go_in(mine, slug, form).status_code == 409
    assert mine.post(f"/en/rounds/{slug}/vote/leave").status_code == 302
    # A code of the one flow under the state of another: the verifier does not fit.
    old = form_in(come_back(mine, provider.identify(leave(mine, slug), "two")).text)
    new = form_in(come_back(mine, provider.identify(leave(mine, slug), "two")).text)
    assert go_in(mine, slug, new | {"code": old["code"]}).status_code == 409
    assert passes(session) == 0


def test_who_cancels_is_told_so_and_shown_the_other_ways(
    client: Client, provider: OidcServer, place: Place
) -> None:
    slug = place[0].slug
    address = leave(client, slug)
    # This provider leaves the state out, against the specification.
    cancelled = provider.cancel(address)
    state = parse_qs(urlsplit(address).query)["state"][0]
    page = come_back(client, f"{cancelled}&state={state}")
    assert "You were not identified" in page.text
    page = come_back(client, cancelled)
    assert "You were not identified" in page.text
    assert f'href="/en/rounds/{slug}/code"' in page.text


def test_a_broker_that_is_away_is_said_and_nothing_else_is_lost(
    client: Client,
    provider: OidcServer,
    place: Place,
    set_up: Callable[..., None],
) -> None:
    slug = place[0].slug
    away = provider.broker("away", issuer="http://127.0.0.1:9", title="Bank")
    lying = provider.broker("lying", issuer=f"http://localhost:{provider.port}")
    set_up(provider.broker(), away, replace(lying, issuer=f"{lying.issuer}/"))
    for name in ("away", "lying"):
        answer = client.get(f"/en/rounds/{slug}/vote/identify/{name}")
        assert answer.status_code == 503
        assert "does not answer right now" in answer.text
        assert f'href="/en/rounds/{slug}/code"' in answer.text
    assert client.get(f"/en/rounds/{slug}/vote/identify/unknown").status_code == 404
    assert client.get("/identified/unknown?state=1").status_code == 404


def test_a_service_without_a_broker_does_not_offer_it(
    client: Client, place: Place, set_up: Callable[..., None]
) -> None:
    set_up()
    page = client.get(f"/en/rounds/{place[0].slug}/may-vote").text
    assert "vote/identify" not in page
    assert "The code from your letter" not in page
    assert "With the code from your letter" in page


def test_before_the_vote_one_learns_whether_one_is_on_the_roll(
    client: Client, session: Session, provider: OidcServer, roll: Roll
) -> None:
    round_, _ = roll(line(2))
    page = client.get(f"/en/rounds/{round_.slug}/may-vote").text
    for title in ("With strong identification", "With the code", "With your account"):
        assert title in page
    provider.tell("two", number=hetu(2), acr=STRONG)
    provider.tell("seven", number=hetu(7), acr=STRONG)
    answer = identify(client, provider, round_.slug, "two")
    assert "You are on the electoral roll" in answer.text
    answer = identify(client, provider, round_.slug, "seven")
    assert answer.status_code == 409
    assert "did not find you" in answer.text
    assert passes(session) == 0


def test_a_vote_that_is_paused_meanwhile_says_so(
    client: Client,
    session: Session,
    provider: OidcServer,
    place: Place,
    clock: FixedClock,
) -> None:
    round_ = place[0]
    provider.tell("two", number=hetu(2), acr=STRONG)
    form = form_in(
        come_back(client, provider.identify(leave(client, round_.slug), "two")).text
    )
    why = Localized("Vika.", "Fel.", "A fault.")
    pause_vote(session, round_, why, actor=OFFICIAL, now=clock.moment)
    answer = go_in(client, round_.slug, form)
    assert answer.status_code == 409
    assert "The vote is paused" in answer.text


def test_somebody_under_protection_gets_in_and_sees_no_address(
    client: Client, session: Session, provider: OidcServer, roll: Roll
) -> None:
    round_, keys = roll(line(2, protected="1"))
    open_vote(
        session,
        round_,
        actor=OFFICIAL,
        now=roll.now,
        key_dir=roll.key_dir,
    )
    provider.tell("two", number=f" {hetu(2).lower()} ", acr=STRONG)
    assert identify(client, provider, round_.slug, "two").status_code == 302
    page = client.get(f"/en/rounds/{round_.slug}/vote", follow_redirects=True)
    assert page.status_code == 200
    assert "Lehmuskuja" not in page.text
    assert row_of_person(session, round_, 2, keys).home_area_id is None


def test_a_service_with_a_key_signs_its_question_and_sends_no_secret(
    client: Client,
    session: Session,
    provider: OidcServer,
    place: Place,
    set_up: Callable[..., None],
) -> None:
    key = RSAKey.generate_key(2048)
    pem = key.as_pem(private=True).decode()
    set_up(provider.broker(client_secret=None, client_key=pem, key_id="k1"))
    provider.tell("two", number=hetu(2), acr=STRONG)
    # This provider knows no such clients, and says no.
    assert identify(client, provider, place[0].slug, "two").status_code == 409
    assert passes(session) == 0
    asked = provider.asked()
    assert "client_secret" not in asked
    token = jwt.decode(asked["client_assertion"], key, algorithms=["RS256"])
    assert token.header["kid"] == "k1"
    assert (token.claims["iss"], token.claims["sub"]) == (CLIENT, CLIENT)
    assert token.claims["aud"] == f"{provider.issuer}/oauth2/token"


def test_one_person_by_code_account_and_strongly_identified_has_one_ballot(
    new_client: Callable[[], Client],
    session: Session,
    provider: OidcServer,
    place: Place,
    clock: FixedClock,
) -> None:
    round_, keys = place
    slug = round_.slug
    by_code, by_account, identified = (new_client() for _ in range(3))
    code = code_of_person(session, round_, 2, keys=keys, now=clock.moment)
    by_code.post(f"/en/rounds/{slug}/code", data={"code": code})
    assert cast(by_code, slug) == 302
    log_in(by_account, resident(session, email="asukas2@example.org"))
    by_account.post(f"/en/rounds/{slug}/vote/enter")
    assert cast(by_account, slug) == 302
    provider.tell("two", number=hetu(2), acr=STRONG)
    assert identify(identified, provider, slug, "two").status_code == 302
    assert cast(identified, slug) == 302
    assert session.scalar(select(func.count()).select_from(BoxBallot)) == 1
    # Whoever identified himself last is alone in the booth.
    assert by_code.get(f"/en/rounds/{slug}/vote").location.endswith("/may-vote")
