from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import create_app
from app.config import Config
from app.extensions import db
from app.rounds.key_check import rounds_without_keys
from app.transaction import transaction
from tests.factories.ballots import cast_by, open_vote_with, voter_in
from tests.support.databases import environment
from voting.keys import create_round_keys, destroy_round_keys
from voting.models import Stage


@pytest.fixture
def own_app(own_database: str, tmp_path: Path) -> Flask:
    return create_app(
        Config.from_environment(environment(own_database, KEY_DIR=str(tmp_path)))
    )


def test_rounds_that_hold_ballots_and_have_no_key_are_named(
    own_app: Flask, tmp_path: Path
) -> None:
    def open_vote(session: Session, **fields: Any) -> str:
        return open_vote_with(session, tmp_path, **fields).slug

    with own_app.app_context(), transaction() as session:
        lost = [
            open_vote(session, stage=stage) for stage in (Stage.VOTING, Stage.CLOSED)
        ]
        sealed = open_vote(session, stage=Stage.SEALED)
        open_vote(session)
    for slug in (*lost, sealed):
        destroy_round_keys(tmp_path, slug)
    assert sorted(rounds_without_keys(own_app)) == sorted(lost)


def test_a_round_whose_key_is_another_ones_is_named(
    own_app: Flask, tmp_path: Path
) -> None:
    with own_app.app_context(), transaction() as session:
        vote, other = (
            open_vote_with(session, tmp_path),
            open_vote_with(session, tmp_path),
        )
        cast_by(session, vote, voter_in(session, vote), area0=["a0-1"])
        slugs = vote.slug, other.slug
    assert rounds_without_keys(own_app) == []
    for slug in slugs:
        destroy_round_keys(tmp_path, slug)
        create_round_keys(tmp_path, slug)
    # In the other round nobody has voted yet: any key would do.
    assert rounds_without_keys(own_app) == [slugs[0]]


def test_a_database_without_tables_has_no_rounds(tmp_path: Path) -> None:
    app = create_app(
        Config.from_environment(environment(f"sqlite:///{tmp_path / 'new.sqlite'}"))
    )
    assert rounds_without_keys(app) == []
    with app.app_context():
        db.engine.dispose()
