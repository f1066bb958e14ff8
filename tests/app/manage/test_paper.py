"""Officials handle votes on paper: envelopes on one desk, cards on another."""

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from core.clock import FixedClock
from tests.factories.accounts import log_in, official
from tests.factories.paper import PaperVote, paper_vote
from tests.factories.rolls import hetu
from tests.support.client import Client
from voting.cards.entries import Entry
from voting.models import (
    BatchState,
    CardState,
    EnvelopeState,
    PaperBatch,
    PaperCard,
    PaperDifference,
    PaperEnvelope,
    Stage,
)


@pytest.fixture
def vote(app: Flask, session: Session, clock: FixedClock, tmp_path: Path) -> PaperVote:
    key_dir: Path = app.extensions["puistokatu"].key_dir
    vote = paper_vote(session, key_dir=key_dir, folder=tmp_path, now=clock.moment)
    clock.moment = vote.now
    return vote


def as_person(client: Client, vote: PaperVote, number: int) -> Client:
    return log_in(client, vote.session.get_one(Account, number))


def box(client: Client, place: str) -> str:
    """The first project's box on the page of a card."""
    page = client.get(place).get_data(as_text=True)
    found = re.search(r'<input[^>]*id="mark0"[^>]*>', page)
    assert found
    return found.group()


def page_of(vote: PaperVote) -> str:
    return f"/en/manage/rounds/{vote.round.slug}/paper"


def test_an_official_issues_prints_and_closes_a_batch(
    client: Client, vote: PaperVote
) -> None:
    desk = log_in(client, official(vote.session))
    page = page_of(vote)
    assert (
        desk.post(f"{page}/batches", data={"area": "north", "count": 501}).status_code
        == 422
    )
    answer = desk.post(f"{page}/batches", data={"area": "north", "count": 2})
    assert answer.headers["Location"] == f"{page}/batches/1"
    card = vote.session.scalars(select(PaperCard).order_by(PaperCard.place)).first()
    assert card is not None
    pdf = desk.get(f"{page}/batches/1/cards.pdf?language=fi")
    reader = PdfReader(BytesIO(pdf.data))
    assert len(reader.pages) == 2
    text = reader.pages[0].extract_text()
    assert card.serial in text
    assert "Pulkkamäki" in text
    assert "Rantasauna" not in text
    large = desk.get(f"{page}/batches/1/cards.pdf?language=all&size=large&first=2")
    text = "".join(p.extract_text() for p in PdfReader(BytesIO(large.data)).pages)
    assert all(word in text for word in ("Utegym", "Outdoor gym", "Ulkokuntosali"))
    # In three languages, and still one box a project.
    assert " ".join(text.split()).count("45 000") == 1
    assert desk.get(f"{page}/batches/1/cards.pdf?language=xx").status_code == 404
    assert desk.get(f"{page}/batches/9").status_code == 404
    assert desk.get(f"{page}/instructions.pdf").data.startswith(b"%PDF")
    close = {"returned": 0, "spoiled": 1, "missing": 1}
    assert desk.post(f"{page}/batches/1/close", data=close).status_code == 409
    vote.close()
    assert (
        desk.post(f"{page}/batches/1/close", data=close | {"missing": 0}).status_code
        == 422
    )
    assert desk.post(f"{page}/batches/1/close", data=close).status_code == 302
    assert vote.session.scalars(select(PaperBatch.state)).one() is BatchState.CLOSED
    assert desk.post(f"{page}/batches/1/reopen").status_code == 302


def test_whoever_opens_envelopes_marks_the_roll_and_nobody_else(
    client: Client, vote: PaperVote
) -> None:
    page = page_of(vote)
    desk = log_in(client, official(vote.session))
    assert desk.get(f"{page}/envelopes").status_code == 409
    assert desk.post(f"{page}/duty", data={"duty": "both"}).status_code == 400
    assert desk.post(f"{page}/duty", data={"duty": "envelopes"}).status_code == 302
    form = {"once": "a" * 32, "number": hetu(2), "areas": ["north"]}
    assert desk.post(f"{page}/envelopes", data=form).status_code == 302
    assert desk.post(f"{page}/envelopes", data=form).status_code == 302
    assert vote.voter(2).channel == "paper"
    again = desk.post(f"{page}/envelopes", data=form | {"once": "b" * 32})
    assert again.status_code == 422
    assert "has voted already" in again.get_data(as_text=True)
    nobody = form | {"once": "c" * 32, "number": "1"}
    assert desk.post(f"{page}/envelopes", data=nobody).status_code == 422
    south = form | {"once": "e" * 32, "number": hetu(3), "areas": ["south"]}
    assert desk.post(f"{page}/envelopes", data=south).status_code == 422
    aside = {"aside_once": "d" * 32, "state": "twice", "aside_areas": ["north"]}
    assert desk.post(f"{page}/envelopes/aside", data=aside).status_code == 302
    none = desk.post(f"{page}/envelopes/aside", data=aside | {"aside_areas": []})
    assert none.status_code == 422
    found = vote.session.scalars(select(PaperEnvelope)).all()
    assert sorted(each.state for each in found) == ["accepted", "twice"]
    (put_aside,) = [e for e in found if e.state is EnvelopeState.TWICE]
    assert put_aside.voter_id is None
    back = f"{page}/envelopes/{put_aside.key}/take-back"
    assert desk.post(back).status_code == 302
    mine = {"mistaken": hetu(3)}
    assert desk.post(f"{page}/envelopes/take-back", data=mine).status_code == 422
    mine = {"mistaken": hetu(2)}
    assert desk.post(f"{page}/envelopes/take-back", data=mine).status_code == 302
    vote.session.expire_all()
    assert vote.voter(2).channel is None
    vote.close()
    assert desk.get(f"{page}/cards").status_code == 409


