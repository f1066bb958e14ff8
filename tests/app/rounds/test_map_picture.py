"""The map as a picture: everything inside, every project under exactly one number."""

import math

from hypothesis import given
from hypothesis import strategies as st

from app.rounds.map_picture import APART, HIGHEST, LOWEST, RADIUS, WIDTH, draw_map
from voting.places import EAST, NORTH, SOUTH, WEST, Place

PLACES = st.builds(Place, st.floats(SOUTH, NORTH), st.floats(WEST, EAST))
SQUARE = [(22.0, 60.0), (22.1, 60.0), (22.1, 60.1), (22.0, 60.1), (22.0, 60.0)]


@given(st.lists(PLACES, min_size=1, max_size=40))
def test_every_project_is_inside_and_under_one_number(places: list[Place]) -> None:
    picture = draw_map(list(enumerate(places)), {})
    assert picture is not None
    assert LOWEST <= picture.height <= HIGHEST
    shown = [item for marker in picture.markers for item in marker.items]
    assert sorted(shown) == list(range(len(places)))
    for marker in picture.markers:
        assert RADIUS <= marker.x <= WIDTH - RADIUS
        assert RADIUS <= marker.y <= picture.height - RADIUS
    spots = [(marker.x, marker.y) for marker in picture.markers]
    assert all(
        math.dist(one, other) >= APART
        for n, one in enumerate(spots)
        for other in spots[:n]
    )
    assert [m.number for m in picture.markers] == list(range(1, len(spots) + 1))


def test_numbers_run_from_north_to_south() -> None:
    places = [("south", Place(60.0, 22.05)), ("north", Place(60.09, 22.01))]
    picture = draw_map(places, {"all": [SQUARE]})
    assert picture is not None
    assert [marker.items for marker in picture.markers] == [("north",), ("south",)]


def test_a_degree_east_is_shorter_than_a_degree_north() -> None:
    picture = draw_map([], {"all": [SQUARE]})
    assert picture is not None
    # cos 60.05 degrees: the square is twice as high as it is wide.
    (outline,) = picture.outlines
    xs, ys = zip(
        *(tuple(map(float, corner.split())) for corner in _corners(outline.path)),
        strict=True,
    )
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    assert math.isclose(height / width, 1 / math.cos(math.radians(60.05)), rel_tol=0.01)
    assert math.isclose(outline.x, (max(xs) + min(xs)) / 2, abs_tol=0.2)
    assert math.isclose(outline.y, (max(ys) + min(ys)) / 2, abs_tol=0.2)


def _corners(path: str) -> list[str]:
    numbers = path.strip("MZ").split()
    return [" ".join(numbers[n : n + 2]) for n in range(0, len(numbers), 2)]


def test_nothing_is_drawn_of_nothing() -> None:
    assert draw_map([], {}) is None


def test_a_single_place_is_in_the_middle() -> None:
    picture = draw_map([("sauna", Place(60.1, 22.5))], {})
    assert picture is not None
    (marker,) = picture.markers
    assert (marker.x, marker.y) == (WIDTH / 2, picture.height / 2)
