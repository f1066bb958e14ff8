"""Each project's story, and the count step by step, under every rule."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.jobs.studies import schedule_study
from app.transaction import transaction
from core.clock import FixedClock
from core.text import LANGUAGES
from tests.factories.accounts import log_in, official
from tests.factories.results import counted_round, published_round, sealed_round
from tests.support.client import Client
from tests.support.jobs import run_jobs
from voting.models import Result, Round

SLUG = "puistola-2027"
ROUND = f"/en/rounds/{SLUG}"
# North (60 000 e): the hill has 3 votes, the gym 2; south (40 000 e): the sauna 1.
BALLOTS = (
    ("north", ["1", "2"]),
    ("north", ["1"]),
    ("north", ["1", "2"]),
    ("south", ["4"]),
    ("south", []),
)


def plain(text: str) -> str:
    return " ".join(text.replace("\xa0", " ").replace("\u202f", " ").split())


def published(app: Flask, session: Session, clock: FixedClock, **options: Any) -> Round:
    """Published, and what its pages need worked out."""
    options = {"ballots": BALLOTS, "people": 5} | options
    round_ = published_round(session, now=clock.moment, **options)
    session.commit()
    with app.app_context(), transaction() as act:
        result = act.scalars(select(Result)).one()
        schedule_study(act, result, now=clock.moment)
    run_jobs(app, session)
    return round_


@pytest.mark.parametrize("address", ["/result/1", "/count"])
def test_nothing_is_told_before_everybody_may_know(
    new_client: Callable[[], Client],
    session: Session,
    clock: FixedClock,
    address: str,
) -> None:
    round_ = counted_round(session, now=clock.moment)
    who = official(session)
    for client in (new_client(), log_in(new_client(), who)):
        assert client.get(f"{ROUND}{address}").status_code == 404
    assert round_.stage == "counted"


def test_under_an_embargo_there_are_no_stories(
    client: Client, session: Session, clock: FixedClock
) -> None:
    until = clock.moment + timedelta(hours=3)
    published_round(session, now=clock.moment, embargo_until=until)
    assert client.get(f"{ROUND}/result/1").status_code == 404
    clock.moment = until
    assert client.get(f"{ROUND}/result/1").status_code == 200
    assert client.get(f"{ROUND}/result/none").status_code == 404


def test_equal_shares_tell_who_paid_and_what_was_left(
    app: Flask, client: Client, session: Session, clock: FixedClock
) -> None:
    published(app, session, clock, rule="equal-shares")
    built = plain(client.get(f"{ROUND}/result/1").text)
    assert "The money of North was shared by the voters who chose something" in built
    assert "Every voter had a share of 20 000 €." in built
    assert "Its 3 supporters had 60 000 € together." in built
    assert "They had paid for nothing else before. They paid 20 000 €" in built
    assert "3 supporters paid 6 666,67 € each" in built
    assert "North: 60 000 €. Before this project 0 € of it had been used" in built
    lost = plain(client.get(f"{ROUND}/result/2").text)
    assert "Where the money of its supporters went" in lost
    assert "They paid 13 333,3" in lost
    assert "Its supporters lacked 18 333,3" in lost
    assert "At a price of 26 666,6" in lost
    nobody = plain(client.get(f"{ROUND}/result/3").text)
    assert "Nobody voted for it." in nobody
    assert "Who paid" not in nobody


def test_phragmen_tells_what_had_been_earned(
    app: Flask, client: Client, session: Session, clock: FixedClock
) -> None:
    published(app, session, clock, rule="phragmen")
    page = plain(client.get(f"{ROUND}/result/1").text)
    assert "By then every voter had earned 6 666,67 €." in page
    assert "Its 3 supporters had earned 20 000 € together." in page


def test_as_long_as_it_is_worked_out_the_page_says_so(
    client: Client, session: Session, clock: FixedClock
) -> None:
    published_round(session, now=clock.moment, rule="phragmen")
    page = client.get(f"{ROUND}/result/2")
    assert "Who paid how much is being worked out." in page.text


def test_greedy_tells_its_turns_and_what_would_have_helped(
    client: Client, session: Session, clock: FixedClock
) -> None:
    published_round(session, now=clock.moment, rule="greedy", ballots=BALLOTS)
    lost = plain(client.get(f"{ROUND}/result/2").text)
    assert "Did not fit: North had 40 000 € left, the project costs 45 000 €." in lost
    assert "5 000 € was missing. At a price of 40 000 € it would have fitted." in lost
    assert (
        "With 2 votes more its turn would have come before “Sledging hill”."
        " Then 60 000 € was still left."
    ) in lost
    built = plain(client.get(f"{ROUND}/result/1").text)
    assert "It would still have fitted at a price of 60 000 €." in built
    steps = plain(client.get(f"{ROUND}/count").text)
    assert "North" in steps
    assert "60 000 € in the beginning, 40 000 € in the end." in steps
    assert "Built: 60 000 € was left before it, 40 000 € after it" in steps
    assert "Not built: 40 000 € was left" in steps
    assert steps.count("The steps as a table") == 2


def test_projects_without_a_step_are_told_as_well(
    client: Client, session: Session, clock: FixedClock
) -> None:
    published_round(session, now=clock.moment, rule="equal-shares", ballots=BALLOTS)
    page = plain(client.get(f"{ROUND}/count").text)
    _steps, _, others = page.partition("The other projects")
    assert "Reading benches" in others
    assert "Nobody voted for it." in others
    assert "Sledging hill" not in others


def test_the_best_set_tells_its_proof_and_who_would_have_had_to_go(
    client: Client, session: Session, clock: FixedClock
) -> None:
    published_round(session, now=clock.moment)
    lost = plain(client.get(f"{ROUND}/result/1").text)
    assert "What would have had to make room" in lost
    assert "With 3 votes more for this project alone it would have been built." in lost
    built = plain(client.get(f"{ROUND}/result/2").text)
    assert "2 projects were chosen together. They gather 5 votes." in built
    assert "It is proven that no other set within the money gathers as much." in built
    assert "20 000 € is left" not in built
    assert "15 000 € is left after it" in built
    page = plain(client.get(f"{ROUND}/result").text)
    assert "They gather 5 votes." in page
    assert "They were chosen all at once." in plain(client.get(f"{ROUND}/count").text)


def test_a_draw_of_lots_is_told_so_that_anybody_can_repeat_it(
    client: Client, session: Session, clock: FixedClock
) -> None:
    published_round(
        session,
        now=clock.moment,
        rule="greedy",
        parameters={"ties": ["draw"], "seed": "dice 3 1 6"},
        ballots=(("north", ["1", "2"]), ("north", ["1", "2"])),
    )
    page = plain(client.get(f"{ROUND}/result").text)
    assert "A draw of lots decided." in page
    assert "beginning from the text “dice 3 1 6”" in page
    story = plain(client.get(f"{ROUND}/result/1").text)
    assert "The order that was drawn:" in story


def test_a_comparison_with_plain_support_is_told(
    client: Client, session: Session, clock: FixedClock
) -> None:
    parameters = {"comparison": True, "completion": "add1"}
    published_round(
        session, now=clock.moment, rule="equal-shares", parameters=parameters
    )
    page = plain(client.get(f"{ROUND}/result").text)
    assert "voters get more of their own projects when every voter has an equal" in page


@pytest.mark.parametrize("rule", ["greedy", "max-welfare", "equal-shares", "phragmen"])
def test_every_story_is_told_in_three_languages(
    app: Flask, client: Client, session: Session, clock: FixedClock, rule: str
) -> None:
    published(app, session, clock, rule=rule)
    titles = {"fi": "Pulkkamäki", "sv": "Pulkbacke", "en": "Sledging hill"}
    for language in LANGUAGES:
        for code in "13":
            address = f"/{language}/rounds/{SLUG}/result/{code}"
            assert client.get(address).status_code == 200
        assert titles[language] in client.get(f"/{language}/rounds/{SLUG}/count").text


def test_officials_read_the_stories_before_the_publication(
    client: Client, session: Session, clock: FixedClock
) -> None:
    counted_round(session, now=clock.moment)
    desk = log_in(client, official(session))
    preview = desk.get(f"/en/manage/rounds/{SLUG}/result").text
    for address in (
        f"/en/manage/rounds/{SLUG}/result/2",
        f"/manage/rounds/{SLUG}/steps",
    ):
        assert address.removeprefix("/en") in preview
    story = desk.get(f"/en/manage/rounds/{SLUG}/result/2").text
    assert f'href="/en/manage/rounds/{SLUG}/result"' in story
    assert f"/en/rounds/{SLUG}/result/" not in story
    assert desk.get(f"/en/manage/rounds/{SLUG}/result/none").status_code == 404


def test_there_is_no_story_without_a_count(
    client: Client, session: Session, clock: FixedClock
) -> None:
    sealed_round(session, now=clock.moment)
    desk = log_in(client, official(session))
    assert desk.get(f"/en/manage/rounds/{SLUG}/result/2").status_code == 404


def test_areas_that_are_mere_ceilings_share_the_whole_budget(
    app: Flask, client: Client, session: Session, clock: FixedClock
) -> None:
    """The money before a purchase is never more than there is of it."""
    published(app, session, clock, rule="equal-shares")
    result = session.scalars(select(Result)).one()
    outcome = dict(result.outcome)
    outcome["shares"] = {"": outcome["shares"]["north"]}
    outcome["steps"] = [[p, code, 10_000_000, None] for p, code, *_ in outcome["steps"]]
    result.outcome = outcome
    page = plain(client.get(f"{ROUND}/count").text)
    assert "The whole budget" in page
    assert "60 000 € in the beginning" not in page
    assert "The money of North" not in client.get(f"{ROUND}/result/1").text
