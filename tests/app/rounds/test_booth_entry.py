from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import FixedClock
from tests.factories.accounts import log_in, resident
from tests.factories.ballots import CLOSES, OPENS, Vote, open_vote_with
from tests.factories.rounds import draft_round
from tests.support.client import Client
from voting.models import AreaKind, Voter
from voting.models.rounds import AgeBy, VoterSource


@pytest.fixture
def key_dir(app: Flask) -> Path:
    folder: Path = app.extensions["puistokatu"].key_dir
    return folder


@pytest.fixture
def vote(session: Session, key_dir: Path) -> Vote:
    """Three questions: where, how old, which area."""
    return open_vote_with(
        session,
        key_dir,
        kinds=[AreaKind.HOME, AreaKind.HOME],
        municipality="Puistola",
        min_age=12,
        age_by=AgeBy.BIRTH_YEAR,
    )


def path(vote: Vote) -> str:
    return f"/en/rounds/{vote.slug}/may-vote"


def answer(client: Client, vote: Vote, question: str, said: str) -> int:
    data = {"question": question, "answer": said}
    return client.post(path(vote), data=data).status_code


def answer_all(client: Client, vote: Vote) -> None:
    assert answer(client, vote, "municipality", "yes") == 302
    assert answer(client, vote, "age", "1980") == 302
    assert answer(client, vote, "home", "area1") == 302


def test_the_questions_come_one_by_one(client: Client, vote: Vote) -> None:
    page = client.get(path(vote)).text
    assert "Do you live in Puistola?" in page
    assert "Question 1 of 3" in page
    answer(client, vote, "municipality", "yes")
    assert "In which year were you born?" in client.get(path(vote)).text
    answer(client, vote, "age", "2010")
    assert "In which area do you live?" in client.get(path(vote)).text
    answer(client, vote, "home", "area0")
    page = client.get(path(vote)).text
    assert "You can vote in this round" in page
    assert "Log in and vote" in page


def test_whoever_is_logged_in_goes_straight_to_the_booth(
    session: Session, client: Client, vote: Vote
) -> None:
    account = resident(session)
    log_in(client, account)
    answer_all(client, vote)
    assert "Go to the booth" in client.get(path(vote)).text
    response = client.post(f"/en/rounds/{vote.slug}/vote/enter")
    assert response.location.endswith("/vote")
    voter = session.scalars(select(Voter)).one()
    assert voter.account_id == account.id
    assert voter.home_area_id == vote.round.areas[1].id


@pytest.mark.parametrize(
    ("question", "said", "sentence"),
    [
        ("municipality", "no", "Only residents of Puistola can vote"),
        ("age", "2020", "You can vote in this round from the age of 12."),
        ("age", "80", "Write the year with four digits."),
        ("age", "", "Write the year with four digits."),
        ("home", "elsewhere", "Not a valid choice"),
        ("municipality", "", "Choose one of the answers."),
    ],
)
def test_a_no_stands_beside_its_question(
    client: Client, vote: Vote, question: str, said: str, sentence: str
) -> None:
    data = {"question": question, "answer": said}
    response = client.post(path(vote), data=data)
    assert response.status_code == 422
    assert sentence in response.text


def test_the_birth_year_is_kept_nowhere(client: Client, vote: Vote) -> None:
    answer(client, vote, "municipality", "yes")
    answer(client, vote, "age", "1980")
    with client.session_transaction() as cookie:
        assert "1980" not in repr(dict(cookie))
        assert cookie["may_vote"] == {vote.slug: {"municipality": True, "age": True}}


def test_an_answer_skipped_is_no_answer(
    session: Session, client: Client, vote: Vote
) -> None:
    log_in(client, resident(session))
    answer(client, vote, "home", "area0")
    response = client.post(f"/en/rounds/{vote.slug}/vote/enter")
    assert response.status_code == 409
    assert "Only residents of Puistola" in response.text
    assert session.scalars(select(Voter)).all() == []


