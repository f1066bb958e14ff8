"""A vote by register, an official of it, and his browser."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.accounts.models import Account
from core.clock import FixedClock
from tests.factories.accounts import log_in, official
from tests.factories.assisted import Desk
from tests.factories.rolls import (
    open_register_round,
)
from tests.support.client import Client
from voting.keys import RollKeys
from voting.models import (
    Round,
    VoterSource,
)
from voting.rounds import BallotPlan

Place = tuple[Round, RollKeys]


@pytest.fixture
def key_dir(app: Flask) -> Path:
    folder: Path = app.extensions["puistokatu"].key_dir
    return folder


@pytest.fixture
def place(session: Session, key_dir: Path, tmp_path: Path, clock: FixedClock) -> Place:
    """The vote is on, with three people on the roll."""
    return open_register_round(
        session, key_dir=key_dir, folder=tmp_path, now=clock.moment
    )


@pytest.fixture
def round_with(
    session: Session, key_dir: Path, tmp_path: Path, clock: FixedClock
) -> Callable[..., Round]:
    """Opens a vote with rules of its own."""

    def make(**rules: Any) -> Round:
        plan = BallotPlan(
            max_picks=2,
            municipality="Puistola",
            voter_source=VoterSource.REGISTER,
            **rules,
        )
        where = {"key_dir": key_dir, "folder": tmp_path, "now": clock.moment}
        return open_register_round(session, **where, ballot=plan)[0]

    return make


@pytest.fixture
def helper(session: Session, place: Place) -> Account:
    """An official of this round."""
    return official(session, scope=f"round:{place[0].slug}", name="Vuokko Virta")


@pytest.fixture
def desk(client: Client, place: Place, helper: Account) -> Desk:
    """A browser in which the official is logged in."""
    log_in(client, helper)
    return Desk(client, place[0].slug)
