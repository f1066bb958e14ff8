"""Register extracts: checked whole, then stored or not at all; erased when they end."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session

from core.audit import SYSTEM, Actor, record
from core.clock import local_day
from core.register.findings import Findings, Seen
from core.register.letters import encrypt_letter
from core.register.source import Progress, Source
from core.register.writing import Written, reading_table
from panels.keys import PeopleKeys
from panels.models import Person, Register
from panels.panel_errors import (
    RegisterErased,
    RegisterExpiry,
    RegisterFileChanged,
    RegisterKeyChanged,
    RegisterUnknown,
)
from panels.register_rows import Extract, PersonReader, PersonRow, Words

# An extract gets old: after this nobody should write letters by it.
MOST_MONTHS = 24
_MOST_DAYS = 31 * MOST_MONTHS
_COLUMNS = {
    "person_key": "text",
    "birth_year": "bigint",
    "gender": "text",
    "area": "text",
    "language": "text",
    "household_key": "text",
    "letter": "bytes",
}
_PEOPLE = f"""
    INSERT INTO register_person (register_id, {", ".join(_COLUMNS)})
    SELECT :register, {", ".join(_COLUMNS)} FROM register_reading ORDER BY person_key
"""  # noqa: S608 - our own names


@dataclass(frozen=True, slots=True)
class Checked:
    """A file without a fault: nothing of it is stored yet."""

    path: Path
    extract: Extract
    size: int
    left_out: Mapping[str, int]
    features: Mapping[str, Any]
    has_addresses: bool
    sha256: str


def check_register(
    path: Path,
    extract: Extract,
    *,
    keys: PeopleKeys,
    progress: Progress = lambda _done, _total: None,
) -> Checked:
    """Read the whole file; no database is needed, and no more memory than a batch.

    Raises:
        ExtractInvalid: with the faults, by line.
        ColumnUnknown: a named column is not in the file.
    """
    findings, seen, words = Findings(), Seen(), Words()
    source = Source(path, findings, progress)
    reader = PersonReader(extract, keys, findings)
    for row in reader.rows(source.lines()):
        seen.add(row.person_key, row.line)
        if not row.is_protected:
            words.add(row)
    seen.note_twice(findings)
    words.note_too_many(findings)
    size = len(seen) - findings.left_out["protected"]
    if not size and not findings.count:
        findings.note(1, "nobody_kept")
    findings.refuse()
    left_out = {why: number for why, number in findings.left_out.items() if number}
    return Checked(
        path,
        extract,
        size,
        left_out,
        words.to_json(),
        "street" in reader.places,
        source.sha256,
    )


def store_register(
    session: Session,
    checked: Checked,
    *,
    keys: PeopleKeys,
    actor: Actor,
    now: datetime,
    progress: Progress = lambda _done, _total: None,
) -> Register:
    """Keep the people of the checked file until its day of expiry.

    Raises:
        RegisterExpiry: that day has gone, or is too far away; params: most (months).
        RegisterFileChanged: the file is not as when it was checked.
    """
    _check_expiry(checked.extract.expires_on, now)
    register = Register(
        source=checked.extract.source,
        as_of=checked.extract.as_of,
        numbers=checked.extract.numbers,
        size=checked.size,
        left_out=dict(checked.left_out),
        features=dict(checked.features),
        has_addresses=checked.has_addresses,
        file_sha256=checked.sha256,
        key_check=keys.check,
        imported_at=now,
        expires_on=checked.extract.expires_on,
    )
    session.add(register)
    session.flush()
    findings = Findings()
    source = Source(checked.path, findings, progress)
    reader = PersonReader(checked.extract, keys, findings)
    rows = _written(reader.rows(source.lines()), keys)
    with reading_table(session, "register_reading", _COLUMNS, rows) as connection:
        connection.execute(text(_PEOPLE), {"register": register.id})
    if findings.count or source.sha256 != checked.sha256:
        raise RegisterFileChanged
    record(
        session,
        actor,
        "register.imported",
        now=now,
        register=register.id,
        source=register.source,
        size=register.size,
        protected=checked.left_out.get("protected", 0),
        expires_on=register.expires_on.isoformat(),
    )
    return register


def list_registers(session: Session) -> list[Register]:
    """All of them, the newest first; the erased ones too."""
    return list(session.scalars(select(Register).order_by(Register.id.desc())))


def get_register(session: Session, number: int) -> Register:
    """One of them.

    Raises:
        RegisterUnknown: there is none of this number.
    """
    register = session.get(Register, number)
    if register is None:
        raise RegisterUnknown(number=number)
    return register


def check_usable(register: Register, keys: PeopleKeys) -> None:
    """Refuse to draw from people who are not there, or whom the key does not know.

    Raises:
        RegisterErased, RegisterKeyChanged: it cannot be used.
    """
    if register.erased_at is not None:
        raise RegisterErased
    if register.key_check != keys.check:
        raise RegisterKeyChanged


def erase_register(
    session: Session, register: Register, *, now: datetime, actor: Actor = SYSTEM
) -> bool:
    """Erase all people of it; False where that has been done.

    Invitations keep a key of the person, by which nobody is invited twice, and lose
    the address with the row.
    """
    register = session.get_one(
        Register, register.id, with_for_update=True, populate_existing=True
    )
    if register.erased_at is not None:
        return False
    session.execute(
        delete(Person).where(Person.register_id == register.id),
        execution_options={"synchronize_session": False},
    )
    register.features = {}
    register.erased_at = now
    record(session, actor, "register.erased", now=now, register=register.id)
    return True


def _check_expiry(day: date, now: datetime) -> None:
    today = local_day(now)
    if not today < day <= today + timedelta(days=_MOST_DAYS):
        raise RegisterExpiry(most=MOST_MONTHS)


def _written(rows: Iterator[PersonRow], keys: PeopleKeys) -> Iterator[Written]:
    for row in rows:
        if not row.is_protected:
            yield (
                row.person_key,
                row.birth_year,
                row.gender,
                row.area,
                row.language,
                row.household_key,
                encrypt_letter(keys, row.person_key, row.letter)
                if row.letter
                else None,
            )