def test_the_questions_can_be_answered_again(client: Client, vote: Vote) -> None:
    answer_all(client, vote)
    client.post(path(vote), data={"question": "again"})
    assert "Question 1 of 3" in client.get(path(vote)).text


def test_an_unknown_question_leads_back(client: Client, vote: Vote) -> None:
    assert answer(client, vote, "shoe size", "42") == 302
    assert client.post(path(vote)).status_code == 302


def test_an_unconfirmed_address_does_not_enter(
    session: Session, client: Client, vote: Vote
) -> None:
    log_in(client, resident(session, verified_at=None))
    answer_all(client, vote)
    response = client.post(f"/en/rounds/{vote.slug}/vote/enter")
    assert response.status_code == 409
    assert "confirm your e-mail address" in response.text


def test_the_check_stands_before_the_vote_opens(
    client: Client, clock: FixedClock, vote: Vote
) -> None:
    clock.moment = OPENS - timedelta(days=30)
    answer_all(client, vote)
    page = client.get(path(vote)).text
    assert "You can vote in this round" in page
    assert "The vote opens on 1 April 2027" in page


def test_after_the_close_nobody_is_asked(
    client: Client, clock: FixedClock, vote: Vote
) -> None:
    clock.moment = CLOSES
    assert "The vote has closed." in client.get(path(vote)).text


def test_a_round_with_a_register_shows_the_ways_in(
    session: Session, client: Client, key_dir: Path
) -> None:
    vote = open_vote_with(session, key_dir, voter_source=VoterSource.REGISTER)
    assert "Everybody on the electoral roll" in client.get(path(vote)).text


def test_a_round_without_conditions_asks_nothing(
    client: Client, session: Session, key_dir: Path
) -> None:
    vote = open_vote_with(session, key_dir)
    assert "You can vote in this round" in client.get(path(vote)).text


def test_the_day_of_birth_is_asked_where_the_day_counts(
    client: Client, session: Session, key_dir: Path
) -> None:
    vote = open_vote_with(session, key_dir, min_age=16, age_by=AgeBy.DATE)
    assert "When were you born?" in client.get(path(vote)).text
    assert answer(client, vote, "age", "2011-05-14") == 302
    assert answer(client, vote, "age", "2011-05-15") == 422
    assert answer(client, vote, "age", "yesterday") == 422


def test_where_nobody_votes_by_home_no_home_is_asked(
    session: Session, client: Client, key_dir: Path
) -> None:
    vote = open_vote_with(session, key_dir)
    log_in(client, resident(session))
    assert client.post(f"/en/rounds/{vote.slug}/vote/enter").status_code == 302
    home = f"/en/rounds/{vote.slug}/vote/home"
    assert client.get(home).status_code == 404
    assert client.post(home, data={"answer": "area0"}).status_code == 404


@pytest.mark.parametrize("question", ["age", "no such question", ""])
def test_the_change_of_home_asks_for_the_home_whatever_is_posted(
    session: Session, client: Client, vote: Vote, question: str
) -> None:
    log_in(client, resident(session))
    answer_all(client, vote)
    client.post(f"/en/rounds/{vote.slug}/vote/enter")
    answer = client.post(
        f"/en/rounds/{vote.slug}/vote/home",
        data={"question": question, "answer": "nowhere"},
    )
    assert answer.status_code == 422
    assert "In which area do you live?" in answer.text


def test_the_booth_of_a_draft_is_not_there(
    session: Session, client: Client, clock: FixedClock
) -> None:
    draft = draft_round(session, now=clock.moment)
    log_in(client, resident(session))
    booth = f"/en/rounds/{draft.slug}/vote"
    assert client.get(booth).status_code == 404
    assert client.post(f"{booth}/enter").status_code == 404
    assert client.post(f"{booth}/home").status_code == 404
    assert client.post(booth).status_code == 404
