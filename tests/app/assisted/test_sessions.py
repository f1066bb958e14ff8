"""An assisted session, from the document to the receipt, and what is not told."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.mail.models import Message
from core.audit import AuditDetail, AuditEntry
from core.clock import FixedClock
from core.jobs import Job
from core.text import Localized
from tests.factories.accounts import log_in, official, resident
from tests.factories.assisted import Desk, count, endings
from tests.factories.ballots import new_key
from tests.factories.rolls import (
    code_of_person,
    hetu,
    row_of_person,
)
from tests.factories.rounds import OFFICIAL
from tests.support.client import Client
from tests.support.jobs import run_jobs
from voting.interruptions import pause_vote
from voting.keys import RollKeys
from voting.models import (
    BoothPass,
    BoxBallot,
    Draft,
    Ending,
    Round,
)

Place = tuple[Round, RollKeys]


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
    # Without the script the page leaves by itself as well.
    assert f'content="1801; url={desk.vote}/assisted/over"' in booth
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
