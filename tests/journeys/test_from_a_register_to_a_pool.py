"""From a register to a volunteer in a real browser, with real processes.

An official reads a register and a population table at a desk, plans a wave, draws it
and fetches the letters; somebody opens the link of a letter on a phone, says yes, looks
at what was kept, and withdraws.
"""

import csv
from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, expect

from app.locale import HELSINKI
from tests.factories.panels import TABLE, person_line, town_file
from tests.journeys.test_a_round_from_idea_to_result import (
    look,
    official_at_the_desk,
    press,
    three,
)
from tests.support.browser import turn
from tests.support.databases import ON_SQLITE
from tests.support.server import LiveServer

DESK = "/en/manage/panels/town"


def day(days: int) -> str:
    return (datetime.now(HELSINKI).date() + timedelta(days=days)).isoformat()


def read_register(page: Page, folder: Path) -> None:
    lines = (person_line(n, turvakielto="x" if n == 9 else "") for n in range(1, 401))
    page.goto("/en/manage/registers")
    look(page)
    page.locator("[name=file]").set_input_files(
        town_file(folder / "register.csv", lines)
    )
    page.locator("[name=source]").fill("Register of Puistola")
    page.locator("[name=as_of]").fill(day(-3))
    page.locator("[name=expires_on]").fill(day(90))
    press(page, "Read the file")
    expect(page.get_by_text("1 under protection of identity")).to_be_visible()
    expect(page.get_by_role("cell", name="399", exact=True)).to_be_visible()


def make_panel(page: Page, folder: Path) -> None:
    page.goto("/en/manage/panels/new")
    look(page)
    three(page, "title", "Puistolan paneeli", "Puistolas panel", "The panel")
    three(page, "about", "Puistoista.", "Om parker.", "About parks.")
    three(page, "owner", "Kaupunki.", "Staden.", "The town.")
    page.locator("[name=slug]").fill("town")
    page.locator("[name=size]").fill("12")
    press(page, "Create the panel")
    table = folder / "population.csv"
    table.write_text(TABLE, encoding="utf-8")
    page.goto(f"{DESK}/targets")
    page.locator("[name=file]").set_input_files(table)
    press(page, "Read the table")
    look(page)


def invite(page: Page, folder: Path) -> dict[str, str]:
    """The first of the letters that an official fetches."""
    page.goto(f"{DESK}/waves")
    page.locator("[name=answer_by]").fill(day(21))
    page.locator("[name=response]").fill("50")
    look(page)
    press(page, "Plan the wave")
    look(page)
    page.get_by_label("Text of the draw, public").fill("6 6 1")
    press(page, "Draw")
    look(page)
    page.get_by_label("A table (CSV) for a print house").check()
    with page.expect_download() as begun:
        page.get_by_role("button", name="Make the codes and letters").click()
    file = folder / "letters.csv"
    begun.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as rows:
        return next(csv.DictReader(rows))


@ON_SQLITE
def test_from_a_register_to_a_pool(
    page: Page, phone: Page, live_server: LiveServer, tmp_path: Path
) -> None:
    official_at_the_desk(page, live_server)
    read_register(page, tmp_path)
    make_panel(page, tmp_path)
    letter = invite(page, tmp_path)

    phone.goto("/en/panels/town")
    look(phone)
    phone.goto(letter["link"].replace("/fi/", "/en/").replace("/sv/", "/en/"))
    look(phone)
    press(phone, "Continue")
    look(phone)
    press(phone, "Yes, I want to take part")
    expect(phone.get_by_role("alert")).to_be_focused()
    look(phone)
    for question in ("gender", "age", "area", "education"):
        phone.locator(f"[name=feature_{question}]").first.check()
    phone.get_by_label("Your name").fill("Aino Lehmus")
    phone.get_by_label("Telephone").fill("040 123")
    phone.get_by_label("I agree to this").check()
    press(phone, "Yes, I want to take part")
    look(phone)
    turn(phone.get_by_role("link", name="/own#"))
    press(phone, "Continue")
    look(phone)
    expect(phone.get_by_label("Your name")).to_have_value("Aino Lehmus")

    page.goto(DESK)
    look(page)
    expect(page.get_by_text("1 volunteer.")).to_be_visible()
    press(phone, "Withdraw and erase")
    look(phone)
    page.reload()
    expect(page.get_by_text("0 volunteers.")).to_be_visible()
