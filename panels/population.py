"""The population that a panel is to resemble: features, values, counts."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from panels.jsonstat import Category, Cube, Dimension, plain
from panels.population_errors import (
    BandCutsValue,
    CategoryUnknown,
    CountInvalid,
    CountLineInvalid,
    DimensionNotSettled,
    DimensionUnknown,
    FeatureEmpty,
    PopulationUnreadable,
    ValueTwice,
)

_COLUMNS = ("feature", "value", "count")
_DIGITS = 9
# A total may differ from its parts, which the office has rounded or estimated.
_ESTIMATED = 0.002
_SHOWN = 20
# In a short table three numbers may add up by chance; there the words must say it.
_LINES_TO_TELL = 3
_WORDS_OF_TOTALS = ("total", "all", "sss", "yhteensä", "samtliga", "koko", "båda")


@dataclass(frozen=True, slots=True)
class Counted:
    """One value of a feature; count None: the population's number is not known."""

    value: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Feature:
    """What people differ in: gender, age band, district, education, language."""

    name: str
    values: tuple[Counted, ...]

    @property
    def total(self) -> int:
        """How many people there are, by this feature's counts."""
        return sum(one.count or 0 for one in self.values)

    def share(self, value: str) -> float | None:
        """The value's part of the counted; None where its count is not known."""
        count = next(one.count for one in self.values if one.value == value)
        return None if count is None else count / self.total


@dataclass(frozen=True, slots=True)
class Population:
    """All features of a panel's targets."""

    features: tuple[Feature, ...]


def population_of_csv(text: str) -> Population:
    """Read `feature,value,count`; an empty count says that it is not known.

    Raises:
        PopulationUnreadable: the columns are not there.
        CountLineInvalid, ValueTwice: with the line.
        FeatureEmpty: nobody is counted.
    """
    reader = csv.reader(
        StringIO(text.lstrip("\ufeff"), newline=""), delimiter=_sign(text)
    )
    try:
        head = [plain(name) for name in next(reader, [])]
        if not set(_COLUMNS) <= set(head):
            raise PopulationUnreadable
        at = {name: head.index(name) for name in _COLUMNS}
        found: dict[str, dict[str, int | None]] = {}
        for row in reader:
            if any(cell.strip() for cell in row):
                _take(found, row, at, reader.line_num)
    except csv.Error:
        raise PopulationUnreadable from None
    return _population(found)


def population_of_cube(
    cube: Cube, features: Sequence[str], where: Mapping[str, str] | None = None
) -> Population:
    """The margins of a statistical table.

    `features` names the dimensions to keep, by code or by words. `where` fixes a
    category of another one. What is neither is added up: along the time only the
    last is taken, and a category that is the sum of the others is left out, so
    that nobody counts twice.

    Raises:
        DimensionUnknown, CategoryUnknown: what is named is not in the table.
        DimensionNotSettled: the table counts several things; `where` must choose.
        CountInvalid: a count is missing, negative or no whole number.
        FeatureEmpty: nobody is counted.
    """
    kept = [_axis(cube, name) for name in features]
    fixed = {_axis(cube, name): one for name, one in (where or {}).items()}
    found = {}
    for axis in kept:
        dimension = cube.dimensions[axis]
        shown, counts = _margin(cube, axis, fixed)
        found[dimension.label] = {
            dimension.categories[at].label: _count(dimension, at, count)
            for at, count in zip(shown, counts, strict=True)
        }
    return _population(found)


def merged(feature: Feature, groups: Mapping[str, Sequence[str]]) -> Feature:
    """The feature with values put together; what no group names is left out."""
    counts = {one.value: one.count for one in feature.values}
    return Feature(
        feature.name,
        tuple(
            Counted(name, _sum([counts[old] for old in olds]))
            for name, olds in groups.items()
        ),
    )


def in_bands(feature: Feature, firsts: Sequence[int]) -> Feature:
    """Ages put together into bands that begin at `firsts`; the last one is open.

    A value's ages are the numbers in its words ("7", "15-19 år", "90+"); younger
    people than the first band are left out, and so is a value without a number.

    Raises:
        BandCutsValue: a band would begin in the middle of a value's ages.
    """
    names = [f"{first}\N{EN DASH}{after - 1}" for first, after in pairwise(firsts)]
    names.append(f"{firsts[-1]}+")
    groups: dict[str, list[str]] = {name: [] for name in names}
    for one in feature.values:
        ages = [int(age) for age in re.findall(r"\d+", one.value)]
        if not ages:
            continue
        low, high = ages[0], ages[-1]
        if cut := next((first for first in firsts if low < first <= high), None):
            raise BandCutsValue(feature=feature.name, value=one.value, first=cut)
        band = sum(low >= first for first in firsts) - 1
        if band >= 0:
            groups[names[band]].append(one.value)
    return merged(feature, groups)


