"""The assisted desk: from the document to the receipt, and what is not told."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.mail.models import Message
from core.audit import AuditDetail, AuditEntry
from core.clock import FixedClock
from core.jobs import Job
from core.text import Localized
from tests.factories.accounts import log_in, official, resident
from tests.factories.assisted import Desk
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
from tests.support.jobs import run_jobs
from voting.interruptions import pause_vote
from voting.keys import RollKeys
from voting.models import (
    AssistedSession,
    BoothPass,
    BoxBallot,
    Draft,
    Ending,
    Round,
    VoterSource,
    Way,
)
from voting.opening import open_vote
from voting.rounds import BallotPlan

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
def round_with(
    session: Session, key_dir: Path, tmp_path: Path, clock: FixedClock
) -> Callable[..., Round]:
    """Opens a vote with rules of its own."""

    def make(**rules: Any) -> Round:
        plan = BallotPlan(
            max_picks=2,
            municipality="Puistola",
            voter_source=VoterSource.REGISTER,
            **rules,
        )
        where = {"key_dir": key_dir, "folder": tmp_path, "now": clock.moment}
        return open_register_round(session, **where, ballot=plan)[0]

    return make


@pytest.fixture
def helper(session: Session, place: Place) -> Account:
    """An official of this round."""
    return official(session, scope=f"round:{place[0].slug}", name="Vuokko Virta")


@pytest.fixture
def desk(client: Client, place: Place, helper: Account) -> Desk:
    """A browser in which the official is logged in."""
    log_in(client, helper)
    return Desk(client, place[0].slug)


def count(session: Session, model: type) -> int:
    session.expire_all()
    return session.scalar(select(func.count()).select_from(model)) or 0


def endings(session: Session) -> list[Ending | None]:
    session.expire_all()
    query = select(AssistedSession.ended_how).order_by(AssistedSession.began_at)
    return list(session.scalars(query))


def test_a_resident_votes_at_the_desk_and_nothing_stays_in_the_browser(
    desk: Desk, session: Session, place: Place, helper: Account
) -> None:
    client = desk.client
    page = client.get(f"/en/manage/rounds/{desk.slug}").text
    assert f'href="{desk.manage}"' in page
    assert "Help somebody to vote" in client.get(desk.manage).text
    found = desk.look(number=hetu(2)).text
    assert "Asukas 2" in found
    assert "Lehmuskuja" not in found
    assert desk.begin(2, language="sv").location == f"/sv/rounds/{desk.slug}/vote"
    # The resident is not left with an official's rights.
    assert "/account/log-in" in client.get(desk.manage).location
    booth = client.get(desk.vote).text
    assert "Assisted session: ends at 12:30" in booth
    assert "If you have voted before" in booth
    assert "Log in" not in booth
    assert "Assisted session" in client.get("/en/help").text
    assert desk.choose("1").location.endswith("/review")
    key = new_key()
    assert desk.cast(key, "1").location.endswith("/vote/receipt")
    assert desk.cast(key, "1").location.endswith("/vote/receipt")
    receipt = client.get(f"{desk.vote}/receipt").text
    assert "Your vote is in" in receipt
    assert "No mail comes to you" in receipt
    assert "ends at 12:05" in receipt
    # Nobody sees again what was cast.
    assert client.get(desk.vote).location.endswith("/vote/receipt")
    assert client.get(f"{desk.vote}/review").location.endswith("/vote/receipt")
    over = client.post(f"{desk.vote}/assisted/end", follow_redirects=True).text
    assert "The assisted session has ended" in over
    assert "Your vote is in" in over
    assert f"next=/en/manage/rounds/{desk.slug}/assisted/new" in over
    with client.session_transaction() as cookie:
        assert not {"booth", "assisted", "_user_id"} & set(cookie)
    assert client.get(f"{desk.vote}/receipt").location.endswith("/may-vote")
    voter = row_of_person(session, place[0], 2, place[1])
    assert (voter.channel, voter.has_draft) == ("desk", False)
    assert (count(session, BoxBallot), count(session, BoothPass)) == (1, 0)
    assert (count(session, Draft), count(session, Message)) == (0, 0)
    assert endings(session) == [Ending.HERE]
    log_in(client, helper)
    listed = client.get(desk.manage).text
    assert "Vuokko Virta" in listed
    assert "Main library" in listed
    assert "Ended in the browser" in listed


def test_the_log_says_where_and_by_whom_and_never_for_whom(
    desk: Desk, session: Session, place: Place, helper: Account
) -> None:
    desk.begin(2)
    desk.cast(new_key(), "1")
    desk.client.post(f"{desk.vote}/assisted/end")
    session.expire_all()
    begun, ended = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.action.startswith("assisted."))
        .order_by(AuditEntry.number)
    )
    assert begun.facts == {"desk": "Main library", "document": "passport"}
    assert ended.facts == {"desk": "Main library", "ending": "here"}
    assert (begun.role, ended.role) == ("official", "system")
    by = session.get_one(AuditDetail, begun.id).text
    assert f'"account": {helper.id}' in by
    job = session.scalars(select(Job).where(Job.name == "end_assisted")).one()
    said = f"{begun.facts}{ended.facts}{by}{job.arguments}{job.key}"
    assert hetu(2) not in said
    assert "Asukas" not in said
    log_in(desk.client, official(session))
    page = desk.client.get(f"/en/manage/audit/round:{desk.slug}")
    assert page.status_code in (200, 403)


def test_what_was_chosen_elsewhere_is_not_shown_to_whoever_helps(
    desk: Desk,
    session: Session,
    place: Place,
    new_client: Callable[[], Client],
    clock: FixedClock,
) -> None:
    at_home = Desk(new_client(), desk.slug)
    account = resident(session, email="asukas2@example.org")
    log_in(at_home.client, account)
    at_home.client.post(f"{desk.vote}/enter")
    at_home.cast(new_key(), "1")
    at_home.choose("2")
    assert at_home.client.get(f"{desk.vote}/areas/north").text.count(" checked") == 1
    desk.begin(2)
    # Neither the draft nor the vote, nor that there are any.
    theirs = desk.client.get(f"{desk.vote}/areas/north").text
    assert " checked" not in theirs
    assert "Your vote is not in yet" in theirs
    assert desk.client.get(f"{desk.vote}/receipt").location.endswith("/vote")
    assert desk.client.get(f"{desk.vote}/withdraw").location.endswith("/vote")
    desk.choose("1", "2")
    assert desk.client.get(f"{desk.vote}/areas/north").text.count(" checked") == 2
    # And at home nothing has changed.
    assert at_home.client.get(f"{desk.vote}/areas/north").text.count(" checked") == 1
    why = Localized("Vika.", "Fel.", "A fault.")
    pause_vote(session, place[0], why, actor=OFFICIAL, now=clock.moment)
    paused = desk.client.get(desk.vote).text
    assert "The vote is paused" in paused
    assert "The vote that you sent is in" not in paused


def test_a_vote_at_the_desk_replaces_an_earlier_one_and_can_be_withdrawn(
    desk: Desk,
    session: Session,
    place: Place,
    new_client: Callable[[], Client],
    clock: FixedClock,
) -> None:
    by_letter = Desk(new_client(), desk.slug)
    code = code_of_person(session, place[0], 2, keys=place[1], now=clock.moment)
    by_letter.client.post(f"/en/rounds/{desk.slug}/code", data={"code": code})
    assert by_letter.cast(new_key(), "2").status_code == 302
    assert desk.begin(2).status_code == 302
    assert desk.cast(new_key(), "1").status_code == 302
    session.expire_all()
    assert session.scalars(select(BoxBallot)).one().choices == [["1", 1]]
    # Whoever came in last is alone in the booth.
    assert by_letter.client.get(desk.vote).location.endswith("/may-vote")
    page = desk.client.get(f"{desk.vote}/withdraw").text
    assert "Do you want to withdraw your vote?" in page
    assert "See or change your vote" not in page
    desk.client.post(f"{desk.vote}/withdraw")
    assert count(session, BoxBallot) == 0
    assert "not in yet" in desk.client.get(desk.vote).text


def test_when_the_time_is_over_nothing_is_cast_and_the_choices_wait(
    desk: Desk, app: Flask, session: Session, clock: FixedClock, helper: Account
) -> None:
    desk.begin(2)
    desk.choose("1", "2")
    clock.moment += timedelta(minutes=30)
    answer = desk.cast(new_key(), "1", "2")
    assert answer.status_code == 409
    assert "The time ran out, and no vote was cast" in answer.text
    assert "Sledging hill" not in answer.text
    assert count(session, BoxBallot) == 0
    assert desk.client.get(desk.vote).location.endswith("/may-vote")
    assert run_jobs(app, session) >= 1
    assert endings(session) == [Ending.TIME]
    assert count(session, BoothPass) == 0
    log_in(desk.client, helper)
    # The next person sees nothing of it, and the same person goes on.
    desk.begin(3)
    assert " checked" not in desk.client.get(f"{desk.vote}/areas/north").text
    desk.client.post(f"{desk.vote}/assisted/end")
    desk.client.get(f"{desk.vote}/assisted/over")
    log_in(desk.client, helper)
    desk.begin(2)
    assert desk.client.get(f"{desk.vote}/areas/north").text.count(" checked") == 2
    end = desk.client.get(f"{desk.vote}/assisted/end").text
    assert "what you have chosen here is deleted" in end
    desk.client.post(f"{desk.vote}/assisted/end")
    assert count(session, Draft) == 0


def test_the_end_moves_a_little_for_the_receipt_and_only_once(
    desk: Desk, app: Flask, session: Session, clock: FixedClock
) -> None:
    desk.begin(2)
    clock.moment += timedelta(minutes=29)
    desk.cast(new_key(), "1")
    clock.moment += timedelta(minutes=3)
    # The job of the first end finds that it is too early.
    assert run_jobs(app, session) >= 1
    assert endings(session) == [None]
    desk.cast(new_key(), "2")
    assert "ends at 12:34" in desk.client.get(f"{desk.vote}/receipt").text
    clock.moment += timedelta(minutes=2)
    page = desk.client.get(f"{desk.vote}/receipt").text
    assert "Your vote is in" in page
    assert "The assisted session has ended" in page
    assert run_jobs(app, session) >= 1
    assert endings(session) == [Ending.TIME]


def test_an_official_has_one_session_that_runs_and_ends_it_from_the_list(
    desk: Desk,
    session: Session,
    helper: Account,
    new_client: Callable[[], Client],
    clock: FixedClock,
) -> None:
    form = desk.form_for(2)
    other = Desk(log_in(new_client(), helper), desk.slug)
    waiting = other.form_for(3)
    desk.send(form)
    busy = other.send(waiting)
    assert busy.status_code == 422
    assert "A session that you have opened is still running" in busy.text
    # The first form again, for somebody else, is no way around the log.
    swapped = other.send(waiting | {"once": form["once"]})
    assert "A session that you have opened is still running" in swapped.text
    assert "Runs now" in other.client.get(other.manage).text
    row = session.scalars(select(AssistedSession)).one()
    for said in ("has been ended", "had ended already"):
        address = f"{other.manage}/{row.id}/end"
        assert said in other.client.post(address, follow_redirects=True).text
    over = desk.client.get(desk.vote).text
    assert "An official ended the session" in over
    assert other.send(waiting).status_code == 302
    assert endings(session) == [Ending.OFFICIAL, None]
    clock.moment += timedelta(minutes=31)
    # One whose time is over does not stand in the way, though no job has come.
    again = Desk(log_in(new_client(), helper), desk.slug)
    assert again.begin(4).status_code == 302
    assert endings(session) == [Ending.OFFICIAL, Ending.TIME, None]


def test_the_button_pressed_twice_is_one_session(
    desk: Desk, session: Session, helper: Account, new_client: Callable[[], Client]
) -> None:
    form = desk.form_for(2)
    again = Desk(log_in(new_client(), helper), desk.slug)
    assert desk.send(form).status_code == 302
    assert again.send(form).status_code == 302
    assert count(session, AssistedSession) == 1
    # The answer that the browser shows is the later one.
    assert "Assisted session" in again.client.get(desk.vote).text
    assert again.cast(new_key(), "1").status_code == 302
    begun = select(func.count()).where(AuditEntry.action == "assisted.begun")
    assert session.scalar(begun) == 1


def test_of_two_desks_the_later_one_has_the_person(
    desk: Desk, session: Session, new_client: Callable[[], Client], clock: FixedClock
) -> None:
    other = Desk(log_in(new_client(), official(session)), desk.slug)
    form = other.form_for(2)
    desk.begin(2)
    clock.moment += timedelta(minutes=2)
    assert other.send(form).status_code == 302
    answer = desk.cast(new_key(), "1")
    assert answer.status_code == 409
    assert "the same person came into the booth in another way" in answer.text
    assert other.cast(new_key(), "2").status_code == 302
    assert count(session, BoxBallot) == 1


def test_an_official_does_not_help_himself(
    client: Client, session: Session, place: Place
) -> None:
    desk = Desk(client, place[0].slug)
    log_in(client, official(session, email="Asukas3@example.org"))
    answer = desk.begin(3)
    assert answer.status_code == 422
    assert "This is your own row of the electoral roll" in answer.text
    account = official(session)
    row_of_person(session, place[0], 2, place[1]).account_id = account.id
    log_in(client, account)
    assert "This is your own row" in desk.begin(2).text
    assert count(session, AssistedSession) == 0


def test_the_form_wants_a_document_a_place_and_the_person_s_wish(desk: Desk) -> None:
    form = desk.form_for(2)
    empty = desk.send(form | {"document": "", "desk": " ", "consent": ""})
    assert empty.status_code == 422
    for said in (
        "Choose the document that you have seen.",
        "Write where you are helping.",
        "Without the person",
    ):
        assert said in empty.text
    # Nobody can be chosen who was not found.
    assert desk.send(form | {"number": hetu(77)}).status_code == 422
    by_name = form | {"number": "", "name": "Asukas", "born": "1960"}
    for voter in ("999999", "", "x"):
        assert desk.send(by_name | {"voter": voter}).status_code == 422
    assert desk.send(by_name).status_code == 302


def test_somebody_who_is_not_on_the_roll_gets_a_clear_answer_and_searches_wait(
    desk: Desk,
) -> None:
    answer = desk.look(number=hetu(77))
    assert answer.status_code == 422
    assert "not on the electoral roll of this round" in answer.text
    assert "osallisuus@puistola.example" in answer.text
    assert "This is not" in desk.look(number="123").text
    assert desk.look(name="Asukas 2", born="1960").status_code == 200
    several = desk.look(name="Asukas", born="1960").text
    assert "Asukas 2, Lehmuskuja 2" in several
    assert "Asukas 3, Lehmuskuja 3" in several
    misses = [desk.look(number=hetu(77)).status_code for _ in range(12)]
    assert misses[-1] == 429


def test_somebody_under_protection_votes_at_the_desk(
    client: Client,
    session: Session,
    key_dir: Path,
    tmp_path: Path,
    clock: FixedClock,
) -> None:
    round_ = register_round(session, now=clock.moment)
    path = register(tmp_path / "r.csv", line(2, protected="1"))
    read_into(session, round_, path, key_dir=key_dir, now=clock.moment)
    log_in(client, official(session))
    desk = Desk(client, round_.slug)
    before = client.get(f"{desk.manage}/new").text
    assert "Requests to correct the roll" in before
    assert 'name="number"' not in before
    act = {"actor": OFFICIAL, "now": clock.moment}
    open_vote(session, round_, key_dir=key_dir, **act)
    assert "without a name or an address" in desk.look(number=hetu(2)).text
    assert desk.begin(2).status_code == 302
    assert "Lehmuskuja" not in client.get(desk.vote, follow_redirects=True).text


def test_where_a_vote_is_final_whoever_has_voted_is_not_let_in(
    session: Session,
    client: Client,
    new_client: Callable[[], Client],
    round_with: Callable[..., Round],
) -> None:
    round_ = round_with(ways=(Way.DESK,), change_allowed=False)
    desk = Desk(log_in(client, official(session)), round_.slug)
    assert desk.begin(2).status_code == 302
    assert "cannot be changed any more" in client.get(desk.vote).text
    assert desk.cast(new_key(), "1").status_code == 302
    other = Desk(log_in(new_client(), official(session)), round_.slug)
    answer = other.begin(2)
    assert answer.status_code == 422
    assert "This person has voted already" in answer.text
    assert count(session, AssistedSession) == 1


def test_a_round_without_service_points_says_so(
    client: Client,
    session: Session,
    round_with: Callable[..., Round],
) -> None:
    round_ = round_with(ways=(Way.CODE,))
    desk = Desk(log_in(client, official(session)), round_.slug)
    page = client.get(f"{desk.manage}/new")
    assert "nobody votes at a service point" in page.text
    assert 'name="number"' not in page.text
    assert (
        f'href="{desk.manage}"' not in client.get(f"/en/manage/rounds/{desk.slug}").text
    )
    assert "nobody votes this way" in desk.begin(2).text
    assert count(session, AssistedSession) == 0
    # And residents are not sent there.
    assert (
        "At a service point" not in client.get(f"/en/rounds/{desk.slug}/may-vote").text
    )


def test_the_text_can_be_larger_and_the_way_back_stays_on_this_site(desk: Desk) -> None:
    desk.begin(2, large="y")
    page = desk.client.get(desk.vote).text
    assert 'class="large-text"' in page
    assert "Ordinary text" in page
    resize = f"{desk.vote}/assisted/text"
    back = desk.client.post(resize, data={"back": "/en/help"})
    assert back.location == "/en/help"
    assert "large-text" not in desk.client.get("/en/help").text
    back = desk.client.post(resize, data={"back": "//evil.example"})
    assert back.location.endswith("/vote")
    # Leaving the booth asks first, because of what has not been cast.
    answer = desk.client.post(f"{desk.vote}/leave")
    assert answer.location.endswith("/vote/assisted/end")


def test_the_pages_of_the_session_are_nothing_without_one(
    client: Client, place: Place
) -> None:
    vote = f"/en/rounds/{place[0].slug}/vote/assisted"
    assert client.get(f"{vote}/end").location.endswith("/over")
    assert client.post(f"{vote}/end").location.endswith("/over")
    assert "The assisted session has ended" in client.get(f"{vote}/over").text
    assert client.post(f"{vote}/text").status_code == 404
