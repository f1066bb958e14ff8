"""A telephone, a broker, the booth: identified for real, on real processes."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app import create_app
from app.config import Config
from app.extensions import clock, db
from app.transaction import transaction
from tests.factories.rolls import hetu, open_register_round
from tests.support.browser import PHONE, accessibility_faults, open_page, turn
from tests.support.databases import ON_SQLITE, environment
from tests.support.oidc import STRONG, OidcServer
from tests.support.server import LiveServer
from voting.models import BoxBallot, Voter

pytestmark = ON_SQLITE

if TYPE_CHECKING:
    from flask import Flask

SECRET = "a secret of the two"


@pytest.fixture
def server(
    own_database: str, tmp_path: Path, provider: OidcServer
) -> Iterator[LiveServer]:
    """Set up by the environment, as a town does it, with two brokers."""
    settings = {"OIDC_BROKERS": "suomifi bank"}
    for name, title in (("SUOMIFI", "Suomi.fi"), ("BANK", "Puistola Bank")):
        settings |= {
            f"OIDC_{name}_TITLE": title,
            f"OIDC_{name}_ISSUER": provider.issuer,
            f"OIDC_{name}_CLIENT_ID": "puistokatu",
            f"OIDC_{name}_CLIENT_SECRET": SECRET,
            f"OIDC_{name}_ACR": STRONG,
        }
    live = LiveServer(own_database, tmp_path, **settings)
    live.start("--no-jobs", "--workers", "1")
    yield live
    live.kill()


@pytest.fixture
def live(server: LiveServer) -> "Iterator[Flask]":
    settings = environment(server.database_url, **server.settings)
    app = create_app(Config.from_environment(settings))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def look(page: Page) -> None:
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_somebody_identifies_herself_on_a_telephone_and_votes(
    browser: Browser,
    server: LiveServer,
    live: "Flask",
    provider: OidcServer,
    tmp_path: Path,
) -> None:
    with transaction() as session:
        now = clock().now(session)
        key_dir = Path(server.settings["KEY_DIR"])
        yesterday = now - timedelta(days=1)
        round_, _ = open_register_round(
            session, key_dir=key_dir, folder=tmp_path, now=yesterday
        )
        slug = round_.slug
    provider.tell("two", number=hetu(2), acr=STRONG)
    with open_page(browser, server.url, size=PHONE, also=provider.issuer) as page:
        page.goto(f"/en/rounds/{slug}/may-vote")
        look(page)
        turn(page.locator(f'a[href$="/{slug}/vote/identify"]'))
        expect(page.get_by_role("link", name="Puistola Bank")).to_be_visible()
        look(page)
        turn(page.get_by_role("link", name="Identify with Suomi.fi"))
        turn(page.get_by_role("button", name="Deny"))
        expect(page.get_by_text("You were not identified")).to_be_visible()
        look(page)
        turn(page.get_by_role("link", name="Identify yourself again"))
        turn(page.get_by_role("link", name="Identify with Suomi.fi"))
        page.get_by_placeholder("sub").fill("two")
        turn(page.get_by_role("button", name="Authorize"))
        look(page)
        turn(page.get_by_role("button", name="Go to the booth"))
        page.get_by_label("Sledging hill").check()
        turn(page.get_by_role("button", name="Review"))
        turn(page.get_by_role("main").get_by_role("button").last)
        expect(page.get_by_role("heading", level=1)).to_contain_text("Your vote is in")
        turn(page.get_by_role("button", name="Leave the booth"))
    db.session.rollback()
    assert len(db.session.scalars(select(BoxBallot)).all()) == 1
    voted = db.session.scalars(select(Voter).where(Voter.voted_hour.is_not(None)))
    assert [each.channel for each in voted] == ["strong"]
    assert hetu(2) not in server.log.read_text()
