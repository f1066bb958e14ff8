"""A member answers by link, is refused what is no answer, and withdraws with it."""

import re
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.jobs.consultations import schedule_asking
from app.mail.models import Message
from core.clock import FixedClock
from panels.asking import open_consultation
from panels.consultations import answered
from panels.models import (
    ConsultationAnswers,
    ConsultationState,
    ConsultationStrata,
    ConsultationTask,
    SeatState,
    Volunteer,
)
from panels.seats import leave_seat
from tests.factories.consultations import (
    Consulted,
    drafted_consultation,
    opened_consultation,
    own_code,
)
from tests.factories.panels import OFFICIAL
from tests.support.client import Client
from tests.support.jobs import run_jobs

if TYPE_CHECKING:
    from pathlib import Path

HERE = "/en/panels/town/consultations/1"
SENT = {"q1": "o2", "q2": ["o1", "o3"], "q3": "4", "q4": "Benches", "act": "send"}


@pytest.fixture
def found(session: Session, app: Flask, clock: FixedClock) -> Consulted:
    folder: Path = app.extensions["puistokatu"].key_dir
    return opened_consultation(session, folder, now=clock.moment, members=3)


def enter(client: Client, code: str) -> int:
    return client.post(f"{HERE}/code", data={"code": code}).status_code


def count(session: Session, table: type) -> int:
    session.expire_all()
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_member_answers_by_link_and_changes_it_until_the_close(
    client: Client, session: Session, found: Consulted, clock: FixedClock
) -> None:
    assert "Your link fills them in" in client.get(f"{HERE}/answer").text
    assert enter(client, found.link(found.seats[0])) == 302
    assert "confidential" in client.get(f"{HERE}/answer").text
    saved = client.post(f"{HERE}/answer", data={"q4": "Half", "act": "save"})
    assert saved.headers["Location"].endswith("/answer")
    assert not answered(session, found.consultation, keys=found.keys)
    assert "Half" in client.get(f"{HERE}/answer").text
    for _ in range(2):
        thanks = client.post(f"{HERE}/answer", data=SENT, follow_redirects=True)
        assert "Thank you" in thanks.text
    client.post(f"{HERE}/answer", data=SENT | {"q1": "o3"})
    session.expire_all()
    (response,) = answered(session, found.consultation, keys=found.keys)
    assert response.answers == {
        "q1": "o3",
        "q2": ("o1", "o3"),
        "q3": 4,
        "q4": "Benches",
    }
    assert response.said == found.seats[0].answers
    clock.moment = found.consultation.closes_at
    late = client.post(f"{HERE}/answer", data=SENT)
    assert (late.status_code, "Answering ended" in late.text) == (409, True)
    assert "Answering has ended" in client.get(f"{HERE}/answer").text
    session.expire_all()
    assert answered(session, found.consultation, keys=found.keys) == [response]


def test_the_mail_holds_a_link_that_works_and_the_close_comes_by_itself(
    app: Flask,
    client: Client,
    session: Session,
    found: Consulted,
    clock: FixedClock,
) -> None:
    with app.app_context():
        schedule_asking(session, found.panel, found.consultation, now=clock.moment)
    session.commit()
    run_jobs(app, session)
    mails = session.scalars(select(Message).where(Message.kind == "consultation")).all()
    assert len(mails) == len(found.seats)
    links = [re.search(r"/answer#(\S+)", mail.body or "") for mail in mails]
    codes = [link.group(1) for link in links if link]
    assert set(codes) == {found.link(seat) for seat in found.seats}
    assert all(mail.secret for mail in mails)
    assert enter(client, codes[0]) == 302
    client.post(f"{HERE}/answer", data=SENT)
    clock.moment = found.consultation.closes_at
    run_jobs(app, session)
    session.expire_all()
    assert found.consultation.state is ConsultationState.CLOSED
    tasks = session.scalars(select(ConsultationTask)).all()
    assert sorted(task.answered is True for task in tasks) == [False, False, True]


def test_what_is_no_answer_is_refused_and_stays_on_the_page(
    client: Client, session: Session, found: Consulted
) -> None:
    enter(client, found.link(found.seats[0]))
    for wrong in ({"q1": ""}, {"q1": "o9"}, {"q3": "6"}, {"q3": "x"}, {"q4": "a\0b"}):
        answer = client.post(f"{HERE}/answer", data=SENT | wrong)
        assert answer.status_code == 422, wrong
        assert "Nothing was saved" in answer.text
    assert count(session, ConsultationAnswers) == 0


def test_links_of_nobody_of_another_panel_and_of_former_members_do_not_answer(
    client: Client, session: Session, found: Consulted, clock: FixedClock
) -> None:
    other = found.keys.link(found.consultation.id + 1, found.seats[0].id)
    for code in ("", "7K3Q", other, own_code(1)):
        assert enter(client, code) == 422
    assert client.post(f"{HERE}/answer", data=SENT).status_code == 302
    assert count(session, ConsultationAnswers) == 0
    enter(client, found.link(found.seats[1]))
    leave_seat(session, session.merge(found.seats[1]), now=clock.moment)
    assert found.seats[1].state is SeatState.ENDED
    assert client.post(f"{HERE}/answer", data=SENT).status_code == 409
    assert count(session, ConsultationAnswers) == 0


def test_a_link_opens_its_own_consultation_only(
    client: Client, session: Session, found: Consulted, clock: FixedClock
) -> None:
    later = drafted_consultation(session, found.panel, now=clock.moment)
    said: dict[str, Any] = {"actor": OFFICIAL, "now": clock.moment}
    open_consultation(session, later, keys=found.keys, **said)
    session.commit()
    code = found.keys.link(later.id, found.seats[0].id)
    assert enter(client, code) == 422
    there = "/en/panels/town/consultations/2"
    assert client.post(f"{there}/code", data={"code": code}).status_code == 302
    own = found.link(found.seats[0])
    assert client.post(f"{there}/code", data={"code": own}).status_code == 422


def test_whoever_withdraws_takes_the_answers_along(
    client: Client, session: Session, found: Consulted
) -> None:
    client.post("/en/panels/town/own", data={"code": own_code(1)})
    assert client.post(f"{HERE}/answer", data=SENT).status_code == 302
    tables = (ConsultationAnswers, ConsultationStrata, ConsultationTask, Volunteer)
    assert [count(session, table) for table in tables] == [1, 3, 3, 3]
    own = client.get("/en/panels/town/own/data.json").json
    assert own["consultations"][0]["answers"]["q4"] == "Benches"
    client.post("/en/panels/town/own/withdraw")
    assert [count(session, table) for table in tables] == [0, 2, 2, 2]


def test_nothing_but_the_key_leads_from_a_member_to_an_answer(
    client: Client, session: Session, found: Consulted
) -> None:
    enter(client, found.link(found.seats[0]))
    client.post(f"{HERE}/answer", data=SENT)
    row = session.scalars(select(ConsultationAnswers)).one()
    tasks = session.scalars(select(ConsultationTask)).all()
    assert {task.answered for task in tasks} == {None}
    known = {str(task.id) for task in tasks} | {task.link_key for task in tasks}
    known |= {str(seat.id) for seat in found.seats}
    assert not known & {str(row.id), row.key}
    strata = session.scalars(select(ConsultationStrata)).all()
    assert all(b"gender" not in each.said for each in strata)
