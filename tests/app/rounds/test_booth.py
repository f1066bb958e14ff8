import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.mail.models import Message
from core.clock import FixedClock
from tests.factories.accounts import log_in, resident
from tests.factories.ballots import CLOSES, Vote, open_vote_with
from tests.support.booth import cast, choose, review_form
from tests.support.client import Client
from voting.keys import destroy_round_keys
from voting.models import AreaKind, BoxBallot, Draft, Stage, Voter

HOMES_AND_ALL = [AreaKind.HOME, AreaKind.HOME, AreaKind.EVERYONE]


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def codes_on(page: str) -> list[str]:
    return re.findall(r'<td class="code">([^<]+)</td>', page)


def test_from_the_first_tick_to_the_receipt(
    session: Session, client: Client, vote: Vote, voter: Account
) -> None:
    page = client.get(f"/en/rounds/{vote.slug}/vote").text
    assert "Your vote is not in yet. Review it and send it." in page
    assert "0 of 2 chosen" in page
    answer = choose(client, vote, "area0", "a0-1", "a0-3")
    assert answer.location.endswith("/vote/review")
    form = review_form(client, vote)
    assert form["area.area0"] == ["a0-1", "a0-3"]
    answer = cast(client, vote, form)
    assert answer.status_code == 302
    receipt = client.get(answer.location).text
    assert "Your vote is in" in receipt
    assert len(codes_on(receipt)) == 1
    assert "Project" not in receipt
    ballot = session.scalars(select(BoxBallot)).one()
    assert ballot.choices == [["a0-1", 1], ["a0-3", 1]]
    assert count(session, Draft) == 0


def test_the_receipt_goes_by_mail_and_is_secret(
    session: Session, client: Client, vote: Vote, voter: Account
) -> None:
    choose(client, vote, "area0", "a0-1")
    answer = cast(client, vote, review_form(client, vote))
    message = session.scalars(select(Message)).one()
    assert message.kind == "receipt"
    assert message.secret
    assert message.recipient == "liisa@example.org"
    (code,) = codes_on(client.get(answer.location).text)
    assert message.body
    assert code in message.body
    assert "Project" not in message.body


def test_pressing_twice_is_one_vote_one_code_and_one_mail(
    session: Session, client: Client, vote: Vote, voter: Account
) -> None:
    choose(client, vote, "area0", "a0-1")
    form = review_form(client, vote)
    first = client.get(cast(client, vote, form).location).text
    again = client.get(cast(client, vote, form).location).text
    assert codes_on(first) == codes_on(again)
    assert count(session, BoxBallot) == 1
    assert count(session, Message) == 1


def test_another_voter_with_the_key_finds_nothing(
    session: Session,
    client: Client,
    new_client: Callable[[], Client],
    vote: Vote,
    voter: Account,
) -> None:
    choose(client, vote, "area0", "a0-1")
    form = review_form(client, vote)
    cast(client, vote, form)
    other = log_in(new_client(), resident(session))
    other.post(f"/en/rounds/{vote.slug}/vote/enter")
    assert cast(other, vote, form).status_code == 404
    assert count(session, BoxBallot) == 1


def test_the_booth_shows_what_is_in_the_box_and_takes_a_change(
    session: Session, client: Client, vote: Vote, voter: Account
) -> None:
    choose(client, vote, "area0", "a0-1")
    cast(client, vote, review_form(client, vote))
    page = client.get(f"/en/rounds/{vote.slug}/vote").text
    assert "Your vote is in. You can change it." in page
    assert re.findall(r'value="(a0-\d)"[^>]* checked', page) == ["a0-1"]
    choose(client, vote, "area0", "a0-2")
    page = client.get(f"/en/rounds/{vote.slug}/vote").text
    assert "Your new choices are not in yet." in page
    cast(client, vote, review_form(client, vote))
    assert session.scalars(select(BoxBallot.choices)).all() == [[["a0-2", 1]]]


def test_too_many_are_refused_beside_the_form_and_kept(
    session: Session, client: Client, vote: Vote, voter: Account
) -> None:
    answer = choose(client, vote, "area0", "a0-1", "a0-2", "a0-3")
    assert answer.status_code == 422
    assert "Too many projects in Area 0: choose at most 2." in answer.text
    assert answer.text.count(" checked") == 3
    page = client.get(f"/en/rounds/{vote.slug}/vote/review").text
    assert "Too many projects in Area 0: choose at most 2." in page
    assert "Cast your vote" not in page


def test_forged_ballots_are_refused_and_nothing_is_stored(
    session: Session, client: Client, vote: Vote, voter: Account
) -> None:
    choose(client, vote, "area0", "a0-1")
    key = review_form(client, vote)["key"]
    for forged in (
        {"area.area0": ["a0-1", "a0-2", "a0-3"]},
        {"area.area0": [f"x{i}" for i in range(10_000)]},
        {"area.area9": ["a0-1"]},
        {"area.area0": ["b-1"]},
        {"area.area0": ["a0-1", "a0-1"]},
        {"blank": ["area0"]},
        {},
    ):
        answer = cast(client, vote, {"key": key, **forged})
        assert answer.status_code == 409, forged
    assert count(session, BoxBallot) == 0
    assert count(session, Message) == 0


