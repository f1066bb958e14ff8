"""What takes longer than a moment: questions in the queue, and the distances."""

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import AuditEntry
from core.clock import FixedClock
from core.jobs import Job, JobState
from tests.factories.accounts import log_in, official
from tests.factories.results import counted_round, published_round
from tests.support.client import Client
from tests.support.jobs import run_jobs
from voting.distance import Way
from voting.models import Result, ResultDistances, Round, Scenario
from voting.scenarios import find_distances

SLUG = "puistola-2027"
FORM = f"/en/rounds/{SLUG}/what-if"
DISTANCES = f"/en/rounds/{SLUG}/distances"
SLOW = {"rule": "equal-shares", "completion": "add1"}


def plain(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u202f", " ")


@pytest.fixture
def round_(session: Session, clock: FixedClock) -> Round:
    return published_round(session, now=clock.moment)


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every question that raises shares is one for the queue."""
    monkeypatch.setattr("voting.what_if.FEW_CHOICES", 0)


def test_a_slow_question_is_answered_in_the_background(
    app: Flask, client: Client, session: Session, round_: Round, slow: None
) -> None:
    address = client.post(FORM, data=SLOW).headers["Location"]
    waiting = client.get(address).text
    assert "It waits for its turn." in waiting
    assert "This is not the result" in waiting
    assert client.get(f"{address}/status").json == {
        "state": "It waits for its turn.",
        "share": None,
        "progress": "",
        "finished": False,
        "next": address,
    }
    # Pressing again is the same question and the same job.
    assert client.post(FORM, data=SLOW).headers["Location"] == address
    named = select(func.count()).select_from(Job).where(Job.name == "answer_scenario")
    assert session.scalar(named) == 1
    run_jobs(app, session)
    page = plain(client.get(address).text)
    assert "raise every share step by step" in page
    assert client.get(f"{address}/status").json["finished"]
    assert session.scalar(named) == 1


def test_a_question_that_was_cleared_away_meanwhile_does_no_harm(
    app: Flask, client: Client, session: Session, round_: Round, slow: None
) -> None:
    address = client.post(FORM, data=SLOW).headers["Location"]
    session.delete(session.scalars(select(Scenario)).one())
    run_jobs(app, session)
    states = session.scalars(select(Job.state).where(Job.name == "answer_scenario"))
    assert states.all() == [JobState.DONE]
    assert client.get(address).status_code == 404


def test_a_job_that_failed_says_so_and_the_question_can_be_asked_again(
    app: Flask, client: Client, session: Session, round_: Round, slow: None
) -> None:
    address = client.post(FORM, data=SLOW).headers["Location"]
    job = session.scalars(select(Job).where(Job.name == "answer_scenario")).one()
    job.state, job.error = (
        JobState.FAILED,
        '{"code": "minimum_unreachable", "params": {}}',
    )
    page = client.get(address).text
    assert "No set of projects keeps every minimum and maximum." in page
    assert client.post(FORM, data=SLOW).headers["Location"] == address
    run_jobs(app, session)
    assert "These would come in" in client.get(address).text


def test_many_waiting_questions_are_enough(
    client: Client, session: Session, round_: Round, clock: FixedClock, slow: None
) -> None:
    session.add_all(
        Job(
            name="answer_scenario",
            arguments={"scenario": str(n)},
            key=f"scenario:{n}",
            created_at=clock.moment,
            run_after=clock.moment,
        )
        for n in range(20)
    )
    answer = client.post(FORM, data={**SLOW, "threshold": "2"})
    assert answer.status_code == 429
    assert 'value="2"' in answer.text
    assert session.scalar(select(func.count()).select_from(Scenario)) == 0
    # What is answered at once is answered all the same.
    assert client.post(FORM, data={"threshold": "2"}).status_code // 100 == 3


def test_distances_are_worked_out_once_and_shown_to_all(
    app: Flask, client: Client, session: Session, round_: Round
) -> None:
    assert "Work out how close it was" in client.get(DISTANCES).text
    client.post(DISTANCES)
    assert "It waits for its turn." in client.get(DISTANCES).text
    assert not client.get(f"{DISTANCES}/status").json["finished"]
    client.post(DISTANCES)
    run_jobs(app, session)
    page = plain(client.get(DISTANCES).text)
    assert "This is not the result" in page
    # The north has 60 000: the hill (1 vote, 20 000) against the gym (3, 45 000).
    for words in ("2 votes more", "5 000 € cheaper", "15 000,01 € dearer"):
        assert words in page
    assert "Each number is the smallest change that is enough." in page
    client.post(DISTANCES)
    assert run_jobs(app, session) == 0
    assert session.scalar(select(func.count()).select_from(ResultDistances)) == 1


@pytest.mark.parametrize("rule", ["greedy", "phragmen", "equal-shares"])
def test_every_rule_has_distances(
    app: Flask,
    client: Client,
    session: Session,
    clock: FixedClock,
    rule: str,
) -> None:
    published_round(session, now=clock.moment, rule=rule)
    client.post(DISTANCES)
    run_jobs(app, session)
    result = session.scalars(select(Result)).one()
    found = find_distances(session, result)
    assert found
    assert {(d.project, d.way) for d in found} == {(c, w) for c in "1234" for w in Way}
    unsure = "Where it says" in client.get(DISTANCES).text
    assert unsure is not all(d.least for d in found)


def test_distances_before_publication_are_for_officials_and_logged(
    app: Flask, client: Client, session: Session, clock: FixedClock
) -> None:
    counted_round(session, now=clock.moment)
    log_in(client, official(session))
    client.post(DISTANCES)
    run_jobs(app, session)
    assert "2 votes more" in plain(client.get(DISTANCES).text)
    asked = select(AuditEntry).where(AuditEntry.action == "distances.asked")
    assert [entry.facts for entry in session.scalars(asked)] == [{}]
    client.delete_cookie("session")
    assert client.get(DISTANCES).status_code == 404
    assert client.get(f"{DISTANCES}/status").status_code == 404


def test_distances_that_failed_say_why_and_can_be_asked_for_again(
    app: Flask, client: Client, session: Session, round_: Round
) -> None:
    client.post(DISTANCES)
    job = session.scalars(select(Job).where(Job.name == "measure_distances")).one()
    job.state = JobState.FAILED
    job.error = '{"code": "minimum_unreachable", "params": {}}'
    page = client.get(DISTANCES).text
    assert "No set of projects keeps every minimum and maximum." in page
    assert "Try again" in page
    client.post(DISTANCES)
    assert "It waits for its turn." in client.get(DISTANCES).text
    run_jobs(app, session)
    assert "2 votes more" in plain(client.get(DISTANCES).text)


def test_what_was_tried_is_told_of_each_rule(
    app: Flask, client: Client, session: Session, clock: FixedClock
) -> None:
    told = {
        "max-welfare": "The best set of projects with this one in it",
        "greedy": "The whole count was done again with the change.",
    }
    for rule, words in told.items():
        slug = f"by-{rule}"
        published_round(session, now=clock.moment, rule=rule, slug=slug)
        address = f"/en/rounds/{slug}/distances"
        client.post(address)
        run_jobs(app, session)
        assert words in client.get(address).text
