"""A whole round in a real browser, with real processes.

An official makes and opens a round at a desk, residents vote on phones, the
official closes and publishes, and anybody reads, in three languages, why each
project won or lost.
"""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pyotp
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.extensions import prepare_sqlite
from app.locale import HELSINKI
from tests.factories import accounts
from tests.support.browser import PHONE, accessibility_faults, open_page, turn
from tests.support.databases import ON_POSTGRESQL
from tests.support.server import LiveServer

SLUG = "lampola"
PROJECTS = """\
area;title_fi;title_sv;title_en;summary_fi;summary_sv;summary_en;cost;conflicts
town;Laituri;Brygga;Jetty;Uusi uimalaituri.;En ny simbrygga.;A new jetty.;40 000;
town;Penkit;Bänkar;Benches;Kymmenen penkkiä.;Tio bänkar.;Ten benches.;10 000;
town;Lava;Scen;Stage;Lava puistoon.;En scen i parken.;A stage in the park.;30 000;
town;Valot;Ljus;Lights;Valoa poluille.;Ljus på stigarna.;Light on the paths.;15 000;
"""
PHASES = {
    "criteria": (-40, -30),
    "marketing": (-30, -20),
    "ideas": (-20, -10),
    "valuation": (-10, -1),
    "vote": (-1, 10),
    "decision": (11, 20),
    "implementation": (20, 200),
    "follow_up": (200, 230),
}
# What each resident puts on the ballot: 50 000 euro buys the jetty and the benches.
VOTES = (["Jetty", "Benches"], ["Jetty", "Stage"], ["Jetty", "Benches", "Lights"])


def three(page: Page, name: str, fi: str, sv: str, en: str) -> None:
    for tag, words in (("fi", fi), ("sv", sv), ("en", en)):
        page.locator(f'[name="{name}-{tag}"]').fill(words)


def look(page: Page) -> None:
    """No page of the story fails a reader, or a phone."""
    assert accessibility_faults(page) == []
    width = page.evaluate("document.documentElement.scrollWidth")
    assert page.viewport_size
    assert width <= page.viewport_size["width"]


def press(page: Page, name: str) -> None:
    turn(page.get_by_role("button", name=name, exact=True))


def log_in(page: Page, email: str, password: str = accounts.PASSWORD) -> None:
    page.goto("/en/account/log-in")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(password)
    press(page, "Log in")


def official_at_the_desk(page: Page, server: LiveServer) -> None:
    """The first official comes in by the link that the command printed."""
    said = server.puistokatu(
        "officials", "create", "olli@example.org", "--name", "Olli", "--language", "en"
    )
    link = re.search(r"https?://\S+", said)
    assert link
    page.goto(link.group())
    page.get_by_label("Password").fill(accounts.PASSWORD)
    press(page, "Accept the invitation")
    press(page, "I have the app, go on")
    page.get_by_text("The key as text").click()
    secret = page.locator(".code").inner_text().replace(" ", "")
    page.get_by_label("Code").fill(pyotp.TOTP(secret).now())
    press(page, "Go on")
    turn(page.get_by_role("link", name="I have them, go on"))
    page.goto("/en/manage/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Round desk")


def make_the_round(page: Page, folder: Path) -> None:
    page.goto("/en/manage/rounds/new")
    press(page, "Create the round")
    expect(page.get_by_role("alert")).to_be_focused()
    look(page)
    three(page, "title", "Lampola päättää", "Lampola beslutar", "Lampola decides")
    page.locator('[name="slug"]').fill(SLUG)
    page.locator('[name="budget_cents"]').fill("50 000")
    press(page, "Create the round")
    look(page)
    fill_texts(page)
    fill_area(page)
    fill_phases(page)
    page.goto(f"/en/manage/rounds/{SLUG}/ballot")
    page.locator('[name="max_picks"]').fill("3")
    page.locator('[name="municipality"]').fill("Lampola")
    page.locator('[name="min_age"]').fill("12")
    turn(page.locator("main form button").first)
    look(page)
    table = folder / "projects.csv"
    table.write_text(PROJECTS)
    page.goto(f"/en/manage/rounds/{SLUG}/projects/import")
    page.locator('input[type="file"]').set_input_files(table)
    turn(page.locator("main form button").first)
    expect(page.get_by_role("main")).to_contain_text("Jetty")
    look(page)


