"""An official makes letters with codes: a file that comes once, and what is left."""

import csv
import io
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import entries, round_chain
from core.clock import FixedClock
from tests.factories.accounts import log_in, official
from tests.factories.rolls import (
    hetu,
    line,
    read_into,
    register,
    register_round,
    row_of_person,
)
from tests.factories.rounds import OFFICIAL
from tests.support.client import Client
from voting.codes import voter_of_code
from voting.keys import RollKeys, create_roll_key
from voting.models import LetterBatch, RollCode, Round
from voting.opening import open_vote
from voting.roll_errors import CodeReplaced

Place = tuple[Round, RollKeys]
TABLE = {"kind": "csv", "area": ""}


@pytest.fixture
def place(session: Session, app: Flask, tmp_path: Path, clock: FixedClock) -> Place:
    """The vote is on, for 2 and 3 in the north, 4 in the south; 5 is protected."""
    key_dir: Path = app.extensions["puistokatu"].key_dir
    round_ = register_round(session, now=clock.moment)
    lines = [line(2), line(3), line(4, area="south"), line(5, protected="x")]
    path = register(tmp_path / "r.csv", *lines)
    read_into(session, round_, path, key_dir=key_dir, now=clock.moment)
    open_vote(session, round_, actor=OFFICIAL, now=clock.moment, key_dir=key_dir)
    return round_, create_roll_key(key_dir, round_.slug)


@pytest.fixture
def desk(client: Client, session: Session) -> Client:
    return log_in(client, official(session))


@pytest.fixture
def page(place: Place) -> str:
    return f"/en/manage/rounds/{place[0].slug}/letters"


def codes(session: Session) -> int:
    session.expire_all()
    query = select(func.count()).select_from(RollCode).where(~RollCode.revoked)
    return session.scalar(query) or 0


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_looking_at_the_page_makes_nothing(
    desk: Client, session: Session, page: str, place: Place
) -> None:
    text = desk.get(page).text
    assert "Make the codes and letters" in text
    assert "1 person on the roll gets no letter" in text
    assert "Letters with codes" in desk.get(page.removesuffix("/letters")).text
    assert codes(session) == 0
    assert desk.get(f"{page}/1/anew").status_code == 405


def test_a_table_comes_once_and_its_codes_open_the_booth(
    desk: Client, session: Session, page: str, place: Place
) -> None:
    round_, keys = place
    answer = desk.post(page, data=TABLE)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["X-Accel-Buffering"] == "no"
    assert f"{round_.slug}-letters-1.csv" in answer.headers["Content-Disposition"]
    found = rows(answer.data)
    assert [row["number"] for row in found] == ["1", "2", "3"]
    for row in found:
        number = int(row["name"].split()[-1])
        voter = voter_of_code(session, round_, row["code"], keys=keys)
        assert voter.id == row_of_person(session, round_, number, keys).id
        assert row["link"].endswith(f"/rounds/{round_.slug}/code#{row['code']}")
    assert codes(session) == 3
    batch = session.scalars(select(LetterBatch)).one()
    assert (batch.letters, batch.finished_at is not None) == (3, True)
    again = desk.post(page, data=TABLE)
    assert again.status_code == 409
    assert "There is nobody to write to" in again.text
    assert "Made batch 1 of the letters: 3 letters" in _log(session, round_)


def _log(session: Session, round_: Round) -> str:
    from app.manage.audit_actions import act  # noqa: PLC0415 - needs an application

    return "\n".join(act(e) for e in entries(session, round_chain(round_.slug)))


def test_letters_on_paper_and_made_anew(
    desk: Client, session: Session, page: str, place: Place
) -> None:
    answer = desk.post(page, data={"kind": "pdf", "area": "north"})
    assert answer.content_type == "application/pdf"
    assert len(PdfReader(io.BytesIO(answer.data)).pages) == 2
    assert codes(session) == 2
    first = session.scalars(select(RollCode.code_key)).all()
    anew = desk.post(f"{page}/1/anew")
    sheets = PdfReader(io.BytesIO(anew.data)).pages
    assert len(sheets) == 2
    assert codes(session) == 2
    good = session.scalars(select(RollCode.code_key).where(~RollCode.revoked)).all()
    assert not set(good) & set(first)
    text = desk.get(page).text
    assert "instead of batch 1" in text
    assert "Revoke batch 2" in text
    assert "Revoke batch 1" not in text
    assert desk.post(f"{page}/2/revoke").status_code == 302
    assert codes(session) == 0
    assert desk.post(f"{page}/7/revoke").status_code == 409


