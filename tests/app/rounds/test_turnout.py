"""What everybody may read of the turnout, and when."""

import csv
import io
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from core.audit import SYSTEM
from core.clock import FixedClock
from tests.factories.ballots import (
    CLOSES,
    OPENS,
    Vote,
    cast_by,
    open_vote_with,
    voter_in,
)
from tests.support.client import Client
from voting.models import AreaKind, Stage
from voting.results import count_round, publish_result
from voting.sealing import seal_copy
from voting.turnout import freeze_day

DAY = OPENS.date()


@pytest.fixture
def vote(session: Session, app: Flask) -> Vote:
    """Twelve have voted at home in one area, seven in the other, two in the third."""
    vote = open_vote_with(
        session, app.extensions["puistokatu"].key_dir, kinds=[AreaKind.HOME] * 3
    )
    for number, people in enumerate((12, 7, 2)):
        for _ in range(people):
            voter = voter_in(session, vote, home=f"area{number}")
            choice = {f"area{number}": [f"a{number}-1"]}
            cast_by(session, vote, voter, home=f"area{number}", **choice)
    return vote


def path(vote: Vote, kind: str = "") -> str:
    return f"/en/rounds/{vote.slug}/turnout{kind}"


def publish(session: Session, vote: Vote, clock: FixedClock) -> None:
    vote.round.stage, vote.round.closed_at = Stage.RECONCILED, CLOSES
    clock.moment = CLOSES + timedelta(hours=1)
    act = {"actor": SYSTEM, "now": clock.moment}
    seal_copy(session, vote.round, keys=vote.keys, **act)
    count_round(session, vote.round, **act)
    publish_result(session, vote.round, **act)


def test_before_the_first_night_there_is_nothing_to_show(
    client: Client, vote: Vote
) -> None:
    page = client.get(path(vote))
    assert "There is nothing to show yet." in page.text
    assert client.get(path(vote, ".csv")).status_code == 404


def test_before_the_vote_there_is_no_such_page(
    session: Session, client: Client, vote: Vote
) -> None:
    vote.round.stage = Stage.ANNOUNCED
    assert client.get(path(vote)).status_code == 404


def test_during_the_vote_yesterday_is_shown(
    session: Session, client: Client, vote: Vote
) -> None:
    freeze_day(session, vote.round, day=DAY, now=OPENS + timedelta(days=1))
    page = client.get(path(vote)).text
    assert "21 people have voted." in page
    assert "at the end of 1 April 2027" in page
    # The third area has two: the table of areas waits.
    assert "By area" not in page


def test_with_the_result_small_areas_stay_hidden(
    session: Session, client: Client, clock: FixedClock, vote: Vote
) -> None:
    publish(session, vote, clock)
    page = client.get(path(vote)).text
    assert "This is the turnout of the whole vote." in page
    assert "21 people have voted." in page
    assert page.count("not shown</td>") == 2
    assert "Who voted: turnout" in client.get(f"/en/rounds/{vote.slug}/result").text


def test_the_files_say_no_more_than_the_page(
    session: Session, client: Client, clock: FixedClock, vote: Vote
) -> None:
    publish(session, vote, clock)
    text = client.get(path(vote, ".csv")).text.lstrip("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["area"], row["voters"]) for row in rows] == [
        ("", "21"),
        ("Area 0", "12"),
        ("Area 1", ""),
        ("Area 2", ""),
    ]
    document = client.get(path(vote, ".json")).json
    assert document is not None
    cells = document["tables"]["area"]
    assert [cell["voters"] for cell in cells] == [12, None, None]
    assert [cell["least"] for cell in cells] == [0, 0, 0]


def test_a_sealed_round_that_is_not_public_shows_the_last_day_of_the_vote(
    session: Session, client: Client, vote: Vote
) -> None:
    vote.round.stage, vote.round.closed_at = Stage.RECONCILED, CLOSES
    seal_copy(session, vote.round, keys=vote.keys, actor=SYSTEM, now=CLOSES)
    assert "There is nothing to show yet." in client.get(path(vote)).text
