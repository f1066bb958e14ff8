"""Migrated databases for the tests: one template for each kind, and copies of it."""

import os
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import psycopg
import pytest
from flask_migrate import upgrade
from sqlalchemy import make_url

from app import create_app
from app.config import Config
from app.extensions import db
from tests.support.postgres import alone, libpq, server_url
from tests.support.processes import start

KINDS = ("sqlite", "postgresql")
# For long walks that show the same on both, such as those through a browser.
ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
ENDS_WITHIN = 120.0
SECRET = "known to every test and to nobody else"


def environment(url: str, **settings: str) -> dict[str, str]:
    """What a process of ours needs to know to work on a test's database."""
    found = os.environ | {"DATABASE_URL": url, "SECRET_KEY": SECRET} | settings
    if "KEY_DIR" in settings:
        found.setdefault("BACKUP_DIR", f"{settings['KEY_DIR']}-backups")
    return found


def puistokatu(*arguments: str, url: str, **settings: str) -> str:
    """Run a command of ours on a database to its end; what it said."""
    with TemporaryDirectory() as folder:
        log = Path(folder, "log")
        process = start(*arguments, log=log, environment=environment(url, **settings))
        process.join(ENDS_WITHIN)
        said = log.read_text() if log.exists() else ""
        assert process.exitcode == 0, f"puistokatu {arguments}:\n{said}"
        return said


def migrate(url: str) -> None:
    """Bring an empty database to the newest version."""
    app = create_app(Config.from_environment(environment(url)))
    with app.app_context():
        upgrade()
        db.engine.dispose()


class Databases:
    """Makes databases that hold what the migrations make, and nothing else."""

    def __init__(self, run_folder: Path, owner: int) -> None:
        self.run_folder = run_folder
        self.owner = owner
        self.prefix = f"puistokatu_test_{owner}"

    def new(self, kind: str) -> str:
        """The address of a fresh database of a kind."""
        name = f"{self.prefix}_{uuid4().hex[:12]}"
        return self._new_sqlite(name) if kind == "sqlite" else self._new_postgres(name)

    def drop(self, url: str) -> None:
        """Remove one, whoever is still connected."""
        parts = make_url(url)
        assert parts.database
        if parts.get_backend_name() == "sqlite":
            for suffix in ("", "-wal", "-shm"):
                Path(parts.database + suffix).unlink(missing_ok=True)
        else:
            self._on_server(f'DROP DATABASE IF EXISTS "{parts.database}" WITH (FORCE)')

    def drop_all(self) -> None:
        """Leave nothing on a server that was there before us."""
        if "TEST_DATABASE_URL" not in os.environ:
            return
        for name in self._on_server("SELECT datname FROM pg_database"):
            if name.startswith(self.prefix):
                self.drop(self._postgres_url(name))

    def _new_sqlite(self, name: str) -> str:
        template = self.run_folder / "template.sqlite"
        with alone(self.run_folder / "sqlite.lock"):
            if not template.exists():
                draft = self.run_folder / "draft.sqlite"
                migrate(f"sqlite:///{draft}")
                draft.rename(template)
        shutil.copy(template, self.run_folder / f"{name}.sqlite")
        return f"sqlite:///{self.run_folder / name}.sqlite"

    def _new_postgres(self, name: str) -> str:
        template = f"{self.prefix}_template"
        done = self.run_folder / "template.postgresql"
        url = self._postgres_url(template)
        with alone(self.run_folder / "template.lock"):
            if not done.exists():
                self.drop(url)
                self._on_server(f'CREATE DATABASE "{template}"')
                migrate(url)
                done.touch()
            self._on_server(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self._postgres_url(name)

    def _postgres_url(self, name: str) -> str:
        url = make_url(server_url(self.run_folder, self.owner))
        url = url.set(drivername="postgresql+psycopg", database=name)
        return url.render_as_string(hide_password=False)

    def _on_server(self, statement: str) -> list[str]:
        address = libpq(server_url(self.run_folder, self.owner))
        with psycopg.connect(address, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return [row[0] for row in cursor] if cursor.description else []
