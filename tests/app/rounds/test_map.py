"""The map of a round and of the booth: numbers on it, and the same in a list."""

import json

from sqlalchemy.orm import Session

from app.accounts.models import Account
from core.clock import FixedClock
from tests.factories.ballots import Vote
from tests.factories.rounds import draft_round, open_round
from tests.support.client import Client
from voting.models import Round
from voting.places import Place
from voting.projects import list_projects

MAP = "/en/rounds/puistola-2027/map"


def placed_round(session: Session, clock: FixedClock) -> Round:
    """The hill and the gym in the north, the sauna in the south; no benches."""
    round_ = open_round(session, now=clock.moment)
    hill, gym, _benches, sauna = list_projects(session, round_)
    hill.place, gym.place = Place(60.2, 22.5), Place(60.2001, 22.5001)
    sauna.place = Place(60.1, 22.55)
    session.commit()
    return round_


def test_what_is_close_shares_a_number_and_the_rest_stands_below(
    session: Session, client: Client, clock: FixedClock
) -> None:
    placed_round(session, clock)
    page = client.get(MAP).text
    assert page.count('class="map-marker"') == 2
    assert 'aria-label="1: 2 projects"' in page
    assert 'aria-label="2: Beach sauna"' in page
    assert 'id="place-1"' in page
    below = page.partition("Not in one place")[2]
    assert "Reading benches" in below
    assert "Beach sauna" not in below


def test_one_area_is_shown_larger(
    session: Session, client: Client, clock: FixedClock
) -> None:
    placed_round(session, clock)
    page = client.get(f"{MAP}?area=south&theme=nonsense").text
    assert 'aria-label="1: Beach sauna"' in page
    assert "Sledging hill" not in page


def test_the_round_and_the_project_lead_to_the_map(
    session: Session, client: Client, clock: FixedClock
) -> None:
    placed_round(session, clock)
    assert MAP in client.get("/en/rounds/puistola-2027").text
    page = client.get("/en/rounds/puistola-2027/projects/4").text
    assert f"{MAP}?area=south" in page
    assert "mlat=60.1&amp;mlon=22.55" in page
    assert MAP not in client.get("/en/rounds/puistola-2027/projects/3").text


def test_where_nothing_has_a_place_there_is_no_map(
    session: Session, client: Client, clock: FixedClock
) -> None:
    open_round(session, now=clock.moment)
    assert MAP not in client.get("/en/rounds/puistola-2027").text
    page = client.get(MAP)
    assert page.status_code == 200
    assert "No project here has a place on the map." in page.text
    assert client.get(f"{MAP}.geojson").status_code == 404


def test_places_go_out_as_geojson(
    session: Session, client: Client, clock: FixedClock
) -> None:
    placed_round(session, clock)
    document = json.loads(client.get(f"{MAP}.geojson").text)
    assert [each["geometry"]["coordinates"] for each in document["features"]] == [
        [22.5, 60.2],
        [22.5001, 60.2001],
        [22.55, 60.1],
    ]
    assert document["features"][2]["properties"]["title"]["sv"] == "Strandbastu"


def test_the_map_of_a_draft_is_not_public(
    session: Session, client: Client, clock: FixedClock
) -> None:
    draft_round(session, now=clock.moment)
    assert client.get(MAP).status_code == 404
    assert client.get(f"{MAP}.geojson").status_code == 404


def test_the_booth_keeps_what_is_chosen_on_the_way_to_the_map(
    session: Session, client: Client, vote: Vote, voter: Account
) -> None:
    assert voter.email
    first, *others = list_projects(session, vote.round)
    first.place = Place(60.2, 22.5)
    session.commit()
    area = first.area.slug
    booth = f"/en/rounds/{vote.slug}/vote/areas/{area}"
    assert "See the projects on the map" in client.get(booth).text
    answer = client.post(booth, data={"project": first.code, "go": "map"})
    assert answer.location == f"{booth}/map"
    page = client.get(f"{booth}/map").text
    assert f'aria-label="1: {first.title.en}, on your ballot"' in page
    assert f'href="{booth}#card-1"' in page
    same = [each for each in others if each.area.slug == area]
    assert same
    assert all(each.title.en in page.partition("Not in one place")[2] for each in same)


def test_the_booth_of_projects_without_places_has_no_map(
    client: Client, vote: Vote, voter: Account
) -> None:
    assert voter.email
    booth = f"/en/rounds/{vote.slug}/vote"
    assert "See the projects on the map" not in client.get(booth).text
