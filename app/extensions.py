"""The extensions, made once and bound to the application in `create_app`."""

from typing import Any

from flask import current_app
from flask_babel import Babel
from flask_bootstrap import Bootstrap5
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import Connection, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from core.clock import Clock
from core.db import Base

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


def prepare_sqlite(engine: Any) -> None:  # noqa: ANN401 - Engine or a test's own
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
            "busy_timeout=20000",
            # An erased receipt or draft shall not linger in a free page.
            "secure_delete=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