def test_two_people_enter_a_card_and_do_not_see_each_other(
    client: Client, new_client: Callable[[], Client], vote: PaperVote
) -> None:
    (card,) = vote.issue(1)
    vote.accept(2)
    first = as_person(client, vote, vote.readers[0])
    second = as_person(new_client(), vote, vote.readers[1])
    page = page_of(vote)
    assert first.get(f"{page}/cards").status_code == 409
    vote.close()
    answer = first.post(f"{page}/cards", data={"serial": card.serial.lower()})
    place = answer.headers["Location"]
    assert place == f"{page}/cards/{card.serial}"
    assert first.post(f"{page}/cards", data={"serial": "nonsense"}).status_code == 422
    assert first.get(f"{page}/cards/AAAA-AAAA").status_code == 404
    assert (
        first.post(place, data={"verdict": "ballot", "mark0": "y"}).status_code == 302
    )
    assert "checked" in box(first, place)
    assert "checked" not in box(second, place)
    other = second.post(place, data={"verdict": "ballot", "mark1": "y"})
    assert other.headers["Location"] == place
    for reader in (first, second):
        assert "The two entries" in reader.get(place).get_data(as_text=True)
    same = second.post(place, data={"verdict": "ballot", "mark0": "y"})
    assert same.headers["Location"] == f"{page}/cards"
    vote.session.expire_all()
    assert (card.state, card.choices) == (CardState.VALID, [["1", 1]])
    third = as_person(new_client(), vote, vote.readers[2])
    assert third.post(f"{place}/anew").status_code == 302
    vote.session.expire_all()
    assert card.state is CardState.WAITING


def test_no_page_of_cards_shows_a_voter_and_no_page_of_envelopes_a_card(
    client: Client, new_client: Callable[[], Client], vote: PaperVote
) -> None:
    (card,) = vote.issue(1)
    vote.accept(2)
    vote.close()
    vote.enter(card, Entry(marks={"1": 1}))
    page, person = page_of(vote), hetu(2)
    opener = as_person(client, vote, vote.opener)
    shown = opener.get(f"{page}/envelopes").get_data(as_text=True)
    shown += opener.get(page).get_data(as_text=True)
    shown += opener.get(f"{page}/batches/1").get_data(as_text=True)
    assert card.serial not in shown
    assert opener.get(f"{page}/cards/{card.serial}").status_code == 409
    reader = as_person(new_client(), vote, vote.readers[1])
    shown = reader.get(f"{page}/cards/{card.serial}").get_data(as_text=True)
    shown += reader.get(page).get_data(as_text=True)
    assert person not in shown
    assert vote.voter(2).person_key not in shown
    assert card.serial in reader.get(f"{page}/batches/1").get_data(as_text=True)


def test_a_difference_is_explained_by_one_and_signed_by_another(
    client: Client, new_client: Callable[[], Client], vote: PaperVote
) -> None:
    vote.accept(2)
    vote.close()
    desk = as_person(client, vote, vote.opener)
    page = page_of(vote)
    north = vote.round.areas[0].id
    closing = f"/en/manage/rounds/{vote.round.slug}/reconcile"
    assert desk.post(closing).status_code == 409
    address = f"{page}/areas/{north}/difference"
    assert desk.post(address, data={"reason": ""}).status_code == 422
    assert desk.post(address, data={"reason": "An empty envelope"}).status_code == 302
    number = vote.session.scalars(select(PaperDifference.id)).one()
    assert desk.post(f"{page}/differences/{number}/sign").status_code == 409
    other = log_in(new_client(), official(vote.session))
    assert "An empty envelope" in other.get(page).get_data(as_text=True)
    assert other.post(f"{page}/differences/{number}/sign").status_code == 302
    assert desk.post(closing).status_code == 302
    vote.session.expire_all()
    assert vote.round.stage is Stage.RECONCILED
    assert "reconciled" in desk.get(page).get_data(as_text=True)


def test_whoever_has_voted_on_paper_is_told_in_the_booth(
    client: Client, vote: PaperVote
) -> None:
    account = official(vote.session)
    voter = vote.voter(2)
    voter.account_id = account.id
    vote.session.flush()
    vote.cast_online(2, "1")
    vote.accept(2)
    booth = f"/en/rounds/{vote.round.slug}/vote"
    log_in(client, account)
    assert "vote on paper has arrived" in client.get(booth).get_data(as_text=True)
    words = client.get(f"/en/rounds/{vote.round.slug}").get_data(as_text=True)
    assert "You may also vote on paper" in words
