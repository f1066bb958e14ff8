"""How far it has come, in words and for the page's script."""

import json
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.jobs.beside import noting
from core.clock import FixedClock
from core.jobs import Job, JobState
from tests.factories.accounts import log_in, official, resident
from tests.support.client import Client


@pytest.fixture
def job(session: Session, clock: FixedClock) -> Job:
    """A job in the middle of its work."""
    job = Job(
        name="count_round",
        arguments={},
        state=JobState.RUNNING,
        progress=30,
        progress_total=120,
        created_at=clock.moment,
        run_after=clock.moment,
    )
    session.add(job)
    session.commit()
    return job


@pytest.fixture
def desk(client: Client, session: Session) -> Client:
    """An official's browser."""
    return log_in(client, official(session))


def test_residents_and_strangers_see_no_job(
    client: Client, session: Session, job: Job
) -> None:
    assert client.get(f"/en/manage/jobs/{job.id}").status_code == 302
    log_in(client, resident(session))
    assert client.get(f"/en/manage/jobs/{job.id}").status_code == 403
    assert client.get(f"/en/manage/jobs/{job.id}/status").status_code == 403


def test_an_unknown_job_is_not_found(desk: Client) -> None:
    assert desk.get("/en/manage/jobs/999").status_code == 404


def test_a_running_job_shows_its_share_and_a_way_to_refresh(
    desk: Client, job: Job
) -> None:
    page = desk.get(f"/en/manage/jobs/{job.id}?next=/en/help").text
    assert "Counting the votes" in page
    assert "It is being done." in page
    assert 'value="0.25"' in page
    assert f'href="/en/manage/jobs/{job.id}?next=/en/help"' in page
    status = desk.get(f"/en/manage/jobs/{job.id}/status?next=/en/help").json
    assert status == {
        "state": "It is being done.",
        "share": 0.25,
        "progress": "25\xa0%",
        "finished": False,
        "next": None,
    }


def test_a_job_of_unknown_length_shows_that_it_goes_on(
    desk: Client, session: Session, job: Job
) -> None:
    job.progress = job.progress_total = 0
    session.commit()
    page = desk.get(f"/en/manage/jobs/{job.id}").text
    assert '<progress id="progress" max="1"></progress>' in page


def test_a_waiting_job_says_so(desk: Client, session: Session, job: Job) -> None:
    job.state, job.progress_total = JobState.WAITING, 0
    session.commit()
    assert "It waits for its turn." in desk.get(f"/en/manage/jobs/{job.id}").text


def test_a_job_that_is_tried_again_says_when(
    desk: Client, session: Session, job: Job
) -> None:
    job.state, job.attempts = JobState.WAITING, 1
    job.run_after += timedelta(minutes=1)
    session.commit()
    page = desk.get(f"/en/manage/jobs/{job.id}").text
    assert "We try again on 12 April 2027 at 12:01." in page


def test_a_finished_job_leads_on(desk: Client, session: Session, job: Job) -> None:
    job.state = JobState.DONE
    session.commit()
    address = f"/en/manage/jobs/{job.id}"
    page = desk.get(address + "?next=/en/help").text
    assert '<a class="btn btn-primary" href="/en/help">' in page
    status = desk.get(address + "/status?next=/en/help").json
    assert status
    assert status["finished"]
    assert status["next"] == "/en/help"


@pytest.mark.parametrize("address", ["https://evil.example", "//evil.example", "/\\e"])
def test_a_finished_job_leads_nowhere_else(
    desk: Client, session: Session, job: Job, address: str
) -> None:
    job.state = JobState.DONE
    session.commit()
    status = desk.get(
        f"/en/manage/jobs/{job.id}/status", query_string={"next": address}
    )
    assert status.json
    assert status.json["next"] is None


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ({"code": "refused", "params": {}}, "This cannot be done."),
        ({"code": "job_unexpected", "params": {}}, "a reason that is ours"),
        ({"code": "job_crashed", "params": {}}, "has broken off several times"),
        ({"code": "of an older version", "params": {}}, "a reason that is ours"),
    ],
)
def test_a_failed_job_says_why(
    desk: Client, session: Session, job: Job, error: dict[str, object], words: str
) -> None:
    job.state, job.error = JobState.FAILED, json.dumps(error)
    session.commit()
    page = desk.get(f"/en/manage/jobs/{job.id}").text
    assert words in page
    assert "progress.js" not in page


def test_a_long_act_says_how_far_it_is_while_its_row_is_held(
    desk: Client, app: Flask, job: Job
) -> None:
    status = f"/en/manage/jobs/{job.id}/status"

    def share() -> float:
        return float(desk.get(status).get_json()["share"])

    with app.app_context(), noting(job.id) as note:
        # Of a turn that was killed nothing is left.
        assert share() == 0.25
        note(3, 4)
        assert share() == 0.75
        # Notes that follow at once are left out.
        note(4, 4)
        assert share() == 0.75
    assert share() == 0.25
