"""Rows of the roll into the database, past everything that is slow by the million."""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, cast

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from voting.keys import RollKeys
from voting.models import Round
from voting.roll.letters import encrypt_letter
from voting.roll.rows import RollRow

if TYPE_CHECKING:
    import psycopg

BATCH = 5000
Written = tuple[str, int | None, int | None, str | None, bytes | None]

_TABLE = """
    CREATE TEMPORARY TABLE roll_reading (
        person_key text, home_area_id bigint, birth_year bigint, email_key text,
        letter {bytes}
    )
"""
_SQLITE_ROW = "INSERT INTO roll_reading VALUES (?, ?, ?, ?, ?)"
_POSTGRES_COPY = "COPY roll_reading FROM STDIN"
# In the order of the keys, so that the index grows at its end and is not torn. What
# the correction desk has decided about a person stays as it is.
_VOTERS = """
    INSERT INTO voter (round_id, extract, person_key, home_area_id, birth_year,
                       has_draft, remind, by_desk)
    SELECT :round, :number, person_key, home_area_id, birth_year, false, false, false
    FROM roll_reading WHERE true ORDER BY person_key
    ON CONFLICT (round_id, person_key) DO UPDATE
    SET home_area_id = excluded.home_area_id, birth_year = excluded.birth_year,
        extract = excluded.extract
    WHERE NOT voter.by_desk
"""
_CONTACTS = """
    INSERT INTO roll_contact (round_id, person_key, email_key, letter)
    SELECT :round, person_key, email_key, letter FROM roll_reading
    WHERE email_key IS NOT NULL OR letter IS NOT NULL ORDER BY person_key
    ON CONFLICT DO NOTHING
"""


def write_rows(
    session: Session,
    round_: Round,
    rows: Iterator[RollRow],
    *,
    number: int,
    keys: RollKeys,
) -> None:
    """Put the people of reading `number` on the roll, with their addresses beside."""
    connection = session.connection()
    written = (_written(row, keys) for row in rows)
    on_postgres = connection.dialect.name == "postgresql"
    kind = "bytea" if on_postgres else "blob"
    connection.exec_driver_sql("DROP TABLE IF EXISTS roll_reading")
    connection.exec_driver_sql(_TABLE.format(bytes=kind))
    (_copy_to_postgres if on_postgres else _insert_into_sqlite)(connection, written)
    which = {"round": round_.id, "number": number}
    connection.execute(text(_VOTERS), which)
    connection.execute(text(_CONTACTS), {"round": round_.id})
    connection.exec_driver_sql("DROP TABLE roll_reading")


def _written(row: RollRow, keys: RollKeys) -> Written:
    return (
        row.person_key,
        row.area_id,
        row.birth_year,
        keys.person_key(f"email:{row.email}") if row.email else None,
        encrypt_letter(keys, row.person_key, row.letter) if row.letter else None,
    )


def _insert_into_sqlite(connection: Connection, written: Iterator[Written]) -> None:
    while batch := list(islice(written, BATCH)):
        connection.exec_driver_sql(_SQLITE_ROW, batch)


def _copy_to_postgres(connection: Connection, written: Iterator[Written]) -> None:
    # Psycopg's own: SQLAlchemy knows no COPY.
    ours = cast("psycopg.Connection", connection.connection.dbapi_connection)
    with ours.cursor() as cursor, cursor.copy(_POSTGRES_COPY) as copy:
        for row in written:
            copy.write_row(row)
