"""A database in the middle of a vote goes into a file, and on in either kind."""

import gzip
import io
import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app import create_app
from app.backup_errors import (
    BackupDamaged,
    BackupKeyMissing,
    BackupKeyWrong,
    BackupNotIntoAnEmptyDatabase,
    BackupUndated,
)
from app.backup_keys import destroy_due, joined, keys_of
from app.backups import restore_backup, write_backup
from app.config import Config
from app.extensions import db
from app.transaction import transaction
from core.audit import SYSTEM, check_chain, record, round_chain
from core.sealed_file import SealedReader, SealedWriter, read_head
from tests.factories.ballots import OPENS, cast_by, open_vote_with, voter_in
from tests.support.databases import KINDS, Databases, environment
from voting.ballots import current_receipt
from voting.keys import load_round_keys
from voting.models import BoxBallot, Round, Voter

DAY = date(2027, 7, 1)
# In Finland the day has begun.
ON_ITS_DAY = datetime(2027, 6, 30, 21, 30, tzinfo=UTC)
OTHER = dict(zip(KINDS, reversed(KINDS), strict=True))


class Hall:
    """An application on a database, with the keys beside it."""

    def __init__(self, url: str, folder: Path) -> None:
        keys = str(folder / "keys")
        self.app = create_app(Config.from_environment(environment(url, KEY_DIR=keys)))
        self.keys = folder / "keys"

    def backup(
        self, file: Path, day: date | None = DAY, *, now: datetime = OPENS
    ) -> Any:
        with self.app.app_context():
            made = write_backup(db.engine, file, self.keys, now=now, destroy_on=day)
            db.engine.dispose()
            return made

    def restore(self, file: Path) -> Any:
        with self.app.app_context():
            try:
                with transaction() as session:
                    return restore_backup(session.connection(), file, self.keys)
            finally:
                db.session.remove()


@pytest.fixture
def halls(
    own_database: str, database_kind: str, databases: Databases, tmp_path: Path
) -> Any:
    """One with a vote that is on, and an empty one of the other kind."""
    full, url = Hall(own_database, tmp_path), databases.new(OTHER[database_kind])
    empty = Hall(url, tmp_path)
    with full.app.app_context(), transaction() as session:
        vote = open_vote_with(session, full.keys)
        voter = voter_in(session, vote)
        cast_by(session, vote, voter, area0=["a0-1"])
    yield full, empty
    for hall in (full, empty):
        with hall.app.app_context():
            db.session.remove()
            db.engine.dispose()
    databases.drop(url)


def test_a_vote_goes_into_a_file_and_on_in_a_database_of_the_other_kind(
    halls: tuple[Hall, Hall], tmp_path: Path
) -> None:
    full, empty = halls
    file = tmp_path / "night.backup"
    made = full.backup(file)
    assert made.rows["box_ballot"] >= 1
    assert file.stat().st_mode & 0o777 == 0o600
    assert empty.restore(file) == made
    with empty.app.app_context(), transaction() as session:
        round_ = session.scalars(select(Round)).one()
        assert check_chain(session, round_chain(round_.slug)) is None
        keys = load_round_keys(empty.keys, round_.slug)
        voter = session.scalars(
            select(Voter).where(Voter.voted_hour.is_not(None))
        ).one()
        assert current_receipt(session, round_, voter, keys=keys)
        # The next numbers lie above those that came.
        record(session, SYSTEM, "sealing.started", now=OPENS, chain="house")
    with pytest.raises(BackupNotIntoAnEmptyDatabase):
        empty.restore(file)


def test_nothing_of_the_vote_can_be_read_in_the_file(
    halls: tuple[Hall, Hall], tmp_path: Path
) -> None:
    full, _ = halls
    file = tmp_path / "night.backup"
    with pytest.raises(BackupUndated):
        full.backup(file, None)
    assert not file.exists()
    full.backup(file)
    content = file.read_bytes()
    with full.app.app_context():
        tags = list(db.session.scalars(select(BoxBallot.tag)))
        people = list(db.session.scalars(select(Voter.person_key)))
        slug = db.session.scalars(select(Round.slug)).one()
        db.session.remove()
    for word in (*tags, *people, "box_ballot", "voter"):
        assert word.encode() not in content
    head = json.loads(content.splitlines()[0])
    assert [key["round"] for key in head["keys"]] == [slug]
    assert head["keys"][0]["destroy_on"] == DAY.isoformat()


def test_a_file_opens_whole_and_with_its_own_key_or_says_why_not(
    halls: tuple[Hall, Hall], tmp_path: Path
) -> None:
    full, empty = halls
    file = tmp_path / "night.backup"
    full.backup(file)
    content = file.read_bytes()
    changed = bytearray(content)
    changed[-5] ^= 1
    for wrong in (content[:-20], bytes(changed), content + b"x", b"", b"{}\n", b"\x00"):
        file.write_bytes(wrong)
        with pytest.raises(BackupDamaged):
            empty.restore(file)
    file.write_bytes(content)
    (key,) = full.keys.glob("*.backup-*")
    held = key.read_bytes()
    key.write_bytes(bytes(32))
    with pytest.raises(BackupKeyWrong):
        empty.restore(file)
    key.write_bytes(held)
    # On its day a key is not taken for another backup, which would be lost with it.
    with pytest.raises(BackupUndated):
        full.backup(tmp_path / "late.backup", None, now=ON_ITS_DAY)
    assert destroy_due(full.keys, date(2027, 6, 30)) == []
    assert [day for _, day in destroy_due(full.keys, DAY)] == [DAY]
    with pytest.raises(BackupKeyMissing):
        empty.restore(file)


def test_a_row_that_is_lost_on_the_way_in_is_noticed(
    halls: tuple[Hall, Hall], tmp_path: Path
) -> None:
    full, empty = halls
    whole, short = tmp_path / "night.backup", tmp_path / "short.backup"
    full.backup(whole)
    with full.app.app_context(), whole.open("rb") as file:
        line, head = read_head(file)
        key = joined(keys_of(full.keys, head["keys"]))
        packed = io.BufferedReader(SealedReader(file, key, line)).read()
    rows = gzip.decompress(packed).splitlines(keepends=True)
    start = next(n for n, row in enumerate(rows) if b'"table":"box_ballot"' in row)
    # Sealed again by whoever has the keys, one ballot of the box left out.
    with short.open("wb") as file:
        sealed = SealedWriter(file, key, {k: v for k, v in head.items() if k != "salt"})
        sealed.write(gzip.compress(b"".join(rows[: start + 1] + rows[start + 2 :])))
        sealed.finish()
    with pytest.raises(BackupDamaged):
        empty.restore(short)
    assert empty.restore(whole).rows["box_ballot"] >= 1
