"""An official makes slips for a class: a file that comes once, and what is left."""

import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import entries, round_chain
from core.clock import FixedClock
from tests.factories.accounts import log_in, official
from tests.factories.classes import (
    CHILD,
    CODE,
    class_of,
    codes_in,
    lesson,
    list_of,
    open_class_round,
)
from tests.factories.rolls import hetu, row_of_person
from tests.factories.rounds import OFFICIAL, draft_round
from tests.support.client import Client
from voting.classes.batches import begin_class
from voting.classes.redeeming import AFTER_THE_VOTE, FINISHING
from voting.keys import RollKeys
from voting.models import ClassBatch, ClassCode, Round
from voting.rounds import announce_round

Place = tuple[Round, RollKeys]


@pytest.fixture
def place(session: Session, app: Flask, tmp_path: Path, clock: FixedClock) -> Place:
    key_dir: Path = app.extensions["puistokatu"].key_dir
    return open_class_round(session, key_dir=key_dir, folder=tmp_path, now=clock.moment)


@pytest.fixture
def desk(client: Client, session: Session) -> Client:
    return log_in(client, official(session))


@pytest.fixture
def page(place: Place) -> str:
    return f"/en/manage/rounds/{place[0].slug}/classes"


def form(now: datetime, pupils: str = "", **said: str) -> dict[str, object]:
    """A lesson that began a quarter of an hour ago."""
    opens = now - timedelta(minutes=15)
    return {
        "school": "Puistolan koulu",
        "name": "7B",
        # The form speaks Helsinki's time, three hours ahead in April.
        "opens": (opens + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M"),
        "ends": (opens + timedelta(hours=3, minutes=45)).strftime("%Y-%m-%dT%H:%M"),
        "pupils": pupils,
        **said,
    }


def good_codes(session: Session) -> int:
    session.expire_all()
    query = select(func.count()).select_from(ClassCode).where(~ClassCode.revoked)
    return session.scalar(query) or 0


def test_looking_makes_nothing_and_the_round_leads_there(
    desk: Client, session: Session, page: str
) -> None:
    assert "Make the slips" in desk.get(page).text
    assert page in desk.get(page.removesuffix("/classes")).text
    assert good_codes(session) == 0


def test_slips_come_once_with_numbers_and_codes_and_no_names(
    desk: Client, session: Session, page: str, place: Place, clock: FixedClock
) -> None:
    round_, keys = place
    answer = desk.post(page, data=form(clock.moment, list_of(4, 2, 3, 5, 6)))
    assert answer.content_type == "application/pdf"
    assert "no-store" in answer.headers["Cache-Control"]
    name = f"{round_.slug}-class-1.pdf"
    assert name in answer.headers["Content-Disposition"]
    sheets = [each.extract_text() for each in PdfReader(io.BytesIO(answer.data)).pages]
    # The teacher's sheet, four slips, and the fifth.
    assert len(sheets) == 3
    assert "To the teacher" in sheets[0]
    assert "Opettajalle" in sheets[0]
    assert "Till läraren" in sheets[0]
    assert "There are 5 slips." in sheets[0]
    whole = "\n".join(sheets)
    codes = CODE.findall(whole)
    assert len(set(codes)) == 5
    assert "Asukas" not in whole
    assert "140560" not in whole
    for text in ("7B", f"/rounds/{round_.slug}/class"):
        assert all(text in sheet for sheet in sheets[1:])
    for words in ("Koodi on vain sinulle", "Koden är bara för dig", "only for you"):
        assert words in " ".join(sheets[2].split())
    stored = {code.code_key: code for code in session.scalars(select(ClassCode)).all()}
    for line, (number, code) in enumerate(zip((4, 2, 3, 5, 6), codes, strict=True), 1):
        row = stored[keys.code_key(code)]
        assert row.voter_id == row_of_person(session, round_, number, keys).id
        assert row.line == line
    log = list(entries(session, round_chain(round_.slug)))[-1]
    assert log.facts == {"number": 1, "count": 5}
    text = desk.get(page).text
    assert "7B, Puistolan koulu" in text
    assert "The codes work now" in text


def test_a_list_with_faults_makes_no_slips_and_stays_in_the_form(
    desk: Client, session: Session, page: str, clock: FixedClock
) -> None:
    pupils = f"{hetu(2)}\n{CHILD}\n{hetu(2)}"
    answer = desk.post(page, data=form(clock.moment, pupils))
    assert answer.status_code == 422
    assert "Put these right: 2." in answer.text
    assert "Too young to vote in this round." in answer.text
    assert "The same pupil as number 1." in answer.text
    assert hetu(2) in answer.text
    assert good_codes(session) == 0
    assert session.scalar(select(func.count()).select_from(ClassBatch)) == 0


def test_the_list_may_be_a_file(
    desk: Client, session: Session, page: str, clock: FixedClock
) -> None:
    def sent(content: bytes, pupils: str = "") -> tuple[int, str]:
        data = form(clock.moment, pupils) | {"file": (io.BytesIO(content), "7b.csv")}
        answer = desk.post(page, data=data, content_type="multipart/form-data")
        is_pdf = answer.content_type == "application/pdf"
        return answer.status_code, "" if is_pdf else answer.text

    table = f"Tunnus;Nimi\n{hetu(2)};Äänestäjä\n{hetu(3)};Toinen\n".encode()
    assert sent(table, list_of(4))[0] == 422
    assert "not UTF-8" in sent(table.decode().encode("latin-1"))[1]
    assert "This is no list of a class." in sent(b"x\x00")[1]
    assert "This is no list of a class." in sent(b"x" * 20_001)[1]
    assert "There is nobody in the list." in sent(b"")[1]
    assert good_codes(session) == 0
    assert sent(table) == (200, "")
    assert good_codes(session) == 2


def test_what_a_lesson_cannot_be_is_said_beside_its_end(
    desk: Client, session: Session, page: str, clock: FixedClock
) -> None:
    late = form(clock.moment, list_of(2), ends="2027-04-12T11:46")
    assert "must end after it begins" in desk.post(page, data=late).text
    long = form(clock.moment, list_of(2), ends="2027-04-12T21:46")
    assert "at most 8 hours" in desk.post(page, data=long).text
    never = form(clock.moment, list_of(2), ends="")
    assert "Write a day and a time." in desk.post(page, data=never).text
    assert good_codes(session) == 0


def test_a_form_that_is_sent_twice_makes_one_class(
    desk: Client, session: Session, page: str, clock: FixedClock
) -> None:
    data = form(clock.moment, list_of(2), once="0" * 32)
    assert desk.post(page, data=data).status_code == 200
    again = desk.post(page, data=data)
    assert again.status_code == 409
    assert "The slips of class 1 have been made" in again.text
    assert session.scalar(select(func.count()).select_from(ClassBatch)) == 1


def test_a_lost_slip_is_made_anew_and_the_class_ended(
    desk: Client, session: Session, page: str, clock: FixedClock
) -> None:
    desk.post(page, data=form(clock.moment, list_of(2, 3)))
    one = f"{page}/1"
    assert "A slip is lost" in desk.get(one).text
    answer = desk.post(f"{one}/slip", data={"line": "2"})
    assert answer.content_type == "application/pdf"
    # One slip, without the teacher's sheet.
    assert len(PdfReader(io.BytesIO(answer.data)).pages) == 1
    assert len(codes_in(answer.data)) == 1
    assert good_codes(session) == 2
    for line, said in (("", "Write the number."), ("3", "has no number 3")):
        wrong = desk.post(f"{one}/slip", data={"line": line})
        assert wrong.status_code == 422
        assert said in wrong.text
    assert desk.post(f"{one}/revoke").status_code == 302
    assert good_codes(session) == 0
    assert "A slip is lost" not in desk.get(one).text
    gone = desk.post(f"{one}/slip", data={"line": "1"})
    assert "No new slip was made" in gone.text
    assert desk.get(f"{page}/2").status_code == 409


def test_a_class_whose_making_broke_off_says_so_and_can_be_ended(
    desk: Client, session: Session, page: str, place: Place, clock: FixedClock
) -> None:
    round_, keys = place
    row = row_of_person(session, round_, 2, keys).id
    act = {"keys": keys, "actor": OFFICIAL, "now": clock.moment}
    begin_class(session, round_, lesson(clock.moment), [row], **act)
    assert "Not finished" in desk.get(page).text
    text = desk.get(f"{page}/1").text
    assert "None of their codes works" in text
    assert "A slip is lost" not in text
    assert desk.post(f"{page}/1/revoke").status_code == 302
    assert "Not finished" not in desk.get(page).text


def test_how_many_have_voted_is_shown_after_the_lesson_and_not_of_few(
    desk: Client, session: Session, page: str, place: Place, clock: FixedClock
) -> None:
    class_of(session, *place, *range(2, 13), now=clock.moment)
    row = "<dt>Have voted</dt><dd>"
    codes = session.scalars(select(ClassCode)).all()
    for code in codes[:5]:
        code.used = True
    assert f"{row}not shown" in desk.get(f"{page}/1").text
    clock.moment += timedelta(minutes=30) + FINISHING + AFTER_THE_VOTE
    assert f"{row}5</dd>" in desk.get(f"{page}/1").text
    assert "The lesson is over" in desk.get(page).text
    for code in codes[5:7]:
        code.used = True
    assert f"{row}not shown" in desk.get(f"{page}/1").text


def test_a_round_without_classes_says_why(
    desk: Client, session: Session, page: str, place: Place, clock: FixedClock
) -> None:
    round_ = draft_round(session, now=clock.moment, slug="no-classes")
    announce_round(session, round_, actor=OFFICIAL, now=clock.moment)
    other = page.replace(place[0].slug, round_.slug)
    assert "In this round nobody votes this way." in desk.get(other).text
    assert "School classes" not in desk.get(other.removesuffix("/classes")).text
    answer = desk.post(other, data=form(clock.moment, list_of(2)))
    assert answer.status_code == 409
