"""An official writes a consultation, opens it, closes it and answers for the town."""

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.mail.models import Message
from core.clock import FixedClock
from panels.answers import questionnaire_of
from panels.models import Consultation, ConsultationState
from tests.factories.accounts import log_in, official
from tests.factories.consultations import seated_panel
from tests.support.client import Client
from tests.support.jobs import run_jobs

if TYPE_CHECKING:
    from pathlib import Path

DESK = "/en/manage/panels/town/consultations"
TAGS = ("fi", "sv", "en")


def three(name: str, text: str) -> dict[str, str]:
    return {f"{name}-{tag}": text for tag in TAGS}


def test_an_official_takes_a_consultation_from_a_draft_to_the_towns_answer(
    app: Flask, client: Client, session: Session, clock: FixedClock
) -> None:
    folder: Path = app.extensions["puistokatu"].key_dir
    seated_panel(session, folder, now=clock.moment, members=3)
    log_in(client, official(session))
    closes = clock.moment + timedelta(days=14)
    form = {
        **three("title", "Parks"),
        "introduction-fi": "Puistot",
        "closes_at": closes.strftime("%Y-%m-%dT%H:%M"),
        "answer_due_on": (closes + timedelta(days=30)).date().isoformat(),
        "version": "1",
    }
    assert client.post(f"{DESK}/new", data=form).status_code == 302
    one = {"kind": "single", "version": "1", **three("text", "Which first?")}
    assert client.post(f"{DESK}/1/questions/new", data=one).status_code == 422
    one |= three("options", "Shore\nHill")
    assert client.post(f"{DESK}/1/questions/new", data=one).status_code == 302
    two = one | {"kind": "scale", "version": "2", "low": "0", "high": "10"}
    two |= three("low_text", "bad")
    two |= three("high_text", "good")
    assert client.post(f"{DESK}/1/questions/new", data=two).status_code == 302
    # A scale from nought is still one when it is opened again.
    again = client.get(f"{DESK}/1/questions/q2").text
    assert re.search(r'<input[^>]*name="low"[^>]*value="0"', again)
    assert client.get(f"{DESK}/1/questions/q9").status_code == 409
    # Another official's page is older.
    assert client.post(f"{DESK}/1/questions/q1", data=two).status_code == 422
    moved = client.post(f"{DESK}/1/questions/q2/up", data={"version": "3"})
    assert moved.status_code == 302
    assert client.post(f"{DESK}/1/open").status_code == 422
    assert "Texts that lack a language" in client.get(f"{DESK}/1").text
    form |= {**three("introduction", "Parks"), "version": "4"}
    assert client.post(f"{DESK}/1/edit", data=form).status_code == 302
    assert client.post(f"{DESK}/1/open").status_code == 302
    run_jobs(app, session)
    consultation = session.scalars(select(Consultation)).one()
    keys = [each.key for each in questionnaire_of(consultation).questions]
    assert (keys, consultation.state) == (["q2", "q1"], ConsultationState.OPEN)
    assert len(session.scalars(select(Message)).all()) == 3
    assert client.post(f"{DESK}/1/remind").status_code == 422
    assert "0 of 3 members" in client.get(f"{DESK}/1").text
    words = three("words", "We were wrong")
    assert client.post(f"{DESK}/1/close", data={}).status_code == 422
    assert client.post(f"{DESK}/1/close", data=words).status_code == 302
    assert client.post(f"{DESK}/1/answer", data=words).status_code == 302
    session.expire_all()
    assert consultation.answer is not None
    assert "Parks" in client.get(DESK).text
    public = client.get("/en/panels/town").text
    assert public.count("We were wrong") == 2
