"""A voter meets a pause: told why and until when, and nothing of hers is lost."""

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from core.audit import Actor
from core.clock import FixedClock
from core.text import Localized
from tests.factories.accounts import log_in, resident
from tests.factories.ballots import CLOSES, Vote, new_key, open_vote_with
from tests.support.client import Client
from voting.interruptions import extend_vote, pause_vote, resume_vote
from voting.models import BoxBallot, BoxCast, Draft, Voter

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

OFFICIAL = Actor(role="official")
WHY = Localized("Palvelu on kaatunut.", "Tjänsten ligger nere.", "It is down.")


@pytest.fixture
def vote(session: Session, app: Flask) -> Vote:
    key_dir = app.extensions["puistokatu"].key_dir
    return open_vote_with(session, key_dir, max_picks=2)


@pytest.fixture
def voter(session: Session, client: Client, vote: Vote) -> Account:
    """Logged in, and on the roll."""
    account = resident(session)
    log_in(client, account)
    assert client.post(f"/en/rounds/{vote.slug}/vote/enter").status_code == 302
    return account


def page(vote: Vote, rest: str = "", language: str = "en") -> str:
    return f"/{language}/rounds/{vote.slug}{rest}"


def pause(session: Session, vote: Vote, clock: FixedClock, **more: Any) -> None:
    now = clock.moment
    pause_vote(session, vote.round, WHY, actor=OFFICIAL, now=now, **more)
    session.commit()


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def choose(client: Client, vote: Vote, *codes: str, **headers: str) -> int:
    return client.post(
        page(vote, "/vote/areas/area0"), data={"project": list(codes)}, headers=headers
    ).status_code


def cast(client: Client, vote: Vote, *codes: str) -> "TestResponse":
    form = {"key": new_key(), "area.area0": list(codes)}
    return client.post(page(vote, "/vote"), data=form)


def test_the_booth_says_why_and_until_when_and_keeps_the_draft(
    session: Session, client: Client, clock: FixedClock, vote: Vote, voter: Account
) -> None:
    choose(client, vote, "a0-1")
    pause(session, vote, clock, expected_until=clock.moment + timedelta(hours=5))
    for rest in ("/vote", "/vote/review"):
        answer = client.get(page(vote, rest))
        assert answer.status_code == 200
        assert "The vote is paused" in answer.text
        assert "It is down." in answer.text
        assert "17:00" in answer.text
        assert "Your choices are kept" in answer.text
    assert "Palvelu on kaatunut." in client.get(page(vote, "/vote", "fi")).text
    assert count(session, Draft) == 1


def test_a_vote_sent_in_the_pause_is_refused_with_the_same_page(
    session: Session, client: Client, clock: FixedClock, vote: Vote, voter: Account
) -> None:
    choose(client, vote, "a0-1")
    pause(session, vote, clock)
    answer = cast(client, vote, "a0-1")
    assert answer.status_code == 409
    assert "Your choices are kept" in answer.text
    assert "We do not know yet when it goes on." in answer.text
    assert (count(session, BoxBallot), count(session, Draft)) == (0, 1)
    resume_vote(session, vote.round, actor=OFFICIAL, now=clock.moment)
    session.commit()
    review = client.get(page(vote, "/vote/review")).text
    assert re.findall(r'name="area.area0" value="([^"]*)"', review) == ["a0-1"]
    assert cast(client, vote, "a0-1").status_code == 302


def test_choices_that_were_being_made_are_not_lost(
    session: Session, client: Client, clock: FixedClock, vote: Vote, voter: Account
) -> None:
    pause(session, vote, clock)
    assert choose(client, vote, "a0-1", **{"X-Draft": "1"}) == 204
    assert choose(client, vote, "a0-1", "a0-2") == 302
    assert count(session, Draft) == 1


def test_who_has_voted_keeps_his_receipt_and_changes_nothing(
    session: Session, client: Client, clock: FixedClock, vote: Vote, voter: Account
) -> None:
    assert cast(client, vote, "a0-1").status_code == 302
    pause(session, vote, clock)
    assert cast(client, vote, "a0-2").status_code == 409
    receipt = client.get(page(vote, "/vote/receipt")).text
    assert "Your vote is in" in receipt
    assert "Right now no vote can be changed." in receipt
    assert "See or change your vote" not in receipt
    assert "The vote that you sent is in" in client.get(page(vote, "/vote")).text
    assert count(session, BoxCast) == 1


def test_nobody_enters_the_roll_in_a_pause_but_the_questions_go_on(
    session: Session, client: Client, clock: FixedClock, vote: Vote
) -> None:
    log_in(client, resident(session))
    pause(session, vote, clock)
    answer = client.get(page(vote, "/may-vote"))
    assert "You can vote when it goes on." in answer.text
    answer = client.post(page(vote, "/vote/enter"))
    assert answer.status_code == 409
    assert "The vote is paused" in answer.text
    assert count(session, Voter) == 0


def test_every_page_of_the_round_carries_the_banner(
    session: Session, client: Client, clock: FixedClock, vote: Vote
) -> None:
    pages = [page(vote), page(vote, "/projects/a0-1"), page(vote, "/proposals")]
    for each in pages:
        assert "The vote is paused" not in client.get(each).text
    pause(session, vote, clock)
    for each in pages:
        assert "It is down." in client.get(each).text
    assert "The vote is paused" in client.get("/en/").text
    assert "The vote is paused" in client.get("/en/rounds/").text


def test_a_pause_past_the_end_is_still_a_pause(
    session: Session, client: Client, clock: FixedClock, vote: Vote
) -> None:
    pause(session, vote, clock)
    clock.moment = CLOSES + timedelta(hours=1)
    for each in (page(vote), "/en/", "/en/rounds/"):
        text = client.get(each).text
        assert "The vote is paused" in text
        assert "The vote has ended" not in text


def test_the_story_of_the_vote_stays_on_its_page(
    session: Session, client: Client, clock: FixedClock, vote: Vote, voter: Account
) -> None:
    pause(session, vote, clock)
    clock.moment += timedelta(hours=2)
    now = clock.moment
    later = CLOSES + timedelta(days=2)
    extend_vote(session, vote.round, later, WHY, actor=OFFICIAL, now=now)
    resume_vote(session, vote.round, actor=OFFICIAL, now=now)
    session.commit()
    text = client.get(page(vote)).text
    assert "Pauses and later ends of the vote" in text
    assert "The vote was paused from 12 April 2027" in text
    assert "moved from 14 May 2027" in text
    assert text.count("It is down.") == 2
    assert cast(client, vote, "a0-1").status_code == 302
    receipt = client.get(page(vote, "/vote/receipt")).text
    assert "You can change your vote until 16 May 2027" in receipt
    clock.moment = CLOSES
    assert cast(client, vote, "a0-2").status_code == 302
