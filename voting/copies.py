"""A sealed round's written copy: one file, read back into an empty database.

What it holds is the round as it will be public: its rules, areas and projects, the
sealed ballots, the list of receipts, the log. Nothing of the roll and nothing of the
box, so nothing that joins a person to a choice. It is written before the key is
destroyed and the box emptied, and nothing is destroyed before it has been read back.

The file is gzip over lines of JSON: an object begins a table and names its columns,
a list is a row, and the last line counts and hashes what was written.
"""

import gzip
import hashlib
import io
import json
import os
import secrets
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby, islice
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import Column, ColumnElement, Date, Table, create_engine, insert, select
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm import Session

from core.audit import AuditEntry, AuditHead, check_chain, round_chain
from core.db import Base, LocalizedText, UtcDateTime
from core.keys import sync_folder
from core.text import Localized
from voting.copy_errors import CopyMismatch, CopyNotWritten
from voting.models import (
    Area,
    Category,
    Extension,
    Manifest,
    Pause,
    Phase,
    Project,
    ProjectLink,
    Round,
    SealedBallot,
    SealedReceipt,
    TurnoutTables,
)
from voting.rounds import get_round
from voting.sealing import compare_copy, sealed_hash

CHUNK = 2000
OF_THE_ROUND = (
    *(Phase, Area, Category, Project, ProjectLink, Manifest, Pause, Extension),
    *(SealedBallot, SealedReceipt, TurnoutTables),
)
# After the sealing nothing is added to these, so they can be compared at any time.
FINAL = ("sealed_ballot", "sealed_receipt")
END = "end"


@dataclass(slots=True)
class Sum:
    """How many rows a table has, and SHA-256 over their lines."""

    rows: int = 0
    _sha256: Any = field(default_factory=hashlib.sha256)

    def add(self, line: str) -> None:
        """One more row."""
        self.rows += 1
        self._sha256.update(line.encode() + b"\n")

    def said(self) -> list[object]:
        """As it stands in the last line."""
        return [self.rows, self._sha256.hexdigest()]


Sums = dict[str, list[object]]


def path_of_copy(folder: Path, slug: str) -> Path:
    """Where a round's copy is kept."""
    return folder / f"{slug}.sealed.jsonl.gz"