def test_a_second_click_makes_no_second_batch(
    desk: Client, session: Session, page: str
) -> None:
    form = {"kind": "csv", "area": "north", "once": "a" * 32}
    assert len(rows(desk.post(page, data=form).data)) == 2
    again = desk.post(page, data=form | {"area": "south"})
    assert again.status_code == 409
    assert "This form was sent twice. Batch 1 has been made" in again.text
    assert codes(session) == 2


def test_a_download_that_breaks_off_leaves_no_good_code(
    desk: Client, session: Session, page: str, place: Place
) -> None:
    answer = desk.post(page, data=TABLE, buffered=False)
    parts = iter(answer.response)
    assert b"number,name" in next(parts)
    assert codes(session) == 0
    next(parts)
    assert codes(session) == 3
    answer.close()
    assert codes(session) == 0
    batch = session.scalars(select(LetterBatch)).one()
    assert batch.revoked_at
    assert batch.finished_at is None
    assert len(rows(desk.post(page, data=TABLE).data)) == 3


def test_a_lost_letter_is_replaced(
    desk: Client, session: Session, page: str, place: Place
) -> None:
    round_, keys = place
    old = {r["name"]: r["code"] for r in rows(desk.post(page, data=TABLE).data)}
    assert "Make sure first who it is" in desk.get(f"{page}/lost").text
    who = {"name": "asukas 4", "born": "1960"}
    found = desk.post(f"{page}/lost", data=who)
    assert "Lehmuskuja 4, 00100 PUISTOLA" in found.text
    assert codes(session) == 3
    voter = row_of_person(session, round_, 4, keys)
    letter = desk.post(f"{page}/lost/new", data=who | {"voter": str(voter.id)})
    assert letter.content_type == "application/pdf"
    text = PdfReader(io.BytesIO(letter.data)).pages[0].extract_text()
    assert "Asukas 4" in text
    assert codes(session) == 3
    with pytest.raises(CodeReplaced):
        voter_of_code(session, round_, old["Asukas 4"], keys=keys)
    assert voter_of_code(session, round_, old["Asukas 3"], keys=keys)


def test_only_whoever_was_found_gets_a_letter(
    desk: Client, session: Session, page: str, place: Place
) -> None:
    round_, keys = place
    other = row_of_person(session, round_, 3, keys)
    who = {"number": hetu(4), "voter": str(other.id)}
    assert desk.post(f"{page}/lost/new", data=who).status_code == 200
    assert codes(session) == 0
    for said, heard in (
        ({}, "Write the identity code, or the name"),
        ({"name": "Asukas 4", "born": "60"}, "Write the year with four digits"),
        ({"name": "Nobody", "born": "1960"}, "Nobody on the roll fits"),
        ({"number": "131052-308S"}, "This is not a personal identity code"),
        ({"number": hetu(5)}, "We have no address of this person"),
    ):
        answer = desk.post(f"{page}/lost", data=said)
        assert answer.status_code == 422
        assert heard in answer.text


def test_outside_of_the_vote_the_page_says_why_no_letters_are_made(
    desk: Client, session: Session, page: str, place: Place
) -> None:
    place[0].ways = ["desk"]
    assert "Letters with codes" not in desk.get(page.removesuffix("/letters")).text
    with_codes = register_round(session, now=place[0].created_at, slug="waits")
    answer = desk.get(f"/en/manage/rounds/{with_codes.slug}/letters")
    assert answer.status_code == 200
    refused = desk.post(f"/en/manage/rounds/{with_codes.slug}/letters", data=TABLE)
    assert refused.status_code == 409
