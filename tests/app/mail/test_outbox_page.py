"""The demo's outbox: open to everybody there, and nowhere else."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.mail.models import Message, MessageState
from core.clock import FixedClock
from tests.support.client import Client


@pytest.fixture
def demo(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The application as the demo runs it."""
    config = app.extensions["puistokatu"]
    monkeypatch.setitem(app.extensions, "puistokatu", replace(config, demo=True))


def a_message(clock: FixedClock, number: int, **fields: object) -> Message:
    values = {
        "message_id": f"<{number}@test>",
        "kind": "trial",
        "recipient": "aino@example.org",
        "language": "en",
        "subject": f"Subject {number}",
        "body": "Open http://127.0.0.1/en/help <now>",
        "state": MessageState.SENT,
        "created_at": clock.moment,
    }
    return Message(**(values | fields))


def test_in_real_use_there_is_no_outbox_page(client: Client) -> None:
    assert client.get("/en/manage/outbox").status_code == 404


@pytest.mark.usefixtures("demo")
def test_an_empty_outbox_says_so(client: Client) -> None:
    assert "No mail has been written yet." in client.get("/en/manage/outbox").text


@pytest.mark.usefixtures("demo")
def test_messages_are_read_newest_first_and_links_can_be_followed(
    client: Client, session: Session, clock: FixedClock
) -> None:
    session.add_all([a_message(clock, number) for number in range(25)])
    session.commit()
    page = client.get("/en/manage/outbox").text
    assert page.index("Subject 24") < page.index("Subject 5")
    assert "Subject 4<" not in page
    assert '<a href="http://127.0.0.1/en/help"' in page
    assert "&lt;now&gt;" in page
    assert "Subject 4<" in client.get("/en/manage/outbox?page=2").text
    assert client.get("/en/manage/outbox?page=3").status_code == 404


@pytest.mark.usefixtures("demo")
def test_the_text_of_a_secret_message_is_never_shown(
    client: Client, session: Session, clock: FixedClock
) -> None:
    session.add(a_message(clock, 1, secret=True, body="code 4711"))
    session.add(a_message(clock, 2, secret=True, body=None))
    session.commit()
    page = client.get("/en/manage/outbox").text
    assert "4711" not in page
    assert page.count("for its recipient only") == 2
