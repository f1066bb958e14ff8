"""The link of a letter in a browser: the code goes into the field and nowhere else."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from app import create_app
from app.config import Config
from app.extensions import clock, db
from app.transaction import transaction
from tests.factories.rolls import code_of_person, open_register_round
from tests.support.browser import accessibility_faults, open_page, turn
from tests.support.databases import ON_SQLITE, environment
from tests.support.server import LiveServer

pytestmark = ON_SQLITE


class Post(NamedTuple):
    """A letter that has come: the page of its link, and its code."""

    page: str
    code: str


@pytest.fixture
def post(live_server: LiveServer, tmp_path: Path) -> Iterator[Post]:
    """The vote is on; this is the letter of person 2."""
    settings = environment(live_server.database_url, **live_server.settings)
    with create_app(Config.from_environment(settings)).app_context():
        with transaction() as session:
            now = clock().now(session)
            round_, keys = open_register_round(
                session,
                key_dir=Path(live_server.settings["KEY_DIR"]),
                folder=tmp_path,
                now=now,
            )
            code = code_of_person(session, round_, 2, keys=keys, now=now)
            page = f"/en/rounds/{round_.slug}/code"
        yield Post(page, code)
        db.session.remove()
        db.engine.dispose()


def test_the_link_fills_the_code_in_and_leaves_no_trace(
    phone: Page, post: Post, live_server: LiveServer
) -> None:
    asked: list[Request] = []
    phone.on("request", lambda request: asked.append(request))  # noqa: PLW0108 - it takes no built-in
    phone.goto(f"{post.page}#content")
    expect(phone.get_by_label("Code")).to_have_value("")
    expect(phone).to_have_url(f"{live_server.url}{post.page}#content")
    # Another page first: within one page only the fragment would change.
    phone.goto("about:blank")
    phone.goto(f"{post.page}#{post.code}")
    expect(phone.get_by_label("Code")).to_have_value(post.code)
    expect(phone).to_have_url(live_server.url + post.page)
    assert not accessibility_faults(phone)
    turn(phone.get_by_role("button", name="Continue"))
    expect(phone.get_by_text("Sledging hill").first).to_be_visible()
    phone.go_back()
    expect(phone).to_have_url(live_server.url + post.page)
    expect(phone.get_by_label("Code")).not_to_have_value(post.code)
    # The code was in one body, and in no address, referrer or log.
    held = [each for each in asked if post.code in (each.post_data or "")]
    assert [(each.method, each.url) for each in held] == [
        ("POST", live_server.url + post.page)
    ]
    for each in asked:
        assert post.code not in each.url
        assert post.code not in str(each.all_headers())
    assert post.code not in live_server.log.read_text()


def test_without_the_script_the_code_is_written_by_hand(
    browser: Browser, post: Post, live_server: LiveServer
) -> None:
    with open_page(browser, live_server.url, javascript=False) as page:
        page.goto(f"{post.page}#{post.code}")
        field = page.get_by_label("Code")
        expect(field).to_have_value("")
        field.fill(post.code.lower().replace("-", " "))
        turn(page.get_by_role("button", name="Continue"))
        expect(page.get_by_text("Sledging hill").first).to_be_visible()
