"""The frame around every page, and the pages that every footer links to."""

from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask, abort
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from wtforms import Form, FormField, RadioField, StringField
from wtforms.validators import InputRequired

import app
from app.demo.people import PASSWORD
from app.pages.forms import form_faults, is_group
from app.pictures import PICTURES
from tests.factories.accounts import administrator, log_in
from tests.support.client import Client

PAGES = ("", "help", "contact", "privacy")
HEADINGS = {
    "fi": "Näin budjettikierros toimii",
    "sv": "Så fungerar en budgetomgång",
    "en": "How a budget round works",
}


@pytest.mark.parametrize("language", HEADINGS)
@pytest.mark.parametrize("page", PAGES)
def test_the_footers_pages_answer_in_each_language(
    client: Client, page: str, language: str
) -> None:
    answer = client.get(f"/{language}/{page}")
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in answer.text
    assert "style=" not in answer.text
    assert "<script" not in answer.text


@pytest.mark.parametrize(("language", "heading"), HEADINGS.items())
def test_help_is_written_in_its_own_language(
    client: Client, language: str, heading: str
) -> None:
    assert heading in client.get(f"/{language}/help").text


def test_the_language_switch_keeps_the_page_and_its_query(client: Client) -> None:
    text = client.get("/en/help?from=x&amp=1").text
    assert 'href="/sv/help?from=x&amp;amp=1"' in text


def test_the_language_switch_leads_home_from_a_page_that_is_not_there(
    client: Client,
) -> None:
    answer = client.get("/sv/nothing-here")
    assert answer.status_code == 404
    assert '<html lang="sv">' in answer.text
    assert 'href="/fi/"' in answer.text


def test_only_the_switch_sets_the_cookie(client: Client) -> None:
    assert client.get("/sv/help").headers.get("Set-Cookie") is None
    switched = client.get(
        "/sv/help", headers={"Referer": "http://localhost/fi/help"}
    ).headers["Set-Cookie"]
    assert "language=sv" in switched
    assert "HttpOnly" in switched


def test_the_cookie_decides_where_the_bare_address_leads(client: Client) -> None:
    client.set_cookie("language", "sv")
    assert client.get("/").location == "/sv/"


def test_no_banner_outside_the_demo(client: Client) -> None:
    assert "demo-banner" not in client.get("/en/").text


def test_staff_links_are_for_staff(client: Client, session: Session) -> None:
    assert "Audit log" not in client.get("/en/").text
    log_in(client, administrator(session, name="Maija Meikäläinen"))
    assert "Maija Meikäläinen" in client.get("/en/").text


def test_a_form_that_cannot_be_read_is_answered_without_detail(client: Client) -> None:
    answer = client.post("/en/help")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert "form" in answer.text


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 429])
def test_each_refusal_has_a_page(app: Flask, status: int) -> None:
    with app.test_request_context("/en/help"):
        answer = app.make_response(app.handle_user_exception(_aborted(status)))
    assert answer.status_code == status
    assert "<h1>" in answer.get_data(as_text=True)


def _aborted(status: int) -> HTTPException:
    with pytest.raises(HTTPException) as refusal:
        abort(status)
    return refusal.value


def test_faults_of_a_form_inside_a_form_name_both() -> None:
    class Names(Form):
        fi = StringField("In Finnish", [InputRequired("Write it.")])

    class Whole(Form):
        name = FormField(Names, "Name")
        kind = RadioField("Kind", choices=["a", "b"])

    form = Whole()
    form.validate()
    fault = form_faults(form)[0]
    assert (fault.label, fault.message, fault.id) == (
        "Name, In Finnish",
        "Write it.",
        "name-fi",
    )
    assert is_group(form.kind)


def test_each_picture_is_drawn() -> None:
    folder = Path(app.__file__).parent / "static" / "img" / "projects"
    assert {path.stem for path in folder.iterdir()} == set(PICTURES)
    for path in folder.iterdir():
        drawn = path.read_text()
        assert "<text" not in drawn
        assert "<script" not in drawn


def test_the_demonstrations_page_is_not_there_without_it(client: Client) -> None:
    assert client.get("/en/demo").status_code == 404


def test_the_demonstration_says_so_and_who_may_be_tried(
    app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo = replace(app.extensions["puistokatu"], demo=True)
    monkeypatch.setitem(app.extensions, "puistokatu", demo)
    assert "demo-banner" in client.get("/sv/").text
    text = client.get("/sv/demo").text
    assert "aino@puistola.example" in text
    assert PASSWORD in text


def test_the_section_of_a_page_is_marked(client: Client) -> None:
    assert 'aria-current="page">Budget rounds' in client.get("/en/rounds/").text
    assert 'aria-current="page">Home' in client.get("/en/").text
