"""The home page sorts the rounds into its three bands."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from app.pages.overview import overview
from core.audit import SYSTEM
from core.clock import FixedClock
from tests.factories.accounts import log_in, resident
from tests.factories.rounds import (
    announced_round,
    draft_round,
    ideas_round,
    open_round,
)
from tests.support.client import Client
from voting.closing import close_vote, reconcile
from voting.keys import load_round_keys
from voting.models import PhaseKind, Round
from voting.results import count_round, publish_result
from voting.rounds import phase_of
from voting.sealing import seal_copy


def published(
    session: Session, round_: Round, clock: FixedClock, folder: Path, *, days: int = 0
) -> None:
    """Close early, count an empty box, publish with an embargo of some days."""
    now = clock.moment
    close_vote(session, round_, actor=SYSTEM, now=now, reason="A test.")
    reconcile(session, round_, actor=SYSTEM, now=now)
    keys = load_round_keys(folder, round_.slug)
    seal_copy(session, round_, keys=keys, actor=SYSTEM, now=now)
    count_round(session, round_, actor=SYSTEM, now=now)
    until = now + timedelta(days=days) if days else None
    publish_result(session, round_, actor=SYSTEM, now=now, embargo_until=until)


def test_with_no_round_each_band_says_so(client: Client) -> None:
    text = client.get("/en/").text
    assert "Nothing is open right now" in text
    assert "No result has been published yet" in text


def test_a_draft_is_seen_by_nobody(
    client: Client, session: Session, clock: FixedClock
) -> None:
    round_ = draft_round(session, now=clock.moment)
    assert round_.title.en not in client.get("/en/").text


def test_a_vote_says_how_long_it_lasts(
    client: Client, session: Session, clock: FixedClock
) -> None:
    round_ = open_round(session, now=clock.moment)
    vote = phase_of(round_, PhaseKind.VOTE)
    assert vote is not None
    assert vote.ends_at is not None
    text = client.get("/en/").text
    assert round_.title.en in text
    assert "See the projects and vote" in text
    clock.moment = vote.ends_at - timedelta(hours=2)
    assert "ends " in client.get("/en/").text
    clock.moment = vote.ends_at
    assert "The vote has ended" in client.get("/en/").text


def test_ideas_can_be_proposed(
    client: Client, session: Session, clock: FixedClock
) -> None:
    ideas_round(session, now=clock.moment)
    text = client.get("/fi/").text
    assert "Keräämme ehdotuksia" in text
    assert "Lue ja ehdota" in text


def test_a_round_between_its_phases_is_there_without_an_act(
    session: Session, clock: FixedClock
) -> None:
    round_ = announced_round(session, now=clock.moment, phase=PhaseKind.CRITERIA)
    assert overview(session, clock.moment).others == [round_]


def test_a_result_under_embargo_is_not_told(
    client: Client, session: Session, clock: FixedClock, tmp_path: Path
) -> None:
    round_ = open_round(session, now=clock.moment, key_dir=tmp_path)
    published(session, round_, clock, tmp_path, days=2)
    assert "people voted" not in client.get("/en/").text
    clock.moment += timedelta(days=2)
    assert "0 people voted; 0 of 4 projects" in client.get("/en/").text


def test_who_is_logged_in_is_not_asked_to(client: Client, session: Session) -> None:
    assert "Log in or create an account" in client.get("/en/").text
    log_in(client, resident(session))
    assert "Log in or create an account" not in client.get("/en/").text


def test_contact_names_the_people_of_each_round(
    client: Client, session: Session, clock: FixedClock
) -> None:
    round_ = open_round(session, now=clock.moment)
    assert round_.contact in client.get("/en/contact").text


def test_more_rounds_ask_no_more_of_the_database(
    client: Client, session: Session, clock: FixedClock, queries: list[str]
) -> None:
    asked = []
    for number in range(4):
        ideas_round(session, now=clock.moment, slug=f"ideas-{number}")
        session.commit()
        queries.clear()
        client.get("/en/")
        asked.append(len(queries))
    assert len(set(asked)) == 1