def write_copy(session: Session, round_: Round, path: Path) -> None:
    """Write the round out: beside, then renamed, so that there is a whole file or none.

    The round must be held, so that no act changes it on the way. May be repeated.

    Raises:
        CopyNotWritten: the folder is full or closed to us; params: why.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with _writing(draft) as file:
                _write_tables(session, round_, file)
            draft.rename(path)
        finally:
            draft.unlink(missing_ok=True)
        sync_folder(path.parent)
    except OSError as error:
        raise CopyNotWritten(why=error.strerror or str(error)) from None


def check_copy(session: Session, round_: Round, path: Path) -> None:
    """Read the file into an empty database, and compare: file, database, box, copy.

    The database is a new SQLite file of its own, whatever the service runs on: what is
    proven is that the file can be read back and is whole, and it needs no right to
    make databases. Changes nothing; may be repeated.

    Raises:
        CopyMismatch: something is missing, or different; params: where.
        SealMismatch: its ballots are not those of the box, which is still there.
    """
    with _empty_database() as restored:
        _same(_restore(restored, path), _sums(restored, round_), "file")
        source = _sums(session, round_, only=FINAL)
        _same(source, _sums(restored, round_, only=FINAL), "database")
        there = get_round(restored, round_.slug)
        if sealed_hash(restored, there) != sealed_hash(session, round_):
            raise CopyMismatch(where="sha256")
        if check_chain(restored, round_chain(round_.slug)) is not None:
            raise CopyMismatch(where="audit_entry")
        compare_copy(session, round_, sealed=restored)


def _write_tables(session: Session, round_: Round, file: TextIO) -> None:
    sums: dict[str, Sum] = {}
    for table, where in _tables(round_):
        columns = _columns(table)
        _say(file, {"table": table.name, "columns": [c.name for c in columns]})
        sums[table.name] = Sum()
        for line in _lines(session, table, where):
            sums[table.name].add(line)
            file.write(line + "\n")
    _say(file, {END: {name: each.said() for name, each in sums.items()}})


def _restore(restored: Session, path: Path) -> Sums:
    """Fill the empty database; what the file says that it holds."""
    head: dict[str, Any] = {}
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            parsed = map(json.loads, file)
            for are_rows, group in groupby(parsed, lambda each: isinstance(each, list)):
                if are_rows:
                    _fill(restored, head, group)
                else:
                    *_, head = group
        return dict(head[END])
    except OperationalError as error:
        raise CopyNotWritten(why=str(error.orig)) from error
    except (OSError, EOFError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise CopyMismatch(where="file") from error
    except SQLAlchemyError as error:
        raise CopyMismatch(where=head.get("table", "file")) from error


def _fill(restored: Session, head: dict[str, Any], rows: Iterable[list[Any]]) -> None:
    table = Base.metadata.tables[head["table"]]
    columns = [table.c[name] for name in head["columns"]]
    rows = iter(rows)
    while chunk := list(islice(rows, CHUNK)):
        restored.execute(
            insert(table),
            [
                {c.name: _typed(c, v) for c, v in zip(columns, row, strict=True)}
                for row in chunk
            ],
        )


def _sums(session: Session, round_: Round, only: Iterable[str] = ()) -> Sums:
    """The tables as they stand in a database."""
    found: Sums = {}
    for table, where in _tables(round_):
        if not only or table.name in only:
            each = Sum()
            for line in _lines(session, table, where):
                each.add(line)
            found[table.name] = each.said()
    return found


def _same(one: Sums, other: Sums, where: str) -> None:
    if one.keys() != other.keys():
        raise CopyMismatch(where=where)
    for name, said in one.items():
        if said != other[name]:
            raise CopyMismatch(where=name)


def _tables(round_: Round) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """What the copy holds, in an order in which it can be filled."""
    tables = Base.metadata.tables
    yield tables["round"], Round.id == round_.id
    for model in OF_THE_ROUND:
        yield tables[model.__tablename__], model.round_id == round_.id
    chain = round_chain(round_.slug)
    yield tables["audit_entry"], AuditEntry.chain == chain
    yield tables["audit_head"], AuditHead.chain == chain


def _columns(table: Table) -> list[Column[Any]]:
    """Without those that lead to something that the copy does not hold."""
    held = {"round", *(model.__tablename__ for model in OF_THE_ROUND)}
    return [
        column
        for column in table.columns
        if all(key.column.table.name in held for key in column.foreign_keys)
    ]


def _lines(session: Session, table: Table, where: ColumnElement[bool]) -> Iterator[str]:
    """The rows in the order of their numbers, each as its line."""
    query = select(*_columns(table)).where(where).order_by(*table.primary_key)
    for row in session.execute(query.execution_options(yield_per=CHUNK)):
        yield _json([_plain(value) for value in row])


def _plain(value: object) -> object:
    """A value as JSON has it; an enumeration's members are texts."""
    if isinstance(value, Localized):
        return value.to_json()
    return value.isoformat() if isinstance(value, date) else value


def _typed(column: Column[Any], value: Any) -> Any:  # noqa: ANN401 - of any type
    """The same value as the column has it."""
    if value is None:
        return None
    match column.type:
        case LocalizedText():
            return Localized.from_json(value)
        case UtcDateTime():
            return datetime.fromisoformat(value)
        case Date():
            return date.fromisoformat(value)
        case SqlEnum(enum_class=members) if members:
            return members(value)
    return value


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _say(file: TextIO, head: dict[str, object]) -> None:
    file.write(_json(head) + "\n")


@contextmanager
def _writing(path: Path) -> Iterator[TextIO]:
    """A new packed file that is on the disk afterwards; only we can read it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as raw:
        # Without the time, so that the same round makes the same file.
        with (
            gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed,
            io.TextIOWrapper(packed, encoding="utf-8") as file,
        ):
            yield file
        raw.flush()
        os.fsync(raw.fileno())


@contextmanager
def _empty_database() -> Iterator[Session]:
    """A database with all tables and no row, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="puistokatu-copy-") as folder:
        engine = create_engine(f"sqlite:///{folder}/restored.sqlite")
        try:
            Base.metadata.create_all(engine)
            with Session(engine) as session:
                yield session
        finally:
            engine.dispose()
