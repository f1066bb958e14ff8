"""The outlines of areas: a GeoJSON file, and where projects and ideas are."""

import io
import json

import pytest
from sqlalchemy.orm import Session

from core.clock import FixedClock
from tests.factories.accounts import log_in, official
from tests.factories.rounds import draft_round
from tests.support.client import Client
from voting.models import Round
from voting.places import Place
from voting.projects import find_project

URL = "/en/manage/rounds/puistola-2027"
SQUARE = [[22.0, 60.0], [22.1, 60.0], [22.1, 60.1], [22.0, 60.1], [22.0, 60.0]]


@pytest.fixture
def desk(client: Client, session: Session) -> Client:
    return log_in(client, official(session))


@pytest.fixture
def round_(session: Session, clock: FixedClock) -> Round:
    return draft_round(session, now=clock.moment)


def send(desk: Client, name: str) -> tuple[int, str]:
    geometry = {"type": "Polygon", "coordinates": [SQUARE]}
    feature = {"type": "Feature", "id": name, "geometry": geometry}
    text = json.dumps({"type": "FeatureCollection", "features": [feature]})
    file = (io.BytesIO(text.encode()), "districts.geojson")
    answer = desk.post(f"{URL}/outlines", data={"file": file}, follow_redirects=True)
    return answer.status_code, answer.text


def test_a_file_draws_what_it_knows_and_says_what_it_does_not(
    desk: Client, session: Session, round_: Round
) -> None:
    status, page = send(desk, "north")
    assert status == 200
    assert "The file has no outline for: South" in page
    assert page.count("drawn") == 1
    session.expire_all()
    assert round_.areas[0].outline == [SQUARE]


@pytest.mark.usefixtures("round_")
def test_a_file_of_another_town_is_refused_with_its_names(desk: Client) -> None:
    status, page = send(desk, "Töölö")
    assert status == 422
    assert "The file's names begin: Töölö" in page.replace("&#39;", "'")


@pytest.mark.usefixtures("round_")
def test_a_file_is_asked_for(desk: Client) -> None:
    answer = desk.post(f"{URL}/outlines")
    assert answer.status_code == 422
    assert "Choose a file." in answer.text


def test_a_project_gets_a_place_and_a_wrong_one_stays_to_be_mended(
    desk: Client, session: Session, round_: Round
) -> None:
    form = {"title-fi": "Silta", "cost_cents": "12", "area": "north"}
    form |= {"category": "", "picture": ""}
    wrong = desk.post(f"{URL}/projects/add", data={**form, "place": "by the church"})
    assert wrong.status_code == 422
    assert "Write the place as degrees north and east" in wrong.text
    assert 'value="by the church"' in wrong.text
    desk.post(f"{URL}/projects/add", data={**form, "place": "60,17, 24,93"})
    project = find_project(session, round_, "5")
    assert project is not None
    assert project.place == Place(60.17, 24.93)
    assert 'value="60.17, 24.93"' in desk.get(f"{URL}/projects/5").text
    desk.post(f"{URL}/projects/5", data={**form, "place": ""})
    session.expire_all()
    assert project.place is None
