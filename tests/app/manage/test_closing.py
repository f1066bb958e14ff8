from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import entries, round_chain
from core.clock import FixedClock
from core.jobs import Job, JobState
from tests.factories.accounts import log_in, official, resident
from tests.factories.ballots import CLOSES, Vote, open_vote_with
from tests.support.client import Client
from voting.keys import destroy_round_keys
from voting.models import Stage


@pytest.fixture
def vote(session: Session, app: Flask) -> Vote:
    return open_vote_with(session, app.extensions["puistokatu"].key_dir)


@pytest.fixture
def desk(session: Session, client: Client, vote: Vote) -> Client:
    return log_in(client, official(session))


def path(vote: Vote, act: str) -> str:
    return f"/en/manage/rounds/{vote.slug}/{act}"


def log(session: Session, vote: Vote) -> list[str]:
    return [entry.action for entry in entries(session, round_chain(vote.slug))]


def stage(session: Session, vote: Vote) -> Stage:
    session.refresh(vote.round)
    return vote.round.stage


def test_from_the_close_to_the_sealing_job(
    session: Session, desk: Client, clock: FixedClock, vote: Vote
) -> None:
    clock.moment = CLOSES + timedelta(minutes=1)
    page = desk.get(path(vote, "closing")).text
    assert "Close the vote" in page
    assert "Reason, public" not in page
    assert desk.post(path(vote, "close")).status_code == 302
    assert stage(session, vote) is Stage.CLOSED
    assert desk.post(path(vote, "reconcile")).status_code == 302
    assert "Nobody can undo this" in desk.get(path(vote, "closing")).text
    answer = desk.post(path(vote, "seal"))
    job = session.scalars(select(Job)).one()
    assert (job.name, job.arguments) == ("seal_round", {"slug": vote.slug})
    assert f"/manage/jobs/{job.id}" in answer.location
    assert log(session, vote) == ["vote.closed", "vote.reconciled", "sealing.started"]


def test_closing_early_asks_for_a_public_reason(
    session: Session, desk: Client, vote: Vote
) -> None:
    answer = desk.post(path(vote, "close"))
    assert answer.status_code == 422
    assert "give a reason that everybody can read" in answer.text
    assert stage(session, vote) is Stage.VOTING
    desk.post(path(vote, "close"), data={"reason": "A storm cut the power."})
    assert stage(session, vote) is Stage.CLOSED
    (entry,) = entries(session, round_chain(vote.slug))
    assert entry.facts == {"reason": "A storm cut the power."}


def test_the_second_of_two_officials_is_told(
    session: Session,
    desk: Client,
    new_client: Callable[[], Client],
    clock: FixedClock,
    vote: Vote,
) -> None:
    clock.moment = CLOSES
    other = log_in(new_client(), official(session))
    for act, said in (
        ("close", "The vote was already closed. Nothing was done twice."),
        ("reconcile", "already reconciled. Nothing was done twice."),
    ):
        assert desk.post(path(vote, act)).status_code == 302
        answer = other.post(path(vote, act))
        assert answer.status_code == 409
        assert said in answer.text
    first, second = desk.post(path(vote, "seal")), other.post(path(vote, "seal"))
    assert first.location == second.location
    assert len(session.scalars(select(Job)).all()) == 1
    assert log(session, vote) == ["vote.closed", "vote.reconciled", "sealing.started"]


def test_the_steps_keep_their_order(session: Session, desk: Client, vote: Vote) -> None:
    for act in ("reconcile", "seal"):
        answer = desk.post(path(vote, act))
        assert answer.status_code == 409
        assert "The vote is still open." in answer.text
    assert log(session, vote) == []


def test_what_is_sealed_is_not_sealed_again(
    session: Session, desk: Client, vote: Vote
) -> None:
    vote.round.stage = Stage.SEALED
    destroy_round_keys(vote.key_dir, vote.slug)
    answer = desk.post(path(vote, "seal"))
    assert answer.status_code == 409
    assert "already sealed" in answer.text
    assert "Count the votes" in desk.get(path(vote, "closing")).text


def test_a_sealing_that_broke_off_goes_on(
    session: Session, desk: Client, vote: Vote
) -> None:
    vote.round.stage = Stage.SEALED
    assert "it goes on where it broke off" in desk.get(path(vote, "closing")).text
    there = desk.post(path(vote, "seal")).location
    job = session.scalars(select(Job)).one()
    job.state, job.progress, job.progress_total = JobState.RUNNING, 3, 7
    page = desk.get(there).text
    assert "It is being done: reading the file back into an empty database" in page


def test_residents_and_other_rounds_officials_have_no_part_in_it(
    session: Session, client: Client, new_client: Callable[[], Client], vote: Vote
) -> None:
    log_in(client, resident(session))
    stranger = log_in(new_client(), official(session, scope="round:other"))
    for browser in (client, stranger):
        assert browser.get(path(vote, "closing")).status_code == 403
        for act in ("close", "reconcile", "seal"):
            assert browser.post(path(vote, act)).status_code == 403
    assert stage(session, vote) is Stage.VOTING