def fill_texts(page: Page) -> None:
    page.goto(f"/en/manage/rounds/{SLUG}/texts")
    three(page, "summary", "Mihin rahat?", "Vart går pengarna?", "Where to?")
    three(page, "description", "Sinä päätät.", "Du bestämmer.", "You decide.")
    page.locator('[name="contact"]').fill("Olli, olli@example.org")
    turn(page.locator("main form button").first)


def fill_area(page: Page) -> None:
    page.goto(f"/en/manage/rounds/{SLUG}/areas/add")
    three(page, "name", "Koko Lampola", "Hela Lampola", "All of Lampola")
    page.locator('[name="slug"]').fill("town")
    page.locator('[name="kind"]').select_option("everyone")
    page.locator('[name="population"]').fill("4800")
    turn(page.locator("main form button").first)


def fill_phases(page: Page) -> None:
    page.goto(f"/en/manage/rounds/{SLUG}/phases")
    noon = datetime.now(HELSINKI).replace(hour=12, minute=0)
    for kind, (start, end) in PHASES.items():
        for edge, days in (("starts_at", start), ("ends_at", end)):
            typed = (noon + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M")
            page.locator(f'[name="{kind}-{edge}"]').fill(typed)
        three(page, f"{kind}-purpose", "Näin tehdään.", "Så görs det.", "So it goes.")
        page.locator(f'[name="{kind}-owner"]').fill("Olli")
    turn(page.locator("main form button").first)
    look(page)


def announce_and_open(page: Page) -> None:
    page.goto(f"/en/manage/rounds/{SLUG}")
    expect(page.get_by_text("Nothing is missing")).to_be_visible()
    press(page, "Announce the round")
    turn(page.get_by_role("link", name="See it as a resident would"))
    look(page)
    page.goto(f"/en/manage/rounds/{SLUG}")
    turn(page.get_by_role("link", name="Look at the rules and open the vote"))
    look(page)
    press(page, "Freeze the rules and open the vote")
    expect(page.get_by_role("heading", name="The frozen rules")).to_be_visible()


def vote(page: Page, email: str, wishes: list[str]) -> str:
    """A resident's whole way through the booth, on a phone; the receipt's code."""
    log_in(page, email)
    page.goto(f"/en/rounds/{SLUG}")
    turn(page.get_by_role("link", name="Vote", exact=True))
    answer_questions(page)
    look(page)
    press(page, "Go to the booth")
    for wish in wishes:
        page.get_by_label(f"Add: {wish}").check()
    press(page, "Review")
    look(page)
    press(page, "Cast your vote")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your vote is in")
    look(page)
    return page.locator("td.code").inner_text()


def answer_questions(page: Page) -> None:
    while page.get_by_role("button", name="Continue").count():
        look(page)
        born = page.locator('input[name="answer"]')
        if born.first.get_attribute("type") == "radio":
            born.first.check()
        else:
            born.fill("1980")
        press(page, "Continue")


def close_count_and_publish(page: Page) -> None:
    page.goto(f"/en/manage/rounds/{SLUG}")
    turn(page.get_by_role("link", name="Close and seal the vote"))
    page.locator('[name="reason"]').fill("The story must end today.")
    look(page)
    press(page, "Close the vote")
    press(page, "Confirm")
    press(page, "Seal the ballots")
    until_done(page)
    page.goto(f"/en/manage/rounds/{SLUG}/result")
    press(page, "Count the votes")
    until_done(page)
    page.goto(f"/en/manage/rounds/{SLUG}/result")
    look(page)
    press(page, "Publish the result")
    expect(page.get_by_text("This result is public.")).to_be_visible()


def until_done(page: Page) -> None:
    """The work runs in the background; its page leads on by itself.

    Work that was done before its page was asked for offers a link instead.
    """
    page.wait_for_function(
        """() => !location.pathname.includes("/jobs/")
        || [...document.links].some((link) => link.textContent === "Go on")"""
    )


def read_the_result(page: Page) -> None:
    sentences = {
        "fi": ("3 ihmistä äänesti", "Laituri"),
        "sv": ("3 personer röstade", "Brygga"),
        "en": ("3 people voted", "Jetty"),
    }
    for language, words in sentences.items():
        page.goto(f"/{language}/rounds/{SLUG}/result")
        for word in words:
            expect(page.get_by_role("main")).to_contain_text(word)
        # Every project is told why, whether it won or lost.
        assert all(page.locator(".result-why").all_inner_texts())
        expect(page.locator(".result-why")).to_have_count(4)
        look(page)
    read_why(page)


def read_why(page: Page) -> None:
    """A project's story, the count, and the same ballots under the other rules."""
    page.goto(f"/en/rounds/{SLUG}/result")
    page.get_by_role("link", name=re.compile("The whole story.*Stage")).click()
    expect(page.get_by_role("heading", name="Stage", exact=True)).to_be_visible()
    look_at_everything(page)
    page.get_by_role("link", name="The chosen projects and the money").click()
    expect(page.get_by_text("They were chosen all at once.")).to_be_visible()
    look_at_everything(page)
    page.goto(f"/en/rounds/{SLUG}/compare")
    # If the work still goes on, the page shows its end by itself.
    official = page.get_by_role("heading", name="A. The official result")
    expect(official).to_be_visible(timeout=30_000)
    look_at_everything(page)


def look_at_everything(page: Page) -> None:
    """What is folded away, too."""
    page.evaluate(
        "document.querySelectorAll('details').forEach(d => { d.open = true })"
    )
    look(page)


@ON_POSTGRESQL
def test_a_round_from_its_making_to_its_published_result(
    page: Page, browser: Browser, live_server: LiveServer, tmp_path: Path
) -> None:
    official_at_the_desk(page, live_server)
    make_the_round(page, tmp_path)
    announce_and_open(page)

    codes = []
    for email, wishes in zip(residents(live_server), VOTES, strict=True):
        with open_page(browser, live_server.url, size=PHONE) as phone:
            codes.append(vote(phone, email, wishes))

    close_count_and_publish(page)
    with open_page(browser, live_server.url, size=PHONE) as phone:
        read_the_result(phone)
        phone.goto(f"/en/rounds/{SLUG}/result")
        won = phone.get_by_role("region", name=re.compile("These are built"))
        for title in ("Jetty", "Benches"):
            expect(won).to_contain_text(title)
        for title in ("Stage", "Lights"):
            expect(won).not_to_contain_text(title)
        turn(phone.get_by_role("link", name=re.compile("receipt codes")))
        look(phone)
        phone.get_by_label("The codes on your receipt").fill("\n".join(codes))
        press(phone, "Check")
        expect(phone.get_by_text("Counted, in this area:")).to_have_count(len(codes))
        turn(phone.get_by_role("link", name=re.compile("whole list of codes")))
        published = [line.split()[1] for line in phone.inner_text("body").splitlines()]
        assert published == sorted(codes)


def residents(server: LiveServer) -> list[str]:
    """Three people whose addresses have been confirmed."""
    engine = create_engine(server.database_url)
    if engine.dialect.name == "sqlite":
        prepare_sqlite(engine)
    with Session(engine) as session:
        emails = [accounts.resident(session).email for _ in VOTES]
        session.commit()
    engine.dispose()
    return emails
