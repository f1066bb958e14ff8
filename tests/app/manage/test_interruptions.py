"""An official pauses a vote, lets it go on, and gives it more time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.mail.models import Message
from core.audit import entries, round_chain
from core.clock import FixedClock
from core.jobs import Job
from tests.factories.accounts import auditor, log_in, official, resident
from tests.factories.ballots import CLOSES, OPENS, Vote, open_vote_with
from tests.support.client import Client
from tests.support.jobs import run_jobs
from voting.interruptions import interruptions_of
from voting.models import Voter

REASON = {
    "reason-fi": "Palvelu on kaatunut.",
    "reason-sv": "Tjänsten ligger nere.",
    "reason-en": "The service is down.",
}
# Helsinki is three hours ahead of UTC in May.
LATER, LATER_TYPED = datetime(2027, 5, 16, 15, 0, tzinfo=UTC), "2027-05-16T18:00"


@pytest.fixture
def vote(session: Session, app: Flask) -> Vote:
    return open_vote_with(session, app.extensions["puistokatu"].key_dir)


@pytest.fixture
def desk(session: Session, client: Client, vote: Vote) -> Client:
    return log_in(client, official(session))


def path(vote: Vote, act: str, language: str = "en") -> str:
    return f"/{language}/manage/rounds/{vote.slug}/{act}"


def on_the_roll(session: Session, vote: Vote, **fields: Any) -> Account:
    who = resident(session, **({"notify_reminders": True} | fields))
    key = f"roll{who.id:060x}"
    session.add(Voter(round_id=vote.round.id, person_key=key, account_id=who.id))
    session.flush()
    return who


def mails(session: Session) -> list[tuple[str, str]]:
    session.expire_all()
    query = select(Message).order_by(Message.id)
    return [(each.kind, each.recipient) for each in session.scalars(query)]


def test_from_the_pause_to_going_on(
    session: Session, desk: Client, clock: FixedClock, vote: Vote
) -> None:
    assert "Pause the vote" in desk.get(path(vote, "")[:-1]).text
    form = REASON | {"expected_until": "2027-04-12T15:00"}
    answer = desk.post(path(vote, "pause"), data=form)
    assert answer.status_code == 302
    session.refresh(vote.round)
    assert vote.round.paused_at == clock.moment
    page = desk.get(answer.location).text
    assert "Let the vote go on" in page
    assert "The service is down." in page
    clock.moment += timedelta(hours=1)
    assert desk.post(path(vote, "resume")).status_code == 302
    session.refresh(vote.round)
    assert vote.round.paused_at is None
    (pause,) = interruptions_of(session, vote.round)
    assert pause.reason.sv == "Tjänsten ligger nere."


def test_the_log_tells_it_in_the_readers_language(
    session: Session, desk: Client, vote: Vote
) -> None:
    desk.post(path(vote, "pause"), data=REASON)
    desk.post(path(vote, "extend"), data=REASON | {"until": LATER_TYPED})
    desk.post(path(vote, "resume"))
    actions = [entry.action for entry in entries(session, round_chain(vote.slug))]
    assert actions == ["vote.paused", "vote.extended", "vote.resumed"]
    log_in(desk, auditor(session))
    page = desk.get(f"/sv/manage/audit/{round_chain(vote.slug)}").text
    assert "Avbröt omröstningen tillfälligt. Orsak: Tjänsten ligger nere." in page
    assert "Avslutade avbrottet i omröstningen" in page
    assert "Flyttade slutet på omröstningen från" in page
    assert "16.5.2027" in page


@pytest.mark.parametrize("missing", sorted(REASON))
@pytest.mark.parametrize("act", ["pause", "extend"])
def test_the_reason_is_needed_in_each_language(
    session: Session, desk: Client, vote: Vote, act: str, missing: str
) -> None:
    form = REASON | {"until": LATER_TYPED, missing: " "}
    answer = desk.post(path(vote, act), data=form)
    assert answer.status_code == 422
    assert "Write the reason in this language." in answer.text
    kept = next(text for name, text in REASON.items() if name != missing)
    assert kept in answer.text
    assert interruptions_of(session, vote.round) == []


def test_what_cannot_be_stands_beside_its_field(
    session: Session, desk: Client, vote: Vote
) -> None:
    form = REASON | {"until": "2027-05-14T18:00"}
    answer = desk.post(path(vote, "extend"), data=form)
    assert answer.status_code == 422
    assert "The new end must be later than the present one" in answer.text
    form = REASON | {"expected_until": "2027-04-12T11:59"}
    answer = desk.post(path(vote, "pause"), data=form)
    assert answer.status_code == 422
    assert "This moment has passed already." in answer.text
    for until in ("", "tomorrow"):
        answer = desk.post(path(vote, "extend"), data=REASON | {"until": until})
        assert answer.status_code == 422
    assert interruptions_of(session, vote.round) == []


def test_pressing_twice_is_one_pause(
    session: Session, desk: Client, vote: Vote
) -> None:
    assert desk.post(path(vote, "pause"), data=REASON).status_code == 302
    assert desk.post(path(vote, "pause"), data=REASON).status_code == 409
    assert desk.post(path(vote, "resume")).status_code == 302
    assert desk.post(path(vote, "resume")).status_code == 409
    assert len(interruptions_of(session, vote.round)) == 1


def test_a_pause_that_outlasts_the_vote_asks_for_a_later_end_first(
    session: Session, desk: Client, clock: FixedClock, vote: Vote
) -> None:
    desk.post(path(vote, "pause"), data=REASON)
    clock.moment = CLOSES + timedelta(hours=1)
    page = desk.get(path(vote, "pause")).text
    assert "The time of the vote has run out" in page
    assert "</form>" not in page[page.index("The time of the vote has run out") :]
    answer = desk.post(path(vote, "resume"))
    assert answer.status_code == 409
    assert "Give it a later end before" in answer.text
    form = REASON | {"until": LATER_TYPED}
    assert desk.post(path(vote, "extend"), data=form).status_code == 302
    assert desk.post(path(vote, "resume")).status_code == 302


def test_a_vote_that_is_over_is_not_offered_anything(
    desk: Client, clock: FixedClock, vote: Vote
) -> None:
    clock.moment = CLOSES
    assert "It cannot be opened again." in desk.get(path(vote, "extend")).text
    assert desk.post(path(vote, "pause"), data=REASON).status_code == 409


def test_those_who_allowed_it_are_told_in_their_language(
    session: Session, app: Flask, desk: Client, clock: FixedClock, vote: Vote
) -> None:
    liisa = on_the_roll(session, vote, language="fi")
    sven = on_the_roll(session, vote, language="sv")
    on_the_roll(session, vote, notify_reminders=False)
    on_the_roll(session, vote, verified_at=None)
    resident(session, notify_reminders=True)
    desk.post(path(vote, "pause"), data=REASON)
    run_jobs(app, session)
    both = {liisa.email, sven.email}
    assert {to for _, to in mails(session)} == both
    texts = {
        each.recipient: each.body or "" for each in session.scalars(select(Message))
    }
    assert "Palvelu on kaatunut." in texts[liisa.email]
    assert f"/fi/rounds/{vote.slug}\n" in texts[liisa.email]
    assert "Tjänsten ligger nere." in texts[sven.email]
    clock.moment += timedelta(hours=1)
    desk.post(path(vote, "extend"), data=REASON | {"until": LATER_TYPED})
    desk.post(path(vote, "resume"))
    run_jobs(app, session)
    told = mails(session)
    assert len(told) == 6
    for kind in ("vote_paused", "vote_extended", "vote_resumed"):
        assert {to for each, to in told if each == kind} == both


def test_a_pause_that_is_over_already_is_not_told_of(
    session: Session, app: Flask, desk: Client, vote: Vote
) -> None:
    on_the_roll(session, vote)
    desk.post(path(vote, "pause"), data=REASON)
    desk.post(path(vote, "resume"))
    run_jobs(app, session)
    assert [kind for kind, _ in mails(session)] == ["vote_resumed"]


def test_of_two_later_ends_only_the_last_is_told(
    session: Session, app: Flask, desk: Client, vote: Vote
) -> None:
    on_the_roll(session, vote)
    for until in ("2027-05-15T18:00", LATER_TYPED):
        desk.post(path(vote, "extend"), data=REASON | {"until": until})
    run_jobs(app, session)
    (message,) = session.scalars(select(Message)).all()
    assert message.body
    assert "16 May 2027" in message.body


def test_the_close_is_written_down_at_the_later_end(
    session: Session, app: Flask, client: Client, clock: FixedClock, vote: Vote
) -> None:
    from app.jobs.closing import schedule_close  # noqa: PLC0415 - as the opening does

    desk = log_in(client, official(session))
    with app.app_context():
        schedule_close(session, vote.round, now=OPENS)
    desk.post(path(vote, "extend"), data=REASON | {"until": LATER_TYPED})
    clock.moment = CLOSES
    run_jobs(app, session)
    session.refresh(vote.round)
    assert vote.round.closed_at is None
    job = session.scalars(select(Job).where(Job.name == "close_when_due")).one()
    assert job.run_after == LATER
    clock.moment = LATER
    run_jobs(app, session)
    session.refresh(vote.round)
    assert vote.round.closed_at == LATER
