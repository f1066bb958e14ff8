"""A real application on a database of its own: real commits, threads, connections."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import create_app
from app.accounts.models import Account
from app.config import Config
from app.extensions import db
from app.transaction import transaction
from core.clock import FixedClock
from tests.factories.accounts import resident
from tests.factories.ballots import OPENS, Vote, open_vote_with, vote_of, voter_in
from tests.support.client import Client
from tests.support.databases import environment

Read = TypeVar("Read")


@dataclass
class Town:
    """The application with one vote that is open."""

    app: Flask
    slug: str
    clock: FixedClock

    @property
    def key_dir(self) -> Path:
        folder: Path = self.app.extensions["puistokatu"].key_dir
        return folder

    def client_of(self, account_id: int) -> Client:
        """A browser in which this person is logged in; one for each thread."""
        client = self.app.test_client()
        assert isinstance(client, Client)
        client.session = Session()
        with self.app.app_context():
            account = db.session.get(Account, account_id)
            assert account is not None
            client.log_in(account)
        return client

    def read(self, look: Callable[[Session, Vote], Read]) -> Read:
        """Look at what is committed."""
        with self.app.app_context():
            return look(db.session(), vote_of(db.session(), self.slug, self.key_dir))

    def new_residents(self, number: int, *, on_the_roll: bool) -> list[int]:
        """The ids of new accounts."""
        with self.app.app_context(), transaction() as session:
            vote = vote_of(session, self.slug, self.key_dir)
            if on_the_roll:
                voters = [voter_in(session, vote) for _ in range(number)]
                return [voter.account_id for voter in voters if voter.account_id]
            return [resident(session).id for _ in range(number)]


@pytest.fixture
def open_town(own_database: str, tmp_path: Path) -> Iterator[Callable[..., Town]]:
    """Makes the town with the rules that a test asks for."""
    config = Config.from_environment(
        environment(own_database, KEY_DIR=str(tmp_path / "keys"))
    )
    clock = FixedClock(OPENS)
    app = create_app(replace(config, testing=True), clock=clock)
    app.test_client_class = Client

    def make(**rules: object) -> Town:
        with app.app_context(), transaction() as session:
            slug = open_vote_with(session, config.key_dir, **rules).slug
        return Town(app, slug, clock)

    yield make
    with app.app_context():
        db.engine.dispose()
