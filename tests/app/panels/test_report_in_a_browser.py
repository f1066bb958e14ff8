"""The result of a consultation on a telephone: readable, and nothing out of reach."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from app import create_app
from app.config import Config
from app.extensions import clock, db
from tests.factories.consultations import answered_consultation
from tests.support.browser import accessibility_faults
from tests.support.databases import ON_SQLITE, environment
from tests.support.server import LiveServer

pytestmark = ON_SQLITE


@pytest.fixture
def report(live_server: LiveServer) -> Iterator[str]:
    """Closed early, as far as the clock of the server goes; the address of its page."""
    settings = environment(live_server.database_url, **live_server.settings)
    with create_app(Config.from_environment(settings)).app_context():
        session = db.session()
        now = clock().now(session)
        folder = Path(live_server.settings["KEY_DIR"])
        found = answered_consultation(session, folder, now=now, members=40)
        found.consultation.closes_at = now
        session.commit()
        yield f"/fi/panels/{found.panel.slug}/consultations/1/report"
        session.rollback()
        db.session.remove()
        db.engine.dispose()


def test_the_result_is_read_on_a_phone(phone: Page, report: str) -> None:
    phone.goto(report)
    assert phone.get_by_text("Paneelin tulos, ei äänestys").is_visible()
    assert accessibility_faults(phone) == []
    width = phone.evaluate("document.documentElement.scrollWidth")
    assert phone.viewport_size
    assert width <= phone.viewport_size["width"]