def test_a_cast_without_a_key_is_not_found(
    client: Client, vote: Vote, voter: Account
) -> None:
    assert cast(client, vote, {"area.area0": ["a0-1"]}).status_code == 404


def test_the_scripts_quiet_saving_keeps_the_draft(
    session: Session, client: Client, vote: Vote, voter: Account
) -> None:
    answer = client.post(
        f"/en/rounds/{vote.slug}/vote/areas/area0",
        data={"project": ["a0-2"]},
        headers={"X-Draft": "1"},
    )
    assert answer.status_code == 204
    page = client.get(f"/en/rounds/{vote.slug}/vote").text
    assert re.findall(r'value="(a0-\d)"[^>]* checked', page) == ["a0-2"]
    assert session.scalars(select(Voter)).one().has_draft


def test_the_order_is_random_and_steady_for_one_visitor(
    session: Session,
    client: Client,
    new_client: Callable[[], Client],
    key_dir: Path,
) -> None:
    vote = open_vote_with(session, key_dir, projects=20)

    def order(browser: Client) -> list[str]:
        page = browser.get(f"/en/rounds/{vote.slug}/vote").text
        return re.findall(r'value="(a0-\d+)"', page)

    orders = []
    for browser in (client, new_client()):
        log_in(browser, resident(session))
        browser.post(f"/en/rounds/{vote.slug}/vote/enter")
        orders.append(order(browser))
        assert order(browser) == orders[-1]
    assert sorted(orders[0]) == sorted(orders[1])
    assert orders[0] != orders[1]


def test_area_by_area_with_those_named_that_are_left(
    session: Session, client: Client, key_dir: Path
) -> None:
    vote = open_vote_with(session, key_dir, kinds=HOMES_AND_ALL)
    log_in(client, resident(session))
    questions = f"/en/rounds/{vote.slug}/may-vote"
    client.post(questions, data={"question": "home", "answer": "area1"})
    client.post(f"/en/rounds/{vote.slug}/vote/enter")
    page = client.get(f"/en/rounds/{vote.slug}/vote").text
    assert "<h1>Area 1</h1>" in page
    assert "Not filled in yet: Area 2" in page
    answer = choose(client, vote, "area1", "a1-1", go="next")
    assert "<h1>Area 2</h1>" in client.get(answer.location).text
    page = client.get(f"/en/rounds/{vote.slug}/vote/review").text
    assert "Not filled in yet: Area 2" in page
    cast(client, vote, review_form(client, vote))
    assert count(session, BoxBallot) == 1
    assert client.get(f"/en/rounds/{vote.slug}/vote/areas/area0").status_code == 404


def test_another_area_or_home_is_looked_at_without_losing_what_is_chosen(
    client: Client, session: Session, key_dir: Path
) -> None:
    vote = open_vote_with(session, key_dir, kinds=HOMES_AND_ALL)
    log_in(client, resident(session))
    questions = f"/en/rounds/{vote.slug}/may-vote"
    client.post(questions, data={"question": "home", "answer": "area1"})
    client.post(f"/en/rounds/{vote.slug}/vote/enter")
    answer = choose(client, vote, "area1", "a1-1", go="area area2")
    assert answer.location.endswith("/vote/areas/area2")
    assert choose(client, vote, "area2", "a2-3", go="home").location.endswith("/home")
    page = client.get(f"/en/rounds/{vote.slug}/vote/review").text
    assert re.findall(r'value="(a\d-\d)"', page) == ["a1-1", "a2-3"]


def test_somebody_who_lives_elsewhere_than_he_said_moves_with_the_next_cast(
    session: Session, client: Client, key_dir: Path
) -> None:
    vote = open_vote_with(session, key_dir, kinds=HOMES_AND_ALL)
    log_in(client, resident(session))
    questions = f"/en/rounds/{vote.slug}/may-vote"
    client.post(questions, data={"question": "home", "answer": "area0"})
    client.post(f"/en/rounds/{vote.slug}/vote/enter")
    choose(client, vote, "area0", "a0-1")
    cast(client, vote, review_form(client, vote))
    home = f"/en/rounds/{vote.slug}/vote/home"
    assert "checked" in client.get(home).text
    client.post(home, data={"question": "home", "answer": "area1"})
    assert session.scalars(select(BoxBallot.choices)).all() == [[["a0-1", 1]]]
    choose(client, vote, "area1", "a1-2")
    cast(client, vote, review_form(client, vote))
    assert session.scalars(select(BoxBallot.choices)).all() == [[["a1-2", 1]]]


