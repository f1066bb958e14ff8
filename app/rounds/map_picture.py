"""The map of a round as a picture: outlines, and markers with numbers. Pure.

No streets and no foreign service: who looks at the map is nobody else's business. The
page gives every marker's content as a list too, by the same numbers.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Generic, TypeVar

from voting.places import Place, Point, Ring

WIDTH = 480
LOWEST, HIGHEST = 300, 640
PADDING = 26
# At 360 px of width a marker is as large as a fingertip needs (24 px).
RADIUS = 16
# Nearer than this, two markers could not be told apart and become one.
APART = 30
# Half of what an area's name takes, with a marker beside it.
NAME_WIDTH, NAME_HEIGHT = 64, 26
STEPS_ASIDE = (0, -26, 26, -52, 52, -78, 78)
# About 500 m: a single project is not shown as if under a magnifying glass.
SMALLEST = 0.005

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Marker(Generic[Item]):
    """One number on the map, and what is there."""

    number: int
    x: float
    y: float
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """An area as a path, and where its name stands."""

    area: str
    path: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class MapPicture(Generic[Item]):
    """What the page draws."""

    width: int
    height: int
    outlines: tuple[Outline, ...]
    markers: tuple[Marker[Item], ...]


@dataclass(slots=True)
class _Heap(Generic[Item]):
    x: float
    y: float
    items: list[Item] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Frame:
    """From degrees to the picture: flat, true to scale in the middle of the map."""

    west: float
    north: float
    scale: float
    squeeze: float
    height: int
    left: float
    top: float

    def at(self, point: Point) -> Point:
        x = self.left + (point[0] - self.west) * self.squeeze * self.scale
        y = self.top + (self.north - point[1]) * self.scale
        return round(x, 1), round(y, 1)


def draw_map(
    items: Sequence[tuple[Item, Place]], outlines: Mapping[str, Iterable[Ring]]
) -> MapPicture[Item] | None:
    """The picture that shows all of this; None where there is nothing to show.

    Markers are numbered from north to south, and from west to east on one height; what
    would lie on top of another shares its marker.
    """
    points = [(place.longitude, place.latitude) for _, place in items]
    edges = [point for rings in outlines.values() for ring in rings for point in ring]
    if not points and not edges:
        return None
    frame = _frame([*points, *edges])
    placed = sorted(
        (
            (*frame.at(point), item)
            for point, (item, _) in zip(points, items, strict=True)
        ),
        key=lambda each: (each[1], each[0]),
    )
    markers = tuple(
        Marker(number, heap.x, heap.y, tuple(heap.items))
        for number, heap in enumerate(_heaps(placed), start=1)
    )
    spots = [(marker.x, marker.y) for marker in markers]
    drawn = tuple(
        _outline(frame, area, list(rings), spots) for area, rings in outlines.items()
    )
    return MapPicture(WIDTH, frame.height, drawn, markers)


def _frame(points: Sequence[Point]) -> _Frame:
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    squeeze = math.cos(math.radians((south + north) / 2))
    wide = max((east - west) * squeeze, SMALLEST)
    tall = max(north - south, SMALLEST)
    inner = WIDTH - 2 * PADDING
    height = min(max(round(inner * tall / wide) + 2 * PADDING, LOWEST), HIGHEST)
    scale = min(inner / wide, (height - 2 * PADDING) / tall)
    left = (WIDTH - (east - west) * squeeze * scale) / 2
    top = (height - (north - south) * scale) / 2
    return _Frame(west, north, scale, squeeze, height, left, top)


def _heaps(placed: Iterable[tuple[float, float, Item]]) -> list[_Heap[Item]]:
    heaps: list[_Heap[Item]] = []
    for x, y, item in placed:
        near = (each for each in heaps if math.dist((each.x, each.y), (x, y)) < APART)
        heap = next(near, None)
        if heap is None:
            heap = _Heap(x, y)
            heaps.append(heap)
        heap.items.append(item)
    return heaps


def _outline(
    frame: _Frame, area: str, rings: Sequence[Ring], spots: Sequence[Point]
) -> Outline:
    path = " ".join(_path(frame, ring) for ring in rings)
    flat = [[frame.at(point) for point in ring] for ring in rings]
    x, y = max((_middle(ring) for ring in flat), default=(0.0, 0.0, 0.0))[1:]
    return Outline(area, path, round(x, 1), round(_beside(spots, x, y), 1))


def _beside(spots: Sequence[Point], x: float, y: float) -> float:
    """As high as its middle, or a little off where a marker covers the name."""
    for step in STEPS_ASIDE:
        if all(
            abs(spot[0] - x) > NAME_WIDTH or abs(spot[1] - y - step) > NAME_HEIGHT
            for spot in spots
        ):
            return y + step
    return y


def _middle(ring: Ring) -> tuple[float, float, float]:
    """The size of a ring, and its centre of gravity."""
    double, x, y = 0.0, 0.0, 0.0
    for (x0, y0), (x1, y1) in pairwise(ring):
        cross = x0 * y1 - x1 * y0
        double, x, y = double + cross, x + (x0 + x1) * cross, y + (y0 + y1) * cross
    if not double:
        return (0.0, *ring[0])
    return abs(double), x / (3 * double), y / (3 * double)


def _path(frame: _Frame, ring: Ring) -> str:
    corners = " ".join(f"{x:g} {y:g}" for x, y in map(frame.at, ring))
    return f"M{corners}Z"
