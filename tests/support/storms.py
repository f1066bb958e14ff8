"""What happens in the middle of a storm, with few voters for tests or many to measure.

Each gives back the voters, whose receipts the caller compares with the box.
"""

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg

from tests.support.clocks import MovedClock
from tests.support.postgres import PostgresServer, libpq
from tests.support.server import children_of
from tests.support.storm import IN, NO, OVER, PATIENCE, PAUSED, Caster, Storm
from tests.support.trouble import is_refused_for_now, press, with_a_draft
from tests.support.waiting import wait_until

PRESSES, CUTS = 50, 4


def one_voter(storm: Storm) -> list[Caster]:
    """One button, pressed fifty times at once."""
    voters = storm.voters(1)
    assert storm.all_at_once(voters * PRESSES) == {IN: PRESSES}
    return voters


def all_at_once(storm: Storm, number: int) -> list[Caster]:
    """Nothing in the way."""
    voters = storm.voters(number)
    assert storm.all_at_once(voters) == {IN: number}
    return voters


def paused_and_closed(storm: Storm, number: int) -> list[Caster]:
    """A quarter is in when it is paused; half of the next when an official closes."""
    voters = storm.voters(number)
    answers = storm.all_at_once(voters, after(storm, number // 4, storm.pause))
    assert set(answers) <= {IN, NO}
    assert answers[IN] >= number // 4
    storm.check_the_box(voters)
    assert {voter.refusal for voter in voters if not voter.codes} <= {PAUSED}
    # Nobody slips in during the pause, and what is in can be asked for again.
    assert storm.all_at_once(voters, press=storm.cast) == answers
    storm.resume()
    late = storm.voters(number)
    waiting = [voter for voter in voters if not voter.codes] + late
    closed(storm, waiting, storm.close)
    return voters + late


def closed_by_the_clock(storm: Storm, number: int, machine: MovedClock) -> list[Caster]:
    """The last moment passes when half are in; then the clock is set back."""
    voters = storm.voters(number)
    answers = closed(storm, voters, lambda: machine.move(2 * storm.lasts))
    storm.check_the_box(voters)
    machine.move(timedelta(0))
    # Somebody has been told that it is over: so it is. What is in can be asked for.
    assert storm.all_at_once(voters, press=storm.cast) == answers
    return voters


def closed(
    storm: Storm, voters: list[Caster], close: Callable[[], None]
) -> Counter[int]:
    """Half are in when it is closed; the last tenth press their button after that."""
    late = voters[-max(2, len(voters) // 10) :]
    is_closed = threading.Event()

    def act() -> None:
        storm.answered.wait_for(len(voters) // 2)
        close()
        is_closed.set()

    def press(voter: Caster) -> int:
        assert voter not in late or is_closed.wait(PATIENCE)
        return storm.cast_until_answered(voter)

    answers = storm.all_at_once(voters, act, press=press)
    assert set(answers) == {IN, NO}
    assert answers[IN] >= len(voters) // 2
    assert not any(voter.codes for voter in late)
    refused = [voter for voter in voters if not voter.codes]
    assert answers[NO] == len(refused)
    assert {voter.refusal for voter in refused} == {OVER}
    return answers


def workers_killed(storm: Storm, number: int) -> list[Caster]:
    """A web process, the job worker, and a web process again."""
    voters = storm.voters(number)
    process = storm.server.process
    assert process
    assert process.pid
    serve = process.pid

    def kill() -> None:
        for victim in ("web", "jobs", "web"):
            storm.answered.wait_for(max(1, number // 8))
            gunicorn, *worker = children_of(serve)
            (one, *_) = worker if victim == "jobs" else children_of(gunicorn)
            os.kill(one, signal.SIGKILL)

    assert storm.all_at_once(voters, kill) == {IN: number}
    return voters


def postgres_killed(
    storm: Storm, number: int, postgres: PostgresServer
) -> list[Caster]:
    """The postmaster and every backend at once, and a new start."""
    voters = storm.voters(number)

    def kill_and_start() -> None:
        postgres.kill()
        postgres.start()

    answers = storm.all_at_once(voters, after(storm, number // 3, kill_and_start))
    assert answers == {IN: number}
    return voters


def restarted_in_the_midst(storm: Storm, postgres: PostgresServer) -> Caster:
    """The database is stopped and started while a cast waits in it for a lock."""
    voter = with_a_draft(storm)
    blocking = psycopg.connect(libpq(storm.server.database_url))
    blocking.execute("LOCK TABLE box_cast IN SHARE ROW EXCLUSIVE MODE")
    with ThreadPoolExecutor(1) as pool:
        pressed = pool.submit(press, storm, voter, "sv")
        _wait_for_a_waiter(storm)
        postgres.stop()
        postgres.start()
        is_refused_for_now(pressed.result(), "sv")
    blocking.close()
    return voter


def connections_cut(storm: Storm, number: int) -> list[Caster]:
    """Every connection to the database is cut, again and again."""
    voters = storm.voters(number)
    query = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    def cut() -> None:
        address = libpq(storm.server.database_url)
        with psycopg.connect(address, autocommit=True) as connection:
            for _ in range(CUTS):
                storm.answered.wait_for(max(1, number // (2 * CUTS)))
                connection.execute(query)

    assert storm.all_at_once(voters, cut) == {IN: number}
    return voters


def _wait_for_a_waiter(storm: Storm) -> None:
    query = "SELECT count(*) FROM pg_locks WHERE NOT granted"
    with psycopg.connect(libpq(storm.server.database_url), autocommit=True) as looking:
        wait_until(lambda: looking.execute(query).fetchone() != (0,))


def after(storm: Storm, receipts: int, act: Callable[[], None]) -> Callable[[], None]:
    """The act, once so many more receipts have been shown."""

    def wait_and_act() -> None:
        storm.answered.wait_for(receipts)
        act()

    return wait_and_act
