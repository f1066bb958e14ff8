"""The columns of an extract, and its rows as cells under our own names."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain

from core.register.errors import ColumnUnknown
from core.register.findings import Findings

MOST_ROWS = 5_000_000

# What registers call the columns that we know; an official may name others.
NAMES: Mapping[str, tuple[str, ...]] = {
    "identity": (
        "identity",
        "henkilötunnus",
        "hetu",
        "personbeteckning",
        "personnummer",
    ),
    "birth": ("birth", "birth_date", "syntymäaika", "syntymävuosi", "födelsetid"),
    "municipality": ("municipality", "kunta", "kotikunta", "kommun", "hemkommun"),
    "area": ("area", "alue", "område"),
    "postcode": ("postcode", "postinumero", "postnummer"),
    "email": ("email", "e-mail", "sähköposti", "e-post"),
    "name": ("name", "nimi", "namn"),
    "street": ("street", "address", "katuosoite", "osoite", "adress", "gatuadress"),
    "town": ("town", "postitoimipaikka", "ort", "postort"),
    "language": ("language", "kieli", "äidinkieli", "språk", "modersmål"),
    "gender": ("gender", "sex", "sukupuoli", "kön"),
    "household": ("household", "talous", "asuntokunta", "hushåll", "bostadshushåll"),
    "protected": ("protected", "turvakielto", "spärrmarkering"),
}


class Table:
    """Rows of a file as cells by our names; what is wrong is noted.

    Args:
        fields: our names, as in `NAMES`, that the reader wants.
        columns: what the file calls some of them.
        findings: where faults go.
    """

    def __init__(
        self, fields: Sequence[str], columns: Mapping[str, str], findings: Findings
    ) -> None:
        self._fields, self._columns, self._findings = fields, columns, findings

    def rows(
        self,
        lines: Iterator[str],
        check_head: Callable[[Mapping[str, int]], None],
    ) -> Iterator[tuple[int, dict[str, str]]]:
        """(line, cells) of each row; fields without a column have empty cells.

        `check_head` is told where each field stands, and may note faults.

        Raises:
            ColumnUnknown: a field, or a column that was named, does not exist.
        """
        first = next(lines, "")
        separator = ";" if first.count(";") >= first.count(",") else ","
        # Not strict: a quotation mark in a name is a quotation mark.
        reader = csv.reader(chain([first], lines), delimiter=separator)
        try:
            head = next(reader, [])
            places = _places(head, self._fields, self._columns)
            self._note_head(head, places)
            check_head(places)
            if not self._findings.count:
                yield from self._cells(reader, places, len(head))
        except csv.Error:
            self._findings.note(max(1, reader.line_num), "not_a_table")

    def _note_head(self, head: Sequence[str], places: Mapping[str, int]) -> None:
        if "identity" not in places:
            self._findings.note(1, "column_missing", "identity")
        plain = [name.strip().casefold() for name in head]
        used = {plain[i] for i in places.values()}
        for name in sorted(name for name in used if plain.count(name) > 1):
            self._findings.note(1, "column_twice", name[:40])

    def _cells(
        self, reader: Iterator[list[str]], places: Mapping[str, int], width: int
    ) -> Iterator[tuple[int, dict[str, str]]]:
        count, line = 0, 1
        at = [(name, places.get(name, width)) for name in self._fields]
        for cells in reader:
            start, line = line + 1, reader.line_num  # type: ignore[attr-defined] # csv's own reader
            if not any(cells):
                continue
            count += 1
            if count > MOST_ROWS:
                self._findings.note(start, "too_many_rows", str(MOST_ROWS))
                return
            if len(cells) != width:
                self._findings.note(start, "wrong_number_of_cells", str(len(cells)))
                continue
            cells.append("")  # for the columns that are not there
            yield start, {name: cells[i].strip() for name, i in at}


def _places(
    head: Sequence[str], fields: Sequence[str], columns: Mapping[str, str]
) -> dict[str, int]:
    """Where each of our fields stands in the file; those that are not there lack."""
    there = {name.strip().casefold(): i for i, name in reversed(list(enumerate(head)))}
    found: dict[str, int] = {}
    for name, called in columns.items():
        if name not in fields or called.strip().casefold() not in there:
            raise ColumnUnknown(value=called or name)
        found[name] = there[called.strip().casefold()]
    for name in fields:
        if name not in found:
            at = [there[each] for each in NAMES[name] if each in there]
            found |= {name: at[0]} if at else {}
    return found