def _sign(text: str) -> str:
    first = text.partition("\n")[0]
    return max(",;\t", key=first.count)


def _take(
    found: dict[str, dict[str, int | None]],
    row: Sequence[str],
    at: Mapping[str, int],
    line: int,
) -> None:
    if len(row) <= max(at.values()):
        raise CountLineInvalid(line=line, count="")
    feature, value, written = (" ".join(row[at[name]].split()) for name in _COLUMNS)
    known = not written or (
        written.isascii() and written.isdigit() and len(written) <= _DIGITS
    )
    if not (feature and value and known):
        raise CountLineInvalid(line=line, count=written)
    # One spelling of a feature, its first.
    name = next((one for one in found if plain(one) == plain(feature)), feature)
    values = found.setdefault(name, {})
    if any(plain(one) == plain(value) for one in values):
        raise ValueTwice(line=line, feature=feature, value=value)
    values[value] = int(written) if written else None


def _population(found: Mapping[str, Mapping[str, int | None]]) -> Population:
    features = tuple(
        Feature(name, tuple(Counted(v, count) for v, count in values.items()))
        for name, values in found.items()
    )
    if not features:
        raise PopulationUnreadable
    for feature in features:
        if not feature.total:
            raise FeatureEmpty(feature=feature.name)
    return Population(features)


def _axis(cube: Cube, name: str) -> int:
    for at, dimension in enumerate(cube.dimensions):
        if plain(name) in (plain(dimension.code), plain(dimension.label)):
            return at
    raise DimensionUnknown(dimension=name, known=[one.label for one in cube.dimensions])


def _margin(
    cube: Cube, kept: int, fixed: Mapping[int, str]
) -> tuple[list[int], list[float]]:
    """The places along one axis with their counts, all else settled or added up."""
    shown = list(range(len(cube.dimensions[kept].categories)))
    values = cube.values
    for axis, dimension in enumerate(cube.dimensions):
        settled = _settled(dimension, fixed.get(axis), is_kept=axis == kept)
        if settled is not None:
            values = values.take([settled], axis=axis)
            shown = [settled] if axis == kept else shown
    whole = [
        _total(values, axis, [dimension.categories[at] for at in range(size)])
        for axis, (dimension, size) in enumerate(
            zip(cube.dimensions, values.shape, strict=True)
        )
    ]
    for axis, total in enumerate(whole):
        if axis != kept:
            values = (
                values.sum(axis=axis, keepdims=True)
                if total is None
                else values.take([total], axis=axis)
            )
    counts = [float(one) for one in values.reshape(-1)]
    if whole[kept] is None:
        return shown, counts
    parts = [at for at in range(len(shown)) if at != whole[kept]]
    return [shown[at] for at in parts], [counts[at] for at in parts]


def _settled(dimension: Dimension, asked: str | None, *, is_kept: bool) -> int | None:
    """The one place that counts: what was asked for, or the last of the years."""
    if asked is not None:
        place = dimension.place(asked)
        if place is None:
            raise CategoryUnknown(
                dimension=dimension.label, category=asked, known=_words(dimension)
            )
        return place
    if is_kept:
        return None
    last = len(dimension.categories) - 1
    if dimension.role == "metric" and last:
        raise DimensionNotSettled(dimension=dimension.label, known=_words(dimension))
    return last if dimension.role == "time" else None


def _total(
    values: NDArray[np.float64], axis: int, categories: Sequence[Category]
) -> int | None:
    """The place along an axis that is the sum of all others.

    Where two could be (10, 10, 0), none is taken for it.
    """
    lines: Any = np.moveaxis(values, axis, 0).reshape(values.shape[axis], -1)
    complete = lines[:, ~np.isnan(lines).any(axis=0)]
    if len(lines) == 1 or not complete.any():
        return None
    whole = complete.sum(axis=0)
    near = np.abs(whole - 2 * complete) <= len(lines) + _ESTIMATED * whole
    places = np.flatnonzero(near.all(axis=1) & (complete.sum(axis=1) > 0))
    if len(places) != 1:
        return None
    place = int(places[0])
    told = plain(f"{categories[place].code} {categories[place].label}")
    if complete.shape[1] < _LINES_TO_TELL and not any(
        word in told for word in _WORDS_OF_TOTALS
    ):
        return None
    return place


def _words(dimension: Dimension) -> list[str]:
    return [one.label for one in dimension.categories[:_SHOWN]]


def _count(dimension: Dimension, at: int, number: float) -> int:
    if not (number >= 0 and number == int(number)):
        raise CountInvalid(
            feature=dimension.label, value=dimension.categories[at].label
        )
    return int(number)


def _sum(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None
