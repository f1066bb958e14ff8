"""An election comes in through the browser, or leaves nothing behind."""

import io
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.jobs import Job, JobState
from tests.factories.accounts import auditor, log_in, official, resident
from tests.factories.elections import FILE, a_file
from tests.support.client import Client
from tests.support.jobs import run_jobs
from voting.models import Round, SealedBallot

IMPORTS = "/en/manage/imports"


@pytest.fixture
def desk(client: Client, session: Session) -> Client:
    return log_in(client, official(session))


def upload(client: Client, content: str | bytes, **fields: str) -> str:
    data = content.encode() if isinstance(content, str) else content
    form = {"file": (io.BytesIO(data), "election.pb"), "rule": "", **fields}
    answer = client.post(IMPORTS, data=form)
    assert answer.status_code == 302, answer.text
    return answer.location


def the_job(session: Session) -> Job:
    session.expire_all()
    return session.scalars(select(Job)).one()


def number_of(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_a_file_becomes_a_round_and_is_removed(
    app: Flask, desk: Client, session: Session, clock: FixedClock
) -> None:
    assert f'href="{IMPORTS}"' in desk.get("/en/manage/rounds").text
    assert "Import an election" in desk.get(IMPORTS).text
    where = upload(desk, a_file(), area_column="wish", rule="max-welfare")
    job = the_job(session)
    assert where == f"/en/manage/jobs/{job.id}?next={IMPORTS}/{job.id}"
    path = Path(job.arguments["path"])
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent == app.extensions["puistokatu"].upload_dir.absolute()
    assert path.parent.stat().st_mode & 0o777 == 0o700
    run_jobs(app)
    job = the_job(session)
    assert (job.state, job.result) == (
        JobState.DONE,
        {"slug": "finland-puistola-2026"},
    )
    assert not path.exists()
    round_ = session.scalars(select(Round)).one()
    assert (round_.rule, len(round_.areas)) == ("max-welfare", 3)
    after = desk.get(f"{IMPORTS}/{job.id}").location
    assert after == "/en/manage/rounds/finland-puistola-2026/result"
    assert "Count the votes" in desk.get(after).text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (a_file(FILE.replace("40000", "-40000")), "line 21"),
        (a_file(FILE.replace("bob;2,1", "bob;2,9")), "line 28"),
        (a_file().encode("utf-16"), "line 1"),
        (b"\x00\x01\x02 garbage", "line 1"),
    ],
)
def test_a_bad_file_is_named_with_its_line_and_leaves_nothing(
    app: Flask, desk: Client, session: Session, content: str | bytes, said: str
) -> None:
    upload(desk, content)
    path = Path(the_job(session).arguments["path"])
    run_jobs(app)
    job = the_job(session)
    assert job.state is JobState.FAILED
    page = desk.get(f"/en/manage/jobs/{job.id}").text.lower()
    assert said in page
    assert not path.exists()
    assert number_of(session, Round) == number_of(session, SealedBallot) == 0
    assert desk.get(f"{IMPORTS}/{job.id}").location == IMPORTS


def test_no_file_is_answered_beside_the_field(desk: Client, session: Session) -> None:
    answer = desk.post(IMPORTS, data={"area_column": "district"})
    assert answer.status_code == 422
    assert "Choose a file." in answer.text
    assert "district" in answer.text
    assert number_of(session, Job) == 0


def test_only_officials_of_the_whole_house_import(
    new_client: Callable[[], Client], session: Session
) -> None:
    for who in (
        resident(session),
        auditor(session),
        official(session, scope="round:one"),
    ):
        client = log_in(new_client(), who)
        assert client.get(IMPORTS).status_code == 403
        assert client.post(IMPORTS).status_code == 403
    assert "/log-in" in new_client().get(IMPORTS).location


def test_the_way_on_is_for_imports_only(desk: Client, session: Session) -> None:
    assert desk.get(f"{IMPORTS}/999").status_code == 404


def test_a_file_that_no_job_has_removed_is_swept(
    app: Flask, desk: Client, session: Session
) -> None:
    folder: Path = app.extensions["puistokatu"].upload_dir
    folder.mkdir(mode=0o700, exist_ok=True)
    left, fresh, foreign = (
        folder / name for name in ("upload-left.pb", "upload-fresh.pb", "notes.txt")
    )
    for path in (left, fresh, foreign):
        path.touch()
    three_days_ago = time.time() - 3 * 24 * 3600
    for path in (left, foreign):
        os.utime(path, (three_days_ago, three_days_ago))
    upload(desk, a_file())
    assert [path.exists() for path in (left, fresh, foreign)] == [False, True, True]


def test_a_job_that_is_given_up_removes_its_file(
    app: Flask, desk: Client, session: Session
) -> None:
    upload(desk, a_file())
    job = the_job(session)
    path = Path(job.arguments["path"])
    job.arguments = {**job.arguments, "author": "nobody's number"}
    for attempts in (0, 4):
        job.attempts, job.state, job.run_after = (
            attempts,
            JobState.WAITING,
            job.created_at,
        )
        session.commit()
        run_jobs(app)
        job = the_job(session)
        assert path.exists() == (job.state is JobState.WAITING)
    assert job.state is JobState.FAILED
