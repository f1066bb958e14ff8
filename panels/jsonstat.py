"""Population tables as statistics offices publish them: JSON-stat 1.x and 2.0.

PxWeb (Statistics Finland, SCB) writes both. The format: https://json-stat.org/format/
A file holds one table or several; each is a cube of numbers, row-major, with a
dimension for each column (area, age, sex, year, ...).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, prod
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from panels.population_errors import (
    DimensionContradicts,
    PopulationTooLarge,
    PopulationUnreadable,
)

_MOST_CELLS = 5_000_000


@dataclass(frozen=True, slots=True)
class Category:
    """One entry of a dimension: the office's code and the words for it."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Dimension:
    """One axis of a cube; its role is "time", "metric", "geo" or not said."""

    code: str
    label: str
    categories: tuple[Category, ...]
    role: str = ""

    def place(self, name: str) -> int | None:
        """Where a category stands, asked for by its code or by its words."""
        wanted = plain(name)
        for at, category in enumerate(self.categories):
            if wanted in (plain(category.code), plain(category.label)):
                return at
        return None


@dataclass(frozen=True, slots=True)
class Cube:
    """A table of numbers.

    Attributes:
        label: what the office calls the table.
        dimensions: d axes.
        values: one axis for each dimension; NaN where the office gives no number.
    """

    label: str
    dimensions: tuple[Dimension, ...]
    values: NDArray[np.float64]


def plain(name: str) -> str:
    """A name as it is compared: without regard to case and surrounding blanks."""
    return " ".join(name.split()).casefold()


def read_cubes(text: str) -> tuple[Cube, ...]:
    """Every table of a JSON-stat file, in the file's order.

    Raises:
        PopulationUnreadable: it is not JSON, or not JSON-stat.
        DimensionContradicts: the sizes disagree with what there is.
        PopulationTooLarge: more than five million cells.
    """
    try:
        content = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise PopulationUnreadable from None
    tables = list(_tables(content))
    if not tables:
        raise PopulationUnreadable
    return tuple(_cube(table) for table in tables)


def _tables(content: object) -> Sequence[Mapping[str, Any]]:
    """A dataset, a collection of them, or 1.x's names around each."""
    if not isinstance(content, dict):
        return []
    if "dimension" in content and "value" in content:
        return [content]
    if content.get("class") == "collection":
        link = content.get("link")
        items = link.get("item", []) if isinstance(link, dict) else []
        inside = items if isinstance(items, list) else []
    else:
        inside = list(content.values())
    return [
        one
        for one in inside
        if isinstance(one, dict) and "dimension" in one and "value" in one
    ]


def _cube(table: Mapping[str, Any]) -> Cube:
    axes = table["dimension"]
    if not isinstance(axes, dict):
        raise PopulationUnreadable
    # 1.x keeps the names and the sizes among the dimensions.
    names = table.get("id", axes.get("id"))
    sizes = table.get("size", axes.get("size"))
    if not (_texts(names) and _sizes(sizes)):
        raise PopulationUnreadable
    roles = _roles(table.get("role", axes.get("role")))
    dimensions = tuple(
        _dimension(name, axes.get(name), roles.get(name, "")) for name in names
    )
    # Offices leave dimensions of one category out of the sizes, so these only check.
    shape = [len(dimension.categories) for dimension in dimensions]
    cells = prod(shape)
    if cells > _MOST_CELLS:
        raise PopulationTooLarge(cells=cells, most=_MOST_CELLS)
    if cells != prod(sizes):
        raise DimensionContradicts(dimension=", ".join(names))
    label = table.get("label")
    return Cube(
        label if isinstance(label, str) else "",
        dimensions,
        _values(table["value"], cells).reshape(shape),
    )


def _roles(found: object) -> dict[str, str]:
    """Which dimension is the time, which the things measured."""
    if not isinstance(found, dict):
        return {}
    return {
        name: role
        for role, names in found.items()
        if isinstance(names, list)
        for name in names
        if isinstance(name, str)
    }


def _dimension(code: str, axis: object, role: str) -> Dimension:
    if not isinstance(axis, dict) or not isinstance(axis.get("category"), dict):
        raise PopulationUnreadable
    label = axis.get("label")
    return Dimension(
        code,
        label if isinstance(label, str) and label.strip() else code,
        _categories(code, axis["category"]),
        role,
    )


def _categories(code: str, category: Mapping[str, Any]) -> tuple[Category, ...]:
    labels = category.get("label", {})
    if not isinstance(labels, dict):
        raise PopulationUnreadable
    # A dimension of a single category may leave the index out.
    index = category.get("index", list(labels))
    if isinstance(index, dict):
        places = list(index.values())
        if not _sizes(places, least=0) or len(set(places)) < len(places):
            raise DimensionContradicts(dimension=code)
        index = sorted(index, key=lambda one: index[one])
    if not _texts(index) or not index:
        raise DimensionContradicts(dimension=code)
    return tuple(Category(one, str(labels.get(one, one))) for one in index)


def _values(found: object, cells: int) -> NDArray[np.float64]:
    """All cells: a list with a place for each, or an object with the known ones."""
    values = np.full(cells, np.nan)
    if isinstance(found, dict):
        for place, number in found.items():
            if not (place.isascii() and place.isdigit() and int(place) < cells):
                raise DimensionContradicts(dimension="value")
            values[int(place)] = _number(number)
    elif isinstance(found, list) and len(found) == cells:
        values[:] = [_number(number) for number in found]
    else:
        raise DimensionContradicts(dimension="value")
    return values


def _number(found: object) -> float:
    """NaN for what the office leaves open: null, or a sign such as ".."."""
    if isinstance(found, bool) or not isinstance(found, (int, float)):
        return float("nan")
    number = float(found)
    return number if isfinite(number) else float("nan")


def _texts(found: object) -> bool:
    return (
        isinstance(found, list)
        and all(isinstance(one, str) for one in found)
        and len(set(found)) == len(found)
    )


def _sizes(found: object, least: int = 1) -> bool:
    return isinstance(found, list) and all(
        isinstance(one, int) and not isinstance(one, bool) and one >= least
        for one in found
    )


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
