"""The peers' file formats: a table of quotas and a table of volunteers.

Quotas: `feature,value,min,max[,min_flex,max_flex]`; older files say `category,feature`
or `category,name`. Volunteers: one column per feature, an id in a column named `id`
or `nationbuilder_id` (else the number of the row), address columns as wished. Names
and values are compared without regard to case and surrounding blanks.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path

from panels.errors import (
    CellsMiscounted,
    ColumnTwice,
    FeatureMissing,
    FeatureMisspelt,
    TableEmpty,
    TableNotText,
    TableQuotesBroken,
    TableTooLarge,
    TableUnreadable,
    TargetBackwards,
    TargetColumnsMissing,
    TargetFlexNarrow,
    TargetNameless,
    TargetNotWhole,
    TargetsEmpty,
    TargetTwice,
    ValueMissing,
    ValueMisspelt,
    ValueUnknown,
    VolunteersNone,
    VolunteerTwice,
)
from panels.pool import Pool
from panels.quotas import Quota, by_feature

_NAMES = (("feature", "value"), ("category", "feature"), ("category", "name"))
_IDS = ("id", "nationbuilder_id")
_LARGEST = 300_000_000
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class _Table:
    file: str
    columns: dict[str, str]
    rows: list[tuple[int, dict[str, str]]]


def read_quotas(path: Path, size: int) -> tuple[Quota, ...]:
    """The quotas of a panel of `size`; without flexibility stated, any is allowed.

    Raises:
        TableTooLarge, TableNotText, TableUnreadable, TableEmpty, TableQuotesBroken,
        ColumnTwice, CellsMiscounted: it is no table.
        TargetColumnsMissing, TargetsEmpty, TargetNameless, TargetTwice,
        TargetNotWhole, TargetBackwards, TargetFlexNarrow: with the line.
    """
    table = _read(path)
    pair = next((p for p in _NAMES if set(p) <= set(table.columns)), None)
    if pair is None or not {"min", "max"} <= set(table.columns):
        raise TargetColumnsMissing(
            file=table.file, columns=list(table.columns.values())
        )
    found: dict[tuple[str, str], Quota] = {}
    lines: dict[tuple[str, str], int] = {}
    for line, row in table.rows:
        quota = _quota(table.file, line, row, pair, size)
        key = (plain(quota.feature), plain(quota.value))
        if key in found:
            raise TargetTwice(
                file=table.file,
                line=line,
                first=lines[key],
                feature=quota.feature,
                value=quota.value,
            )
        found[key], lines[key] = quota, line
    if not found:
        raise TargetsEmpty(file=table.file)
    # One spelling of a feature, its first.
    first = {plain(q.feature): q.feature for q in reversed(found.values())}
    return tuple(replace(q, feature=first[plain(q.feature)]) for q in found.values())


def read_pool(
    path: Path,
    quotas: Sequence[Quota],
    *,
    household: Sequence[str] = (),
    homes: dict[object, int] | None = None,
) -> Pool:
    """The volunteers; those with the same values in `household` live together.

    `homes` numbers the households; hand in the same one for a second file, so that
    who lives together is known across both.

    Raises:
        TableTooLarge, TableNotText, TableUnreadable, TableEmpty, TableQuotesBroken,
        ColumnTwice, CellsMiscounted: it is no table.
        FeatureMissing, FeatureMisspelt: no column for a feature, or for an address.
        VolunteersNone, VolunteerTwice, ValueMissing, ValueUnknown, ValueMisspelt:
            with the line that is wrong.
    """
    table = _read(path)
    features = by_feature(quotas)
    for name in (*features, *household):
        _check_column(table, name)
    known = {f: {plain(q.value): q.value for q in qs} for f, qs in features.items()}
    ids = next((name for name in _IDS if name in table.columns), None)
    people: dict[str, Mapping[str, str]] = {}
    addresses: dict[str, object] = {}
    lines: dict[str, int] = {}
    for number, (line, row) in enumerate(table.rows, start=1):
        name = row[ids].strip() if ids else str(number)
        if not name:
            continue
        if name in people:
            raise VolunteerTwice(
                file=table.file, line=line, first=lines[name], person=name
            )
        lines[name] = line
        people[name] = {
            f: _value(table.file, line, f, row[plain(f)], values)
            for f, values in known.items()
        }
        address = tuple(plain(row[plain(c)]) for c in household)
        # Who has given no address lives with nobody that we know of.
        if any(address):
            addresses[name] = address
    if not people:
        raise VolunteersNone(file=table.file)
    return Pool.of(people, quotas, addresses=addresses, homes=homes)


def plain(name: str) -> str:
    """A name as it is compared."""
    return " ".join(name.split()).casefold()


def _check_column(table: _Table, name: str) -> None:
    if plain(name) in table.columns:
        return
    near = get_close_matches(plain(name), table.columns, n=1, cutoff=0.75)
    if near:
        raise FeatureMisspelt(
            file=table.file, feature=name, nearest=table.columns[near[0]].strip()
        )
    raise FeatureMissing(
        file=table.file, feature=name, columns=list(table.columns.values())
    )


def _read(path: Path) -> _Table:
    """A table with the numbers of its lines; names of columns are plain."""
    file = path.name
    try:
        if path.stat().st_size > _LARGEST:
            raise TableTooLarge(file=file)
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise TableNotText(file=file, line=line) from None
    except OSError as error:
        raise TableUnreadable(file=file, reason=error.strerror or "") from None
    lines = list(_lines(file, text))
    if not lines:
        raise TableEmpty(file=file)
    (_, header), *rest = lines
    names = [plain(name) for name in header]
    if twice := next((n for n in names if n and names.count(n) > 1), None):
        raise ColumnTwice(file=file, column=twice)
    rows = []
    for line, cells in rest:
        if len(cells) != len(header):
            raise CellsMiscounted(
                file=file, line=line, cells=len(cells), head=len(header)
            )
        rows.append((line, dict(zip(names, cells, strict=True))))
    return _Table(file, dict(zip(names, header, strict=True)), rows)


def _lines(file: str, text: str) -> Iterator[tuple[int, list[str]]]:
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
    except csv.Error:
        raise TableQuotesBroken(file=file, line=reader.line_num) from None


def _quota(
    file: str, line: int, row: Mapping[str, str], pair: tuple[str, str], size: int
) -> Quota:
    feature, value = (" ".join(row[name].split()) for name in pair)
    if not feature or not value:
        raise TargetNameless(file=file, line=line)
    where = {"file": file, "line": line, "feature": feature, "value": value}
    least = _seats(file, line, row, "min")
    most = _seats(file, line, row, "max")
    if least > most:
        raise TargetBackwards(**where, least=least, most=most)
    least_flex = _seats(file, line, row, "min_flex", default=0)
    most_flex = _seats(file, line, row, "max_flex", default=max(most, size))
    if least_flex > least or most_flex < most:
        raise TargetFlexNarrow(**where)
    return Quota(feature, value, least, most, least_flex, most_flex)


def _seats(
    file: str, line: int, row: Mapping[str, str], name: str, default: int = -1
) -> int:
    text = row.get(name, "").strip()
    if not text and default >= 0:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= _DIGITS):
        raise TargetNotWhole(file=file, line=line, column=name, text=text)
    return int(text)


def _value(
    file: str, line: int, feature: str, text: str, known: Mapping[str, str]
) -> str:
    name = plain(text)
    if name in known:
        return known[name]
    where = {"file": file, "line": line, "feature": feature}
    if not name:
        raise ValueMissing(**where)
    where |= {"value": text.strip(), "values": list(known.values())}
    if near := get_close_matches(name, known, n=1):
        raise ValueMisspelt(**where, nearest=known[near[0]])
    raise ValueUnknown(**where)
