"""Faults of the machine that are made on purpose, and end again.

One that cannot be made here says why, and its test fails with that: it is not skipped.
"""

import errno
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import psycopg
from psycopg import sql
from sqlalchemy import make_url

from tests.support.postgres import libpq
from tests.support.processes import forks

ENDS_WITHIN = 30.0
CHUNK = 64 * 1024


class Disk:
    """A small disk of its own in the memory of the machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self) -> None:
        """Leave no byte."""
        with self._filler.open("ab", buffering=0) as file:
            for size in (CHUNK, 1):
                try:
                    while file.write(bytes(size)):
                        pass
                except OSError as full:
                    assert full.errno == errno.ENOSPC  # noqa: PT017 - the end of the loop

    def clear(self) -> None:
        """As it was before."""
        self._filler.unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Disk]:
    """A disk on this empty folder; the machine must let us mount one.

    Raises:
        RuntimeError: it does not.
    """
    folder.mkdir(parents=True, exist_ok=True)
    size = f"size={megabytes}m"
    command = ["mount", "-t", "tmpfs", "-o", size, "puistokatu-test", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(
            "A disk cannot be made full here, because a small one cannot be mounted "
            f"(it takes root): {done.stderr.strip()}"
        )
    try:
        yield Disk(folder)
    finally:
        # Lazily: a process that was just killed may hold a file for a moment longer.
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def sqlite_moved(url: str, disk: Disk) -> str:
    """The address of a database's copy on a disk."""
    copy = disk.folder / "database.sqlite"
    shutil.copy(make_url(url).database or "", copy)
    return f"sqlite:///{copy}"


@contextmanager
def postgres_moved(url: str, disk: Disk) -> Iterator[None]:
    """A database on a disk, of which its server's own log takes nothing."""
    parts = make_url(url)
    space, name = sql.Identifier(f"{parts.database}_disk"), str(parts.database)
    where = parts.set(database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(libpq(where), autocommit=True) as server:
        (data,) = server.execute("SHOW data_directory").fetchone() or ("",)
        owner = Path(data).stat()
        os.chown(disk.folder, owner.st_uid, owner.st_gid)
        making = sql.SQL("CREATE TABLESPACE {} LOCATION {}")
        server.execute(making.format(space, sql.Literal(str(disk.folder))))
        moving = sql.SQL("ALTER DATABASE {} SET TABLESPACE {}")
        server.execute(moving.format(sql.Identifier(name), space))
        yield
        server.execute(sql.SQL("DROP TABLESPACE {}").format(space))


@contextmanager
def locked_by_another_process(url: str) -> Iterator[None]:
    """Nobody else can cast, only read: the write lock is held, or that of the box."""
    ours, theirs = forks.Pipe()
    process = forks.Process(target=_lock, args=(url, theirs))
    process.start()
    try:
        assert ours.poll(ENDS_WITHIN)
        ours.recv()
        yield
    finally:
        ours.send("let go")
        process.join(ENDS_WITHIN)
        assert process.exitcode == 0


def _lock(url: str, owner: Connection) -> None:
    if url.startswith("sqlite"):
        file = make_url(url).database or ""
        connection = sqlite3.connect(file, timeout=ENDS_WITHIN, isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        _hold(owner)
        connection.rollback()
        connection.close()
    else:
        with psycopg.connect(libpq(url)) as postgres:
            postgres.execute("LOCK TABLE box_cast IN SHARE ROW EXCLUSIVE MODE")
            _hold(owner)
            postgres.rollback()


def _hold(owner: Connection) -> None:
    owner.send(os.getpid())
    owner.recv()
