"""The draw on the desk and in public: from the pool to a member who takes the seat."""

import io
import zipfile
from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.mail.models import Message
from core.clock import COUNTRY, FixedClock
from panels.keys import PeopleKeys
from panels.models import Draw, DrawState, EndReason, Panel, Seat, SeatState, Volunteer
from panels.recount import check
from panels.seating import current_seats
from panels.volunteers import volunteer_of
from tests.factories.accounts import log_in, official
from tests.factories.seated import DICE, drawn_panel, listed_draw, pool_ready
from tests.support.client import Client
from tests.support.jobs import run_jobs

THROWN = " ".join(map(str, DICE))


@pytest.fixture
def key_dir(app: Flask) -> Path:
    folder: Path = app.extensions["puistokatu"].key_dir
    return folder


@pytest.fixture
def ready(
    session: Session, key_dir: Path, clock: FixedClock
) -> tuple[Panel, PeopleKeys, list[str]]:
    return pool_ready(session, key_dir, now=clock.moment)


@pytest.fixture
def panel(ready: tuple[Panel, PeopleKeys, list[str]]) -> Panel:
    return ready[0]


@pytest.fixture
def desk(client: Client, session: Session) -> Client:
    return log_in(client, official(session))


def path(panel: Panel, rest: str = "") -> str:
    return f"/en/manage/panels/{panel.slug}{rest}"


def the_draw(session: Session) -> Draw:
    session.expire_all()
    return session.scalars(select(Draw).order_by(Draw.id.desc())).all()[0]


def test_from_the_pool_to_a_member(
    session: Session,
    app: Flask,
    desk: Client,
    new_client: Callable[[], Client],
    ready: tuple[Panel, PeopleKeys, list[str]],
) -> None:
    panel, *_ = ready
    page = desk.get(path(panel, "/draws")).text
    assert "0 of 12 seats are filled or offered." in page
    begun = desk.post(path(panel, "/draws"), data={"lottery": "leximin"})
    assert begun.status_code == 302
    public = new_client()
    assert public.get(f"/en/panels/{panel.slug}/draws/1").status_code == 404
    assert "The list is being made" in desk.get(path(panel, "/draws/1")).text
    run_jobs(app)
    draw = the_draw(session)
    assert draw.state is DrawState.LISTED
    page = public.get(f"/en/panels/{panel.slug}/draws/1").text
    assert str(draw.document_sha256) in page
    assert "Not yet. At least ten dice" in page
    wall = public.get(f"/en/panels/{panel.slug}/draws/1/wall").text
    assert "Now the dice are thrown." in wall
    assert 'http-equiv="refresh"' in wall

    # The first official's entry is shown to nobody.
    assert (
        desk.post(path(panel, "/draws/1/dice"), data={"dice": THROWN}).status_code
        == 302
    )
    assert "Another official enters them too" in desk.get(path(panel, "/draws/1")).text
    other = log_in(new_client(), official(session))
    page = other.get(path(panel, "/draws/1")).text
    assert THROWN not in page
    assert THROWN not in public.get(f"/en/panels/{panel.slug}/draws/1").text
    wrong = other.post(path(panel, "/draws/1/dice"), data={"dice": THROWN[::-1]})
    assert wrong.status_code == 422
    assert "These are not the numbers that were entered first." in wrong.text
    right = other.post(
        path(panel, "/draws/1/dice"), data={"dice": THROWN.replace(" ", ",")}
    )
    assert right.status_code == 302
    draw = the_draw(session)
    assert draw.state is DrawState.DRAWN

    wall = public.get(f"/en/panels/{panel.slug}/draws/1/wall").text
    assert f">{draw.picked}<" in wall
    bundle = public.get(f"/en/panels/{panel.slug}/draws/1.zip")
    with zipfile.ZipFile(io.BytesIO(bundle.data)) as packed:
        files = {Path(name).name: packed.read(name) for name in packed.namelist()}
    assert not check(files).wrong

    run_jobs(app)
    mail = session.scalars(select(Message).where(Message.kind == "seat_offered")).all()
    assert len(mail) == panel.size


def test_a_member_takes_the_seat_on_the_personal_page(
    session: Session,
    client: Client,
    clock: FixedClock,
    ready: tuple[Panel, PeopleKeys, list[str]],
) -> None:
    panel, keys, links = ready
    drawn_panel(session, panel, now=clock.moment)
    drawn = {seat.volunteer_id for seat in current_seats(session, panel)}
    link = next(
        each
        for each in links
        if volunteer_of(session, panel, each, keys=keys).id in drawn
    )
    own = f"/en/panels/{panel.slug}/own"
    assert client.post(own, data={"code": link}).status_code == 302
    assert "You have been drawn" in client.get(own).text
    assert client.post(f"{own}/seat/take").status_code == 302
    assert "You sit on the panel from" in client.get(own).text
    data = client.get(f"{own}/data.json").get_json()
    assert data["seat"]["state"] == "taken"
    assert data["email"].endswith("@example.org")


def test_dice_are_numbers_from_one_to_six_and_ten_of_them(
    session: Session, desk: Client, panel: Panel, clock: FixedClock
) -> None:
    listed_draw(session, panel, now=clock.moment)
    for typed, said in (
        ("", "Write the numbers on the dice."),
        ("4 2 6 1 3 3 5 2 6 7", "Write numbers from 1 to 6 only."),
        ("four two", "Write numbers from 1 to 6 only."),
        ("4 2 6", "10"),
    ):
        answer = desk.post(path(panel, "/draws/1/dice"), data={"dice": typed})
        assert answer.status_code == 422
        assert said in answer.text
    assert the_draw(session).state is DrawState.LISTED


