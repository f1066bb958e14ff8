import gzip
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.extensions import db
from app.jobs import closing as steps
from app.jobs import enqueue
from app.transaction import transaction
from core.audit import SYSTEM, check_chain, entries, round_chain
from core.db import Base
from core.jobs import Job, JobState
from tests.factories.ballots import CLOSES, Vote, cast_by, vote_of, voter_in
from tests.support.databases import environment, puistokatu
from tests.support.dying import kill_sealing
from tests.support.jobs import run_jobs
from voting.closing import close_vote, reconcile
from voting.models import BoxBallot, BoxCast, SealedBallot, SealedReceipt
from voting.sealing import forget_deleted_rows

IN_ORDER = steps.IN_ORDER
VOTERS = 12


@pytest.fixture
def town(open_town: Any) -> Any:
    """Voters have cast, some of them twice; the vote is closed and reconciled."""
    town = open_town(projects=9)
    with town.app.app_context():
        with transaction() as session:
            vote = vote_of(session, town.slug, town.key_dir)
            for number in range(VOTERS):
                voter = voter_in(session, vote)
                cast_by(session, vote, voter, area0=[f"a0-{1 + number % 9}"])
                if number % 3 == 0:
                    cast_by(session, vote, voter, area0=["a0-1", "a0-9"])
        with transaction() as session:
            round_ = vote_of(session, town.slug, town.key_dir).round
            close_vote(session, round_, actor=SYSTEM, now=CLOSES)
            reconcile(session, round_, actor=SYSTEM, now=CLOSES)
    town.clock.moment = CLOSES
    return town


def ballots(model: Any) -> Callable[[Session, Vote], Counter[str]]:
    return lambda session, _: Counter(map(str, session.scalars(select(model.choices))))


def secrets_of(session: Session, _: Vote) -> set[str]:
    return {
        *session.scalars(select(BoxBallot.tag)),
        *session.scalars(select(BoxCast.key)),
    }


def everything(session: Session) -> str:
    """Each row of each table, as text."""
    return "\n".join(
        repr(tuple(row))
        for table in Base.metadata.sorted_tables
        for row in session.execute(text(f'SELECT * FROM "{table.name}"'))  # noqa: S608 - our own names
    )


def backups(town: Any) -> Path:
    folder: Path = town.app.extensions["puistokatu"].backup_dir
    return folder


def seal(slug: str, acting: Callable[[], AbstractContextManager[Session]]) -> None:
    for step in IN_ORDER:
        step(slug, acting)
    assert forget_deleted_rows(db.engine)


def settings_of(town: Any) -> dict[str, str]:
    config = town.app.extensions["puistokatu"]
    return environment(config.database_url, KEY_DIR=str(config.key_dir))


@pytest.mark.parametrize("committed", [True, False])
@pytest.mark.parametrize("step", range(len(IN_ORDER)))
def test_a_sealing_that_is_killed_is_repeated_and_whole(
    town: Any, step: int, *, committed: bool
) -> None:
    before = town.read(ballots(BoxBallot))
    kill_sealing(settings_of(town), town.slug, step=step, committed=committed)
    with town.app.app_context():
        seal(town.slug, transaction)
    # The keys are gone, so the vote is looked at without them.
    with town.app.app_context():
        session = db.session()
        sealed = Counter(map(str, session.scalars(select(SealedBallot.choices))))
        assert sealed == before
        assert len(session.scalars(select(SealedReceipt.code)).all()) == VOTERS
        assert session.scalars(select(BoxBallot)).all() == []
        chain = round_chain(town.slug)
        assert check_chain(session, chain) is None
        acts = [entry.action for entry in entries(session, chain)]
    assert acts == ["vote.closed", "vote.reconciled", "ballots.sealed"]
    assert sorted(file.suffix for file in town.key_dir.iterdir()) == [".roll"]
    assert [each.name for each in backups(town).iterdir()] == [
        f"{town.slug}.sealed.jsonl.gz"
    ]


def test_nothing_of_the_box_is_left_anywhere(town: Any) -> None:
    hidden = town.read(secrets_of)
    url = town.app.extensions["puistokatu"].database_url
    with town.app.app_context():
        assert any(secret in everything(db.session()) for secret in hidden)
        db.session.rollback()
        seal(town.slug, transaction)
        assert not any(secret in everything(db.session()) for secret in hidden)
        db.session.rollback()
        db.engine.dispose()
    (copy,) = backups(town).iterdir()
    said = gzip.decompress(copy.read_bytes()).decode()
    assert not any(secret in said for secret in hidden)
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        files = [path, path.with_name(path.name + "-wal")]
        raw = b"".join(file.read_bytes() for file in files if file.exists())
        assert not any(secret.encode() in raw for secret in hidden)


def test_the_command_seals_and_says_so_when_it_is_repeated(town: Any) -> None:
    config = town.app.extensions["puistokatu"]
    settings = {"url": config.database_url, "KEY_DIR": str(config.key_dir)}
    for _ in range(2):
        *steps_said, last = puistokatu(
            "rounds", "seal", town.slug, **settings
        ).splitlines()
        assert [line[:3] for line in steps_said] == [f"{n}/7" for n in range(1, 8)]
        assert last == (
            "The ballots are sealed and the key is destroyed. The copy: "
            f"{backups(town) / town.slug}.sealed.jsonl.gz"
        )


def test_the_job_seals_with_its_progress(town: Any) -> None:
    before = town.read(ballots(BoxBallot))
    with town.app.app_context(), transaction() as session:
        enqueue(session, "seal_round", now=CLOSES, slug=town.slug)
    assert run_jobs(town.app) == 1
    with town.app.app_context():
        session = db.session()
        job = session.scalars(select(Job)).one()
        assert (job.state, job.error) == (JobState.DONE, None)
        assert (
            Counter(map(str, session.scalars(select(SealedBallot.choices)))) == before
        )
        assert session.scalars(select(BoxBallot)).all() == []
    assert sorted(file.suffix for file in town.key_dir.iterdir()) == [".roll"]
