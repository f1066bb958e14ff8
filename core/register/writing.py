"""Rows into a table of their own for the time of a transaction, by the million."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, cast

from sqlalchemy import Connection
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    import psycopg

BATCH = 5000
Written = tuple[str | int | bytes | None, ...]


@contextmanager
def reading_table(
    session: Session,
    name: str,
    columns: Mapping[str, str],
    rows: Iterator[Sequence[str | int | bytes | None]],
) -> Iterator[Connection]:
    """A temporary table with the rows in it, as long as the context lasts.

    Args:
        session: the act's session.
        name: of the table.
        columns: a type for each column: text, bigint or bytes.
        rows: in the order of the columns.
    """
    connection = session.connection()
    on_postgres = connection.dialect.name == "postgresql"
    kinds = {"bytes": "bytea" if on_postgres else "blob"}
    described = ", ".join(f"{c} {kinds.get(k, k)}" for c, k in columns.items())
    connection.exec_driver_sql(f"DROP TABLE IF EXISTS {name}")
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {name} ({described})")
    fill = _copy_to_postgres if on_postgres else _insert_into_sqlite
    fill(connection, name, len(columns), map(tuple, rows))
    yield connection
    connection.exec_driver_sql(f"DROP TABLE {name}")


def _insert_into_sqlite(
    connection: Connection, name: str, width: int, rows: Iterator[Written]
) -> None:
    row = f"INSERT INTO {name} VALUES ({', '.join('?' * width)})"  # noqa: S608 - our own name
    while batch := list(islice(rows, BATCH)):
        connection.exec_driver_sql(row, batch)


def _copy_to_postgres(
    connection: Connection, name: str, _width: int, rows: Iterator[Written]
) -> None:
    # Psycopg's own: SQLAlchemy knows no COPY.
    ours = cast("psycopg.Connection", connection.connection.dbapi_connection)
    with ours.cursor() as cursor, cursor.copy(f"COPY {name} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
