"""Paper and online at one moment, and two clerks at one card: one ballot each."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.extensions import db
from app.transaction import transaction
from core.audit import SYSTEM
from tests.factories.accounts import resident
from tests.factories.ballots import OPENS, new_key
from tests.factories.paper import PaperVote, paper_vote
from tests.factories.rolls import hetu, row_of_person
from tests.factories.rounds import OFFICIAL
from tests.support.client import Client
from voting.cards.batches import batch_of, close_batch
from voting.closing import close_vote, reconcile
from voting.keys import create_roll_key, load_round_keys
from voting.models import (
    CardState,
    PaperCard,
    PaperEnvelope,
    Round,
    SealedBallot,
    Voter,
)
from voting.models.rounds import PaperRule
from voting.opening import current_manifest
from voting.sealing import compare_copy, seal_copy


@dataclass
class Office:
    """A vote that is on, online and on paper, with the people by their accounts."""

    town: Any
    slug: str
    opener: int
    readers: tuple[int, int, int]
    account: int
    serials: list[str]

    def client(self, account: int) -> Client:
        """A browser of its own."""
        client = self.town.app.test_client()
        client.session = Session()
        with self.town.app.app_context():
            client.log_in(db.session.get_one(Account, account))
        return client

    def round(self) -> Round:
        """In the session of the present."""
        query = select(Round).where(Round.slug == self.slug)
        return db.session.scalars(query).one()

    def close(self) -> None:
        """The vote."""
        with self.town.app.app_context(), transaction() as session:
            close_vote(session, self.round(), actor=OFFICIAL, now=OPENS, reason="x")

    def count(self, model: Any) -> int:
        """How many rows are committed."""
        with self.town.app.app_context():
            query = select(func.count()).select_from(model)
            return db.session.scalar(query) or 0


@pytest.fixture
def office(open_town: Any, tmp_path: Path) -> Callable[..., Office]:
    """The town's own vote does not matter here; another one is on paper too."""

    def make(rule: PaperRule = PaperRule.REPLACES) -> Office:
        town = open_town()
        with town.app.app_context(), transaction() as session:
            vote: PaperVote = paper_vote(
                session, key_dir=town.key_dir, folder=tmp_path, now=OPENS, rule=rule
            )
            account = resident(session).id
            vote.voter(2).account_id = account
            serials = [card.serial for card in vote.issue(2)]
            slug, opener, readers = vote.round.slug, vote.opener, vote.readers
        return Office(town, slug, opener, readers, account, serials)

    return make


def at_once(acts: list[Callable[[], int]]) -> list[int]:
    with ThreadPoolExecutor(len(acts)) as pool:
        return [each.result() for each in [pool.submit(act) for act in acts]]


@pytest.mark.parametrize("rule", [PaperRule.REPLACES, PaperRule.YIELDS])
def test_online_and_an_envelope_at_one_moment_are_one_vote(
    office: Callable[..., Office], rule: PaperRule
) -> None:
    here = office(rule)
    voter, desks = here.client(here.account), [here.client(here.opener) for _ in "abc"]
    vote = {"key": new_key(), "area.north": ["1"]}

    def envelope(client: Client, once: str) -> int:
        data = {"once": once * 32, "number": hetu(2), "areas": ["north"]}
        address = f"/en/manage/rounds/{here.slug}/paper/envelopes"
        return client.post(address, data=data).status_code

    cast, *marks = at_once(
        [
            lambda: voter.post(f"/en/rounds/{here.slug}/vote", data=vote).status_code,
            *(
                lambda c=c, k=k: envelope(c, k)
                for c, k in zip(desks, "aab", strict=True)
            ),  # type: ignore[misc]
        ]
    )
    accepted = here.count(PaperEnvelope)
    assert cast in (302, 409)
    assert set(marks) <= {302, 422}
    assert accepted == (302 in marks)
    # Where paper yields, one of the two was first; else the envelope always counts.
    assert (
        accepted == 1 if rule is PaperRule.REPLACES else accepted + (cast == 302) == 1
    )
    here.close()
    assert settle_with_the_card(here, accepted) == [
        "[['2', 1]]" if accepted else "[['1', 1]]"
    ]
    with here.town.app.app_context():
        keys = create_roll_key(here.town.key_dir, here.slug)
        row = row_of_person(db.session(), here.round(), 2, keys)
        assert row.channel == ("paper" if accepted else "email")
        voted = select(func.count()).select_from(Voter)
        assert db.session.scalar(voted.where(Voter.voted_hour.is_not(None))) == 1


def settle_with_the_card(here: Office, accepted: int) -> list[str]:
    """The envelope's card is for project 2; what is sealed in the end."""
    for reader in here.readers[:2] if accepted else ():
        address = f"/en/manage/rounds/{here.slug}/paper/cards/{here.serials[0]}"
        data = {"verdict": "ballot", "mark1": "y"}
        assert here.client(reader).post(address, data=data).status_code == 302
    with here.town.app.app_context(), transaction() as session:
        round_ = here.round()
        manifest = current_manifest(session, round_)
        close_batch(
            session,
            round_,
            manifest,
            batch_of(session, round_, 1),
            returned=accepted,
            spoiled=0,
            missing=2 - accepted,
            actor=OFFICIAL,
            now=OPENS,
        )
        reconcile(session, round_, actor=OFFICIAL, now=OPENS)
        keys = load_round_keys(here.town.key_dir, here.slug)
        seal_copy(session, round_, keys=keys, actor=SYSTEM, now=OPENS)
        compare_copy(session, round_)
        return [str(each) for each in session.scalars(select(SealedBallot.choices))]


def test_two_clerks_at_one_card_at_once_are_a_first_and_a_second(
    office: Callable[..., Office],
) -> None:
    here = office()
    here.close()
    clients = [here.client(reader) for reader in here.readers for _ in "ab"]
    address = f"/en/manage/rounds/{here.slug}/paper/cards/{here.serials[0]}"
    data = {"verdict": "ballot", "mark0": "y"}
    found = at_once(
        [lambda c=c: c.post(address, data=data).status_code for c in clients]  # type: ignore[misc]
    )
    # Two people settle it; whoever comes after them is refused.
    assert set(found) <= {302, 409}
    with here.town.app.app_context():
        query = select(PaperCard).where(PaperCard.serial == here.serials[0])
        card = db.session.scalars(query).one()
        assert (card.state, card.choices) == (CardState.VALID, [["1", 1]])
        assert card.first_by != card.second_by
        assert {card.first_by, card.second_by} <= set(here.readers)
