"""Rows of the roll into the database."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.register.letters import encrypt_letter
from core.register.writing import Written, reading_table
from voting.keys import RollKeys
from voting.models import Round
from voting.roll.rows import RollRow

_COLUMNS = {
    "person_key": "text",
    "home_area_id": "bigint",
    "birth_year": "bigint",
    "email_key": "text",
    "letter": "bytes",
}
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
    written = (_written(row, keys) for row in rows)
    with reading_table(session, "roll_reading", _COLUMNS, written) as connection:
        which = {"round": round_.id, "number": number}
        connection.execute(text(_VOTERS), which)
        connection.execute(text(_CONTACTS), {"round": round_.id})


def _written(row: RollRow, keys: RollKeys) -> Written:
    return (
        row.person_key,
        row.area_id,
        row.birth_year,
        keys.person_key(f"email:{row.email}") if row.email else None,
        encrypt_letter(keys, row.person_key, row.letter) if row.letter else None,
    )
