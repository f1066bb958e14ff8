"""A storm of ballots on real processes, on SQLite and on PostgreSQL with fsync.

200 voters (`STORM`: another number) press their button at once: while nothing
happens, while the vote is paused and then closed (the last tenth press after that),
while the clock passes the last moment and is set back, while web and job workers are
killed, and while PostgreSQL is killed and started again. Every voter tries again with
the same key until there is an answer. A line for each storm says how many were
counted, how many refused with a reason, how many tries it took, and how long; the box
is compared with the receipts that voters have seen, and the run fails where they
differ. `tests/races/test_under_fire.py` does the same with few voters.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from tests.support import storms
from tests.support.clocks import MovedClock
from tests.support.databases import migrate
from tests.support.postgres import PostgresServer
from tests.support.server import LiveServer
from tests.support.storm import Caster, Storm

VOTERS = int(os.environ.get("STORM", "200"))
LINE = "{:<12} {:<24} {:>8} {:>8} {:>6} {:>8} {:>8} {:>8}"
HEAD = ("database", "storm", "counted", "refused", "tries", "s", "p50 ms", "p95 ms")


def main() -> None:
    """Run every storm on both databases and print what came of it."""
    print(LINE.format(*HEAD))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        with served(f"sqlite:///{folder}/storm.sqlite", folder) as (server, machine):
            run_all("SQLite", server, machine)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        postgres = PostgresServer(folder / "server", durable=True)
        postgres.start()
        try:
            with served(postgres.url, folder) as (server, machine):
                run_all("PostgreSQL", server, machine)
                run(
                    "PostgreSQL",
                    "PostgreSQL killed",
                    server,
                    lambda storm: storms.postgres_killed(storm, VOTERS, postgres),
                )
        finally:
            postgres.kill()


@contextmanager
def served(url: str, folder: Path) -> Iterator[tuple[LiveServer, MovedClock]]:
    """`puistokatu serve` on an empty database, whose clock can be moved."""
    migrate(url)
    machine = MovedClock(url, folder)
    server = LiveServer(url, folder, **machine.settings)
    server.start()
    try:
        yield server, machine
    finally:
        server.kill()


def run_all(database: str, server: LiveServer, machine: MovedClock) -> None:
    """The storms that both databases can be in."""

    def by_the_clock(storm: Storm, number: int) -> list[Caster]:
        return storms.closed_by_the_clock(storm, number, machine)

    run(database, "one voter, 50 presses", server, storms.one_voter)
    for name, storm in (
        ("all at once", storms.all_at_once),
        ("paused, then closed", storms.paused_and_closed),
        ("closed by the clock", by_the_clock),
        ("workers killed", storms.workers_killed),
    ):
        run(database, name, server, lambda town, act=storm: act(town, VOTERS))


def run(
    database: str,
    name: str,
    server: LiveServer,
    act: Callable[[Storm], list[Caster]],
) -> None:
    """One storm, with a vote and voters of its own, and its line."""
    storm = Storm(server, lasts=timedelta(hours=1))
    began = time.monotonic()
    voters = act(storm)
    seconds = time.monotonic() - began
    storm.check_the_box(voters)
    storm.end()
    taken = sorted(1000 * voter.seconds for voter in voters if voter.codes)
    print(
        LINE.format(
            *(database, name, len(taken), len(voters) - len(taken)),
            sum(voter.tries for voter in voters),
            f"{seconds:.1f}",
            f"{statistics.median(taken):.0f}",
            f"{taken[int(0.95 * (len(taken) - 1))]:.0f}",
        ),
        flush=True,
    )


if __name__ == "__main__":
    main()
