"""A newcomer's way in, in a real browser and by real mail."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.factories.accounts import PASSWORD
from tests.support.browser import accessibility_faults, turn
from tests.support.databases import ON_SQLITE
from tests.support.smtp import SmtpSink

pytestmark = ON_SQLITE

NAME = "<script>document.title='stolen'</script>Åke"
ADDRESS = "ake@example.org"


@pytest.fixture
def checked(phone: Page) -> Iterator[Page]:
    """A phone on which no page may fail a reader, or run a stranger's script."""
    yield phone
    assert "stolen" not in phone.title()


def look(page: Page) -> None:
    assert accessibility_faults(page) == []
    assert "stolen" not in page.title()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


def link_in(sink: SmtpSink, address: str) -> str:
    deadline = time.monotonic() + 20
    while not (mails := sink.sent_to(address)):
        assert time.monotonic() < deadline, "no mail has come"
        time.sleep(0.05)
    found = re.search(r"https?://\S+/account/confirm/\S+", mails[-1].get_content())
    assert found
    return found.group()


def test_a_newcomer_signs_up_by_mail_and_logs_in(
    checked: Page, smtp_sink: SmtpSink
) -> None:
    page = checked
    page.goto("/en/account/sign-up")
    turn(page.get_by_role("button", name="Create an account"))
    expect(page.get_by_role("alert")).to_be_focused()
    look(page)
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("E-mail").fill(ADDRESS)
    page.get_by_label("Password").fill(PASSWORD)
    turn(page.get_by_role("button", name="Create an account"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your e-mail")
    look(page)
    page.goto(link_in(smtp_sink, ADDRESS))
    turn(page.get_by_role("button", name="Confirm the address"))
    page.get_by_label("E-mail").fill(ADDRESS)
    page.get_by_label("Password").fill(PASSWORD)
    look(page)
    turn(page.get_by_role("main").get_by_role("button", name="Log in"))
    turn(page.get_by_role("link", name=NAME))
    expect(page.get_by_role("heading", level=1)).to_have_text("My account")
    look(page)
    turn(page.get_by_role("link", name="Second factor: set one up"))
    turn(page.get_by_role("button", name="I have the app, go on"))
    expect(page.get_by_role("img", name=re.compile("QR code"))).to_be_visible()
    look(page)
    turn(page.get_by_role("button", name="Log out"))
    expect(page.get_by_text("You have logged out.")).to_be_visible()
