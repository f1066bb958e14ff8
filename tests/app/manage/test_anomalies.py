"""The officials' pages about signs, and what becomes visible of a decision."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from core.audit import SYSTEM
from core.clock import FixedClock
from tests.factories.accounts import log_in, official
from tests.factories.anomalies import ATTACKER, close, quiet_votes, votes_from
from tests.factories.ballots import CLOSES, Vote, open_vote_with
from tests.support.client import Client
from voting.closing import reconcile
from voting.models import AnomalyDecision, DecisionState, RefusedTry, Voter
from voting.results import count_round, publish_result
from voting.sealing import seal_copy

REASON = "All within a quarter of an hour."
EXCLUDE = {"verdict": "exclude", "ground": "machine", "reason": REASON}


@pytest.fixture
def vote(session: Session, app: Flask, clock: FixedClock) -> Vote:
    vote = open_vote_with(session, app.extensions["puistokatu"].key_dir)
    quiet_votes(session, vote)
    votes_from(session, vote, ATTACKER, 12)
    close(session, vote)
    clock.moment = CLOSES + timedelta(days=1)
    return vote


@pytest.fixture
def desk(session: Session, client: Client, vote: Vote) -> Client:
    return log_in(client, official(session))


def path(vote: Vote, more: str = "") -> str:
    return f"/en/manage/rounds/{vote.slug}/anomalies{more}"


def sign_of(desk: Client, vote: Vote) -> str:
    found = re.search(r'signs/([0-9a-f]{16})">Many votes', desk.get(path(vote)).text)
    assert found
    return found[1]


def decision(session: Session) -> AnomalyDecision:
    session.expire_all()
    return session.scalars(select(AnomalyDecision)).one()


def test_from_the_sign_to_the_published_number(
    session: Session,
    desk: Client,
    new_client: Callable[[], Client],
    clock: FixedClock,
    vote: Vote,
) -> None:
    sign = path(vote, f"/signs/{sign_of(desk, vote)}")
    page = desk.get(sign).text
    assert "Many votes from one network within an hour" in page
    assert ATTACKER.rpartition(".")[0] not in page
    assert desk.post(sign, data=EXCLUDE).status_code == 302
    number = decision(session).id
    page = desk.get(path(vote)).text
    assert "Waiting for another official" in page
    assert f"decisions/{number}/confirm" not in page
    assert desk.post(path(vote, f"/decisions/{number}/confirm")).status_code == 409
    closing = desk.get(f"/en/manage/rounds/{vote.slug}/closing").text
    assert "1 proposal waits for another official" in closing
    assert desk.post(f"/en/manage/rounds/{vote.slug}/reconcile").status_code == 409
    other = log_in(new_client(), official(session))
    assert f"decisions/{number}/confirm" in other.get(path(vote)).text
    assert other.post(path(vote, f"/decisions/{number}/confirm")).status_code == 302
    assert decision(session).state is DecisionState.CONFIRMED

    act = {"actor": SYSTEM, "now": clock.moment}
    session.refresh(vote.round)
    reconcile(session, vote.round, **act)
    seal_copy(session, vote.round, keys=vote.keys, **act)
    count_round(session, vote.round, **act)
    publish_result(session, vote.round, **act)
    page = new_client().get(f"/en/rounds/{vote.slug}/turnout").text
    assert "12 ballots: votes cast by a machine" in page
    assert "14 people have voted." in page


def test_the_voter_is_told_that_the_vote_was_left_out(
    session: Session, client: Client, app: Flask, clock: FixedClock, vote: Vote
) -> None:
    voter = session.scalars(select(Voter).limit(1)).one()
    voter.excluded = True
    act = {"actor": SYSTEM, "now": clock.moment}
    reconcile(session, vote.round, **act)
    seal_copy(session, vote.round, keys=vote.keys, **act)
    log_in(client, session.get_one(Account, voter.account_id))
    page = client.get(f"/en/rounds/{vote.slug}/vote/receipt").text
    assert "Your vote was not counted" in page


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ({**EXCLUDE, "reason": ""}, "Write the reason."),
        ({**EXCLUDE, "ground": ""}, "Choose the ground."),
        ({"reason": REASON, "ground": ""}, "Choose one of them."),
    ],
)
def test_what_is_missing_is_asked_for(
    desk: Client, vote: Vote, said: dict[str, str], answer: str
) -> None:
    page = desk.post(path(vote, f"/signs/{sign_of(desk, vote)}"), data=said)
    assert page.status_code == 422
    assert answer in page.text


def test_a_shared_network_gets_its_name(desk: Client, vote: Vote) -> None:
    assert "Many votes from one network" in desk.get(path(vote)).text
    bad = desk.post(
        path(vote, "/sources"), data={"address": "here", "name": "Kirjasto"}
    )
    assert bad.status_code == 422
    named = {"address": ATTACKER, "name": "Kirjasto"}
    assert desk.post(path(vote, "/sources"), data=named).status_code == 302
    page = desk.get(path(vote)).text
    assert "Kirjasto (198.51.100.0/24)" in page
    assert "Many votes from one network" not in page
    log = desk.get(f"/en/manage/rounds/{vote.slug}/closing")
    assert log.status_code == 200


def test_a_sign_that_is_not_there_is_not_found(desk: Client, vote: Vote) -> None:
    assert desk.get(path(vote, "/signs/0000000000000000")).status_code == 404


def test_somebody_else_has_no_part_in_it(
    session: Session, client: Client, vote: Vote
) -> None:
    log_in(client, official(session, scope="round:other"))
    assert client.get(path(vote)).status_code == 403
    assert session.scalars(select(RefusedTry)).all() == []
