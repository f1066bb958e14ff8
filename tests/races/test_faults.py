"""A cast meets a fault: a page says so, nothing is lost, the same button works later.

Each fault is made under real processes: a disk that is full, a lock that is not let go,
a database that is restarted while the cast is in the midst of it.
"""

import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.databases import Databases
from tests.support.faults import (
    Disk,
    locked_by_another_process,
    postgres_moved,
    small_disk,
    sqlite_moved,
)
from tests.support.server import LiveServer
from tests.support.storm import Storm
from tests.support.trouble import (
    BUSY_PAGE,
    draft_of,
    is_refused_for_now,
    press,
    with_a_draft,
    works_afterwards,
)

LOCKED = re.compile("database is locked|due to lock timeout")
FULL = re.compile("database or disk is full|No space left on device")


def served(url: str, folder: Path, **settings: str) -> LiveServer:
    server = LiveServer(url, folder, **settings)
    server.start()
    return server


@pytest.fixture
def impatient(own_database: str, tmp_path: Path) -> Iterator[Storm]:
    """A vote on a service that waits one second for a lock."""
    server = served(own_database, tmp_path, LOCK_SECONDS="1")
    storm = Storm(server)
    yield storm
    storm.end()
    server.kill()


def test_a_lock_that_is_not_let_go(impatient: Storm, own_database: str) -> None:
    voter = with_a_draft(impatient)
    with locked_by_another_process(own_database):
        for language in BUSY_PAGE:
            is_refused_for_now(press(impatient, voter, language), language)
        # Whoever only reads waits for nothing.
        assert draft_of(impatient, voter) == voter.choices
    assert LOCKED.search(impatient.server.log.read_text())
    works_afterwards(impatient, voter)


@pytest.fixture
def small(
    database_kind: str, own_database: str, databases: Databases
) -> Iterator[tuple[Disk, str]]:
    """The database of this test, moved to a small disk of its own."""
    folder = Path(
        tempfile.mkdtemp(prefix="disk-", dir=os.environ["PUISTOKATU_TEST_FOLDER"])
    )
    with small_disk(folder, megabytes=64) as disk:
        if database_kind == "sqlite":
            yield disk, sqlite_moved(own_database, disk)
        else:
            with postgres_moved(own_database, disk):
                yield disk, own_database
                # The tablespace can only go when nothing is left in it.
                databases.drop(own_database)
    folder.rmdir()


def test_a_disk_that_is_full(small: tuple[Disk, str], tmp_path: Path) -> None:
    disk, url = small
    server = served(url, tmp_path)
    storm = Storm(server)
    voter = with_a_draft(storm)
    disk.fill()
    try:
        for language in BUSY_PAGE:
            is_refused_for_now(press(storm, voter, language), language)
        # Reading takes no room.
        assert draft_of(storm, voter) == voter.choices
        assert FULL.search(server.log.read_text())
        disk.clear()
        works_afterwards(storm, voter)
    finally:
        storm.end()
        server.kill()
