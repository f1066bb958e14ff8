"""`puistokatu rounds paper`: how far the votes on paper are."""

import json
from pathlib import Path

from click.testing import CliRunner

from app import create_app
from app.commands import main
from app.config import Config
from app.extensions import db
from app.transaction import transaction
from tests.conftest import NOON
from tests.factories.paper import paper_vote
from tests.support.databases import environment


def test_it_says_what_is_open_and_what_differs(
    own_database: str, tmp_path: Path
) -> None:
    settings = environment(own_database, KEY_DIR=str(tmp_path / "keys"))
    with create_app(Config.from_environment(settings)).app_context():
        with transaction() as session:
            vote = paper_vote(
                session, key_dir=tmp_path / "keys", folder=tmp_path, now=NOON
            )
            vote.issue(2)
            vote.accept(2)
            slug = vote.round.slug
        db.engine.dispose()
    operator = CliRunner(env=settings)
    said = operator.invoke(main, ["rounds", "paper", slug])
    assert said.output == ("Batches: 1, open: 1. Areas that do not add up: north.\n")
    said = operator.invoke(main, ["rounds", "paper", slug, "--json"])
    facts = json.loads(said.stdout)
    assert (facts["open"], facts["areas"]["north"]["envelopes"]) == ([1], 1)
    assert operator.invoke(main, ["rounds", "paper", "nowhere"]).exit_code == 2
