"""The whole database in one encrypted file, and back, on either kind of database.

It is gzip over lines of JSON in a `core.sealed_file`: an object begins a table and
names its columns, a list is a row, and the last object counts and sums up each table.
What is restored is read again and compared with that before it is committed.
"""

import base64
import gzip
import hashlib
import io
import json
import os
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from alembic.runtime.migration import MigrationContext
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Date,
    Engine,
    LargeBinary,
    Table,
    TypeDecorator,
    func,
    insert,
    null,
    select,
    text,
)
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from app.backup_errors import (
    BackupDamaged,
    BackupNotIntoAnEmptyDatabase,
    BackupOfAnotherVersion,
)
from app.backup_keys import joined, keys_for, keys_of
from core.clock import local_day
from core.db import Base, LocalizedText, UtcDateTime
from core.keys import sync_folder
from core.sealed_file import SealedFileDamaged, SealedReader, SealedWriter, read_head
from core.text import Localized
from voting.models import Round, Stage

KIND = "puistokatu backup 1"
CHUNK = 2000
END = "end"
LARGEST = 1 << 256
# From the opening until the box is emptied.
WITH_A_BOX = (Stage.VOTING, Stage.CLOSED, Stage.RECONCILED, Stage.SEALED)
Sums = dict[str, list[str | int]]


@dataclass(frozen=True, slots=True)
class Backed:
    """What a backup holds: from when it is, which keys it needs, how many rows."""

    made: str
    keys: list[dict[str, str]]
    rows: dict[str, int]


def write_backup(
    engine: Engine, path: Path, key_dir: Path, *, now: datetime, destroy_on: date | None
) -> Backed:
    """Write everything into a new file that only we can read.

    One snapshot of the database: acts that go on meanwhile are in it whole or not.

    Raises:
        BackupUndated: a key has to be made, and no day was said; params: round.
        FileExistsError: the file is there.
    """
    with _snapshot(engine) as connection:
        query = select(Round.slug).where(Round.stage.in_(WITH_A_BOX))
        rounds = list(connection.scalars(query.order_by(Round.slug)))
        today = local_day(now)
        keys = keys_for(key_dir, rounds, today=today, destroy_on=destroy_on)
        named = [each.said() for each in keys]
        made = now.isoformat(timespec="seconds")
        version = _version(connection)
        head = {"kind": KIND, "made": made, "version": version, "keys": named}
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as raw:
                sums = _write(connection, SealedWriter(raw, joined(keys), head))
                raw.flush()
                os.fsync(raw.fileno())
        except BaseException:
            path.unlink()
            raise
    sync_folder(path.parent)
    return Backed(made, named, _rows(sums))


