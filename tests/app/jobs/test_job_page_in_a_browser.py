"""The page's script: the bar moves by itself, and the end leads on."""

import time
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app import create_app
from app.config import Config
from app.extensions import clock, db
from app.transaction import transaction
from core.jobs import Job, JobState
from tests.factories.accounts import official
from tests.support.databases import ON_SQLITE, environment
from tests.support.server import LiveServer

pytestmark = ON_SQLITE


@pytest.fixture
def live(live_server: LiveServer) -> Iterator[Flask]:
    """The application on the live server's database."""
    settings = environment(live_server.database_url, BASE_URL=live_server.url)
    app = create_app(Config.from_environment(settings))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def log_in(page: Page, app: Flask, address: str) -> None:
    """Be an official, without the price of a password hash."""
    with transaction() as session:
        identity = official(session).get_id()
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie.update(_user_id=identity, began=time.time(), second_factor=True)
    found = client.get_cookie("session")
    assert found
    page.context.add_cookies(
        [{"name": "session", "value": found.value, "url": address}]
    )


def change(number: int, **values: object) -> None:
    with transaction() as session:
        job = session.get_one(Job, number)
        for name, value in values.items():
            setattr(job, name, value)


def test_the_bar_moves_and_the_end_leads_on(
    live: Flask, live_server: LiveServer, page: Page
) -> None:
    log_in(page, live, live_server.url)
    with transaction() as session:
        now = clock().now(session)
        job = Job(
            name="count_round",
            arguments={},
            state=JobState.RUNNING,
            progress=1,
            progress_total=4,
            created_at=now,
            run_after=now,
        )
        session.add(job)
        session.flush()
        number = job.id
    page.goto(f"{live_server.url}/en/manage/jobs/{number}?next=/en/help")
    expect(page.locator("[data-progress-text]")).to_have_text("25\N{NO-BREAK SPACE}%")
    change(number, progress=3)
    expect(page.locator("[data-progress-text]")).to_have_text("75\N{NO-BREAK SPACE}%")
    change(number, state=JobState.DONE)
    page.wait_for_url("**/en/help")
