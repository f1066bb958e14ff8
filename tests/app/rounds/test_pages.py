from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from core.clock import FixedClock
from tests.factories.accounts import log_in, official, resident
from tests.factories.rounds import announced_round, draft_round, ideas_round, open_round
from tests.support.client import Client
from voting.manifest import sha256
from voting.opening import frozen_manifest
from voting.projects import list_projects

URL = "/en/rounds/puistola-2027"
PAGES = ("", "/projects/1", "/manifest", "/proposals")


def test_the_list_shows_announced_rounds_only(
    client: Client, session: Session, clock: FixedClock
) -> None:
    draft_round(session, now=clock.moment, slug="secret")
    announced_round(session, now=clock.moment, slug="known")
    page = client.get("/en/rounds/").text
    assert "known" in page
    assert "secret" not in page


def test_the_list_says_where_each_vote_stands(
    client: Client, session: Session, clock: FixedClock
) -> None:
    open_round(session, now=clock.moment)
    assert "The vote is on" in client.get("/en/rounds/").text
    clock.moment += timedelta(days=30)
    assert "The vote has ended." in client.get("/en/rounds/").text
    clock.moment -= timedelta(days=60)
    assert "The vote has not begun yet." in client.get("/en/rounds/").text


def test_an_empty_list_says_so(client: Client) -> None:
    assert "There is no budget round yet." in client.get("/en/rounds/").text


def test_a_draft_is_there_for_its_officials_only(
    client: Client,
    new_client: Callable[[], Client],
    session: Session,
    clock: FixedClock,
) -> None:
    draft_round(session, now=clock.moment)
    somebody = log_in(new_client(), resident(session))
    elsewhere = log_in(new_client(), official(session, scope="round:other"))
    halfway = new_client()
    halfway.log_in(official(session), second_factor=False)
    for visitor in (client, somebody, elsewhere, halfway):
        for page in PAGES:
            assert visitor.get(URL + page).status_code == 404
    own = log_in(new_client(), official(session, scope="round:puistola-2027"))
    for page in ("", "/projects/1", "/proposals"):
        answer = own.get(URL + page)
        assert answer.status_code == 200
        assert "A preview" in answer.text


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_an_open_round_says_how_much_how_long_and_by_which_rules(
    client: Client, session: Session, clock: FixedClock, language: str
) -> None:
    open_round(session, now=clock.moment)
    page = client.get(f"/{language}/rounds/puistola-2027").text
    assert "100\u00a0000\u00a0€" in page
    if language == "en":
        assert "14 days left" in page
        assert "Choose at most 2 projects in an area." in page
        assert "You may vote if Puistola is your home municipality." in page
        assert "A preview" not in page


def test_the_manifest_is_the_very_document_of_its_hash(
    client: Client, session: Session, clock: FixedClock
) -> None:
    round_ = open_round(session, now=clock.moment)
    row = frozen_manifest(session, round_)
    assert row is not None
    answer = client.get(f"{URL}/manifest")
    assert answer.mimetype == "application/json"
    assert sha256(answer.text) == row.sha256
    assert row.sha256 in client.get(URL).text


def test_before_the_opening_there_is_no_manifest(
    client: Client, session: Session, clock: FixedClock
) -> None:
    announced_round(session, now=clock.moment)
    assert client.get(f"{URL}/manifest").status_code == 404
    assert "These rules are planned." in client.get(URL).text


def test_a_project_tells_its_price_and_its_place(
    client: Client, session: Session, clock: FixedClock
) -> None:
    open_round(session, now=clock.moment)
    page = client.get(f"{URL}/projects/4").text
    assert "Beach sauna" in page
    assert "30\u00a0000\u00a0€" in page
    assert client.get(f"{URL}/projects/99").status_code == 404


def test_what_officials_write_is_text_and_never_markup(
    client: Client, session: Session, clock: FixedClock
) -> None:
    round_ = draft_round(session, now=clock.moment)
    one = list_projects(session, round_)[0]
    attack = "<script>alert(1)</script>"
    for owner, names in (
        (round_, ("title", "summary", "description")),
        (one, ("title", "summary", "story")),
    ):
        for name in names:
            setattr(owner, name, type(one.title).same(attack))
    log_in(client, official(session))
    for page in ("", "/projects/1"):
        text = client.get(URL + page).text
        assert attack not in text
        assert "&lt;script&gt;" in text


def test_one_visitors_order_stays(
    client: Client,
    new_client: Callable[[], Client],
    session: Session,
    clock: FixedClock,
) -> None:
    open_round(session, now=clock.moment)

    def order(visitor: Client) -> list[int]:
        page = visitor.get(URL).text
        return sorted(range(1, 5), key=lambda n: page.index(f"/projects/{n}"))

    assert order(client) == order(client)
    others = {tuple(order(new_client())) for _ in range(12)}
    assert len(others) > 1


def test_in_the_ideas_phase_the_main_act_is_to_propose(
    client: Client, session: Session, clock: FixedClock
) -> None:
    ideas_round(session, now=clock.moment)
    assert "Propose an idea" in client.get("/en/rounds/ideas").text


def test_the_round_page_asks_the_database_no_more_with_more_projects(
    client: Client,
    session: Session,
    clock: FixedClock,
    queries: list[str],
    tmp_path: Path,
) -> None:
    open_round(session, now=clock.moment, slug="small", key_dir=tmp_path)
    client.get("/en/rounds/small")
    queries.clear()
    client.get("/en/rounds/small")
    assert len(queries) <= 12
