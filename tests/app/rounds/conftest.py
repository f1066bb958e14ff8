"""A vote that is open, and somebody who may vote in it."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.accounts.models import Account
from tests.factories.accounts import log_in, resident
from tests.factories.ballots import Vote, open_vote_with
from tests.support.client import Client


@pytest.fixture
def key_dir(app: Flask) -> Path:
    folder: Path = app.extensions["puistokatu"].key_dir
    return folder


@pytest.fixture
def vote(session: Session, key_dir: Path) -> Vote:
    return open_vote_with(session, key_dir, max_picks=2)


@pytest.fixture
def voter(session: Session, client: Client, vote: Vote) -> Account:
    """Logged in, and on the roll."""
    account = resident(session, email="liisa@example.org")
    log_in(client, account)
    assert client.post(f"/en/rounds/{vote.slug}/vote/enter").status_code == 302
    return account
