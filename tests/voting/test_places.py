"""Places as people copy them from maps, and outlines as towns publish them."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from core.audit import entries, round_chain
from core.clock import FixedClock
from tests.factories.rounds import OFFICIAL, draft_round, open_round
from voting.areas import set_outlines
from voting.models import Project
from voting.place_errors import (
    OutlinesElsewhere,
    OutlinesOfNoArea,
    OutlinesTooLarge,
    OutlinesUnreadable,
)
from voting.places import (
    EAST,
    MOST_BYTES,
    NORTH,
    SOUTH,
    WEST,
    Place,
    parse_place,
    read_outlines,
)

SQUARE = [[22.0, 60.0], [22.1, 60.0], [22.1, 60.1], [22.0, 60.1], [22.0, 60.0]]
NAMES = {"north": ("north", "Pohjoinen", "Norra"), "south": ("south", "Etelä")}


def feature(name: object, ring: Any = None, kind: str = "Polygon") -> dict[str, Any]:
    rings: Any = [SQUARE if ring is None else ring]
    coordinates = rings if kind == "Polygon" else [rings]
    return {
        "type": "Feature",
        "properties": {"nimi": name, "number": 4},
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def geojson(*features: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


@pytest.mark.parametrize(
    "text",
    [
        "60.170833, 24.9375",
        "60.170833,24.9375",
        "60,170833 24,9375",
        "60,170833; 24,9375",
        "60.170833° N, 24.9375° E",
        " 60.170833\t24.9375 ",
    ],
)
def test_a_place_is_read_as_maps_write_it(text: str) -> None:
    assert parse_place(text) == Place(60.170833, 24.9375)


@pytest.mark.parametrize(
    "text",
    [
        "the market",
        "60.17",
        "24.9375, 60.170833",
        "60.17, 24.93, 3",
        "6672345, 385123",
        "nan, nan",
        "60.17, -60.2",
        "72.1, 20",
    ],
)
def test_what_is_no_place_in_the_north_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=re.escape(text)):
        parse_place(text)


@given(st.floats(SOUTH, NORTH), st.floats(WEST, EAST))
def test_what_is_written_is_read_back(latitude: float, longitude: float) -> None:
    place = parse_place(f"{latitude:.6f}, {longitude:.6f}")
    assert place is not None
    assert parse_place(str(place)) == place


def test_an_empty_field_is_no_place() -> None:
    assert parse_place("  ") is None


def test_an_area_is_found_by_any_of_its_names() -> None:
    data = geojson(
        feature(" NORRA "), feature("Länsi"), feature("etelä", kind="MultiPolygon")
    )
    square = [(x, y) for x, y in SQUARE]
    assert read_outlines(data, NAMES) == {"north": [square], "south": [square]}


def test_two_features_of_one_area_are_both_drawn() -> None:
    assert len(read_outlines(geojson(*[feature("north")] * 2), NAMES)["north"]) == 2


def test_points_that_nobody_could_tell_apart_are_left_out() -> None:
    steps = 5000
    dense = [[22.0 + i / steps / 10, 60.0] for i in range(steps)] + SQUARE[1:]
    (ring,) = read_outlines(geojson(feature("north", dense)), NAMES)["north"]
    assert len(ring) < 2500
    assert ring[0] == ring[-1] == (22.0, 60.0)


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"\xff\xfe", OutlinesUnreadable),
        (b"[1]", OutlinesUnreadable),
        (b'{"features": [3]}', OutlinesUnreadable),
        (b"[" * 100_000, OutlinesUnreadable),
        (geojson(feature("north", [[1, "x"]])), OutlinesUnreadable),
        (geojson(feature("north", [])), OutlinesUnreadable),
        (geojson(feature("north", 7)), OutlinesUnreadable),
        (geojson(feature("north", kind="Point")), OutlinesUnreadable),
        (geojson({"properties": {"nimi": "north"}}), OutlinesUnreadable),
        (geojson(feature("north", [[385123, 6672345]] * 4)), OutlinesElsewhere),
        (geojson(feature("north", [["nan", "nan"]] * 4)), OutlinesElsewhere),
        (geojson(feature("Länsi")), OutlinesOfNoArea),
        (geojson(feature(5)), OutlinesOfNoArea),
        (geojson(), OutlinesOfNoArea),
        (b" " * (MOST_BYTES + 1), OutlinesTooLarge),
    ],
)
def test_a_file_that_draws_nothing_is_refused(
    data: bytes, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        read_outlines(data, NAMES)


def test_outlines_are_drawn_also_while_people_vote(
    session: Session, clock: FixedClock
) -> None:
    round_ = open_round(session, now=clock.moment)
    act = {"actor": OFFICIAL, "now": clock.moment}
    missing = set_outlines(session, round_, geojson(feature("Norra")), **act)
    session.expire_all()
    north, south = round_.areas
    assert north.outline == [SQUARE]
    assert (missing, south.outline) == ([south], [])
    *_, last = entries(session, round_chain(round_.slug))
    assert (last.action, last.facts["part"]) == ("round.edited", "outlines")


def test_half_a_place_is_none(session: Session, clock: FixedClock) -> None:
    round_ = draft_round(session, now=clock.moment)
    project = session.query(Project).filter_by(round_id=round_.id).first()
    assert project is not None
    project.place = Place(60.1, 22.5)
    session.flush()
    session.refresh(project)
    assert project.place == Place(60.1, 22.5)
    project.place = None
    assert (project.latitude, project.longitude) == (None, None)
