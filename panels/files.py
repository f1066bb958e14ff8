"""The peers' file formats: a table of quotas and a table of volunteers.

Quotas: `feature,value,min,max[,min_flex,max_flex]`; older files say `category,feature`
or `category,name`. Volunteers: one column per feature, an id in a column named `id`
or `nationbuilder_id` (else the number of the row), address columns as wished. Names
and values are compared without regard to case and surrounding blanks.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import NoReturn

from panels.errors import (
    FeatureMissing,
    PoolInvalid,
    TableInvalid,
    TargetsInvalid,
    ValueUnknown,
)
from panels.pool import Pool
from panels.quotas import Quota, by_feature

_NAMES = (("feature", "value"), ("category", "feature"), ("category", "name"))
_IDS = ("id", "nationbuilder_id")
_LARGEST = 300_000_000
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class _Table:
    columns: dict[str, str]
    rows: list[tuple[int, dict[str, str]]]


def read_quotas(path: Path, size: int) -> tuple[Quota, ...]:
    """The quotas of a panel of `size`; without flexibility stated, any is allowed.

    Raises:
        TableInvalid, TargetsInvalid: with the line that is wrong.
    """
    table = _read(path)
    pair = next((p for p in _NAMES if set(p) <= set(table.columns)), None)
    if pair is None or not {"min", "max"} <= set(table.columns):
        raise TargetsInvalid(
            file=path.name,
            line=1,
            what="the columns must be feature, value, min and max",
        )
    found: dict[tuple[str, str], Quota] = {}
    for line, row in table.rows:
        quota = _quota(path, line, row, pair, size)
        key = (plain(quota.feature), plain(quota.value))
        if key in found:
            _wrong(path, line, f"{quota.feature}, {quota.value} is there twice")
        found[key] = quota
    if not found:
        _wrong(path, 1, "there is no quota")
    # One spelling of a feature, its first.
    first = {plain(q.feature): q.feature for q in reversed(found.values())}
    return tuple(
        Quota(
            first[plain(q.feature)],
            q.value,
            q.least,
            q.most,
            q.least_flex,
            q.most_flex,
        )
        for q in found.values()
    )


def read_pool(
    path: Path, quotas: Sequence[Quota], *, household: Sequence[str] = ()
) -> Pool:
    """The volunteers; those with the same values in `household` live together.

    Raises:
        TableInvalid, PoolInvalid, ValueUnknown: with the line that is wrong.
        FeatureMissing: there is no column for a feature, or for an address.
    """
    table = _read(path)
    features = by_feature(quotas)
    for name in (*features, *household):
        if plain(name) not in table.columns:
            raise FeatureMissing(
                file=path.name, feature=name, columns=list(table.columns.values())
            )
    known = {f: {plain(q.value): q.value for q in qs} for f, qs in features.items()}
    ids = next((name for name in _IDS if name in table.columns), None)
    people: dict[str, Mapping[str, str]] = {}
    addresses: dict[str, object] = {}
    for number, (line, row) in enumerate(table.rows, start=1):
        name = row[ids].strip() if ids else str(number)
        if not name:
            continue
        if name in people:
            raise PoolInvalid(file=path.name, line=line, what=f"{name} is there twice")
        people[name] = {
            f: _value(path, line, f, row[plain(f)], values)
            for f, values in known.items()
        }
        address = tuple(plain(row[plain(c)]) for c in household)
        # Who has given no address lives with nobody that we know of.
        if any(address):
            addresses[name] = address
    if not people:
        raise PoolInvalid(file=path.name, line=1, what="there is no volunteer")
    return Pool.of(people, quotas, addresses=addresses)


def plain(name: str) -> str:
    """A name as it is compared."""
    return " ".join(name.split()).casefold()


def _read(path: Path) -> _Table:
    """A table with the numbers of its lines; names of columns are plain."""
    try:
        if path.stat().st_size > _LARGEST:
            raise TableInvalid(file=path.name, line=1, what="the file is too large")
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise TableInvalid(
            file=path.name, line=line, what="this is no UTF-8 text"
        ) from None
    except OSError as error:
        raise TableInvalid(
            file=path.name, line=0, what=error.strerror or "it cannot be read"
        ) from None
    lines = list(_lines(path, text))
    if not lines:
        raise TableInvalid(file=path.name, line=1, what="the file is empty")
    (_, header), *rest = lines
    names = [plain(name) for name in header]
    if twice := next((n for n in names if n and names.count(n) > 1), None):
        raise TableInvalid(
            file=path.name, line=1, what=f"the column {twice} is there twice"
        )
    rows = []
    for line, cells in rest:
        if len(cells) != len(header):
            raise TableInvalid(
                file=path.name,
                line=line,
                what=f"there are {len(cells)} cells, the header has {len(header)}",
            )
        rows.append((line, dict(zip(names, cells, strict=True))))
    return _Table(dict(zip(names, header, strict=True)), rows)


def _lines(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, with the number of their last line."""
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(
        text.splitlines(keepends=True), delimiter=separator, strict=True
    )
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as error:
        raise TableInvalid(
            file=path.name, line=reader.line_num, what=str(error)
        ) from None


def _quota(
    path: Path, line: int, row: Mapping[str, str], pair: tuple[str, str], size: int
) -> Quota:
    feature, value = (" ".join(row[name].split()) for name in pair)
    if not feature or not value:
        _wrong(path, line, "a feature or a value is empty")
    least = _seats(path, line, row, "min")
    most = _seats(path, line, row, "max")
    if least > most:
        _wrong(path, line, f"min {least} is more than max {most}")
    least_flex = _seats(path, line, row, "min_flex", default=0)
    most_flex = _seats(path, line, row, "max_flex", default=max(most, size))
    if least_flex > least or most_flex < most:
        _wrong(path, line, "min_flex and max_flex must leave min and max between them")
    return Quota(feature, value, least, most, least_flex, most_flex)


def _seats(
    path: Path, line: int, row: Mapping[str, str], name: str, default: int = -1
) -> int:
    text = row.get(name, "").strip()
    if not text and default >= 0:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        _wrong(path, line, f"{name} must be a whole number, not '{text}'")
    return int(text)


def _value(
    path: Path, line: int, feature: str, text: str, known: Mapping[str, str]
) -> str:
    value = known.get(plain(text))
    if value is None:
        near = get_close_matches(plain(text), known, n=1)
        raise ValueUnknown(
            file=path.name,
            line=line,
            feature=feature,
            value=text.strip(),
            nearest=known[near[0]] if near else "",
            values=list(known.values()),
        )
    return value


def _wrong(path: Path, line: int, what: str) -> NoReturn:
    raise TargetsInvalid(file=path.name, line=line, what=what)
