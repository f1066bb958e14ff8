"""The official counts, looks, signs and publishes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import Actor, entries, round_chain
from core.clock import FixedClock
from core.jobs import Job, JobState
from tests.factories.accounts import auditor, log_in, official, resident
from tests.factories.results import counted_round, published_round, sealed_round
from tests.factories.rounds import open_round
from tests.support.client import Client
from tests.support.jobs import run_jobs
from voting.models import Result, Round, Stage
from voting.results import compute, store_result

SLUG = "puistola-2027"
ROUND = f"/en/manage/rounds/{SLUG}"
PREVIEW = f"{ROUND}/result"
POSTS = (f"{ROUND}/count", f"{PREVIEW}/sign", f"{PREVIEW}/publish")


@pytest.fixture
def desk(client: Client, session: Session) -> Client:
    return log_in(client, official(session))


def stage(session: Session) -> Stage:
    session.expire_all()
    return session.scalars(select(Round.stage)).one()


def acts(session: Session) -> list[str]:
    return [entry.action for entry in entries(session, round_chain(SLUG))]


def not_proven(session: Session, clock: FixedClock, author: int) -> None:
    round_ = sealed_round(session, now=clock.moment)
    counted = compute(session, round_)
    shaky = replace(counted.outcome, optimal=False, bound=99, gap=95)
    store_result(
        session,
        round_,
        replace(counted, outcome=shaky),
        actor=Actor("official", "Author", author),
        now=clock.moment,
    )


def test_the_way_from_the_sealed_box_to_the_public_result(
    app: Flask, desk: Client, session: Session, clock: FixedClock
) -> None:
    sealed_round(session, now=clock.moment)
    assert "Count the votes" in desk.get(PREVIEW).text
    answer = desk.post(f"{ROUND}/count")
    job = session.scalars(select(Job)).one()
    assert answer.location == f"/en/manage/jobs/{job.id}?next={PREVIEW}"
    # The count, and the same ballots under the other rules.
    assert run_jobs(app) == 2
    session.refresh(job)
    assert (job.state, job.progress_total) == (JobState.DONE, 3)
    assert stage(session) is Stage.COUNTED
    page = desk.get(PREVIEW).text
    assert "Not public yet" in page
    assert "Outdoor gym" in page
    answer = desk.post(f"{PREVIEW}/publish", data={"embargo_until": ""})
    assert answer.location == PREVIEW
    assert stage(session) is Stage.PUBLIC
    assert "This result is public." in desk.get(PREVIEW).text
    assert acts(session)[-2:] == ["result.counted", "result.published"]


def test_pressing_twice_is_one_count(
    app: Flask, desk: Client, session: Session, clock: FixedClock
) -> None:
    sealed_round(session, now=clock.moment)
    assert desk.post(f"{ROUND}/count").location == desk.post(f"{ROUND}/count").location
    assert session.scalar(select(func.count()).select_from(Job)) == 1
    run_jobs(app)
    desk.post(f"{ROUND}/count")
    run_jobs(app)
    assert session.scalar(select(func.count()).select_from(Result)) == 1
    assert acts(session).count("result.counted") == 1


@pytest.mark.parametrize("make", [open_round, published_round])
def test_what_cannot_be_counted_is_refused_with_a_sentence(
    desk: Client, session: Session, clock: FixedClock, make: Callable[..., Round]
) -> None:
    make(session, now=clock.moment)
    answer = desk.post(f"{ROUND}/count")
    assert answer.status_code == 409
    assert session.scalar(select(func.count()).select_from(Job)) == 0


def test_publishing_before_the_count_is_refused_with_a_sentence(
    desk: Client, session: Session, clock: FixedClock
) -> None:
    sealed_round(session, now=clock.moment)
    answer = desk.post(f"{PREVIEW}/publish")
    assert answer.status_code == 409
    assert "Count the ballots first" in answer.text
    assert stage(session) is Stage.SEALED


def test_the_second_official_is_told_that_it_is_done(
    desk: Client,
    new_client: Callable[[], Client],
    session: Session,
    clock: FixedClock,
) -> None:
    counted_round(session, now=clock.moment)
    other = log_in(new_client(), official(session))
    assert desk.post(f"{PREVIEW}/publish").status_code == 302
    answer = other.post(f"{PREVIEW}/publish")
    assert answer.status_code == 409
    assert "The result has been published already." in answer.text
    assert acts(session).count("result.published") == 1


def test_an_embargo_is_kept_in_helsinki_time(
    desk: Client, session: Session, clock: FixedClock
) -> None:
    counted_round(session, now=clock.moment)
    typed = {"embargo_until": "2027-04-12T18:00"}
    assert desk.post(f"{PREVIEW}/publish", data=typed).status_code == 302
    session.expire_all()
    round_ = session.scalars(select(Round)).one()
    assert round_.embargo_until == clock.moment + timedelta(hours=6)
    assert "published under an embargo" in desk.get(PREVIEW).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2027-04-12T11:00", "The embargo must end later than now."),
        ("tomorrow", "This is not a day and a time."),
    ],
)
def test_a_bad_embargo_is_answered_beside_its_field(
    desk: Client, session: Session, clock: FixedClock, typed: str, said: str
) -> None:
    counted_round(session, now=clock.moment)
    answer = desk.post(f"{PREVIEW}/publish", data={"embargo_until": typed})
    assert answer.status_code == 422
    assert said in answer.text
    assert typed in answer.text
    assert stage(session) is Stage.COUNTED


def test_what_is_not_proven_waits_for_another_signature(
    new_client: Callable[[], Client], session: Session, clock: FixedClock
) -> None:
    author, second = official(session), official(session)
    not_proven(session, clock, author.id)
    first, other = log_in(new_client(), author), log_in(new_client(), second)
    page = first.get(PREVIEW).text
    assert "A second signature is missing" in page
    assert "I have looked at the result" not in page
    assert first.post(f"{PREVIEW}/publish").status_code == 409
    assert first.post(f"{PREVIEW}/sign").status_code == 409
    assert "I have looked at the result" in other.get(PREVIEW).text
    assert other.post(f"{PREVIEW}/sign").location == PREVIEW
    assert first.post(f"{PREVIEW}/publish").location == PREVIEW
    assert stage(session) is Stage.PUBLIC


def test_a_count_that_fails_says_why_on_the_works_page(
    app: Flask, desk: Client, session: Session, clock: FixedClock
) -> None:
    round_ = sealed_round(session, now=clock.moment)
    desk.post(f"{ROUND}/count")
    job = session.scalars(select(Job)).one()
    round_.stage = Stage.RECONCILED
    session.commit()
    run_jobs(app)
    assert "have not been sealed yet" in desk.get(f"/en/manage/jobs/{job.id}").text


def test_nobody_else_sees_or_does_any_of_this(
    new_client: Callable[[], Client], session: Session, clock: FixedClock
) -> None:
    counted_round(session, now=clock.moment)
    elsewhere = official(session, scope="round:another")
    for who in (resident(session), auditor(session), elsewhere):
        client = log_in(new_client(), who)
        assert client.get(PREVIEW).status_code == 403
        for address in POSTS:
            assert client.post(address).status_code == 403
    nobody = new_client()
    assert "/log-in" in nobody.get(PREVIEW).location
    for address in POSTS:
        assert "/log-in" in nobody.post(address).location
    once = new_client()
    once.log_in(official(session), second_factor=False)
    assert "Outdoor gym" not in once.get(PREVIEW).text
    for address in POSTS:
        assert once.post(address).status_code == 302
    assert stage(session) is Stage.COUNTED
