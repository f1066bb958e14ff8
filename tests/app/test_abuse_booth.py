"""The booth against strangers, other people's papers, and ballots that nobody chose."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from tests.factories.accounts import log_in, resident
from tests.factories.ballots import Vote, new_key, open_vote_with, voter_in
from tests.support.abuse import LANG, fault_of
from tests.support.booth import choose, review_form
from tests.support.client import Client
from voting.models import AreaKind, BoxBallot, BoxCast, Draft
from voting.profile import BallotType

KINDS = (AreaKind.HOME, AreaKind.HOME, AreaKind.EVERYONE)
MANY = 10_000
# A project that has its mark.
MARKED = re.compile(r'value="a\d-\d"[^>]* checked')


@pytest.fixture
def key_dir(app: Flask) -> Path:
    folder: Path = app.extensions["puistokatu"].key_dir
    return folder


@pytest.fixture
def vote(session: Session, key_dir: Path) -> Vote:
    return open_vote_with(session, key_dir, kinds=KINDS, max_picks=2)


@pytest.fixture
def browser_of(
    session: Session, new_client: Callable[[], Client], vote: Vote
) -> Callable[[], Client]:
    """Makes browsers of people who live in area0 and are on the roll."""

    def make() -> Client:
        row = voter_in(session, vote, home="area0")
        return log_in(new_client(), session.get_one(Account, row.account_id))

    return make


def booth_routes(app: Flask, slug: str) -> Iterator[tuple[str, str]]:
    """Method and address of everything that is only for voters."""
    adapter = app.url_map.bind("localhost")
    for route in app.url_map.iter_rules():
        rule = getattr(app.view_functions[route.endpoint], "access_rule", "")
        if rule == "elector":
            there = {"lang": LANG, "slug": slug, "area": "area0"}
            values = {name: there.get(name, "1") for name in route.arguments}
            for method in sorted((route.methods or set()) & {"GET", "POST"}):
                yield method, adapter.build(route.endpoint, values, method)


def everything_in(session: Session) -> dict[str, int]:
    session.expire_all()
    tables = (BoxBallot, BoxCast, Draft)
    return {
        table.__name__: session.scalar(select(func.count()).select_from(table)) or 0
        for table in tables
    }


def cast(client: Client, vote: Vote, **form: object) -> int:
    answer = client.post(f"/{LANG}/rounds/{vote.slug}/vote", data=form)
    assert fault_of(answer) is None
    return answer.status_code


def test_nobody_stands_in_a_booth_without_being_let_in(
    app: Flask, client: Client, session: Session, vote: Vote
) -> None:
    def tried() -> set[str]:
        answers = [
            client.open(address, method=method)
            for method, address in booth_routes(app, vote.slug)
        ]
        assert len(answers) > 10
        assert {answer.status_code for answer in answers} == {302}
        return {answer.location.partition("?")[0] for answer in answers}

    assert tried() == {f"/{LANG}/account/log-in"}
    # Somebody who is logged in, and on no roll, is asked the questions.
    log_in(client, resident(session, language=LANG))
    for method, address in booth_routes(app, vote.slug):
        answer = client.open(address, method=method)
        assert answer.status_code == (302 if answer.location else 409), address
        assert (answer.location or "/vote").endswith(("/may-vote", "/vote"))
    assert set(everything_in(session).values()) == {0}


def test_a_made_up_pass_lets_nobody_do_anything(
    app: Flask, client: Client, session: Session, vote: Vote
) -> None:
    for token in ("made up", "", 7, ["x"], {"x": 1}):
        with client.session_transaction() as cookie:
            cookie["booth"] = {vote.slug: token}
        for method, address in booth_routes(app, vote.slug):
            answer = client.open(address, method=method)
            assert fault_of(answer) is None
            assert answer.status_code in (302, 409)
    assert set(everything_in(session).values()) == {0}


def test_nobody_sees_what_stands_on_the_paper_of_another(
    app: Flask, session: Session, vote: Vote, browser_of: Callable[[], Client]
) -> None:
    first, second = browser_of(), browser_of()
    choose(first, vote, "area0", "a0-1")
    choose(first, vote, "area2", "a2-2")
    assert everything_in(session)["Draft"] == 1
    for method, address in booth_routes(app, vote.slug):
        if method == "GET":
            page = second.get(address).text
            assert MARKED.search(page) is None
            assert 'name="area.' not in page
    # The review page of the first, sent by the second, is the second one's own vote.
    form = review_form(first, vote)
    assert cast(second, vote, **form) == 302
    assert everything_in(session) == {"BoxBallot": 2, "BoxCast": 1, "Draft": 1}
    assert cast(first, vote, **form) == 404
    assert cast(first, vote, **(form | {"key": new_key()})) == 302
    assert everything_in(session) == {"BoxBallot": 4, "BoxCast": 2, "Draft": 0}


def test_what_is_not_on_the_ballot_paper_gets_into_no_box(
    session: Session, key_dir: Path, vote: Vote, browser_of: Callable[[], Client]
) -> None:
    voter = browser_of()
    other = open_vote_with(session, key_dir, projects=9)
    forged: list[dict[str, object]] = [
        {"area.area0": ["a0-9"]},  # of the other round
        {"area.area0": ["a2-1"]},  # of another area
        {"area.area1": ["a1-1"]},  # where somebody else lives
        {"area.nowhere": ["a0-1"]},
        {"area.": ["a0-1"]},
        {"area.area0\0": ["a0-1"]},
        {"area.area0": ["a0-1\0"]},
        {"area.area0": ["a0-1", "a0-1"]},
        {"area.area0": ["a0-1"], "home": "area1"},
        {"area.area0": ["a0-1"], "home": "\0"},
        {"blank": ["area1"]},
        {"blank": ["nowhere"] * MANY},
        {"area.area0": [f"a0-{n}" for n in range(MANY)]},
        {"area.area0": ["a0-1"] * MANY},
        {f"area.area{n}": "a0-1" for n in range(MANY)},
        {},
    ]
    for ballot in forged:
        assert cast(voter, vote, key=new_key(), **ballot) == 409, ballot
    for key in ("", "short", "\0" * 20, "x" * 65, "ä" * 20, "x" * 19 + "\n"):
        assert cast(voter, vote, key=key, **{"area.area0": ["a0-1"]}) == 404, key
    assert cast(voter, other, key=new_key(), **{"area.area0": ["a0-9"]}) == 409
    assert set(everything_in(session).values()) == {0}


def test_points_are_numbers_in_their_range_and_only_where_there_are_points(
    session: Session, key_dir: Path, vote: Vote, browser_of: Callable[[], Client]
) -> None:
    voter = browser_of()
    odd = ("9" * 30, "-1", "11", "1.5", "1e1", "\N{ARABIC-INDIC DIGIT FIVE}", "\0")
    points: dict[str, Any] = {"points": 10, "most_points": 10}
    other = open_vote_with(
        session, key_dir, ballot_type=BallotType.CUMULATIVE, **points
    )
    voter.post(f"/{LANG}/rounds/{other.slug}/vote/enter")
    for typed in odd:
        form = {"area.area0": "a0-1", "points.area0.a0-1": typed}
        assert cast(voter, other, key=new_key(), **form) == 409, typed
        # A tick is a tick.
        assert cast(voter, vote, key=new_key(), **form) == 302, typed
        assert session.scalars(select(BoxBallot.choices)).all() == [[["a0-1", 1]]]


def test_no_draft_keeps_what_is_not_on_the_ballot_paper(
    session: Session, vote: Vote, browser_of: Callable[[], Client]
) -> None:
    voter = browser_of()
    for area, codes in (
        ("area1", ["a1-1"]),
        ("nowhere", ["a0-1"]),
        ("area0", ["a0-9", "a2-1", "a0-1\0"]),
        ("area0", [f"x{n}" for n in range(MANY)]),
    ):
        answer = choose(voter, vote, area, *codes)
        assert answer.status_code in (302, 409, 422)
        page = voter.get(f"/en/rounds/{vote.slug}/vote/areas/area0")
        assert MARKED.search(page.text) is None
    for odd in ({"move": "up a0-9"}, {"go": "area nowhere"}, {"go": "compare \0"}):
        assert fault_of(choose(voter, vote, "area0", "a0-1", **odd)) is None
    assert everything_in(session)["BoxBallot"] == 0


def test_a_form_that_is_sent_again_later_changes_nothing(
    session: Session, vote: Vote, browser_of: Callable[[], Client]
) -> None:
    voter = browser_of()
    first = {"key": new_key(), "area.area0": ["a0-1"]}
    second = {"key": new_key(), "area.area0": ["a0-2"]}
    for form in (first, second, first, second, first):
        assert cast(voter, vote, **form) == 302
    query = select(BoxBallot.choices)
    assert session.scalars(query).all() == [[["a0-2", 1]]]
    # Nor is a vote that was taken back put in again by an old page.
    voter.post(f"/{LANG}/rounds/{vote.slug}/vote/withdraw")
    assert cast(voter, vote, **first) == cast(voter, vote, **second) == 302
    assert session.scalars(query).all() == []
