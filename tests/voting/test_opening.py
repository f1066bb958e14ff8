import json
from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.extensions import prepare_sqlite
from core.audit import AuditEntry, check_chain, round_chain
from core.clock import FixedClock
from tests.factories.rounds import OFFICIAL, announced_round, draft_round, open_round
from voting.manifest import RuleManifest, sha256
from voting.models import Manifest, Round, Stage
from voting.opening import (
    build_manifest,
    current_manifest,
    frozen_manifest,
    open_vote,
)
from voting.projects import Links, list_projects, set_links
from voting.round_errors import RoundIncomplete, RoundNotAnnounced, VoteAlreadyOpen


def the_entry(session: Session, round_: Round) -> AuditEntry:
    return session.scalars(
        select(AuditEntry).where(
            AuditEntry.chain == round_chain(round_.slug),
            AuditEntry.action == "vote.opened",
        )
    ).one()


def test_opening_freezes_the_rules_with_their_hash(
    session: Session, clock: FixedClock, tmp_path: Path
) -> None:
    round_ = announced_round(session, now=clock.moment)
    one = list_projects(session, round_)[0]
    links = Links(frozenset({"3"}), frozenset({"2"}))
    set_links(session, one, links, actor=OFFICIAL, now=clock.moment)
    row = open_vote(session, round_, actor=OFFICIAL, now=clock.moment, key_dir=tmp_path)
    assert (round_.stage, round_.opened_at) == (Stage.VOTING, clock.moment)
    assert row.version == 1
    assert row.sha256 == sha256(row.document)
    manifest = RuleManifest.from_text(row.document)
    assert [area.budget for area in manifest.areas] == [6_000_000, 4_000_000]
    assert [p.code for p in manifest.projects] == ["1", "2", "3", "4"]
    assert (manifest.conflicts, manifest.needs) == ((("1", "3"),), (("1", "2"),))
    assert manifest.eligibility.municipality == "Puistola"
    assert manifest.closes
    assert any(tmp_path.iterdir())
    assert the_entry(session, round_).facts == {"manifest": row.sha256, "version": 1}


def test_rules_that_were_frozen_before_there_were_points_are_still_read(
    session: Session, clock: FixedClock
) -> None:
    manifest = build_manifest(session, draft_round(session, now=clock.moment))
    older = json.loads(manifest.to_text())
    for name in ("points", "most_points"):
        del older["ballot"][name]
    for area in older["areas"]:
        del area["min_picks"], area["max_picks"]
    assert RuleManifest.from_text(json.dumps(older)) == manifest


def test_the_rules_in_force_are_the_frozen_ones(
    session: Session, clock: FixedClock
) -> None:
    round_ = open_round(session, now=clock.moment)
    frozen = current_manifest(session, round_)
    # Past every guard, as a bug would: the live row is not what counts.
    list_projects(session, round_)[0].cost_cents = 1
    session.flush()
    assert current_manifest(session, round_) == frozen
    assert build_manifest(session, round_) != frozen


def test_a_draft_is_announced_before_it_is_opened(
    session: Session, clock: FixedClock, tmp_path: Path
) -> None:
    round_ = draft_round(session, now=clock.moment)
    with pytest.raises(RoundNotAnnounced):
        open_vote(session, round_, actor=OFFICIAL, now=clock.moment, key_dir=tmp_path)


def test_an_incomplete_round_is_not_opened_and_leaves_no_trace(
    session: Session, clock: FixedClock, tmp_path: Path
) -> None:
    round_ = announced_round(session, now=clock.moment, projects=False)
    with pytest.raises(RoundIncomplete) as refusal:
        open_vote(session, round_, actor=OFFICIAL, now=clock.moment, key_dir=tmp_path)
    assert refusal.value.params["count"] == 2
    assert frozen_manifest(session, round_) is None
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE manifest SET document = 'another'",
        "UPDATE manifest SET sha256 = sha256",
        "DELETE FROM manifest",
    ],
)
def test_the_database_itself_refuses_to_touch_a_manifest(
    session: Session, clock: FixedClock, statement: str
) -> None:
    round_ = open_round(session, now=clock.moment)
    before = current_manifest(session, round_)
    session.commit()
    with pytest.raises(DBAPIError, match="append-only"):
        session.execute(text(statement))
    session.rollback()
    assert current_manifest(session, round_) == before


@pytest.fixture
def engine(own_database: str) -> Iterator[Engine]:
    engine = create_engine(own_database)
    if engine.dialect.name == "sqlite":
        prepare_sqlite(engine)
    yield engine
    engine.dispose()


def writing(engine: Engine) -> Session:
    session = Session(engine)
    session.connection(execution_options={"writes": True})
    return session


def test_two_officials_at_once_open_one_vote_with_one_log_entry(
    engine: Engine, clock: FixedClock, tmp_path: Path
) -> None:
    with writing(engine) as session:
        number = announced_round(session, now=clock.moment).id
        session.commit()
    gate, answers = Barrier(2), list[str]()

    def press() -> None:
        gate.wait()
        with writing(engine) as session:
            round_ = session.get_one(Round, number)
            try:
                open_vote(
                    session,
                    round_,
                    actor=OFFICIAL,
                    now=clock.moment,
                    key_dir=tmp_path,
                )
                session.commit()
                answers.append("opened")
            except VoteAlreadyOpen as refusal:
                answers.append(refusal.code)

    threads = [Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["opened", "vote_already_open"]
    with Session(engine) as session:
        round_ = session.get_one(Round, number)
        assert the_entry(session, round_)
        assert len(session.scalars(select(Manifest)).all()) == 1
        assert check_chain(session, round_chain(round_.slug)) is None
