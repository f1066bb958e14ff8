"""A CSV file of projects, row by row, with the line of everything that is wrong."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from core.register.findings import Fault
from core.text import LANGUAGES
from voting.round_errors import CsvInvalid

TEXTS = {"title": 120, "summary": 400, "story": 10_000}
TEXT_COLUMNS = tuple(f"{text}_{tag}" for text in TEXTS for tag in LANGUAGES)
REQUIRED = ("area", "cost", *(f"title_{tag}" for tag in LANGUAGES))
COLUMNS = (
    *("code", "area", "category", *TEXT_COLUMNS, "cost", "conflicts", "needs"),
    *("latitude", "longitude"),
)
MOST_BYTES = 8 * 1024 * 1024
MOST_ROWS = 5000
MOST_FAULTS = 50
# What a spreadsheet would run as a formula; written behind an apostrophe.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Row:
    """One record: the line on which it begins, and its cells by column."""

    line: int
    cells: Mapping[str, str]


def read_rows(data: bytes) -> list[Row]:
    """The file's rows, if its form is right; their content is not looked at.

    Raises:
        CsvInvalid: it is not such a table.
    """
    text = _decoded(data)
    head = text.partition("\n")[0]
    separator = ";" if head.count(";") >= head.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        columns = [name.strip().lower() for name in next(reader, [])]
        refuse(_header_faults(columns))
        faults: list[Fault] = []
        rows = list(_rows(reader, columns, faults))
    except csv.Error as error:
        # The number of the line that the reader was in when it gave up.
        raise invalid([Fault(max(1, reader.line_num), "not_csv")]) from error
    if not rows and not faults:
        faults.append(Fault(1, "no_rows"))
    refuse(faults)
    return rows


def _decoded(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        megabytes = str(MOST_BYTES // 1024 // 1024)
        raise invalid([Fault(1, "too_large", megabytes)])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise invalid([Fault(line, "not_utf8")]) from error


def _header_faults(columns: list[str]) -> list[Fault]:
    counts = Counter(columns)
    return [
        *(Fault(1, "column_missing", name) for name in REQUIRED if not counts[name]),
        *(
            Fault(1, "column_unknown", name[:40])
            for name in counts
            if name not in COLUMNS
        ),
        *(
            Fault(1, "column_twice", n)
            for n, c in counts.items()
            if c > 1 and n in COLUMNS
        ),
    ]


def _rows(
    reader: Iterator[list[str]], columns: list[str], faults: list[Fault]
) -> Iterator[Row]:
    line, count = reader.line_num + 1, 0  # type: ignore[attr-defined] # csv's own reader
    for cells in reader:
        start, line = line, reader.line_num + 1  # type: ignore[attr-defined] # csv's own reader
        if not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > MOST_ROWS:
            faults.append(Fault(start, "too_many_rows", str(MOST_ROWS)))
            return
        if len(cells) != len(columns):
            faults.append(Fault(start, "wrong_number_of_cells", str(len(cells))))
            continue
        yield Row(start, dict(zip(columns, map(_plain, cells), strict=True)))


def _plain(cell: str) -> str:
    cell = cell.strip()
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(FORMULA) else cell


def refuse(faults: list[Fault]) -> None:
    """Raise all faults at once, if there are any."""
    if faults:
        raise invalid(faults)


def invalid(faults: list[Fault]) -> CsvInvalid:
    """The refusal of a file, its faults in the order of its lines."""
    faults = sorted(faults, key=lambda fault: fault.line)
    first = faults[0]
    return CsvInvalid(
        line=first.line,
        value=first.value,
        faults=faults[:MOST_FAULTS],
        count=len(faults),
    )
