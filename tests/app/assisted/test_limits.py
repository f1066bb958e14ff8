"""Who may be helped, by whom, and how many at a time."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from core.audit import AuditEntry
from core.clock import FixedClock
from tests.factories.accounts import log_in, official
from tests.factories.assisted import Desk, count, endings
from tests.factories.ballots import new_key
from tests.factories.rolls import (
    hetu,
    line,
    read_into,
    register,
    register_round,
    row_of_person,
)
from tests.factories.rounds import OFFICIAL
from tests.support.client import Client
from voting.keys import RollKeys
from voting.models import (
    AssistedSession,
    BoxBallot,
    Ending,
    Round,
    Way,
)
from voting.opening import open_vote

Place = tuple[Round, RollKeys]


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


def test_the_pages_of_the_session_are_nothing_without_one(
    client: Client, place: Place
) -> None:
    vote = f"/en/rounds/{place[0].slug}/vote/assisted"
    assert client.get(f"{vote}/end").location.endswith("/over")
    assert client.post(f"{vote}/end").location.endswith("/over")
    assert "The assisted session has ended" in client.get(f"{vote}/over").text
    assert client.post(f"{vote}/text").status_code == 404
