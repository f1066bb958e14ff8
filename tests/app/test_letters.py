"""The letter itself: on paper, and as a line for a print house."""

import csv
import io
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader

from app import create_app
from app.config import Config
from app.letters import (
    COLUMNS,
    AboutTheVote,
    csv_head,
    csv_row,
    letters_html,
    letters_pdf,
)
from core.codes import new_code
from core.register.letters import Letter
from core.text import Localized
from tests.conftest import NOON
from tests.support.databases import SECRET
from voting.mailings.batches import AddressedCode

LONG = "Puistolan asukkaiden oma osallistuva budjetti vuodelle 2027, uusi kierros"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application; its database is never asked."""
    file = tmp_path_factory.mktemp("letters") / "never.sqlite"
    config = Config.from_environment(
        {"DATABASE_URL": f"sqlite:///{file}", "SECRET_KEY": SECRET}
    )
    return create_app(config)


def about(**other: Any) -> AboutTheVote:
    """A vote with all that a letter says."""
    said: dict[str, Any] = {
        "slug": "puisto",
        "title": Localized("Meidän puisto", "Vår park", "Our park"),
        "sender": "Puistola",
        "contact": "Palvelupiste, 09 123 4567",
        "opens": datetime(2027, 4, 12, 6, 0, tzinfo=UTC),
        "ends": datetime(2027, 4, 26, 15, 0, tzinfo=UTC),
        "change_allowed": True,
        "pages": {t: f"https://x.example/{t}/code" for t in ("fi", "sv", "en")},
    }
    return AboutTheVote(**(said | other))


def to(language: str, name: str = "Aino Virtanen") -> AddressedCode:
    letter = Letter(name, "Lehmuskuja 1", "00760", "PUISTOLA", language)
    return AddressedCode(new_code(), letter, Localized("Pohjoinen", "Norra", "North"))


def figures(pdf: PdfReader) -> list[str]:
    """What is said of each picture to whoever listens to the sheet."""
    found: list[str] = []

    def walk(node: Any) -> None:
        node = node.get_object()
        for each in node if isinstance(node, list) else [node.get("/K")]:
            if isinstance(each, list) or hasattr(each, "get_object"):
                inner = each.get_object() if hasattr(each, "get_object") else each
                if isinstance(inner, dict) and inner.get("/S") == "/Figure":
                    found.append(str(inner["/Alt"]))
                if isinstance(inner, (dict, list)):
                    walk(inner)

    walk(pdf.trailer["/Root"]["/StructTreeRoot"])
    return found


def test_each_letter_is_one_sheet_in_the_language_of_its_reader(house: Flask) -> None:
    codes = [to("fi"), to("sv"), to("en"), to("")]
    with house.app_context():
        pdf = PdfReader(io.BytesIO(letters_pdf(about(), codes, now=NOON)))
    finnish, swedish, english, unknown = (p.extract_text() for p in pdf.pages)
    assert "Äänestyskoodisi: Meidän puisto" in finnish
    assert "12.4.2027 klo 9.00" in finnish
    assert "Din röstningskod: Vår park" in swedish
    assert "You can vote" not in swedish.replace("You can vote in English", "")
    assert "Your code for the vote: Our park" in english
    assert "26 April 2027 at 18:00" in english
    for text in ("Äänestyskoodisi", "Din röstningskod", "Your code for the vote"):
        assert text in unknown
    for each, page in zip(codes, pdf.pages, strict=True):
        text = page.extract_text()
        assert each.code in text
        assert "Lehmuskuja 1" in text
        assert "00760 PUISTOLA" in text
        assert "09 123 4567" in text
    assert len(figures(pdf)) == 4
    assert all(figures(pdf))
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_the_longest_letter_stays_on_its_sheet(house: Flask) -> None:
    longest = about(
        title=Localized(LONG, LONG, LONG),
        contact=("Palvelupiste, Lehmuskuja 1, avoinna arkisin " * 5)[:200],
    )
    with house.app_context():
        pdf = letters_pdf(longest, [to("", "Aino Maria " * 6)] * 2, now=NOON)
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 2


@pytest.mark.parametrize("change_allowed", [True, False])
def test_a_letter_promises_only_what_the_rules_allow(
    house: Flask, *, change_allowed: bool
) -> None:
    with house.app_context():
        html = letters_html(about(change_allowed=change_allowed), [to("en")], now=NOON)
    assert ("You can change your vote" in html) is change_allowed
    assert ("cannot be changed" in html) is not change_allowed


def test_a_name_cannot_write_into_the_sheet(house: Flask) -> None:
    with house.app_context():
        html = letters_html(about(), [to("fi", "<b>Aino</b> & co")], now=NOON)
    assert "&lt;b&gt;Aino&lt;/b&gt; &amp; co" in html


def test_a_print_house_gets_a_table_that_no_spreadsheet_calculates(
    house: Flask,
) -> None:
    each = to("sv", '=HYPERLINK("x"), Aino')
    with house.app_context():
        text = csv_head() + csv_row(about(), each, 1) + csv_row(about(), to(""), 2)
    assert text.startswith("\ufeff")
    head, first, second = csv.reader(io.StringIO(text[1:]))
    assert tuple(head) == COLUMNS
    row = dict(zip(head, first, strict=True))
    assert row["name"] == '\'=HYPERLINK("x"), Aino'
    assert row["postcode"] == "00760"
    assert row["area"] == "Norra"
    assert row["link"] == f"https://x.example/sv/code#{each.code}"
    assert re.fullmatch(r"(\w{4}-){3}\w{4}", row["code"])
    assert (second[0], second[5]) == ("2", "")
