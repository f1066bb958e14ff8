"""The extensions, made once and bound to the application in `create_app`."""

from typing import Any

from flask import current_app
from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from core.clock import Clock
from core.db import Base

# Seconds for which an act waits for a lock that another one holds. Longer than any act
# of ours should take, shorter than proxies and gunicorn wait for an answer: whoever
# waits in vain gets a page that says so, and no thread is stuck for good.
PATIENCE = 20

db = SQLAlchemy(metadata=Base.metadata)
migrate = Migrate()
babel = Babel()
bootstrap = Bootstrap5()
login_manager = LoginManager()
csrf = CSRFProtect()


def clock() -> Clock:
    """The application's one clock."""
    found: Clock = current_app.extensions["clock"]
    return found


def engine_options(url: str, patience: int = PATIENCE) -> dict[str, Any]:
    """What the engine is made with.

    A connection that died with a restart of the database is noticed before it is
    used. PostgreSQL would wait for a lock, or for a machine that has gone without a
    word, for hours; what DATABASE_URL says of these things itself goes before. No
    limit is set for statements: a count over a million rows may take its time.
    """
    options: dict[str, Any] = {"pool_pre_ping": True}
    if not url.startswith("sqlite"):
        wanted = {
            "options": f"-c lock_timeout={patience}s",
            "connect_timeout": 10,
            "keepalives_idle": 20,
            "keepalives_interval": 5,
            "keepalives_count": 4,
            "tcp_user_timeout": 40_000,
        }
        said = make_url(url).query
        options["connect_args"] = {k: v for k, v in wanted.items() if k not in said}
    return options


def prepare_sqlite(engine: Any, patience: int = PATIENCE) -> None:  # noqa: ANN401 - Engine or a test's own
    """Make SQLite durable, strict and honest about where transactions begin.

    The driver's own idea of transactions is switched off: it begins them too
    late for savepoints and for readers that want one picture.
    """

    @event.listens_for(engine, "connect")
    def _connect(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={patience * 1000}",
            # An erased receipt or draft shall not linger in a free page.
            "secure_delete=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
