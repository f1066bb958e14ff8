"""The clock of the machine under the database, moved while our processes run.

On PostgreSQL its own `clock_timestamp()` is overlaid in one database. On SQLite the
clock is the process's: processes that were started with `MovedClock.settings` add what
stands in a file.
"""

from datetime import datetime, timedelta, tzinfo
from pathlib import Path

import psycopg

import core.clock
from tests.support.postgres import libpq

CLOCK_FILE = "PUISTOKATU_TEST_CLOCK"

_OVERLAY = """
CREATE TABLE public.moved (by interval);
INSERT INTO public.moved VALUES ('0 s');
CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
AS 'SELECT pg_catalog.clock_timestamp() + by FROM public.moved';
"""


class MovedClock:
    """Ours to move; to be made before any process has a connection."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url = url
        self._file = folder / "clock"
        self._is_postgres = url.startswith("postgresql")
        self.settings = {} if self._is_postgres else {CLOCK_FILE: str(self._file)}
        if not self._is_postgres:
            return
        with psycopg.connect(libpq(url), autocommit=True) as connection:
            connection.execute(_OVERLAY)
            # Its own name comes first only where its schema is named, and last.
            connection.execute(
                psycopg.sql.SQL(
                    "ALTER DATABASE {} SET search_path = public, pg_catalog"
                ).format(psycopg.sql.Identifier(connection.info.dbname))
            )

    def move(self, by: timedelta) -> None:
        """From here on it goes so much before the true one."""
        if self._is_postgres:
            with psycopg.connect(libpq(self._url), autocommit=True) as connection:
                connection.execute("UPDATE public.moved SET by = %s", (by,))
            return
        draft = self._file.with_suffix(".new")
        draft.write_text(str(by.total_seconds()))
        draft.rename(self._file)


def follow(path: Path) -> None:
    """In this process the machine's clock goes as the file says."""

    class Moved(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> "Moved":
            by = float(path.read_text()) if path.exists() else 0.0
            moment = datetime.now(tz) + timedelta(seconds=by)
            return cls.fromtimestamp(moment.timestamp(), tz)

    core.clock.datetime = Moved  # type: ignore[misc] # the one place that asks
