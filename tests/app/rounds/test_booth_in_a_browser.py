"""The booth as a person meets it: with the script, without it, by keyboard alone."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import select

from app import create_app
from app.config import Config
from app.extensions import clock, db
from app.transaction import transaction
from tests.factories.accounts import resident
from tests.factories.ballots import open_vote_with
from tests.support.browser import PHONE, accessibility_faults, open_page, turn
from tests.support.databases import ON_SQLITE, environment
from tests.support.server import LiveServer
from voting.models import AreaKind, BoxBallot, Draft
from voting.profile import BallotType

pytestmark = ON_SQLITE

Enter = Callable[..., str]


@pytest.fixture
def live(live_server: LiveServer) -> Iterator[Flask]:
    """The application on the live server's database and keys."""
    settings = environment(live_server.database_url, **live_server.settings)
    app = create_app(Config.from_environment(settings))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def enter(live: Flask, live_server: LiveServer) -> Enter:
    """Opens a vote, logs somebody in on a page, answers; the booth's address."""

    def opened(page: Page, **rules: Any) -> str:
        with transaction() as session:
            now = clock().now(session)
            vote = open_vote_with(
                session,
                Path(live_server.settings["KEY_DIR"]),
                opens=now - timedelta(days=1),
                closes=now + timedelta(days=9),
                **rules,
            )
            slug, identity = vote.slug, resident(session).get_id()
        client = live.test_client()
        with client.session_transaction() as cookie:
            cookie.update(_user_id=identity, began=time.time(), second_factor=False)
        found = client.get_cookie("session")
        assert found
        page.context.add_cookies(
            [{"name": "session", "value": found.value, "url": live_server.url}]
        )
        page.goto(f"/en/rounds/{slug}/vote")
        turn(page.get_by_role("button", name="Go to the booth"))
        return f"/en/rounds/{slug}/vote"

    return opened


def stored(model: type) -> list[Any]:
    db.session.rollback()
    return list(db.session.scalars(select(model)))


def test_every_choice_counts_and_is_kept_at_once(phone: Page, enter: Enter) -> None:
    booth = enter(phone, knapsack=True, projects=4)
    bar = phone.locator(".booth-bar")
    for project in ("Project 1", "Project 2"):
        with phone.expect_response(re.compile("/vote/areas/area0")) as saved:
            phone.get_by_label(f"Add: {project}").check()
        assert saved.value.status == 204
    expect(bar).to_contain_text("70 000 € of 100 000 € used, 30 000 € left")
    phone.get_by_label("Add: Project 3").check()
    expect(bar).to_contain_text("100 000 € of 100 000 € used")
    phone.get_by_label("Add: Project 4").check()
    expect(bar).to_contain_text("40 000 € too much: leave something out")
    phone.get_by_label("Add: Project 4").uncheck()
    expect(phone.locator("form[data-booth]:not([data-unsaved])")).to_be_visible()
    phone.goto(booth)
    expect(phone.get_by_label("Add: Project 3")).to_be_checked()
    expect(phone.get_by_label("Add: Project 4")).not_to_be_checked()
    expect(bar).to_contain_text("Your vote is not in yet.")


def test_the_bar_covers_nothing_on_a_phone(phone: Page, enter: Enter) -> None:
    enter(phone, projects=9)
    last = phone.locator(".booth-project").last
    last.get_by_role("checkbox").focus()
    phone.keyboard.press("End")
    phone.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    bar = phone.locator(".booth-bar").bounding_box()
    card = last.bounding_box()
    assert bar
    assert card
    assert card["y"] + card["height"] <= bar["y"]
    assert bar["height"] < PHONE[1] / 3
    width = phone.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE[0]


def test_a_vote_by_keyboard_alone(page: Page, enter: Enter) -> None:
    enter(page)
    page.locator("input[name=project]").first.focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-meter]")).to_have_text("1 of 3 chosen")
    page.get_by_role("button", name="Review").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Cast your vote").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your vote is in")
    assert len(stored(BoxBallot)) == 1
    assert stored(Draft) == []


def test_the_whole_way_without_a_script(
    browser: Browser, live_server: LiveServer, enter: Enter
) -> None:
    with open_page(browser, live_server.url, size=PHONE, javascript=False) as page:
        enter(page, kinds=[AreaKind.FREE, AreaKind.EVERYONE], max_picks=1)
        page.locator("input[name=project]").nth(0).check()
        page.locator("input[name=project]").nth(1).check()
        turn(page.get_by_role("button", name="Next area"))
        expect(page.locator("main")).to_contain_text(
            "Too many projects in Area 0: choose at most 1."
        )
        page.locator("input[name=project]").nth(1).uncheck()
        turn(page.get_by_role("button", name="Next area"))
        page.locator("input[name=project]").nth(2).check()
        turn(page.get_by_role("button", name="Review"))
        turn(page.get_by_role("button", name="Cast your vote"))
        expect(page.locator("td.code")).to_have_count(2)
    assert len(stored(BoxBallot)) == 2