def test_an_entry_is_taken_back_and_a_draw_is_cancelled(
    session: Session, desk: Client, panel: Panel, clock: FixedClock
) -> None:
    listed_draw(session, panel, now=clock.moment)
    desk.post(path(panel, "/draws/1/dice"), data={"dice": THROWN})
    assert desk.post(path(panel, "/draws/1/cancel")).status_code == 409
    assert desk.post(path(panel, "/draws/1/take-back")).status_code == 302
    assert desk.post(path(panel, "/draws/1/cancel")).status_code == 302
    assert the_draw(session).state is DrawState.CANCELLED
    gone = desk.get(f"/en/panels/{panel.slug}/draws/1")
    assert gone.status_code == 404
    again = desk.post(path(panel, "/draws"), data={"lottery": "maximin"})
    assert again.status_code == 302


def test_a_draw_that_cannot_begin_says_why(
    session: Session, desk: Client, panel: Panel, clock: FixedClock
) -> None:
    listed_draw(session, panel, now=clock.moment)
    answer = desk.post(path(panel, "/draws"), data={"lottery": "leximin"})
    assert answer.status_code == 422
    assert "Draw 1 of this panel has not ended." in answer.text
    assert desk.get(path(panel, "/draws/7")).status_code in (404, 409)


def test_impossible_quotas_are_told_in_plain_words_and_accepted(
    session: Session, app: Flask, desk: Client, panel: Panel
) -> None:
    for person in session.scalars(select(Volunteer)).all():
        if person.answers["education"] == "basic":
            session.delete(person)
    session.commit()
    desk.post(path(panel, "/draws"), data={"lottery": "leximin"})
    run_jobs(app)
    page = desk.get(path(panel, "/draws/1")).text
    assert "No panel meets all quotas" in page
    assert "This is the smallest change that makes one possible:" in page
    assert " seats to 0" in page
    assert desk.post(path(panel, "/draws/1/relax")).status_code == 302
    run_jobs(app)
    assert the_draw(session).state is DrawState.LISTED


def test_who_we_are_is_told_of_those_who_sit(
    session: Session, client: Client, panel: Panel, clock: FixedClock
) -> None:
    drawn_panel(session, panel, now=clock.moment)
    page = client.get(f"/en/panels/{panel.slug}/members").text
    assert "The panel is not seated yet." in page
    for seat in current_seats(session, panel):
        seat.state = SeatState.TAKEN
    session.commit()
    page = client.get(f"/en/panels/{panel.slug}/members").text
    assert "12 residents sit on the panel, drawn by lot." in page
    assert "Index of dissimilarity:" in page
    assert "the terms of 6 members end" in page


def test_a_seat_is_looked_after_on_the_desk(
    session: Session, desk: Client, panel: Panel, clock: FixedClock
) -> None:
    drawn_panel(session, panel, now=clock.moment)
    seat = current_seats(session, panel)[0]
    there = path(panel, f"/seats/{seat.id}")
    assert "@example.org" in desk.get(there).text
    assert "@example.org" not in desk.get(path(panel, "/seats")).text
    early = desk.post(f"{there}/end", data={"reason": "inactive"})
    assert early.status_code == 422
    assert "A seat is ended for silence after 2 missed tasks" in early.text
    for act, cents, status in (
        ("owe", "40", 302),
        ("pay", "41", 422),
        ("pay", "40", 302),
        ("owe", "", 422),
        ("owe", "0", 422),
    ):
        assert desk.post(f"{there}/{act}", data={"cents": cents}).status_code == status
    assert desk.post(f"{there}/contacted").status_code == 302
    for _ in range(2):
        assert desk.post(f"{there}/task/missed").status_code == 302
    session.refresh(seat)
    assert (seat.tasks, seat.missed) == (2, 2)
    assert desk.post(f"{there}/task/done").status_code == 302
    session.refresh(seat)
    assert (seat.tasks, seat.missed, seat.contacts) == (3, 0, 0)
    assert desk.post(f"{there}/contacted").status_code == 302
    assert desk.post(f"{there}/end", data={"reason": "resigned"}).status_code == 302
    session.refresh(seat)
    assert (seat.owed_cents, seat.paid_cents, seat.contacts) == (4000, 4000, 1)
    assert seat.ended_because is EndReason.RESIGNED
    assert (
        "11 of 12 seats are filled or offered." in desk.get(path(panel, "/seats")).text
    )


def test_a_seat_of_somebody_else_cannot_be_taken(
    session: Session, client: Client, panel: Panel, clock: FixedClock
) -> None:
    drawn_panel(session, panel, now=clock.moment)
    answer = client.post(f"/en/panels/{panel.slug}/own/seat/take")
    assert answer.status_code == 302
    assert not session.scalars(select(Seat).where(Seat.state == SeatState.TAKEN)).all()


def test_terms_end_by_themselves_on_their_day(
    session: Session,
    desk: Client,
    new_client: Callable[[], Client],
    panel: Panel,
    clock: FixedClock,
) -> None:
    app = desk.application
    listed_draw(session, panel, now=clock.moment)
    dice = path(panel, "/draws/1/dice")
    desk.post(dice, data={"dice": THROWN})
    other = log_in(new_client(), official(session))
    assert other.post(dice, data={"dice": THROWN}).status_code == 302
    first = min(seat.ends_on for seat in current_seats(session, panel))
    clock.moment = datetime.combine(first, time(), COUNTRY) - timedelta(minutes=1)
    run_jobs(app)
    session.expire_all()
    assert len(current_seats(session, panel)) == panel.size
    clock.moment += timedelta(minutes=2)
    run_jobs(app)
    session.expire_all()
    assert len(current_seats(session, panel)) == panel.size // 2
