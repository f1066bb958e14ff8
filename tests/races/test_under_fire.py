"""A storm of ballots on real processes, while things are closed, killed, restarted.

Whatever happens: a ballot whose receipt a client has seen is in the box, and no
voter has two. `STORM` sets the number of voters (`python -m bench storm`: 200).
"""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support import storms
from tests.support.clocks import MovedClock
from tests.support.databases import migrate
from tests.support.postgres import PostgresServer
from tests.support.server import LiveServer
from tests.support.storm import IN, Storm
from tests.support.trouble import works_afterwards

VOTERS = int(os.environ.get("STORM", "16"))


@pytest.fixture
def storm(live_server: LiveServer) -> Iterator[Storm]:
    """A vote that is open, on real web processes and a real worker."""
    storm = Storm(live_server)
    yield storm
    storm.end()


def test_fifty_parallel_submits_of_one_voter_are_one_ballot(storm: Storm) -> None:
    storm.check_the_box(storms.one_voter(storm))


def test_who_votes_while_it_is_paused_and_closed_is_counted_or_refused(
    storm: Storm,
) -> None:
    voters = storms.paused_and_closed(storm, VOTERS)
    storm.check_the_box(voters)
    assert storm.seal() == {code for voter in voters for code in voter.codes}


@pytest.fixture
def machine(own_database: str, tmp_path: Path) -> MovedClock:
    """The database's clock, before the first process asks it."""
    return MovedClock(own_database, tmp_path)


@pytest.fixture
def storm_on_time(
    own_database: str, tmp_path: Path, machine: MovedClock
) -> Iterator[Storm]:
    """A vote of which an hour is left, on a machine whose clock we move."""
    server = LiveServer(own_database, tmp_path, **machine.settings)
    server.start()
    storm = Storm(server, lasts=timedelta(hours=1))
    yield storm
    storm.end()
    server.kill()


def test_who_votes_as_the_last_moment_passes_is_counted_or_refused(
    storm_on_time: Storm, machine: MovedClock
) -> None:
    storm = storm_on_time
    voters = storms.closed_by_the_clock(storm, VOTERS, machine)
    storm.check_the_box(voters)
    assert storm.is_closed()
    assert storm.seal() == {code for voter in voters for code in voter.codes}


def test_killed_workers_lose_and_double_nothing(storm: Storm) -> None:
    storm.check_the_box(storms.workers_killed(storm, VOTERS))


@pytest.fixture
def durable_storm(durable_postgres: PostgresServer, tmp_path: Path) -> Iterator[Storm]:
    """The same on a PostgreSQL of its own, with fsync, which may be killed."""
    migrate(durable_postgres.url)
    server = LiveServer(durable_postgres.url, tmp_path)
    server.start()
    storm = Storm(server)
    yield storm
    storm.end()
    server.kill()


def test_postgresql_is_killed_stopped_and_cut_off_under_the_server(
    durable_storm: Storm, durable_postgres: PostgresServer
) -> None:
    storm = durable_storm
    voters = storms.postgres_killed(storm, VOTERS, durable_postgres)
    storm.check_the_box(voters)
    durable_postgres.stop()
    durable_postgres.start()
    # Every connection that a process had kept is dead: no voter notices.
    late = storm.voters(VOTERS)
    assert storm.all_at_once(late, press=storm.cast) == {IN: VOTERS}
    voters += late
    waiting = storms.restarted_in_the_midst(storm, durable_postgres)
    works_afterwards(storm, waiting, voters)
    voters += [waiting, *storms.connections_cut(storm, VOTERS)]
    storm.check_the_box(voters)