def test_the_booths_pages_have_no_barriers(page: Page, enter: Enter) -> None:
    booth = enter(page, kinds=[AreaKind.EVERYONE, AreaKind.EVERYONE])
    assert accessibility_faults(page) == []
    page.locator("input[name=project]").first.check()
    turn(page.get_by_role("button", name="Review"))
    assert accessibility_faults(page) == []
    turn(page.get_by_role("button", name="Cast your vote"))
    assert accessibility_faults(page) == []
    page.goto(booth.replace("/vote", "/may-vote"))
    assert accessibility_faults(page) == []


def test_a_ranking_on_a_phone_by_keyboard_alone(phone: Page, enter: Enter) -> None:
    booth = enter(phone, ballot_type=BallotType.ORDINAL, max_picks=3)

    def press(name: str, key: str = "Enter") -> None:
        button = phone.get_by_role("button", name=re.compile(f"^{name}$"))
        button.focus()
        phone.keyboard.press(key)

    def titles() -> Locator:
        return phone.locator("[data-ranked] [data-title]")

    for number in (3, 1, 2):
        press(f"Add to the ranking ?: Project {number}", "Space")
    expect(titles()).to_have_text(["Project 3", "Project 1", "Project 2"])
    expect(phone.locator("[data-meter]")).to_have_text("3 of 3 ranked")
    press("Up ?: Project 2")
    said = phone.locator("[data-said]")
    expect(said).to_have_text("Project 2: number 2 of 3 in your ranking")
    # The focus stays on the button that was pressed, so it can be pressed again.
    phone.keyboard.press("Enter")
    expect(titles()).to_have_text(["Project 2", "Project 3", "Project 1"])
    expect(phone.locator("*:focus")).to_have_attribute("data-act", "down")
    press("Remove ?: Project 3")
    expect(said).to_have_text("Project 3 is no longer in your ranking")
    expect(phone.locator("form[data-booth]:not([data-unsaved])")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert accessibility_faults(phone) == []
    phone.goto(booth)
    expect(titles()).to_have_text(["Project 2", "Project 1"])
    cast_by_keyboard(phone)
    assert [row.choices for row in stored(BoxBallot)] == [[["a0-2", 1], ["a0-1", 1]]]


def test_points_on_a_phone_by_keyboard_alone(phone: Page, enter: Enter) -> None:
    booth = enter(phone, ballot_type=BallotType.CUMULATIVE, points=5, most_points=3)
    bar = phone.locator(".booth-bar")
    field = phone.get_by_label("Points: Project 1")
    field.focus()
    for _ in range(4):
        phone.keyboard.press("ArrowUp")
    expect(field).to_have_value("3")
    expect(bar).to_contain_text("3 of 5 points given, 2 left")
    phone.keyboard.press("Tab")
    expect(phone.locator("*:focus")).to_have_attribute("data-step", "1")
    other = phone.get_by_label("Points: Project 2")
    other.focus()
    phone.keyboard.type("3")
    expect(bar).to_contain_text("1 points too many: take some back")
    phone.keyboard.press("Enter")
    phone.keyboard.press("ArrowDown")
    expect(bar).to_contain_text("5 of 5 points given, 0 left")
    expect(phone.locator("form[data-booth]:not([data-unsaved])")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert accessibility_faults(phone) == []
    leave_and_stay(phone)
    # Another language is inside the booth: nobody is asked.
    phone.get_by_role("link", name="Suomi").click()
    expect(phone.get_by_label("Pisteet: Hanke 2")).to_have_value("2")
    phone.goto(booth)
    expect(other).to_have_value("2")
    cast_by_keyboard(phone)
    assert [row.choices for row in stored(BoxBallot)] == [[["a0-1", 3], ["a0-2", 2]]]


def leave_and_stay(page: Page) -> None:
    """Whoever leaves without casting is asked, and can stay."""
    with page.expect_event("dialog") as asked:
        page.once("dialog", lambda dialog: dialog.dismiss())
        page.get_by_role("link", name="Home").click(no_wait_after=True)
    assert asked.value.type == "beforeunload"
    expect(page.locator("form[data-booth]")).to_be_visible()


def cast_by_keyboard(page: Page) -> None:
    """Review, cast, and see the receipt."""
    for name in ("Review", "Cast your vote"):
        page.get_by_role("button", name=name).focus()
        with page.expect_navigation():
            page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your vote is in")
