"""Nobody waits for a lock, or for a machine that has gone, without an end."""

from sqlalchemy import text

from app import create_app
from app.config import Config
from app.extensions import PATIENCE, db, engine_options
from tests.support.apps import application_on
from tests.support.databases import environment

URL = "postgresql+psycopg://town@db/puistokatu"


def test_every_connection_waits_for_a_lock_for_so_long(own_database: str) -> None:
    with application_on(own_database) as app, app.app_context():
        if own_database.startswith("sqlite"):
            found = db.session.scalar(text("PRAGMA busy_timeout"))
            assert found == PATIENCE * 1000
        else:
            assert db.session.scalar(text("SHOW lock_timeout")) == f"{PATIENCE}s"
        db.session.rollback()


def test_the_setting_reaches_every_connection(own_database: str) -> None:
    settings = environment(own_database, LOCK_SECONDS="7")
    app = create_app(Config.from_environment(settings))
    with app.app_context():
        if own_database.startswith("sqlite"):
            assert db.session.scalar(text("PRAGMA busy_timeout")) == 7000
        else:
            assert db.session.scalar(text("SHOW lock_timeout")) == "7s"
        db.session.remove()
        db.engine.dispose()


def test_what_the_address_of_the_database_says_goes_before() -> None:
    ours = engine_options(URL, 7)["connect_args"]
    assert ours["options"] == "-c lock_timeout=7s"
    assert {"connect_timeout", "keepalives_idle", "tcp_user_timeout"} <= set(ours)
    theirs = engine_options(f"{URL}?options=-c%20x%3D1&connect_timeout=3")
    assert not {"options", "connect_timeout"} & set(theirs["connect_args"])
    assert engine_options("sqlite:///x", 7) == {"pool_pre_ping": True}
