"""Into the booth of a round with a register: by letter, by account, by a provider."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.mail.models import Message
from core.clock import FixedClock
from core.text import Localized
from tests.factories.accounts import log_in, resident
from tests.factories.ballots import new_key
from tests.factories.rolls import (
    code_of_person,
    hetu,
    line,
    open_register_round,
    read_into,
    register,
    register_round,
    row_of_person,
)
from tests.factories.rounds import OFFICIAL
from tests.support.client import Client
from voting.entering import VerifiedId, enter_by_identity
from voting.interruptions import pause_vote
from voting.keys import RollKeys, create_roll_key
from voting.models import BoxBallot, RollRequest, Round, Voter, Way
from voting.opening import current_manifest

Place = tuple[Round, RollKeys]


@pytest.fixture
def key_dir(app: Flask) -> Path:
    folder: Path = app.extensions["puistokatu"].key_dir
    return folder


@pytest.fixture
def place(session: Session, key_dir: Path, tmp_path: Path, clock: FixedClock) -> Place:
    """The vote is on, with three people on the roll."""
    return open_register_round(
        session, key_dir=key_dir, folder=tmp_path, now=clock.moment
    )


@pytest.fixture
def code(session: Session, place: Place, clock: FixedClock) -> str:
    """The code in the letter of person 2."""
    return code_of_person(session, place[0], 2, keys=place[1], now=clock.moment)


def enter(client: Client, slug: str, code: str) -> int:
    return client.post(f"/en/rounds/{slug}/code", data={"code": code}).status_code


def cast(client: Client, slug: str) -> int:
    data = {"key": new_key(), "area.north": ["1"]}
    return client.post(f"/en/rounds/{slug}/vote", data=data).status_code


def ballots(session: Session) -> int:
    session.expire_all()
    return session.scalar(select(func.count()).select_from(BoxBallot)) or 0


def test_whoever_has_a_letter_votes_without_an_account(
    client: Client, session: Session, place: Place, code: str
) -> None:
    slug = place[0].slug
    booth = f"/en/rounds/{slug}/vote"
    # The way to the booth leads to the ways in.
    assert client.get(booth).location.endswith("/may-vote")
    page = client.get(f"/en/rounds/{slug}/may-vote").text
    assert "Register, 1 March 2027" in page
    assert "1 March 2027" in page
    assert f'href="/en/rounds/{slug}/code"' in page
    assert "The code from your letter" in client.get(f"/en/rounds/{slug}/code").text
    assert enter(client, slug, code) == 302
    assert "Sledging hill" in client.get(booth).text
    assert "Beach sauna" not in client.get(booth).text
    assert cast(client, slug) == 302
    receipt = client.get(f"{booth}/receipt").text
    assert "Your vote is in" in receipt
    assert "We also sent the receipt" not in receipt
    voter = row_of_person(session, *place[:1], 2, place[1])
    assert voter.channel == "code"
    assert session.scalars(select(Message)).all() == []
    # Leaving the booth closes it, and the code is used up.
    assert "Leave the booth" in client.get(booth).text
    client.post(f"{booth}/leave")
    assert client.get(booth).location.endswith("/may-vote")
    answer = client.post(f"/en/rounds/{slug}/code", data={"code": code})
    assert answer.status_code == 422
    assert "This code has been used" in answer.text


def test_a_code_that_is_not_good_is_answered_beside_the_field_and_delays(
    client: Client, place: Place, code: str
) -> None:
    slug = place[0].slug
    misread = code[:-1] + ("0" if code[-1] != "0" else "1")
    for wrong, said in (
        ("", "Write the code from your letter."),
        (misread, "This is not a whole code"),
        ("0000-0000-0000-0000", "No letter of this round has this code"),
    ):
        answer = client.post(f"/en/rounds/{slug}/code", data={"code": wrong})
        assert answer.status_code == 422
        assert said in answer.text
    codes = [enter(client, slug, "0000-0000-0000-0000") for _ in range(61)]
    assert codes[-1] == 429
    # A misread code is no guess, and a right one has to wait as well.
    assert enter(client, slug, misread) == 422
    assert enter(client, slug, code) == 429


def test_the_pass_of_another_round_or_a_made_up_one_opens_nothing(
    client: Client, place: Place, code: str
) -> None:
    slug = place[0].slug
    with client.session_transaction() as cookie:
        cookie["booth"] = {slug: "made up"}
    assert client.get(f"/en/rounds/{slug}/vote").location.endswith("/may-vote")
    assert cast(client, slug) == 409


def test_a_letter_in_somebody_else_s_browser_is_one_s_own_vote(
    client: Client, session: Session, place: Place, code: str
) -> None:
    round_, keys = place
    account = resident(session, email="asukas3@example.org")
    log_in(client, account)
    assert enter(client, round_.slug, code) == 302
    assert cast(client, round_.slug) == 302
    session.expire_all()
    assert row_of_person(session, round_, 2, keys).voted_hour
    assert row_of_person(session, round_, 3, keys).voted_hour is None
    # The receipt is not sent to the account, which is another person's.
    assert session.scalars(select(Message)).all() == []


def test_an_account_comes_in_by_its_address(
    client: Client, session: Session, place: Place
) -> None:
    round_, keys = place
    slug = round_.slug
    account = resident(session, email="asukas3@example.org")
    log_in(client, account)
    assert client.get(f"/en/rounds/{slug}/vote").location.endswith("/may-vote")
    page = client.get(f"/en/rounds/{slug}/vote/account").text
    assert "asukas3@example.org" in page
    assert client.post(f"/en/rounds/{slug}/vote/enter").status_code == 302
    assert cast(client, slug) == 302
    session.expire_all()
    voter = row_of_person(session, round_, 3, keys)
    assert (voter.account_id, voter.channel) == (account.id, "email")
    assert session.scalars(select(Message)).one().recipient == "asukas3@example.org"


def test_an_address_that_the_register_does_not_have_stays_outside(
    client: Client, session: Session, place: Place
) -> None:
    log_in(client, resident(session))
    answer = client.post(f"/en/rounds/{place[0].slug}/vote/enter")
    assert answer.status_code == 409
    assert "We did not find you on the electoral roll" in answer.text


def test_one_person_through_every_way_has_one_ballot(
    new_client: Callable[[], Client],
    session: Session,
    place: Place,
    code: str,
    clock: FixedClock,
) -> None:
    round_, keys = place
    slug = round_.slug
    by_letter, by_account, by_provider = (new_client() for _ in range(3))
    assert enter(by_letter, slug, code) == 302
    assert cast(by_letter, slug) == 302
    log_in(by_account, resident(session, email="asukas2@example.org"))
    by_account.post(f"/en/rounds/{slug}/vote/enter")
    assert cast(by_account, slug) == 302
    for way in (Way.STRONG, Way.DESK):
        token = enter_by_identity(
            session,
            round_,
            current_manifest(session, round_),
            VerifiedId(hetu(2)),
            way=way,
            keys=keys,
            now=clock.moment,
            lasts=clock.moment - clock.moment.replace(hour=0),
        )
        with by_provider.session_transaction() as cookie:
            cookie["booth"] = {slug: token}
        assert cast(by_provider, slug) == 302
    assert ballots(session) == 1
    # The letter's pass ended when the person came in another way.
    assert by_letter.get(f"/en/rounds/{slug}/vote").location.endswith("/may-vote")


def test_before_the_vote_a_code_says_that_its_holder_is_on_the_roll(
    client: Client,
    session: Session,
    key_dir: Path,
    tmp_path: Path,
    clock: FixedClock,
) -> None:
    round_ = register_round(session, now=clock.moment)
    path = register(tmp_path / "r.csv", line(2))
    read_into(session, round_, path, key_dir=key_dir, now=clock.moment)
    keys = create_roll_key(key_dir, round_.slug)
    code = code_of_person(session, round_, 2, keys=keys, now=clock.moment)
    page = f"/en/rounds/{round_.slug}/may-vote"
    assert "Try whether your code works" in client.get(page).text
    answer = client.post(f"/en/rounds/{round_.slug}/code", data={"code": code})
    assert "You are on the electoral roll" in answer.text
    assert client.get(f"/en/rounds/{round_.slug}/vote").location.endswith("/may-vote")
    # Nobody learns about others: there is no field for a name or a number.
    shown = re.sub(r'<input type="hidden"[^>]*>', "", client.get(page).text)
    assert "<input" not in shown


def test_the_questions_answer_by_the_rules_and_say_nothing_of_the_roll(
    client: Client, place: Place
) -> None:
    may_vote = f"/en/rounds/{place[0].slug}/may-vote"
    assert "Do you live in Puistola?" in client.get(f"{may_vote}?ask=1").text
    data = {"question": "municipality", "answer": "yes"}
    assert client.post(may_vote, data=data).status_code == 302
    assert "You should be on the electoral roll" in client.get(may_vote).text


def test_a_resident_asks_for_a_correction_and_nobody_is_named(
    client: Client,
    session: Session,
    key_dir: Path,
    tmp_path: Path,
    clock: FixedClock,
) -> None:
    round_ = register_round(session, now=clock.moment)
    form = f"/en/rounds/{round_.slug}/roll/request"
    assert client.get(form).status_code == 302  # there is no roll yet
    path = register(tmp_path / "r.csv", line(2))
    read_into(session, round_, path, key_dir=key_dir, now=clock.moment)
    said = {"number": hetu(7), "name": "Pia Puisto", "area": "north"}
    wrong = client.post(form, data=said | {"number": "131052-308S"})
    assert wrong.status_code == 422
    assert "This is not a personal identity code" in wrong.text
    # The same answer for somebody who is on the roll as for somebody who is not.
    for number in (hetu(7), hetu(2)):
        answer = client.post(form, data=said | {"number": number})
        assert answer.location.endswith("/may-vote")
    stored = session.scalars(select(RollRequest)).all()
    assert len(stored) == 2
    assert "Puisto" not in repr([each.details for each in stored])
    statuses = [client.post(form, data=said).status_code for _ in range(12)]
    assert statuses[-1] == 429


def test_no_home_can_be_forged_into_a_round_with_a_register(
    client: Client, session: Session, place: Place, code: str
) -> None:
    slug = place[0].slug
    enter(client, slug, code)
    data = {"key": new_key(), "area.south": ["3"], "home": "south"}
    assert client.post(f"/en/rounds/{slug}/vote", data=data).status_code == 409
    home = f"/en/rounds/{slug}/vote/home"
    assert client.get(home).status_code == 404
    assert client.post(home, data={"answer": "south"}).status_code == 404
    assert ballots(session) == 0
    assert session.scalar(select(func.count()).select_from(Voter)) == 3


def test_a_paused_vote_tells_whoever_came_by_a_code_that_the_draft_is_kept(
    client: Client, session: Session, place: Place, clock: FixedClock
) -> None:
    round_, keys = place
    code = code_of_person(session, round_, 2, keys=keys, now=clock.moment)
    client.post(f"/en/rounds/{round_.slug}/code", data={"code": code})
    area = f"/en/rounds/{round_.slug}/vote/areas/north"
    assert client.post(area, data={"project": ["1"]}).status_code == 302
    why = Localized("Vika.", "Fel.", "A fault.")
    pause_vote(session, round_, why, actor=OFFICIAL, now=clock.moment)
    page = client.get(f"/en/rounds/{round_.slug}/vote").text
    assert "Your choices are kept" in page
