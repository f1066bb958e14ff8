"""An official reads a register, and decides about those who miss themselves."""

import io
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.mail.models import Message
from core.audit import entries, round_chain
from core.clock import FixedClock
from core.jobs import Job, JobState
from tests.factories.accounts import log_in, official
from tests.factories.rolls import (
    HEAD,
    hetu,
    line,
    read_into,
    register,
    register_round,
    row_of_person,
)
from tests.support.client import Client
from tests.support.jobs import run_jobs
from voting.keys import create_roll_key
from voting.models import Roll, Round, Voter
from voting.roll.corrections import Claim, ask_for_correction


@pytest.fixture
def key_dir(app: Flask) -> Path:
    folder: Path = app.extensions["puistokatu"].key_dir
    return folder


@pytest.fixture
def desk(client: Client, session: Session) -> Client:
    return log_in(client, official(session))


@pytest.fixture
def round_(session: Session, clock: FixedClock) -> Round:
    return register_round(session, now=clock.moment)


def page_of(round_: Round) -> str:
    return f"/en/manage/rounds/{round_.slug}"


def upload(desk: Client, round_: Round, *lines: str, **fields: str) -> Job:
    text = "\n".join([HEAD, *lines])
    form = {
        "file": (io.BytesIO(text.encode()), "register.csv"),
        "source": "Population register",
        "as_of": "2027-03-01",
        "numbers": "fi",
        **fields,
    }
    answer = desk.post(f"{page_of(round_)}/roll", data=form)
    assert answer.status_code == 302, answer.text
    return desk.session.scalars(select(Job).order_by(Job.id.desc()).limit(1)).one()


def test_a_register_is_read_in_the_background(
    app: Flask, desk: Client, session: Session, round_: Round
) -> None:
    assert "There is no electoral roll." in desk.get(page_of(round_)).text
    job = upload(desk, round_, line(2), line(3))
    path = Path(job.arguments["path"])
    assert path.exists()
    run_jobs(app)
    session.expire_all()
    assert job.state is JobState.DONE, job.error
    assert not path.exists()
    assert session.get_one(Roll, round_.id).size == 2
    page = desk.get(f"{page_of(round_)}/roll").text
    assert "Population register" in page
    assert "There is no electoral roll." not in desk.get(page_of(round_)).text
    assert "Population register" in desk.get(f"{page_of(round_)}/open").text


def test_every_fault_is_listed_and_nothing_is_stored(
    app: Flask, desk: Client, session: Session, round_: Round
) -> None:
    bad = line(3, identity="131052-308S")
    job = upload(desk, round_, line(2), bad, line(4, area="west"))
    run_jobs(app)
    session.expire_all()
    assert job.state is JobState.FAILED
    assert "2 faults, the first on line 3" in desk.get(f"/en/manage/jobs/{job.id}").text
    page = desk.get(f"{page_of(round_)}/roll").text
    assert "its check character is" in page
    assert "has no area &#34;west&#34;" in page
    assert "131052" not in (job.error or "")
    assert not Path(job.arguments["path"]).exists()
    assert session.scalar(select(func.count()).select_from(Voter)) == 0


def test_what_is_missing_on_the_form_is_said(desk: Client, round_: Round) -> None:
    answer = desk.post(f"{page_of(round_)}/roll", data={"numbers": "fi"})
    assert answer.status_code == 422
    assert "Choose a file." in answer.text
    form = {
        "file": (io.BytesIO(b"x"), "r.csv"),
        "source": "x",
        "as_of": "2027-03-01",
        "numbers": "fi",
        "postcodes": "west: 00100",
    }
    answer = desk.post(f"{page_of(round_)}/roll", data=form)
    assert answer.status_code == 422
    assert "We cannot find" in answer.text


def test_the_source_and_the_ways_are_chosen_on_the_ballot_form(
    desk: Client, session: Session, round_: Round
) -> None:
    form = {
        "kind": "approval",
        "min_picks": "1",
        "municipality": "Puistola",
        "min_age": "0",
        "age_by": "birth_year",
        "voter_source": "register",
        "ways": ["code"],
    }
    address = f"{page_of(round_)}/ballot"
    assert desk.post(address, data=form).status_code == 302
    session.expire_all()
    assert round_.ways == ["code"]
    wrong = desk.post(address, data=form | {"voter_source": "self_declared"})
    assert wrong.status_code == 422
    none = {**form, "ways": []}
    assert desk.post(address, data=none).status_code == 302
    assert "how people get into the booth" in desk.get(page_of(round_)).text


@pytest.fixture
def asked(
    session: Session, round_: Round, key_dir: Path, tmp_path: Path, clock: FixedClock
) -> str:
    """A roll, and somebody who misses himself on it: the address of the decision."""
    path = register(tmp_path / "r.csv", line(2))
    read_into(session, round_, path, key_dir=key_dir, now=clock.moment)
    request = ask_for_correction(
        session,
        round_,
        Claim(number=hetu(7), name="Pia", street="Uusi 1", email="pia@example.org"),
        language="fi",
        keys=create_roll_key(key_dir, round_.slug),
        now=clock.moment,
    )
    return f"{page_of(round_)}/roll/requests/{request.id}"


def test_a_request_is_accepted_and_the_person_is_on_the_roll(
    desk: Client, session: Session, round_: Round, key_dir: Path, asked: str
) -> None:
    assert "have not been decided" in desk.get(page_of(round_)).text
    assert "Pia" in desk.get(asked).text
    wrong = desk.post(asked, data={"verdict": "accept", "area": ""})
    assert wrong.status_code == 422
    answer = desk.post(asked, data={"verdict": "accept", "area": "south"})
    assert answer.status_code == 302
    session.expire_all()
    keys = create_roll_key(key_dir, round_.slug)
    row = row_of_person(session, round_, 7, keys)
    assert (row.home_area_id, row.birth_year) == (round_.areas[1].id, 1960)
    roll = session.get_one(Roll, round_.id)
    assert (roll.size, roll.sha256) == (2, None)
    mail = session.scalars(select(Message)).one()
    assert mail.recipient == "pia@example.org"
    assert "äänioikeusluettelossa" in (mail.body or "")
    # The log says that something was decided, and nothing about whom.
    last = list(entries(session, round_chain(round_.slug)))[-1]
    assert last.action == "roll.request_accepted"
    assert set(last.facts) == {"request"}
    assert desk.get(asked).location.endswith("/requests")
    assert desk.post(asked, data={"verdict": "accept"}).status_code == 302


def test_a_request_is_refused_with_a_reason_and_forgotten(
    desk: Client, session: Session, round_: Round, asked: str
) -> None:
    assert desk.post(asked, data={"verdict": "refuse"}).status_code == 422
    form = {"verdict": "refuse", "reason": "Lives elsewhere."}
    assert desk.post(asked, data=form).status_code == 302
    page = desk.get(f"{page_of(round_)}/roll/requests").text
    assert "Lives elsewhere." in page
    assert "Pia" not in page
    assert session.scalar(select(func.count()).select_from(Voter)) == 1


def test_a_correction_survives_a_newer_extract(
    desk: Client, session: Session, round_: Round, asked: str, tmp_path: Path
) -> None:
    desk.post(asked, data={"verdict": "accept", "area": "south"})
    path = register(tmp_path / "new.csv", line(3))
    session.expire_all()
    key_dir = desk.application.extensions["puistokatu"].key_dir
    roll = read_into(session, round_, path, key_dir=key_dir, now=round_.created_at)
    assert roll.size == 2
    keys = create_roll_key(key_dir, round_.slug)
    assert row_of_person(session, round_, 7, keys).by_desk
