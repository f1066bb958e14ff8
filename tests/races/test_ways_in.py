"""Many at one door: one code twice at once, one person through every way at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.extensions import db
from app.transaction import transaction
from tests.factories.accounts import official, resident
from tests.factories.assisted import Desk
from tests.factories.ballots import OPENS, new_key
from tests.factories.rolls import (
    code_of_person,
    hetu,
    open_register_round,
    row_of_person,
)
from tests.support.client import Client
from voting.entering import VerifiedId, enter_by_identity
from voting.keys import create_roll_key
from voting.models import BoothPass, BoxBallot, RollCode, Round, Voter, Way
from voting.opening import current_manifest


@dataclass
class Door:
    """A vote by register, and the letter of person 2 with an account of his."""

    town: Any
    slug: str
    code: str
    account: int

    def client(self, account: int | None = None) -> Client:
        """A browser of its own."""
        client = self.town.app.test_client()
        client.session = Session()
        if account:
            with self.town.app.app_context():
                client.log_in(db.session.get_one(Account, account))
        return client

    def enter(self, client: Client) -> int:
        """With the letter."""
        address = f"/en/rounds/{self.slug}/code"
        return client.post(address, data={"code": self.code}).status_code

    def cast(self, client: Client) -> int:
        """Vote for project 1."""
        data = {"key": new_key(), "area.north": ["1"]}
        return client.post(f"/en/rounds/{self.slug}/vote", data=data).status_code

    def is_inside(self, client: Client) -> bool:
        """Whether the booth is open to this browser."""
        return client.get(f"/en/rounds/{self.slug}/vote").status_code == 200

    def count(self, model: Any) -> int:
        """How many rows are committed."""
        with self.town.app.app_context():
            query = select(func.count()).select_from(model)
            return db.session.scalar(query) or 0


@pytest.fixture
def door(open_town: Any, tmp_path: Path) -> Door:
    """The town's own vote does not matter here; another one is by register."""
    town = open_town()
    with town.app.app_context(), transaction() as session:
        round_, keys = open_register_round(
            session, key_dir=town.key_dir, folder=tmp_path, now=OPENS
        )
        code = code_of_person(session, round_, 2, keys=keys, now=OPENS)
        account = resident(session, email="asukas2@example.org").id
        slug = round_.slug
    return Door(town, slug, code, account)


def at_once(acts: list[Callable[[], int]]) -> list[int]:
    with ThreadPoolExecutor(len(acts)) as pool:
        return [each.result() for each in [pool.submit(act) for act in acts]]


def test_of_two_who_enter_one_code_at_once_one_is_in_the_booth(door: Door) -> None:
    clients = [door.client() for _ in range(8)]
    found = at_once([lambda c=each: door.enter(c) for each in clients])  # type: ignore[misc]
    assert found == [302] * 8
    assert door.count(BoothPass) == 1
    assert sum(door.is_inside(each) for each in clients) == 1


def test_a_code_entered_while_its_voter_casts_gives_one_ballot(door: Door) -> None:
    inside = door.client()
    assert door.enter(inside) == 302
    acts = [lambda: door.cast(inside)]
    others = [door.client() for _ in range(6)]
    acts += [lambda c=each: door.enter(c) for each in others]  # type: ignore[misc]
    cast, *entries = at_once(acts)
    # Either the vote was first, and the code is used up; or the pass ended before.
    assert cast in (302, 409)
    assert set(entries) <= {302, 422}
    assert door.count(BoxBallot) == (cast == 302)
    assert door.count(BoothPass) == 1


def test_one_person_through_every_way_at_once_has_one_ballot(door: Door) -> None:
    with door.town.app.app_context(), transaction() as session:
        round_ = session.scalars(select(Round).where(Round.slug == door.slug)).one()
        keys = create_roll_key(door.town.key_dir, door.slug)
        token = enter_by_identity(
            session,
            round_,
            current_manifest(session, round_),
            VerifiedId(hetu(2)),
            way=Way.STRONG,
            keys=keys,
            now=OPENS,
            lasts=timedelta(hours=1),
        )
    identified, by_letter = door.client(), door.client()
    by_account = door.client(door.account)
    with identified.session_transaction() as cookie:
        cookie["booth"] = {door.slug: token}

    def with_letter() -> int:
        door.enter(by_letter)
        return door.cast(by_letter)

    def with_account() -> int:
        by_account.post(f"/en/rounds/{door.slug}/vote/enter")
        return door.cast(by_account)

    found = at_once([lambda: door.cast(identified), with_letter, with_account])
    # A pass may have ended by a later one, or the code by a vote; the account votes.
    assert found[2] == 302
    assert set(found) <= {302, 409}
    assert door.count(BoxBallot) == 1
    assert door.count(RollCode) == 1
    with door.town.app.app_context():
        row = row_of_person(db.session(), _round(door.slug), 2, keys)
        assert row.voted_hour
        voted = (
            select(func.count()).select_from(Voter).where(Voter.voted_hour.is_not(None))
        )
        assert db.session.scalar(voted) == 1


def test_one_person_at_a_desk_and_at_home_at_once_has_one_ballot(door: Door) -> None:
    with door.town.app.app_context(), transaction() as session:
        helper = official(session).id
    desk = Desk(door.client(helper), door.slug)
    form = desk.form_for(2)
    by_letter, by_account = door.client(), door.client(door.account)

    def at_the_desk() -> int:
        assert desk.send(form).status_code == 302
        return desk.cast(new_key(), "2").status_code

    def with_letter() -> int:
        door.enter(by_letter)
        return door.cast(by_letter)

    def with_account() -> int:
        by_account.post(f"/en/rounds/{door.slug}/vote/enter")
        return door.cast(by_account)

    found = at_once([at_the_desk, with_letter, with_account])
    assert found[2] == 302
    assert set(found) <= {302, 409}
    assert door.count(BoxBallot) == 1
    # A pass of another way has ended the session, or the session the pass.
    assert door.count(BoothPass) <= 1


def _round(slug: str) -> Round:
    return db.session.scalars(select(Round).where(Round.slug == slug)).one()
