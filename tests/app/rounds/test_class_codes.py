"""A pupil votes with a slip: what is seen, what is kept from others, when it works."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.attempts import ADDRESS
from app.accounts.models import Attempt
from app.mail.models import Message
from app.mail.posting import speaking
from app.rounds.turnout_page import words
from core.clock import FixedClock
from core.text import Localized
from tests.factories.accounts import log_in, resident
from tests.factories.ballots import new_key
from tests.factories.classes import class_of, open_class_round
from tests.factories.rolls import code_of_person, row_of_person
from tests.factories.rounds import OFFICIAL
from tests.support.client import Client
from voting.classes.redeeming import AFTER_THE_VOTE, FINISHING
from voting.interruptions import pause_vote
from voting.keys import RollKeys
from voting.models import (
    BoothPass,
    BoxBallot,
    CastSource,
    ClassBatch,
    ClassCode,
    Round,
)
from voting.opening import current_manifest
from voting.turnout import turnout_of

Place = tuple[Round, RollKeys]
Made = tuple[ClassBatch, list[str]]


@pytest.fixture
def place(session: Session, key_dir: Path, tmp_path: Path, clock: FixedClock) -> Place:
    return open_class_round(
        session, key_dir=key_dir, folder=tmp_path, now=clock.moment, people=4
    )


@pytest.fixture
def made(session: Session, place: Place, clock: FixedClock) -> Made:
    """A class of persons 2 and 3, in whose lesson we are."""
    return class_of(session, *place, 2, 3, now=clock.moment)


@pytest.fixture
def booth(place: Place, made: Made) -> str:
    """Its address; the class has its slips."""
    return f"/en/rounds/{place[0].slug}/vote"


def enter(client: Client, place: Place, code: str, door: str = "class") -> int:
    address = f"/en/rounds/{place[0].slug}/{door}"
    return client.post(address, data={"code": code}).status_code


def cast(client: Client, booth: str, project: str = "1") -> int:
    data = {"key": new_key(), "area.north": [project]}
    return client.post(booth, data=data).status_code


def choices(session: Session) -> list[object]:
    session.expire_all()
    return list(session.scalars(select(BoxBallot.choices)))


def test_a_pupil_votes_with_a_slip_and_the_booth_closes_soon(
    client: Client, session: Session, place: Place, made: Made, clock: FixedClock
) -> None:
    round_, keys = place
    booth = f"/en/rounds/{round_.slug}/vote"
    ways = client.get(f"/en/rounds/{round_.slug}/may-vote").text
    assert "If your class votes together" in ways
    assert f'href="/en/rounds/{round_.slug}/class"' in ways
    assert (
        "The code from your slip" in client.get(f"/en/rounds/{round_.slug}/class").text
    )
    assert enter(client, place, made[1][0].lower()) == 302
    assert "Sledging hill" in client.get(booth).text
    assert cast(client, booth) == 302
    assert "Your vote is in" in client.get(f"{booth}/receipt").text
    voter = row_of_person(session, round_, 2, keys)
    assert voter.channel == "class"
    # Nothing is written to anybody, and the school's network is not remembered.
    assert session.scalars(select(Message)).all() == []
    assert session.scalars(select(CastSource)).all() == []
    assert "Leave the booth" in client.get(f"{booth}/receipt").text
    # What was cast is not shown again: the device is handed on.
    for address in (booth, f"{booth}/review"):
        assert client.get(address).location.endswith("/vote/receipt")
    assert choices(session) == [[["1", 1]]]
    again = client.post(f"/en/rounds/{round_.slug}/class", data={"code": made[1][0]})
    assert again.status_code == 422
    assert "a vote has been sent with it" in again.text
    clock.moment += AFTER_THE_VOTE
    assert client.get(f"{booth}/receipt").location.endswith("/vote")
    assert client.get(booth).location.endswith("/may-vote")
    late = client.post(booth, data={"key": new_key(), "area.north": ["1"]})
    assert late.status_code == 409
    assert "You are not in the booth any more" in late.text
    assert "You are in the booth" not in client.get(booth, follow_redirects=True).text


def test_the_next_pupil_at_the_same_device_votes_for_himself(
    client: Client, session: Session, place: Place, made: Made, booth: str
) -> None:
    for code, project in zip(made[1], ("1", "2"), strict=True):
        assert enter(client, place, code) == 302
        page = client.get(booth, follow_redirects=True).text
        assert "Your vote is in" not in page
        assert "checked" not in page
        assert cast(client, booth, project) == 302
    assert sorted(map(str, choices(session))) == ["[['1', 1]]", "[['2', 1]]"]


def test_outside_of_the_lesson_the_page_says_when_it_is(
    client: Client, session: Session, place: Place, made: Made, clock: FixedClock
) -> None:
    batch, codes = made
    address = f"/en/rounds/{place[0].slug}/class"
    inside = clock.moment
    for moment in (batch.opens_at - timedelta(minutes=1), batch.ends_at):
        clock.moment = moment
        answer = client.post(address, data={"code": codes[0]})
        assert answer.status_code == 422
        assert "from 12 April 2027 at 11:45 to 12 April 2027 at 12:30" in answer.text
    # A class that comes early tries again and again, and does not have to wait.
    assert [each.failures for each in session.scalars(select(Attempt))] == [0]
    clock.moment = inside
    assert enter(client, place, codes[0]) == 302


def test_whoever_is_inside_when_the_bell_rings_may_finish(
    client: Client, place: Place, made: Made, booth: str, clock: FixedClock
) -> None:
    batch, codes = made
    assert enter(client, place, codes[0]) == 302
    clock.moment = batch.ends_at + FINISHING - timedelta(seconds=1)
    assert client.get(booth).status_code == 200
    assert cast(client, booth) == 302


def test_guessing_is_slow_here_as_at_the_letters(
    client: Client, session: Session, place: Place, made: Made
) -> None:
    address = f"/en/rounds/{place[0].slug}/class"
    for wrong, said in (
        ("", "Write the code from your slip."),
        ("7K3Q", "This is not a whole code"),
        ("0000-0000-0000-0000", "No class has this code"),
    ):
        answer = client.post(address, data={"code": wrong})
        assert answer.status_code == 422
        assert said in answer.text
    session.scalars(select(Attempt)).one().failures = ADDRESS.free
    assert enter(client, place, "0000-0000-0000-0000") == 422
    assert enter(client, place, made[1][0]) == 429
    # The two doors count together.
    assert enter(client, place, "0000-0000-0000-0000", "code") == 429


def test_a_slip_shows_nothing_of_what_was_done_at_home_and_replaces_it(
    new_client: Callable[[], Client],
    session: Session,
    place: Place,
    made: Made,
    booth: str,
) -> None:
    round_, keys = place
    home, school = new_client(), new_client()
    letter = code_of_person(session, round_, 2, keys=keys, now=made[0].made_at)
    assert enter(home, place, letter, "code") == 302
    assert cast(home, booth, "2") == 302
    assert enter(school, place, made[1][0]) == 302
    for address in (booth, f"{booth}/areas/north", f"{booth}/review"):
        page = school.get(address, follow_redirects=True).text
        assert "checked" not in page
        assert "Your vote is in" not in page
    assert school.get(f"{booth}/receipt").location.endswith("/vote")
    assert school.get(f"{booth}/withdraw").location.endswith("/vote")
    # Nor can whoever holds the slip find out by taking the vote back.
    assert school.post(f"{booth}/withdraw").status_code == 409
    assert choices(session) == [[["2", 1]]]
    # The same choice as at home stays on the paper that is filled in here.
    area = f"{booth}/areas/north"
    assert school.post(area, data={"project": ["2"]}).status_code == 302
    assert "checked" in school.get(area).text
    assert cast(school, booth, "1") == 302
    assert choices(session) == [[["1", 1]]]
    assert "Your vote is in" in school.get(f"{booth}/receipt").text


def test_a_vote_that_cannot_be_changed_stays(
    new_client: Callable[[], Client],
    session: Session,
    key_dir: Path,
    tmp_path: Path,
    clock: FixedClock,
) -> None:
    place = open_class_round(
        session,
        key_dir=key_dir,
        folder=tmp_path,
        now=clock.moment,
        change_allowed=False,
        people=3,
    )
    booth = f"/en/rounds/{place[0].slug}/vote"
    _, (code,) = class_of(session, *place, 2, now=clock.moment)
    letter = code_of_person(session, place[0], 2, keys=place[1], now=clock.moment)
    home, school = new_client(), new_client()
    assert enter(home, place, letter, "code") == 302
    assert cast(home, booth, "2") == 302
    assert enter(school, place, code) == 302
    assert cast(school, booth) == 409
    assert choices(session) == [[["2", 1]]]
    # What was refused has used nothing up, and tells nobody in the class.
    assert not session.scalars(select(ClassCode.used)).one()


def test_a_pupil_with_an_account_votes_on_at_home(
    new_client: Callable[[], Client],
    session: Session,
    place: Place,
    made: Made,
    booth: str,
) -> None:
    school, home = new_client(), new_client()
    enter(school, place, made[1][0])
    cast(school, booth, "1")
    log_in(home, resident(session, email="asukas2@example.org"))
    assert home.post(f"{booth}/enter").status_code == 302
    assert cast(home, booth, "2") == 302
    assert choices(session) == [[["2", 1]]]
    voter = row_of_person(session, place[0], 2, place[1])
    session.refresh(voter)
    assert voter.channel == "email"
    # The slip is used up all the same: nobody can vote over it in class.
    assert enter(school, place, made[1][0]) == 422


def test_in_a_pause_no_slip_opens_the_booth(
    client: Client, session: Session, place: Place, made: Made, clock: FixedClock
) -> None:
    why = Localized("Vika.", "Fel.", "A fault.")
    pause_vote(session, place[0], why, actor=OFFICIAL, now=clock.moment)
    answer = client.post(f"/en/rounds/{place[0].slug}/class", data={"code": made[1][0]})
    assert answer.status_code == 409
    assert "A fault." in answer.text
    assert session.scalar(select(func.count()).select_from(BoothPass)) == 0
    clock.moment += timedelta(days=30)
    place[0].paused_at = None
    answer = client.post(f"/en/rounds/{place[0].slug}/class", data={"code": made[1][0]})
    assert answer.status_code == 409
    assert "The vote has closed" in answer.text


def test_the_turnout_calls_the_way_by_its_name(
    app: Flask, session: Session, place: Place, clock: FixedClock
) -> None:
    round_, keys = place
    manifest = current_manifest(session, round_)
    assert "class" in manifest.eligibility.ways
    voter = row_of_person(session, round_, 2, keys)
    voter.voted_hour, voter.channel = clock.moment, "class"
    session.flush()
    assert [key[2] for key in turnout_of(session, round_, manifest).voters] == ["class"]
    with app.app_context(), speaking("en"):
        assert words(manifest)["channel"]("class") == "In a school class"
