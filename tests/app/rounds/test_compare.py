"""The same ballots under every rule: never before the result, computed once."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import entries, round_chain
from core.clock import FixedClock
from core.jobs import Job, JobState
from core.text import LANGUAGES
from tests.factories.accounts import log_in, official
from tests.factories.results import counted_round, published_round, sealed_round
from tests.support.client import Client
from tests.support.jobs import run_jobs
from voting.models import EarlyStudy, Result, Stage, Study

SLUG = "puistola-2027"
PAGE = f"/en/rounds/{SLUG}/compare"
DESK = f"/en/manage/rounds/{SLUG}/compare"
RESULT = f"/en/manage/rounds/{SLUG}/result"


def plain(text: str) -> str:
    return " ".join(text.replace("\xa0", " ").replace("\u202f", " ").split())


def many(session: Session, table: type) -> int:
    session.expire_all()
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_nobody_compares_before_the_publication(
    new_client: Callable[[], Client], session: Session, clock: FixedClock
) -> None:
    counted_round(session, now=clock.moment)
    who = official(session)
    for client in (new_client(), log_in(new_client(), who)):
        for address in (PAGE, f"{PAGE}/status"):
            assert client.get(address).status_code == 404
        assert client.post(PAGE).status_code == 404
    assert many(session, Job) == 0


def test_a_visit_computes_nothing_and_many_wishes_are_one_piece_of_work(
    app: Flask, client: Client, session: Session, clock: FixedClock
) -> None:
    published_round(session, now=clock.moment)
    assert "Count by the other rules" in client.get(PAGE).text
    assert many(session, Job) == 0
    for _n in range(3):
        assert client.post(PAGE).headers["Location"] == PAGE
    assert many(session, Job) == 1
    page = client.get(PAGE).text
    assert "It waits for its turn." in page
    assert "data-progress" in page
    status = client.get(f"{PAGE}/status").get_json()
    assert (status["finished"], status["share"]) == (False, None)
    assert run_jobs(app, session) == 1
    assert client.get(f"{PAGE}/status").get_json()["finished"] is True
    assert many(session, Study) == 1
    client.post(PAGE)
    assert (many(session, Job), many(session, Study)) == (1, 1)


def test_the_page_tells_who_wins_and_how_the_voters_fare(
    app: Flask, client: Client, session: Session, clock: FixedClock
) -> None:
    published_round(session, now=clock.moment)
    client.post(PAGE)
    run_jobs(app, session)
    told = {
        "fi": ("A. Virallinen tulos", "Kuinka moni äänestäjä saa jotakin?", "83,3 %"),
        "sv": ("A. Det officiella resultatet", "Hur många väljare får något?"),
        "en": (
            "A. The official result",
            "How many voters get something?",
            "83,3 %",
            "2 projects are built for 75 000 €.",
            "The most support within the money",
            "Is any large group left out?",
        ),
    }
    for language in LANGUAGES:
        page = plain(client.get(f"/{language}/rounds/{SLUG}/compare").text)
        for text in told[language]:
            assert text in page
        assert "equal-shares" not in page


def test_a_failed_comparison_says_so_and_is_not_tried_by_visitors(
    app: Flask, client: Client, session: Session, clock: FixedClock
) -> None:
    published_round(session, now=clock.moment)
    result = session.scalars(select(Result)).one()
    result.profile_digest = "0" * 64
    client.post(PAGE)
    run_jobs(app, session)
    job = session.scalars(select(Job)).one()
    assert job.state is JobState.FAILED
    page = client.get(PAGE).text
    assert "The official result is not touched by this." in page
    assert '<form method="post" action="' + PAGE not in page
    client.post(PAGE)
    assert many(session, Job) == 1


def test_a_rule_that_refuses_says_why(
    app: Flask, client: Client, session: Session, clock: FixedClock
) -> None:
    published_round(session, now=clock.moment)
    client.post(PAGE)
    run_jobs(app, session)
    found = session.scalars(select(Study)).one()
    rules = list(found.document["rules"])
    rules[1] = {
        "label": "greedy",
        "rule": "greedy",
        "refused": "rule_without_minimum",
        "params": {"rule": "greedy", "limit": "play"},
    }
    found.document = {**found.document, "rules": rules}
    session.commit()
    page = plain(client.get(PAGE).text)
    assert "Rules that cannot be used here" in page
    assert "It cannot promise the theme play its least sum." in page


def test_an_official_looks_before_the_publication_and_the_log_knows(
    app: Flask, client: Client, session: Session, clock: FixedClock
) -> None:
    counted_round(session, now=clock.moment)
    desk = log_in(client, official(session))
    first = desk.get(DESK).text
    assert "Look, and write it into the log" in first
    assert "The official result" not in first
    assert [e.action for e in entries(session, round_chain(SLUG))].count(
        "result.compared"
    ) == 0
    assert desk.post(DESK).headers["Location"] == DESK
    run_jobs(app, session)
    page = desk.get(DESK).text
    assert "A. The official result" in page
    assert "Your look has been written into the round" in page
    session.expire_all()
    assert [e.action for e in entries(session, round_chain(SLUG))].count(
        "result.compared"
    ) == 1


def test_another_officials_look_does_not_open_the_page(
    app: Flask, new_client: Callable[[], Client], session: Session, clock: FixedClock
) -> None:
    counted_round(session, now=clock.moment)
    first = log_in(new_client(), official(session))
    first.post(DESK)
    run_jobs(app, session)
    other = official(session, email="other@puistola.example")
    second = log_in(new_client(), other)
    assert "The official result" not in second.get(DESK).text


def test_sealed_ballots_can_be_compared_before_they_are_counted(
    app: Flask, client: Client, session: Session, clock: FixedClock
) -> None:
    round_ = sealed_round(session, now=clock.moment)
    desk = log_in(client, official(session))
    assert "nothing of the count is done or changed by it" in desk.get(DESK).text
    desk.post(DESK)
    assert "data-progress" in desk.get(DESK).text
    run_jobs(app, session)
    page = plain(desk.get(DESK).text)
    assert "2 projects are built for 75 000 €." in page
    assert "The votes have not been counted yet." in page
    assert "A. This round's own rule" in page.replace("&#39;", "'")
    assert "A. The official result" not in page
    session.expire_all()
    assert round_.stage is Stage.SEALED
    assert many(session, Result) == many(session, Study) == 0
    desk.post(f"/en/manage/rounds/{SLUG}/count")
    run_jobs(app, session)
    assert (many(session, Study), many(session, EarlyStudy)) == (1, 0)
    # A look at the trial is no look at the result.
    assert "Look, and write it into the log" in desk.get(DESK).text


def test_before_the_sealing_there_is_nothing_to_look_at(
    client: Client, session: Session, clock: FixedClock
) -> None:
    round_ = sealed_round(session, now=clock.moment)
    round_.stage = Stage.RECONCILED
    session.flush()
    desk = log_in(client, official(session))
    assert desk.get(DESK).status_code == 404
    assert desk.post(DESK).status_code == 404
    assert many(session, Job) == 0


def test_a_look_lasts_half_an_hour(
    app: Flask, client: Client, session: Session, clock: FixedClock
) -> None:
    counted_round(session, now=clock.moment)
    desk = log_in(client, official(session))
    desk.post(DESK)
    run_jobs(app, session)
    clock.moment += timedelta(minutes=29)
    assert "A. The official result" in desk.get(DESK).text
    clock.moment += timedelta(minutes=2)
    assert "A. The official result" not in desk.get(DESK).text


def test_an_official_reads_why_it_failed_and_tries_again(
    app: Flask, client: Client, session: Session, clock: FixedClock
) -> None:
    sealed_round(session, now=clock.moment)
    desk = log_in(client, official(session))
    desk.post(DESK)
    job = session.scalars(select(Job)).one()
    job.state = JobState.FAILED
    job.error = '{"code": "minimum_unreachable", "params": {}}'
    page = desk.get(DESK).text
    assert "No set of projects keeps every minimum and maximum." in page
    assert "Try again" in page
    desk.post(DESK)
    run_jobs(app, session)
    assert "The results" in desk.get(DESK).text


def test_after_the_publication_the_desk_leads_to_the_public_page(
    client: Client, session: Session, clock: FixedClock
) -> None:
    published_round(session, now=clock.moment)
    desk = log_in(client, official(session))
    assert desk.get(DESK).headers["Location"] == PAGE
    desk.post(DESK)
    actions = [e.action for e in entries(session, round_chain(SLUG))]
    assert "result.compared" not in actions


def test_counting_and_publishing_have_it_worked_out(
    app: Flask, client: Client, session: Session, clock: FixedClock
) -> None:
    sealed_round(session, now=clock.moment)
    desk = log_in(client, official(session))
    desk.post(f"/en/manage/rounds/{SLUG}/count")
    run_jobs(app, session)
    assert many(session, Study) == 1
    desk.post(f"{RESULT}/publish")
    run_jobs(app, session)
    assert many(session, Study) == 1
    assert "A. The official result" in client.get(PAGE).text
