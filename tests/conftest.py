"""Fixtures: every test that asks for a database runs on SQLite and on PostgreSQL."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.globals import app_ctx
from hypothesis import settings
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import Connection, event
from sqlalchemy.orm import Session, scoped_session, sessionmaker

from app import create_app
from app.config import Config
from app.extensions import db
from core.clock import FixedClock
from tests.support.browser import PHONE, launch, open_page
from tests.support.client import Client
from tests.support.databases import KINDS, SECRET, Databases
from tests.support.oidc import OidcServer
from tests.support.postgres import URL_FILE, PostgresServer
from tests.support.server import LiveServer
from tests.support.smtp import SmtpSink

FOLDER, OWNER = "PUISTOKATU_TEST_FOLDER", "PUISTOKATU_TEST_OWNER"
NOON = datetime(2027, 4, 12, 9, 0, tzinfo=UTC)  # in Helsinki


# The same examples at every run, so that a red test is always the change's own;
# HYPOTHESIS_PROFILE=search looks for new ones.
settings.register_profile("house", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))


def pytest_configure(config: pytest.Config) -> None:
    """Give the run one folder, shared by all of its worker processes."""
    if not hasattr(config, "workerinput"):
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="puistokatu-test-")
        os.environ[OWNER] = str(os.getpid())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing; a server of ours ends and cleans up when this process does."""
    if not hasattr(config, "workerinput"):
        folder = Path(os.environ[FOLDER])
        Databases(folder, os.getpid()).drop_all()
        if not (folder / URL_FILE).exists():
            shutil.rmtree(folder)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the browser last: Playwright occupies its process's event loop."""
    items.sort(key=lambda item: "browser" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def databases() -> Databases:
    """Makes further databases, for tests that need more than one."""
    return Databases(Path(os.environ[FOLDER]), int(os.environ[OWNER]))


@pytest.fixture(scope="session", params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    """The tests run on both kinds."""
    kind: str = request.param
    return kind


@pytest.fixture(scope="session")
def database(database_kind: str, databases: Databases) -> Iterator[str]:
    """The address of this worker's database, in which nothing is ever committed."""
    url = databases.new(database_kind)
    yield url
    databases.drop(url)


@pytest.fixture
def own_database(database_kind: str, databases: Databases) -> Iterator[str]:
    """A database of the test's own, for real commits, threads and processes."""
    url = databases.new(database_kind)
    yield url
    databases.drop(url)


@pytest.fixture(scope="session")
def application(
    database: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The application on this worker's database; tests ask for `app`."""
    config = Config.from_environment(
        {
            "DATABASE_URL": database,
            "SECRET_KEY": SECRET,
            "KEY_DIR": str(tmp_path_factory.mktemp("keys")),
            "UPLOAD_DIR": str(tmp_path_factory.mktemp("data") / "uploads"),
        }
    )
    app = create_app(replace(config, testing=True))
    app.test_client_class = Client
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def clock() -> FixedClock:
    """The application's clock; set its `moment`."""
    return FixedClock(NOON)


@pytest.fixture
def connection(application: Flask) -> Iterator[Connection]:
    """The outer transaction, in which a whole test happens and is forgotten."""
    with application.app_context():
        engine = db.engine
    with engine.connect() as connection:
        outer = connection.begin()
        yield connection
        outer.rollback()


@pytest.fixture
def session(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Session]:
    """The test's session; each request has another, in the same outer transaction."""
    factory = sessionmaker(connection, join_transaction_mode="create_savepoint")
    ours = scoped_session(factory, scopefunc=lambda: id(app_ctx._get_current_object()))  # noqa: SLF001 - Flask-SQLAlchemy's own key
    monkeypatch.setattr(db, "session", ours)
    with factory() as session:
        yield session


@pytest.fixture
def app(application: Flask, session: Session, clock: FixedClock) -> Flask:
    """The application, on the test's session and clock."""
    application.extensions["clock"] = clock
    return application


@pytest.fixture
def new_client(app: Flask, session: Session) -> Callable[[], Client]:
    """Makes clients, for tests in which several people act."""

    def make() -> Client:
        client = app.test_client()
        assert isinstance(client, Client)
        client.session = session
        return client

    return make


@pytest.fixture
def client(new_client: Callable[[], Client]) -> Client:
    """A browser without a browser."""
    return new_client()


@pytest.fixture
def queries(connection: Connection) -> Iterator[list[str]]:
    """Every statement from here on; clear it before the page that is counted."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            statements.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    yield statements
    event.remove(connection, "before_cursor_execute", note)


@pytest.fixture
def smtp_sink() -> Iterator[SmtpSink]:
    """A mail server that keeps what it is given."""
    sink = SmtpSink()
    sink.start()
    yield sink
    sink.stop()


@pytest.fixture
def live_server(
    own_database: str, tmp_path: Path, smtp_sink: SmtpSink
) -> Iterator[LiveServer]:
    """Real web processes and a real worker on an empty database."""
    server = LiveServer(own_database, tmp_path, MAIL_URL=smtp_sink.url)
    server.start()
    yield server
    server.kill()


@pytest.fixture(scope="session")
def demo_server(
    database_kind: str, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LiveServer]:
    """The demo municipality, served; for tests that only look."""
    url = databases.new(database_kind)
    server = LiveServer(url, tmp_path_factory.mktemp("demo"), PUISTOKATU_DEMO="1")
    server.puistokatu("demo")
    server.start()
    yield server
    server.kill()
    databases.drop(url)


@pytest.fixture
def durable_postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL of the test's own with fsync on, to be killed at will.

    Not in `tmp_path`: what is above that is closed to the server's ordinary user.
    """
    folder = Path(tempfile.mkdtemp(prefix="durable-", dir=os.environ[FOLDER]))
    server = PostgresServer(folder, durable=True)
    server.start()
    yield server
    server.kill()
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def provider() -> Iterator[OidcServer]:
    """An OpenID Connect provider, one for each worker process."""
    server = OidcServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, one for each worker process."""
    # Two cores serve the page, the worker, the database and the browser at once.
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A page of the live server on a desk."""
    with open_page(browser, live_server.url) as page:
        yield page


@pytest.fixture
def phone(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """A page of the live server on a telephone."""
    with open_page(browser, live_server.url, size=PHONE) as page:
        yield page