def test_one_of_the_free_areas_is_chosen_first(
    session: Session, client: Client, key_dir: Path
) -> None:
    vote = open_vote_with(session, key_dir, kinds=[AreaKind.FREE, AreaKind.FREE])
    log_in(client, resident(session))
    client.post(f"/en/rounds/{vote.slug}/vote/enter")
    page = client.get(f"/en/rounds/{vote.slug}/vote").text
    assert "In which area do you want to vote?" in page
    choose(client, vote, "area1", "a1-1")
    page = client.get(f"/en/rounds/{vote.slug}/vote/areas/area0").text
    assert "your choices in Area 1 are taken off your ballot" in page
    assert "<h1>Area 1</h1>" in client.get(f"/en/rounds/{vote.slug}/vote").text


def test_a_knapsack_counts_money(
    session: Session, client: Client, key_dir: Path
) -> None:
    vote = open_vote_with(session, key_dir, knapsack=True, projects=4)
    log_in(client, resident(session))
    client.post(f"/en/rounds/{vote.slug}/vote/enter")
    choose(client, vote, "area0", "a0-1", "a0-2")
    page = client.get(f"/en/rounds/{vote.slug}/vote").text.replace("\xa0", " ")
    assert "70 000 € of 100 000 € used, 30 000 € left" in page
    answer = choose(client, vote, "area0", "a0-1", "a0-2", "a0-3", "a0-4")
    assert answer.status_code == 422
    assert "cost more than its budget" in answer.text
    choose(client, vote, "area0", "a0-1", "a0-2", "a0-3")
    assert cast(client, vote, review_form(client, vote)).status_code == 302


def test_blank_is_a_box_of_its_own_where_it_is_allowed(
    session: Session, client: Client, key_dir: Path
) -> None:
    vote = open_vote_with(session, key_dir, blank_allowed=True)
    log_in(client, resident(session))
    client.post(f"/en/rounds/{vote.slug}/vote/enter")
    choose(client, vote, "area0", blank="1")
    form = review_form(client, vote)
    assert form["blank"] == ["area0"]
    cast(client, vote, form)
    assert session.scalars(select(BoxBallot.choices)).all() == [[]]


def test_after_the_close_nothing_is_taken_and_the_receipt_is_still_there(
    session: Session,
    client: Client,
    clock: FixedClock,
    vote: Vote,
    voter: Account,
) -> None:
    choose(client, vote, "area0", "a0-1")
    cast(client, vote, review_form(client, vote))
    choose(client, vote, "area0", "a0-2")
    form = review_form(client, vote)
    clock.moment = CLOSES
    answer = cast(client, vote, form)
    assert answer.status_code == 409
    assert "The vote has closed. No more votes can be taken." in answer.text
    assert choose(client, vote, "area0", "a0-2").status_code == 409
    page = client.get(f"/en/rounds/{vote.slug}/vote").text
    assert "The vote has closed." in page
    page = client.get(f"/en/rounds/{vote.slug}/vote/receipt").text
    assert len(codes_on(page)) == 1
    assert "See or change" not in page
    assert session.scalars(select(BoxBallot.choices)).all() == [[["a0-1", 1]]]


def test_before_the_opening_the_booth_says_so(
    session: Session, client: Client, clock: FixedClock, vote: Vote
) -> None:
    log_in(client, resident(session))
    clock.moment = CLOSES - timedelta(days=300)
    page = client.get(f"/en/rounds/{vote.slug}/vote")
    assert page.status_code == 200
    assert "The vote is not open yet." in page.text


def test_a_missing_key_is_said_and_not_a_fault_of_the_server(
    client: Client, vote: Vote, voter: Account
) -> None:
    destroy_round_keys(vote.key_dir, vote.slug)
    for answer in (
        client.get(f"/en/rounds/{vote.slug}/vote"),
        choose(client, vote, "area0", "a0-1"),
    ):
        assert answer.status_code == 409
        assert "The key of this round is missing" in answer.text


def test_the_booth_is_for_people_who_are_logged_in(client: Client, vote: Vote) -> None:
    for path in ("", "/review", "/receipt", "/home"):
        answer = client.get(f"/en/rounds/{vote.slug}/vote{path}")
        assert "/account/" in answer.location


def test_without_a_row_on_the_roll_nothing_is_taken(
    session: Session, client: Client, vote: Vote
) -> None:
    log_in(client, resident(session))
    assert client.get(f"/en/rounds/{vote.slug}/vote").location.endswith("/may-vote")
    answer = choose(client, vote, "area0", "a0-1")
    assert answer.status_code == 409
    assert "answer the questions on who can vote" in answer.text


def test_a_forged_form_is_refused(client: Client, vote: Vote, voter: Account) -> None:
    client.forges = True
    assert choose(client, vote, "area0", "a0-1").status_code == 400


def test_a_draft_round_has_no_booth(
    session: Session, client: Client, vote: Vote
) -> None:
    log_in(client, resident(session))
    vote.round.stage = Stage.DRAFT
    assert client.get(f"/en/rounds/{vote.slug}/vote").status_code == 404
    assert cast(client, vote, {}).status_code == 404
