"""With paper among the ballots, too, nothing joins a person to a choice.

People vote online, by envelope, and first online and then by envelope. An envelope has
a voter and no card, a card has choices and no voter: that must hold for all rows of the
database while the cards are read, and after the sealing for every ballot.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.extensions import db
from app.jobs.closing import IN_ORDER
from app.transaction import transaction
from tests.factories.accounts import resident
from tests.factories.ballots import OPENS, new_key
from tests.factories.paper import paper_vote
from tests.factories.rolls import hetu
from tests.factories.rounds import OFFICIAL
from tests.support.client import Client
from tests.support.linking import Row, every_row, joined
from voting.cards.batches import batch_of, close_batch
from voting.closing import close_vote, reconcile
from voting.models import Round, SealedBallot, SealedReceipt, Voter
from voting.opening import current_manifest
from voting.sealing import forget_deleted_rows

ONLINE, BOTH, PAPER = range(2, 6), range(6, 8), range(8, 16)
VOTERS = 14
PROJECTS = ("1", "2", "3", "4")
# Fifteen different ballots: no card has what anybody has cast online.
BALLOTS = [[*c] for n in (1, 2, 3, 4) for c in combinations(PROJECTS, n)]
CARDS = BALLOTS[4:14]
ABOUT_A_VOTER = {
    *("voter", "paper_envelope", "roll_contact", "roll_code", "booth_pass"),
    *("message", "cast_source"),
}


@dataclass
class House:
    """Where the vote is, and who handles it."""

    town: Any
    slug: str
    opener: int
    readers: tuple[int, int, int]
    accounts: dict[int, int]
    serials: list[str]

    def client(self, account: int) -> Client:
        """A browser of its own."""
        client: Client = self.town.app.test_client()
        client.session = Session()
        with self.town.app.app_context():
            client.log_in(db.session.get_one(Account, account))
        return client

    def post(self, account: int, page: str, **form: object) -> None:
        """An act, some seconds after the one before."""
        self.later()
        answer = self.client(account).post(f"/en/{page}", data=form)
        assert answer.status_code == 302, answer.text

    def later(self) -> None:
        """Time passes, so that no two acts share a moment."""
        self.town.clock.moment += timedelta(seconds=7, microseconds=130_001)

    @contextmanager
    def act(self) -> Iterator[tuple[Session, Round]]:
        """A transaction about the round."""
        self.later()
        with self.town.app.app_context(), transaction() as session:
            query = select(Round).where(Round.slug == self.slug)
            yield session, session.scalars(query).one()

    def rows(self) -> list[Row]:
        """All there is."""
        with self.town.app.app_context():
            return every_row(db.session())

    def voters_with(self, rows: list[Row], choices: set[str]) -> list[set[Row]]:
        """The heaps in which there is both a voter and something chosen."""
        officials = {self.opener, *self.readers}
        return [
            heap
            # What all cards, or all voters, share singles nobody out.
            for heap in joined(rows, most=len(CARDS) - 1)
            if choices & {row.table for row in heap}
            and any(
                row.table in ABOUT_A_VOTER
                or (row.table == "account" and row.number not in officials)
                for row in heap
            )
        ]


@pytest.fixture
def house(open_town: Any, tmp_path: Path) -> House:
    """A vote by register, online and on paper, with four projects in one area."""
    town = open_town()
    with town.app.app_context(), transaction() as session:
        vote = paper_vote(
            session,
            key_dir=town.key_dir,
            folder=tmp_path,
            now=OPENS,
            people=VOTERS,
            rules={"max_picks": 4},
            one_area=True,
        )
        accounts = {}
        for number in (*ONLINE, *BOTH):
            accounts[number] = vote.voter(number).account_id = resident(session).id
        serials = [card.serial for card in vote.issue(len(PAPER) + len(BOTH))]
        slug, opener, readers = vote.round.slug, vote.opener, vote.readers
    return House(town, slug, opener, readers, accounts, serials)


def vote_in_every_way(house: House) -> None:
    for number in (*ONLINE, *BOTH):
        form = {"key": new_key(), "area.north": BALLOTS[number % len(ONLINE)]}
        house.post(house.accounts[number], f"rounds/{house.slug}/vote", **form)
    for place, number in enumerate((*PAPER, *BOTH)):
        form = {"once": f"{place:032x}", "number": hetu(number), "areas": "north"}
        address = f"manage/rounds/{house.slug}/paper/envelopes"
        house.post(house.opener, address, **form)


def read_the_cards(house: House) -> None:
    """Each by two people; the ballots after those that were cast online."""
    with house.act() as (session, round_):
        now = house.town.clock.moment
        close_vote(session, round_, actor=OFFICIAL, now=now, reason="Trial")
    for reader in house.readers[:2]:
        for serial, ballot in zip(house.serials, CARDS, strict=True):
            ticks = {f"mark{PROJECTS.index(code)}": "y" for code in ballot}
            address = f"manage/rounds/{house.slug}/paper/cards/{serial}"
            house.post(reader, address, verdict="ballot", **ticks)


def seal(house: House) -> None:
    with house.act() as (session, round_):
        now, manifest = house.town.clock.moment, current_manifest(session, round_)
        close_batch(
            session,
            round_,
            manifest,
            batch_of(session, round_, 1),
            returned=len(house.serials),
            spoiled=0,
            missing=0,
            actor=OFFICIAL,
            now=now,
        )
        reconcile(session, round_, actor=OFFICIAL, now=now)
    with house.town.app.app_context():
        for step in IN_ORDER:
            house.later()
            step(house.slug, transaction)
        assert forget_deleted_rows(db.engine)


def test_nothing_joins_a_voter_to_a_card_or_to_a_sealed_ballot(house: House) -> None:
    vote_in_every_way(house)
    read_the_cards(house)
    before = house.rows()
    assert {"paper_envelope", "paper_card"} <= {row.table for row in before}
    # Not even while both lie in the database.
    assert house.voters_with(before, {"paper_card"}) == []
    seal(house)
    after = house.rows()
    assert house.voters_with(after, {"sealed_ballot"}) == []
    gone = {"paper_envelope", "paper_card", "box_ballot", "box_cast", "cast_source"}
    assert not gone & {row.table for row in after}
    no_order_repeats_another(house)


def no_order_repeats_another(house: House) -> None:
    """Among the others, the cards lie neither as they were read nor by serial."""
    with house.town.app.app_context():
        session = db.session()
        on_postgres = session.get_bind().dialect.name == "postgresql"
        query = select(SealedBallot.choices).order_by(SealedBallot.id)
        found = [[code for code, _ in each] for each in session.scalars(query)]
        lies = text("ctid" if on_postgres else "rowid")
        again = session.scalars(select(SealedBallot.choices).order_by(lies))
        assert found == [[code for code, _ in each] for each in again]
        codes = session.scalars(select(SealedReceipt.code)).all()
        on_paper = select(Voter.id).where(Voter.channel == "paper")
        assert len(session.scalars(on_paper).all()) == len(PAPER) + len(BOTH)
    assert sorted(found) == sorted([*BALLOTS[: len(ONLINE)], *CARDS])
    assert len(codes) == len(ONLINE)
    order = [ballot for ballot in found if ballot in CARDS]
    by_serial = [ballot for _, ballot in sorted(zip(house.serials, CARDS, strict=True))]
    for other in (CARDS, by_serial):
        assert order not in (other, other[::-1])