def restore_backup(connection: Connection, path: Path, key_dir: Path) -> Backed:
    """Fill a database that has our tables and no row; the caller commits.

    Raises:
        BackupDamaged: no backup, or cut off or changed.
        BackupKeyMissing, BackupKeyWrong: it does not open; params: round, day.
        BackupOfAnotherVersion: its tables are others.
        BackupNotIntoAnEmptyDatabase: something is there; params: table.
    """
    try:
        with path.open("rb") as raw:
            line, head = read_head(raw)
            if head.get("kind") != KIND:
                raise BackupDamaged
            keys = keys_of(key_dir, head.get("keys"))
            _check_fits(connection, head)
            with _reading(SealedReader(raw, joined(keys), line)) as file:
                said = _fill(connection, file)
    except (SealedFileDamaged, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BackupDamaged from error
    except OperationalError:
        # The database's own trouble, such as a full disk: not the file's.
        raise
    except (ValueError, KeyError, TypeError, SQLAlchemyError) as error:
        raise BackupDamaged from error
    if _sums(connection) != said:
        raise BackupDamaged
    _move_counters(connection)
    return Backed(str(head["made"]), head["keys"], _rows(said))


def _snapshot(engine: Engine) -> Connection:
    connection = engine.connect()
    if engine.dialect.name == "postgresql":
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
    return connection


def _version(connection: Connection) -> list[str]:
    return sorted(MigrationContext.configure(connection).get_current_heads())


def _check_fits(connection: Connection, head: Mapping[str, Any]) -> None:
    if head.get("version") != _version(connection):
        raise BackupOfAnotherVersion
    for table in Base.metadata.sorted_tables:
        if connection.execute(select(*table.primary_key).limit(1)).first():
            raise BackupNotIntoAnEmptyDatabase(table=table.name)


def _write(connection: Connection, sealed: SealedWriter) -> Sums:
    sums: Sums = {}
    with (
        gzip.GzipFile("", "wb", fileobj=sealed, mtime=0) as packed,
        io.TextIOWrapper(packed, encoding="utf-8") as file,
    ):
        for table in Base.metadata.sorted_tables:
            _say(file, {"table": table.name, "columns": list(table.columns.keys())})
            sums[table.name] = _sum_of(_copied(_lines(connection, table), file))
        _say(file, {END: sums})
    sealed.finish()
    return sums


def _copied(lines: Iterable[str], file: TextIO) -> Iterator[str]:
    for line in lines:
        file.write(line + "\n")
        yield line


def _reading(sealed: SealedReader) -> TextIO:
    packed: BinaryIO = gzip.GzipFile(fileobj=io.BufferedReader(sealed))  # type: ignore[assignment]
    return io.TextIOWrapper(packed, encoding="utf-8")


def _fill(connection: Connection, file: TextIO) -> Sums:
    head: dict[str, Any] = {}
    for are_rows, group in groupby(
        map(json.loads, file), lambda each: isinstance(each, list)
    ):
        if are_rows:
            _fill_table(connection, head, group)
        else:
            *_, head = group
    return dict(head[END])


def _fill_table(
    connection: Connection, head: Mapping[str, Any], rows: Iterable[list[Any]]
) -> None:
    table = Base.metadata.tables[head["table"]]
    columns = [table.c[name] for name in head["columns"]]
    rows = iter(rows)
    while chunk := list(islice(rows, CHUNK)):
        values = [
            {c.name: _typed(c, v) for c, v in zip(columns, row, strict=True)}
            for row in chunk
        ]
        # A null in the place of JSON is an expression, and those go one by one.
        plain = [each for each in values if not _has_null(each)]
        if plain:
            connection.execute(insert(table), plain)
        for each in values:
            if _has_null(each):
                connection.execute(insert(table).values(**each))


def _has_null(values: Mapping[str, Any]) -> bool:
    return any(each is _NULL for each in values.values())


def _sums(connection: Connection) -> Sums:
    return {
        table.name: _sum_of(_lines(connection, table))
        for table in Base.metadata.sorted_tables
    }


def _sum_of(lines: Iterable[str]) -> list[str | int]:
    """How many, and a sum of hashes: databases sort texts in orders of their own."""
    count = total = 0
    for line in lines:
        count += 1
        total += int.from_bytes(hashlib.sha256(line.encode()).digest(), "big")
    return [count, f"{total % LARGEST:064x}"]


def _rows(sums: Sums) -> dict[str, int]:
    return {name: int(said[0]) for name, said in sums.items()}


def _move_counters(connection: Connection) -> None:
    """On PostgreSQL the next number must lie above those that are there."""
    if connection.dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        column = table.autoincrement_column
        if column is None:
            continue
        counter = connection.scalar(
            text("SELECT pg_get_serial_sequence(:table, :column)"),
            {"table": f'"{table.name}"', "column": column.name},
        )
        highest = connection.scalar(select(func.max(column)))
        if counter and highest:
            connection.execute(
                text("SELECT setval(:counter, :highest)"),
                {"counter": counter, "highest": highest},
            )


def _lines(connection: Connection, table: Table) -> Iterator[str]:
    query = select(table).order_by(*table.primary_key)
    with connection.execute(query.execution_options(yield_per=CHUNK)) as rows:
        for row in rows:
            yield _json([_plain(value) for value in row])


def _plain(value: object) -> object:
    if isinstance(value, Localized):
        return value.to_json()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, date) else value


_NULL = null()


def _typed(column: Column[Any], value: Any) -> Any:  # noqa: ANN401 - of any type
    kind = column.type
    if value is None:
        return _NULL if _is_json(kind) else None
    make: Callable[[Any], Any] = _as_it_is
    match kind:
        case LocalizedText():
            make = Localized.from_json
        case UtcDateTime():
            make = datetime.fromisoformat
        case Date():
            make = date.fromisoformat
        case LargeBinary():
            make = base64.b64decode
        case SqlEnum(enum_class=members) if members:
            make = members
    return make(value)


def _as_it_is(value: object) -> object:
    return value


def _is_json(kind: object) -> bool:
    return isinstance(kind, JSON) or (
        isinstance(kind, TypeDecorator) and isinstance(kind.impl, JSON)
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _say(file: TextIO, head: Mapping[str, object]) -> None:
    file.write(_json(head) + "\n")
