"""A word before the close: to whom, when, once, and about nothing that was chosen."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.jobs import batches, reminders
from app.jobs.reminders import schedule_reminders
from app.mail.models import Message, MessageState
from core.audit import Actor
from core.clock import FixedClock
from core.jobs import Job, JobState
from core.text import Localized
from tests.factories.accounts import resident
from tests.factories.ballots import CLOSES, OPENS, Vote, cast_by, open_vote_with
from tests.support.jobs import run_jobs
from voting.ballots import keep_draft
from voting.closing import close_vote
from voting.electorate import Applicant, Declaration, enter_roll
from voting.interruptions import extend_vote, pause_vote, resume_vote
from voting.models import Voter

OFFICIAL = Actor(role="official")
WHY = Localized.same("Vika")
EARLY, LATE = CLOSES - timedelta(hours=72), CLOSES - timedelta(hours=12)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def vote(session: Session, app: Flask) -> Vote:
    vote = open_vote_with(session, app.extensions["puistokatu"].key_dir)
    with app.app_context():
        schedule_reminders(session, vote.round, now=OPENS)
    return vote


def unfinished(session: Session, vote: Vote, **fields: Any) -> tuple[Account, Voter]:
    """Somebody whose ballot is begun and not sent, and who wants to be reminded."""
    who = resident(session, **({"notify_reminders": True} | fields))
    voter = enter_roll(
        session,
        vote.round,
        vote.manifest,
        Applicant(who.id, who.email, verified=True),
        Declaration(lives_here=True, old_enough=True),
        keys=vote.keys,
        now=OPENS,
    )
    choose(session, vote, voter, "a0-1")
    return who, voter


def choose(session: Session, vote: Vote, voter: Voter, *codes: str) -> None:
    keep_draft(
        session,
        vote.round,
        vote.manifest,
        voter,
        area="area0",
        codes=codes,
        now=OPENS,
        keys=vote.keys,
    )


def reminded(session: Session) -> list[str]:
    session.expire_all()
    query = select(Message.recipient).where(Message.kind == "reminder")
    return sorted(session.scalars(query))


def go_to(app: Flask, session: Session, clock: FixedClock, moment: Any) -> list[str]:
    """Let the jobs of a moment be done; whom reminders have been written to so far."""
    clock.moment = moment
    run_jobs(app, session)
    return reminded(session)


def test_an_unfinished_ballot_is_recalled_twice(
    app: Flask, session: Session, clock: FixedClock, vote: Vote
) -> None:
    liisa, _ = unfinished(session, vote)
    assert go_to(app, session, clock, EARLY - MINUTE) == []
    assert go_to(app, session, clock, EARLY) == [liisa.email]
    assert go_to(app, session, clock, LATE - MINUTE) == [liisa.email]
    assert go_to(app, session, clock, LATE) == [liisa.email] * 2
    assert go_to(app, session, clock, CLOSES - MINUTE) == [liisa.email] * 2


def test_only_those_who_allowed_it_and_have_something_unfinished(
    app: Flask, session: Session, clock: FixedClock, vote: Vote
) -> None:
    changing, voter = unfinished(session, vote)
    cast_by(session, vote, voter, area0=["a0-1"])
    choose(session, vote, voter, "a0-2")
    _, done = unfinished(session, vote)
    cast_by(session, vote, done, area0=["a0-1"])
    unfinished(session, vote, notify_reminders=False)
    unfinished(session, vote, verified_at=None)
    unfinished(session, open_vote_with(session, vote.key_dir))
    assert go_to(app, session, clock, EARLY) == [changing.email]


def test_the_message_is_in_the_persons_language_and_tells_no_choice(
    app: Flask, session: Session, clock: FixedClock, vote: Vote
) -> None:
    unfinished(session, vote, language="sv")
    go_to(app, session, clock, EARLY)
    (message,) = session.scalars(select(Message))
    assert message.subject == "Din röst är inte inlämnad än: Parker"
    assert message.body
    assert f"/sv/rounds/{vote.slug}/vote\n" in message.body
    assert "14.5.2027" in message.body
    assert "Projekt" not in message.body
    assert "Område" not in message.body
    assert (message.secret, message.repeatable) == (True, False)
    # That somebody hesitated is nobody's business either, once it has been sent.
    assert MessageState(message.state) is MessageState.WAITING


def test_killed_on_the_way_it_reminds_nobody_twice(
    app: Flask,
    session: Session,
    clock: FixedClock,
    vote: Vote,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(batches, "BATCH", 2)
    people = [unfinished(session, vote)[0] for _ in range(5)]
    first, everybody = (
        sorted(each.email for each in some) for some in (people[:2], people)
    )
    session.commit()
    write, written = reminders.post, []

    def die_in_the_second_batch(*arguments: Any, **more: Any) -> Message:
        if len(written) == 3:
            raise RuntimeError("killed")
        written.append(1)
        return write(*arguments, **more)

    monkeypatch.setattr(reminders, "post", die_in_the_second_batch)
    assert go_to(app, session, clock, EARLY) == first
    monkeypatch.setattr(reminders, "post", write)
    assert go_to(app, session, clock, EARLY + timedelta(minutes=30)) == everybody


def test_a_worker_that_was_away_does_not_catch_up_too_late(
    app: Flask, session: Session, clock: FixedClock, vote: Vote
) -> None:
    who, _ = unfinished(session, vote)
    # Both are due; of the first, only the second still makes sense.
    assert go_to(app, session, clock, LATE + MINUTE) == [who.email]


def test_after_the_close_nobody_is_reminded(
    app: Flask, session: Session, clock: FixedClock, vote: Vote
) -> None:
    unfinished(session, vote)
    close_vote(session, vote.round, actor=OFFICIAL, now=OPENS, reason="Why not")
    assert go_to(app, session, clock, LATE + MINUTE) == []
    states = set(session.scalars(select(Job.state)))
    assert states == {JobState.DONE}


def test_a_later_end_has_reminders_of_its_own(
    app: Flask, session: Session, clock: FixedClock, vote: Vote
) -> None:
    who, _ = unfinished(session, vote)
    week = timedelta(days=7)
    extend_vote(session, vote.round, CLOSES + week, WHY, actor=OFFICIAL, now=OPENS)
    with app.app_context():
        schedule_reminders(session, vote.round, now=OPENS)
    assert go_to(app, session, clock, CLOSES) == []
    assert go_to(app, session, clock, EARLY + week) == [who.email]
    assert go_to(app, session, clock, LATE + week) == [who.email] * 2


def test_a_few_hours_more_are_no_reason_to_remind_again(
    app: Flask, session: Session, clock: FixedClock, vote: Vote
) -> None:
    who, _ = unfinished(session, vote)
    assert go_to(app, session, clock, LATE) == [who.email]
    later = CLOSES + timedelta(hours=3)
    now = LATE + timedelta(hours=6)
    extend_vote(session, vote.round, later, WHY, actor=OFFICIAL, now=now)
    with app.app_context():
        schedule_reminders(session, vote.round, now=now)
    assert go_to(app, session, clock, later - MINUTE) == [who.email]


def test_a_paused_vote_reminds_when_it_goes_on(
    app: Flask, session: Session, clock: FixedClock, vote: Vote
) -> None:
    who, _ = unfinished(session, vote)
    pause_vote(session, vote.round, WHY, actor=OFFICIAL, now=EARLY - MINUTE)
    assert go_to(app, session, clock, EARLY + MINUTE) == []
    resume_vote(session, vote.round, actor=OFFICIAL, now=EARLY + 2 * MINUTE)
    assert go_to(app, session, clock, EARLY + 10 * MINUTE) == [who.email]
