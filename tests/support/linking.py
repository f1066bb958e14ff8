"""What somebody with the whole database can put together, without being clever.

Two rows belong together where they share a value that few rows have: a number of
a row and the columns that point to it, an address, a moment, a tag, and on
PostgreSQL the number of the transaction that wrote them. A value that as many
rows have as there are voters singles nobody out.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from core.db import Base

SHORTEST_WORD = 8
SMALLEST_NUMBER = 1_000_000
_WORD = re.compile(r"[\w@.+-]{8,}")


@dataclass(frozen=True)
class Row:
    """A row of any table with everything that may join it to another one."""

    table: str
    number: object
    values: frozenset[str]


def every_row(session: Session) -> list[Row]:
    """Each row of each table that is in the database, ours or not."""
    names = inspect(session.connection()).get_table_names()
    return [row for name in names for row in _rows_of(session, name)]


def _rows_of(session: Session, table: str) -> Iterator[Row]:
    is_postgres = session.get_bind().dialect.name == "postgresql"
    columns = "xmin::text AS xmin, *" if is_postgres else "*"
    found = session.execute(text(f'SELECT {columns} FROM "{table}"'))  # noqa: S608 - the catalogue's own names
    for row in found.mappings():
        yield Row(table, row.get("id"), frozenset(_values(table, row)))


def _values(table: str, row: Mapping[Any, Any]) -> Iterator[str]:
    pointing = _pointing(table)
    for column, value in row.items():
        if value is None:
            continue
        if column == "id":
            yield f"{table} {value}"
        elif column == "xmin":
            yield f"transaction {value}"
        elif column in pointing:
            yield f"{pointing[column]} {value}"
        else:
            yield from _words(value)
    if table == "job":
        arguments = row["arguments"]
        if isinstance(arguments, str):
            arguments = json.loads(arguments)
        if "message" in arguments:
            yield f"message {arguments['message']}"


def _pointing(table: str) -> dict[str, str]:
    """Column -> the table whose rows it names."""
    model = Base.metadata.tables.get(table)
    keys = model.foreign_keys if model is not None else ()
    return {key.parent.name: key.column.table.name for key in keys}


def _words(value: object) -> Iterator[str]:
    if isinstance(value, bool):
        return
    if isinstance(value, int):
        if value >= SMALLEST_NUMBER:
            yield str(value)
    elif isinstance(value, datetime):
        yield value.isoformat()
    elif isinstance(value, bytes | memoryview):
        yield bytes(value).hex()
    elif isinstance(value, str):
        if len(value) >= SHORTEST_WORD:
            yield value
        yield from _WORD.findall(value)
    elif isinstance(value, dict | list):
        yield from _words(json.dumps(value))


def joined(rows: Iterable[Row], *, most: int) -> list[set[Row]]:
    """The rows that belong together, by values of at most so many rows."""
    holders: dict[str, list[Row]] = defaultdict(list)
    heaps: dict[Row, set[Row]] = {}
    for row in rows:
        heaps[row] = {row}
        for value in row.values:
            holders[value].append(row)
    for sharing in holders.values():
        if len(sharing) <= most:
            heap: set[Row] = set().union(*(heaps[row] for row in sharing))
            for row in heap:
                heaps[row] = heap
    return list({id(heap): heap for heap in heaps.values()}.values())
