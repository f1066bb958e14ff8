"""The public pages of a draw on a telephone: nothing hides, nothing is out of reach."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app import create_app
from app.config import Config
from app.extensions import clock, db
from panels.models import SeatState
from panels.seating import current_seats
from tests.factories.seated import drawn_panel, pool_ready
from tests.support.browser import accessibility_faults
from tests.support.databases import ON_SQLITE, environment
from tests.support.server import LiveServer

pytestmark = ON_SQLITE


@pytest.fixture
def panel(live_server: LiveServer) -> Iterator[str]:
    """Drawn, and all have taken their seats; the address of its pages."""
    settings = environment(live_server.database_url, **live_server.settings)
    with create_app(Config.from_environment(settings)).app_context():
        session = db.session()
        now = clock().now(session)
        folder = Path(live_server.settings["KEY_DIR"])
        made, _, _ = pool_ready(session, folder, now=now)
        drawn_panel(session, made, now=now)
        for seat in current_seats(session, made):
            seat.state = SeatState.TAKEN
        session.commit()
        yield f"/fi/panels/{made.slug}"
        session.rollback()
        db.session.remove()
        db.engine.dispose()


def test_the_draw_and_its_panel_are_read_on_a_phone(phone: Page, panel: str) -> None:
    for rest in ("", "/draws/1", "/draws/1/wall", "/members"):
        page = panel + rest
        phone.goto(page)
        assert accessibility_faults(phone) == [], page
        width = phone.evaluate("document.documentElement.scrollWidth")
        assert phone.viewport_size
        assert width <= phone.viewport_size["width"], page
    expect(phone.get_by_text("Paneelissa istuu 12 arvottua asukasta.")).to_be_visible()
