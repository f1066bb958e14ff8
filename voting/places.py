"""Where projects are, and the outlines of areas: degrees of WGS 84, as maps give them.

Outlines come as GeoJSON (RFC 7946), which towns publish of their districts. They are
only drawn: nothing that is decided depends on where a line runs.
"""

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from voting.place_errors import (
    OutlinesElsewhere,
    OutlinesOfNoArea,
    OutlinesTooLarge,
    OutlinesUnreadable,
)

# The Nordic countries, from Iceland to the eastern border of Finland.
SOUTH, NORTH = 53.0, 72.0
WEST, EAST = -26.0, 33.0
DIGITS = 6
MOST_BYTES = 8 * 1024 * 1024
# Of the diagonal of all outlines: points that stand closer look like one.
SHORTEST_STEP = 1 / 2000
# Three corners, and the first one again.
FEWEST_POINTS = 4

Point = tuple[float, float]
Ring = list[Point]

_NUMBER = r"-?\d{1,3}(?:[.,]\d{1,15})?"
_PAIR = re.compile(
    rf"\s*({_NUMBER})\s*°?\s*[NnPp]?(?:\s*[;,]\s*|\s+)({_NUMBER})\s*°?\s*[EeIiÖö]?\s*"
)


@dataclass(frozen=True, slots=True)
class Place:
    """A point: degrees north and east, to a tenth of a metre."""

    latitude: float
    longitude: float

    def __str__(self) -> str:
        """As maps write it: `60.170833, 24.9375`."""
        return f"{_written(self.latitude)}, {_written(self.longitude)}"


def parse_place(text: str) -> Place | None:
    """What somebody copied out of a map; nothing where nothing is written.

    Raises:
        ValueError: these are not two numbers, or no place in the Nordic countries.
    """
    if not text.strip():
        return None
    found = _PAIR.fullmatch(text)
    if found is None:
        raise ValueError(text)
    latitude, longitude = (float(part.replace(",", ".")) for part in found.groups())
    if not _is_here(latitude, longitude):
        raise ValueError(text)
    return Place(round(latitude, DIGITS), round(longitude, DIGITS))


def read_outlines(
    data: bytes, names: Mapping[str, Iterable[str]]
) -> dict[str, list[Ring]]:
    """The outlines of areas, each found by any property that names it.

    Args:
        data: a GeoJSON FeatureCollection of polygons, in degrees.
        names: area -> what it is called: its short name, its names in each language.

    Returns:
        Area -> its rings, each a list of (longitude, latitude); areas that the file
        does not know are left out.

    Raises:
        OutlinesTooLarge, OutlinesUnreadable, OutlinesElsewhere, OutlinesOfNoArea: see
            there.
    """
    if len(data) > MOST_BYTES:
        raise OutlinesTooLarge(megabytes=MOST_BYTES // 1024 // 1024)
    features = _features(data)
    by_name = {
        each.strip().casefold(): area for area, all_ in names.items() for each in all_
    }
    by_name.pop("", None)
    found: dict[str, list[Ring]] = {}
    for feature in features:
        area = _named(feature, by_name)
        if area is not None:
            found.setdefault(area, []).extend(_rings(feature))
    if not found:
        raise OutlinesOfNoArea(names=_some_names(features))
    return _thinned(found)


def _features(data: bytes) -> list[dict[str, Any]]:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise OutlinesUnreadable from error
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not all(isinstance(f, dict) for f in features):
        raise OutlinesUnreadable
    return features


def _named(feature: Mapping[str, Any], by_name: Mapping[str, str]) -> str | None:
    for text in _texts(feature):
        if (area := by_name.get(text.strip().casefold())) is not None:
            return area
    return None


def _texts(feature: Mapping[str, Any]) -> Iterator[str]:
    properties = feature.get("properties")
    values = properties.values() if isinstance(properties, dict) else ()
    for value in (feature.get("id"), *values):
        if isinstance(value, str):
            yield value


def _some_names(features: Iterable[Mapping[str, Any]]) -> list[str]:
    """What the file calls its first areas; for whoever looks for the mistake."""
    firsts = (next(_texts(each), "") for each in features)
    return [text[:40] for text in firsts if text][:5]


def _rings(feature: Mapping[str, Any]) -> Iterator[Ring]:
    geometry = feature.get("geometry")
    kind, given = (
        (geometry.get("type"), geometry.get("coordinates"))
        if isinstance(geometry, dict)
        else (None, None)
    )
    if kind == "Polygon":
        given = [given]
    elif kind != "MultiPolygon":
        raise OutlinesUnreadable
    try:
        for polygon in given or ():
            for ring in polygon:
                yield [_point(position) for position in ring]
    except (TypeError, ValueError) as error:
        raise OutlinesUnreadable from error


def _point(position: Any) -> Point:  # noqa: ANN401 - whatever the file holds
    longitude, latitude = float(position[0]), float(position[1])
    if not _is_here(latitude, longitude):
        raise OutlinesElsewhere
    return round(longitude, DIGITS), round(latitude, DIGITS)


def _thinned(found: Mapping[str, list[Ring]]) -> dict[str, list[Ring]]:
    """Without the points that nobody could tell from the one before."""
    points = [p for rings in found.values() for ring in rings for p in ring]
    if not points:
        raise OutlinesUnreadable
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    step = math.hypot(east - west, north - south) * SHORTEST_STEP
    return {
        area: [
            thin for ring in rings if len(thin := _thin(ring, step)) >= FEWEST_POINTS
        ]
        for area, rings in found.items()
    }


def _thin(ring: Ring, step: float) -> Ring:
    kept: Ring = []
    for point in ring:
        if not kept or math.dist(kept[-1], point) >= step:
            kept.append(point)
    return [*kept, kept[0]] if kept and kept[-1] != kept[0] else kept


def _is_here(latitude: float, longitude: float) -> bool:
    return SOUTH <= latitude <= NORTH and WEST <= longitude <= EAST


def _written(degrees: float) -> str:
    return f"{degrees:.{DIGITS}f}".rstrip("0").rstrip(".")
