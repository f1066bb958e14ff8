"""No page asks the database more often because there is more to show.

Each page is opened in a small town and in a large one; what the database is asked
there is the same. How much may be asked at all is written beside it, so that it does
not grow by itself.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.accounts.models import Account
from core.clock import FixedClock
from tests.factories.accounts import administrator, log_in, resident
from tests.factories.anomalies import votes_from
from tests.factories.ballots import cast_by, open_vote_with, voter_in
from tests.factories.elections import a_file, imported_round
from tests.factories.paper import PaperVote, paper_vote
from tests.factories.rolls import hetu, line, read_into, register, register_round
from tests.factories.rounds import OFFICIAL, ideas_round
from tests.support.client import Client
from voting.codes import new_codes
from voting.keys import create_roll_key
from voting.mailings.batches import begin_batch, fill_batch, finish_batch
from voting.mailings.choosing import Mailing
from voting.models import AreaKind, EnvelopeState, LetterKind
from voting.proposals import ProposalPlan, submit_proposal, write_proposal
from voting.results import count_round, publish_result
from voting.roll.corrections import Claim, ask_for_correction

Counts = Callable[[Client, str, tuple[str, ...]], dict[str, int]]
Place = dict[str, Any]
FEW, MANY = 2, 12
# More than this is asked by no page.
MOST = 40


@pytest.fixture
def key_dir(app: Flask) -> Path:
    folder: Path = app.extensions["puistokatu"].key_dir
    return folder


@pytest.fixture
def place(key_dir: Path, tmp_path: Path, clock: FixedClock) -> Place:
    """What a round with a register is made with."""
    return {"key_dir": key_dir, "folder": tmp_path, "now": clock.moment}


@pytest.fixture
def counts(queries: list[str]) -> Counts:
    """How often the database is asked for each page under an address."""

    def count(client: Client, under: str, pages: tuple[str, ...]) -> dict[str, int]:
        found = {}
        for page in pages:
            client.get(under + page)
            queries.clear()
            answer = client.get(under + page)
            assert answer.status_code == 200, (page, answer.status_code)
            found[page] = len(queries)
        return found

    return count


BOOTH = (
    "",
    "/turnout",
    "/proposals",
    "/may-vote",
    "/manifest",
    "/projects/a0-1",
    "/vote",
    "/vote/areas/area0?find=project&theme=none",
    "/vote/areas/area0/compare?first=a0-1&second=a0-2",
    "/vote/review",
    "/vote/receipt",
    "/vote/withdraw",
)


def test_the_booth_asks_no_more_with_more_projects_and_areas(
    client: Client, session: Session, key_dir: Path, counts: Counts
) -> None:
    found = []
    for number in (FEW, MANY):
        kinds = [AreaKind.EVERYONE] * (1 + number // 6)
        vote = open_vote_with(session, key_dir, kinds=kinds, projects=number)
        voter = voter_in(session, vote)
        choices = {f"area{n}": [f"a{n}-1", f"a{n}-2"] for n in range(len(kinds))}
        cast_by(session, vote, voter, **choices)
        log_in(client, session.get_one(Account, voter.account_id))
        found.append(counts(client, f"/en/rounds/{vote.slug}", BOOTH))
    assert found[0] == found[1]
    assert max(found[0].values()) <= MOST


DESK = (
    "",
    "/projects",
    "/proposals",
    "/areas",
    "/phases",
    "/ballot",
    "/rule",
    "/texts",
    "/closing",
    "/anomalies",
    "/extend",
    "/pause",
)


def test_the_desk_asks_no_more_with_more_projects_and_voters(
    client: Client, session: Session, key_dir: Path, counts: Counts
) -> None:
    found = []
    log_in(client, administrator(session))
    for number in (FEW, MANY):
        kinds = [AreaKind.EVERYONE] * (1 + number // 6)
        vote = open_vote_with(session, key_dir, kinds=kinds, projects=number)
        # From one network, from which the watch for anomalies makes a sign.
        votes_from(session, vote, "203.0.113.1", 12 + number)
        found.append(counts(client, f"/en/manage/rounds/{vote.slug}", DESK))
    assert found[0] == found[1]
    assert max(found[0].values()) <= MOST


RESULT = ("/result", "/result/1", "/count", "/compare", "/distances", "/what-if")
FILES = ("/result.csv", "/result.json", "/result.pb", "/result.xlsx")


def test_a_result_asks_no_more_with_more_projects_and_ballots(
    client: Client, session: Session, clock: FixedClock, counts: Counts
) -> None:
    found = []
    for number in (FEW, MANY):
        text = a_file(
            an_election(number), num_projects=str(number), num_votes=str(number)
        )
        round_ = imported_round(session, now=clock.moment, text=text)
        count_round(session, round_, actor=OFFICIAL, now=clock.moment)
        publish_result(session, round_, actor=OFFICIAL, now=clock.moment)
        pages = counts(client, f"/en/rounds/{round_.slug}", RESULT + FILES)
        found.append(pages)
    assert found[0] == found[1]
    assert max(found[0].values()) <= MOST


def an_election(number: int) -> str:
    """The rest of a file, with so many projects and voters."""
    lines = ["PROJECTS", "project_id;cost;votes;name;category;selected;neighborhood"]
    lines += [f"{n};1000;1;Project {n};Sport {n};1;North" for n in range(1, number + 1)]
    lines += ["VOTES", "voter_id;vote;age;sex"]
    lines += [f"v{n};{n};34;F" for n in range(1, number + 1)]
    return "\n".join(lines) + "\n"


ROLL = (
    "",
    "/paper",
    "/letters",
    "/letters/lost",
    "/roll",
    "/roll/requests",
    "/closing",
)
TURNOUT = ("/turnout", "/may-vote", "/code")
ENVELOPES = ("/paper", "/paper/envelopes")
CARDS = ("/paper", "/paper/cards", "/paper/batches/1")


def test_paper_and_letters_ask_no_more_with_more_voters_and_batches(
    client: Client, session: Session, place: Place, counts: Counts
) -> None:
    found = []
    for number in (FEW, MANY):
        vote = paper_vote(
            session,
            **place,
            people=3 * number,
            slug=f"paper-{number}",
        )
        for person in range(2, 2 + number):
            vote.accept(person)
            vote.put_aside(EnvelopeState.NOT_ON_ROLL)
            vote.cast_online(person + number)
            vote.issue(1 + person % 3)
            write_letter(session, vote, person + 2 * number)
        desk = f"/en/manage/rounds/{vote.round.slug}"
        log_in(client, session.get_one(Account, vote.opener))
        pages = counts(client, f"/en/rounds/{vote.round.slug}", TURNOUT)
        pages |= counts(client, desk, ENVELOPES)
        vote.close()
        vote.close_batch(0, 0, missing=3)
        log_in(client, session.get_one(Account, vote.readers[0]))
        pages |= counts(client, desk, CARDS)
        log_in(client, administrator(session))
        found.append(pages | counts(client, desk, ROLL))
    assert found[0] == found[1]
    assert max(found[0].values()) <= MOST


def write_letter(session: Session, vote: PaperVote, person: int) -> None:
    """A batch of one, for somebody who has not voted."""
    row = vote.voter(person)
    codes = new_codes([row.id])
    mailing = Mailing(kind=LetterKind.CSV)
    keys = vote.roll_keys
    batch = begin_batch(session, vote.round, mailing, keys=keys, **vote.act)
    fill_batch(session, vote.round, batch.id, codes, keys=keys)
    finish_batch(session, vote.round, batch.id, **vote.act)


TOWN = ("/en/", "/en/rounds/", "/en/manage/", "/en/manage/rounds", "/en/manage/audit")


def test_the_lists_of_rounds_ask_no_more_with_more_rounds(
    client: Client, session: Session, key_dir: Path, counts: Counts
) -> None:
    log_in(client, administrator(session))
    found = []
    for number in (FEW, MANY):
        for _ in range(number):
            open_vote_with(session, key_dir)
        found.append(counts(client, "", TOWN))
    assert found[0] == found[1]
    assert max(found[0].values()) <= MOST


def test_ideas_and_requests_ask_no_more_with_more_of_them(
    client: Client, session: Session, clock: FixedClock, place: Place, counts: Counts
) -> None:
    log_in(client, administrator(session))
    ideas = ideas_round(session, now=clock.moment)
    coming = register_round(session, now=clock.moment, slug="coming")
    people = register(place["folder"] / "r.csv", line(2))
    key_dir, now = place["key_dir"], clock.moment
    read_into(session, coming, people, key_dir=key_dir, now=now)
    keys = create_roll_key(key_dir, coming.slug)
    found, first = [], 0
    for number in (FEW, MANY):
        for n in range(number):
            plan = ProposalPlan(title=f"Idea {n}", text="A text", language="en")
            author = resident(session).id
            idea = write_proposal(
                session, ideas, plan, author_id=author, now=clock.moment
            )
            submit_proposal(session, idea, now=clock.moment)
            first = first or idea.id
            claim = Claim(number=hetu(n + 10), name=f"Person {n}")
            ask_for_correction(
                session, coming, claim, language="en", keys=keys, now=clock.moment
            )
        pages = (
            "/rounds/ideas/proposals",
            f"/rounds/ideas/proposals/{first}",
            "/manage/rounds/ideas/proposals",
            "/manage/rounds/coming/roll/requests",
            "/manage/rounds/coming/roll",
        )
        found.append(counts(client, "/en", pages))
    assert found[0] == found[1]
    assert max(found[0].values()) <= MOST
