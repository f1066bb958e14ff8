"""Every kind of ballot in the booth: what is refused, kept, found, taken back."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.mail.models import Message
from core.clock import FixedClock
from tests.factories.accounts import log_in, resident
from tests.factories.ballots import Vote, open_vote_with
from tests.support.client import Client
from voting.models import BoxBallot, Draft
from voting.profile import BallotType


@pytest.fixture
def key_dir(app: Flask) -> Path:
    folder: Path = app.extensions["puistokatu"].key_dir
    return folder


def review_form(page: str) -> dict[str, list[str]]:
    form: dict[str, list[str]] = {}
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    for name, value in found:
        form.setdefault(name, []).append(value)
    form.pop("csrf_token")
    return form


@pytest.fixture
def enter(
    session: Session, client: Client, key_dir: Path
) -> Iterator[Callable[..., Vote]]:
    """Opens a vote with a ballot of some kind; the client's person is in the booth."""

    def opened(kind: BallotType, **rules: Any) -> Vote:
        vote = open_vote_with(session, key_dir, ballot_type=kind, **rules)
        log_in(client, resident(session))
        client.post(f"/en/rounds/{vote.slug}/vote/enter")
        return vote

    return opened


def save(client: Client, vote: Vote, area: str = "area0", **fields: Any) -> Any:
    address = f"/en/rounds/{vote.slug}/vote/areas/{area}"
    return client.post(
        address, data={k.replace("__", "."): v for k, v in fields.items()}
    )


def cast(client: Client, vote: Vote, **changes: Any) -> Any:
    booth = f"/en/rounds/{vote.slug}/vote"
    form = review_form(client.get(f"{booth}/review").text)
    return client.post(booth, data=form | changes)


def points(**given: str) -> dict[str, str]:
    return {f"points.a0-{name[1:]}": typed for name, typed in given.items()}


def box(session: Session) -> list[Any]:
    return list(session.scalars(select(BoxBallot.choices)))


RANGE = "a whole number of points from 0 to 3"
STRANGE = "One of the projects is not on the ballot of Area 0"


def test_bad_points_are_refused_with_the_sentence_and_nothing_typed_is_lost(
    session: Session, client: Client, enter: Callable[..., Vote]
) -> None:
    vote = enter(BallotType.CUMULATIVE, points=5, most_points=3)
    for typed, said in (
        (points(p1="3", p2="3"), "in Area 0: you have 5, and you gave 6."),
        (points(p1="4"), RANGE),
        (points(p1="-1", p2="2"), RANGE),
        (points(p1="1.5"), RANGE),
        (points(p1="many", p2="2"), RANGE),
        (points(p1="9" * 4000), RANGE),
        (points(p1="1", p9="1"), STRANGE),
        ({"points.a1-1": "1"}, STRANGE),
    ):
        answer = save(client, vote, **typed)
        assert answer.status_code == 422, typed
        assert said in answer.text
        for name, text in typed.items():
            if name in ("points.a0-1", "points.a0-2"):
                assert f'value="{text}"' in answer.text
        # It has an address of its own, so another language is not the front page.
        assert f'href="/fi/rounds/{vote.slug}/vote/areas/area0"' in answer.text
    assert box(session) == []


def test_forged_points_are_refused_at_the_cast(
    session: Session, client: Client, enter: Callable[..., Vote]
) -> None:
    vote = enter(BallotType.CUMULATIVE, points=5, most_points=3)
    save(client, vote, **points(p1="3", p2="2"))
    for forged in (
        {"points.area0.a0-1": "5"},
        {"points.area0.a0-1": "-3"},
        {"points.area0.a0-1": "x"},
        {"points.area0.a0-1": "9" * 4000},
        {"area.area0": ["a0-1", "a0-1", "a0-2"]},
        {"area.area0": ["a0-1", "a1-1"]},
        {"points.area0.a0-1": "0", "points.area0.a0-2": "0"},
    ):
        assert cast(client, vote, **forged).status_code == 409, forged
    assert box(session) == []
    assert cast(client, vote).status_code == 302
    assert box(session) == [[["a0-1", 3], ["a0-2", 2]]]


def test_points_are_kept_and_seen_on_any_device_until_the_close(
    session: Session,
    client: Client,
    new_client: Callable[[], Client],
    enter: Callable[..., Vote],
) -> None:
    vote = enter(BallotType.SCORING, most_points=3)
    save(client, vote, **points(p1="3", p3="1"), go="find")
    other = log_in(new_client(), session.scalars(select(Account)).one())
    page = other.get(f"/en/rounds/{vote.slug}/vote").text
    assert re.findall(r'name="points.(a0-\d)"[^>]* value="(\d)"', page) in (
        [("a0-1", "3"), ("a0-3", "1")],
        [("a0-3", "1"), ("a0-1", "3")],
    )
    assert "2 of 3 projects have points" in page
    review = other.get(f"/en/rounds/{vote.slug}/vote/review").text
    assert "3 points" in review
    cast(other, vote)
    assert session.scalar(select(Draft)) is None
    assert (
        "Your vote is in. You can change it."
        in client.get(f"/en/rounds/{vote.slug}/vote").text
    )


