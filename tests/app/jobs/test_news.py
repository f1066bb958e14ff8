"""Those who took part hear of the result: once, in their language, not too early."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.jobs import news
from app.mail.models import Message
from core.clock import FixedClock
from core.jobs import Job, JobState
from tests.factories.accounts import log_in, official, resident
from tests.factories.results import counted_round
from tests.support.client import Client
from tests.support.jobs import run_jobs
from voting.models import Proposal, ProposalState, Round, Voter

PUBLISH = "/en/manage/rounds/puistola-2027/result/publish"


@pytest.fixture
def round_(session: Session, clock: FixedClock) -> Round:
    return counted_round(session, now=clock.moment)


@pytest.fixture
def desk(client: Client, session: Session, round_: Round) -> Client:
    return log_in(client, official(session))


def on_the_roll(session: Session, round_: Round, who: Account) -> Account:
    key = f"roll{who.id:060x}"
    session.add(Voter(round_id=round_.id, person_key=key, account_id=who.id))
    session.flush()
    return who


def author_in(
    session: Session,
    round_: Round,
    who: Account,
    state: ProposalState = ProposalState.SUBMITTED,
) -> None:
    proposal = Proposal(
        round_id=round_.id,
        author_id=who.id,
        state=state,
        language="fi",
        title="Penkki",
        text="Rannalle.",
        created_at=round_.created_at,
    )
    session.add(proposal)
    session.flush()


def told(session: Session) -> list[str]:
    session.expire_all()
    query = select(Message.recipient).where(Message.kind == "result_published")
    return sorted(session.scalars(query))


def test_who_took_part_and_wants_to_know_is_told(
    app: Flask, desk: Client, session: Session, round_: Round
) -> None:
    voter = on_the_roll(session, round_, resident(session, language="sv"))
    author_in(session, round_, voter)
    writer = resident(session)
    author_in(session, round_, writer)
    on_the_roll(session, round_, resident(session, notify_results=False))
    on_the_roll(session, round_, resident(session, verified_at=None))
    author_in(session, round_, resident(session), ProposalState.DRAFT)
    resident(session)
    assert desk.post(PUBLISH, data={"embargo_until": ""}).status_code == 302
    run_jobs(app, session)
    assert told(session) == sorted([voter.email, writer.email])
    mail = session.scalars(
        select(Message).where(Message.recipient == voter.email)
    ).one()
    assert mail.subject == "Resultatet är klart: Parkstads budget 2027"
    assert mail.body
    assert "http://127.0.0.1:5000/sv/rounds/puistola-2027/result\n" in mail.body


def test_nobody_is_told_before_the_embargo_ends(
    app: Flask, desk: Client, session: Session, round_: Round, clock: FixedClock
) -> None:
    on_the_roll(session, round_, resident(session))
    until = clock.moment + timedelta(days=2)
    # The field speaks Helsinki time, three hours ahead of UTC in April.
    typed = (until + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")
    assert desk.post(PUBLISH, data={"embargo_until": typed}).status_code == 302
    run_jobs(app, session)
    assert told(session) == []
    job = session.scalars(select(Job).where(Job.name == "announce_result")).one()
    # A clock that runs ahead has the job come again.
    job.run_after = clock.moment
    run_jobs(app, session)
    session.refresh(job)
    assert (job.state, told(session)) == (JobState.WAITING, [])
    clock.moment = until + timedelta(seconds=2)
    run_jobs(app, session)
    assert len(told(session)) == 1


def test_killed_on_the_way_it_tells_nobody_twice(
    app: Flask,
    desk: Client,
    session: Session,
    round_: Round,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(news, "BATCH", 2)
    people = [on_the_roll(session, round_, resident(session)) for _ in range(5)]
    desk.post(PUBLISH, data={"embargo_until": ""})
    job = session.scalars(select(Job).where(Job.name == "announce_result")).one()
    # What the database holds when a worker dies after its first batch.
    tell, killed = news._tell_some, []  # noqa: SLF001 - where it is killed

    def tell_and_die(*arguments: object) -> int | None:
        if killed:
            raise RuntimeError("killed")
        killed.append(True)
        return tell(*arguments)  # type: ignore[arg-type] # the same ones

    monkeypatch.setattr(news, "_tell_some", tell_and_die)
    run_jobs(app, session)
    assert told(session) == sorted(each.email for each in people[:2])
    monkeypatch.setattr(news, "_tell_some", tell)
    session.refresh(job)
    assert job.arguments["after"] == people[1].id
    job.state, job.run_after = JobState.WAITING, job.created_at
    run_jobs(app, session)
    assert told(session) == sorted(each.email for each in people)