def test_the_buttons_of_a_ranking_work_without_a_script(
    session: Session, client: Client, enter: Callable[..., Vote]
) -> None:
    vote = enter(BallotType.ORDINAL)
    booth = f"/en/rounds/{vote.slug}/vote"

    def ranking() -> list[str]:
        page = client.get(f"{booth}/areas/area0").text
        return re.findall(r'name="project" value="(a0-\d)">', page)

    def press(act: str) -> str:
        answer = save(client, vote, project=ranking(), move=act)
        assert answer.status_code == 302
        return str(answer.location)

    press("in a0-2")
    press("in a0-3")
    assert press("in a0-1").endswith("/vote/areas/area0#card-1")
    assert ranking() == ["a0-2", "a0-3", "a0-1"]
    assert press("up a0-1").endswith("#rank-1")
    assert ranking() == ["a0-2", "a0-1", "a0-3"]
    press("up a0-2")
    press("down a0-2")
    press("down a0-3")
    assert ranking() == ["a0-1", "a0-2", "a0-3"]
    press("out a0-2")
    for nonsense in ("up a0-2", "sideways a0-1", "in a1-1", "up", "in a0-1"):
        press(nonsense)
    assert ranking() == ["a0-1", "a0-3"]
    review = client.get(f"{booth}/review").text
    assert review.index("1. Project 1") < review.index("2. Project 3")
    cast(client, vote)
    assert box(session) == [[["a0-1", 1], ["a0-3", 1]]]
    press("down a0-1")
    assert "Your new choices are not in yet." in client.get(booth).text
    cast(client, vote)
    assert box(session) == [[["a0-3", 1], ["a0-1", 1]]]


def test_a_ranking_of_too_many_or_of_one_twice_is_refused(
    session: Session, client: Client, enter: Callable[..., Vote]
) -> None:
    vote = enter(BallotType.ORDINAL, max_picks=2)
    answer = save(client, vote, project=["a0-3", "a0-1", "a0-2"])
    assert answer.status_code == 422
    assert "Too many projects in Area 0: choose at most 2." in answer.text
    assert "1 too many: leave something out" in answer.text
    answer = save(client, vote, project=["a0-1", "a0-1"])
    assert "can be chosen only once" in answer.text
    answer = save(client, vote, project=["a0-1", "a1-1"])
    assert "not on the ballot" in answer.text
    assert box(session) == []


@pytest.mark.parametrize("kind", [BallotType.CUMULATIVE, BallotType.ORDINAL])
def test_a_blank_ballot_of_any_kind(
    session: Session, client: Client, enter: Callable[..., Vote], kind: BallotType
) -> None:
    vote = enter(kind, points=5, blank_allowed=True)
    save(client, vote, blank="1", **points(p1=""))
    assert "Blank vote" in client.get(f"/en/rounds/{vote.slug}/vote/review").text
    cast(client, vote)
    assert box(session) == [[]]


def test_looking_for_a_project_hides_the_others_and_loses_nothing(
    session: Session, client: Client, enter: Callable[..., Vote]
) -> None:
    vote = enter(BallotType.APPROVAL, projects=8)
    answer = save(client, vote, project=["a0-7"], find="project 3", go="find")
    assert answer.location.endswith("/areas/area0?find=project+3#projects")
    page = client.get(answer.location).text
    assert "1 of 8 projects shown" in page
    assert re.findall(r'data-card="(a0-\d)"[^>]* tabindex="-1">', page) == ["a0-3"]
    assert re.findall(r'value="(a0-\d)"[^>]* checked', page) == ["a0-7"]


def test_two_projects_side_by_side(client: Client, enter: Callable[..., Vote]) -> None:
    vote = enter(BallotType.CUMULATIVE, points=5)
    answer = save(client, vote, **points(p1="2"), go="compare a0-3")
    assert answer.location.endswith("/areas/area0/compare?first=a0-3")
    page = client.get(f"{answer.location}&second=a0-1").text
    assert page.index("2 points") > page.index("not chosen")
    page = client.get(answer.location.replace("a0-3", "a1-9")).text
    assert "booth-compared" not in page


def test_a_vote_is_withdrawn_and_given_again(
    session: Session, client: Client, enter: Callable[..., Vote]
) -> None:
    vote = enter(BallotType.ORDINAL)
    booth = f"/en/rounds/{vote.slug}/vote"
    assert client.get(f"{booth}/withdraw").location.endswith("/vote")
    assert client.post(f"{booth}/withdraw").status_code == 409
    save(client, vote, project=["a0-2"])
    cast(client, vote)
    assert "Withdraw your vote" in client.get(f"{booth}/receipt").text
    assert "Do you want to withdraw" in client.get(f"{booth}/withdraw").text
    assert client.post(f"{booth}/withdraw").status_code == 302
    assert box(session) == []
    message = session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert message
    assert message.kind == "vote_withdrawn"
    assert message.secret
    page = client.get(booth).text
    assert "Your vote has been withdrawn. Nothing of it is counted." in page
    assert "Your vote is not in yet." in page
    assert client.get(f"{booth}/receipt").location.endswith("/vote")
    save(client, vote, project=["a0-1"])
    assert cast(client, vote).status_code == 302
    assert box(session) == [[["a0-1", 1]]]


def test_nothing_is_withdrawn_after_the_close(
    session: Session,
    client: Client,
    clock: FixedClock,
    enter: Callable[..., Vote],
) -> None:
    vote = enter(BallotType.APPROVAL)
    save(client, vote, project=["a0-2"])
    cast(client, vote)
    clock.moment += timedelta(days=300)
    answer = client.post(f"/en/rounds/{vote.slug}/vote/withdraw")
    assert answer.status_code == 409
    assert box(session) == [[["a0-2", 1]]]


def test_a_long_list_asks_the_database_no_more_than_a_short_one(
    client: Client, enter: Callable[..., Vote], queries: list[str]
) -> None:
    counts = []
    for projects in (2, 40):
        vote = enter(BallotType.ORDINAL, projects=projects)
        save(client, vote, project=["a0-2", "a0-1"])
        queries.clear()
        assert client.get(f"/en/rounds/{vote.slug}/vote").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
