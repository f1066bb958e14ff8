"""A register of a million people: read, stored, a wave planned on it and drawn.

For SQLite and for a PostgreSQL with fsync on, each in a process of its own: a file of
`BENCH_ROWS` people (1 000 000 unless given) with gender, area, language and address is
checked and stored, then a wave of letters for a panel of sixty is planned and drawn.
Rows a second, and the most memory that the process ever had.
"""

import csv
import multiprocessing
import os
import sys
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from app import create_app
from app.config import Config
from app.transaction import transaction
from bench.roll import CHECK, MOST_MEMORY, numbers
from panels.invitations import draw_wave
from panels.keys import PeopleKeys, create_people_keys
from panels.registers import check_register, get_register, store_register
from tests.factories.panels import (
    AREAS,
    HEAD,
    OFFICIAL,
    extract,
    panel_with_targets,
    planned_wave,
)
from tests.support.databases import environment, migrate
from tests.support.postgres import PostgresServer

ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
NOW = datetime(2027, 4, 1, 9, 0, tzinfo=UTC)


def write(path: Path) -> None:
    """The file: as a register would write it."""
    with path.open("w", newline="") as file:
        out = csv.writer(file, delimiter=";")
        out.writerow(HEAD.split(";"))
        for i, parts in enumerate(islice(numbers(), ROWS)):
            day, month, year, own = parts
            digits = f"{day:02}{month:02}{year:02}{own:03}"
            number = f"{digits[:6]}-{own:03}{CHECK[int(digits) % 31]}"
            street = f"Lehmuskuja {i // 2}"
            names = (f"Asukas {i}", street, "00100", "PUISTOLA", "")
            out.writerow((number, "12"[i % 2], AREAS[i % 3], "fi", *names))


def measure(url: str, path: Path, kind: str) -> None:
    """One database: made, filled, drawn from."""
    migrate(url)
    folder = path.parent / f"keys-{kind}"
    settings = environment(url, KEY_DIR=str(folder))
    with create_app(Config.from_environment(settings)).app_context():
        keys = create_people_keys(folder)
        draw(read(path, keys, kind), keys, kind)
    memory = getrusage(RUSAGE_SELF).ru_maxrss / 1024
    verdict = "below" if memory < MOST_MEMORY else "NOT BELOW"
    print(f"{kind}: {memory:.0f} MiB at most, {verdict} {MOST_MEMORY}")
    sys.exit(memory >= MOST_MEMORY)


def read(path: Path, keys: PeopleKeys, kind: str) -> int:
    """Check and store, timed apart; the register's number."""
    began, used = perf_counter(), process_time()
    checked = check_register(path, extract(NOW), keys=keys)
    half = perf_counter()
    with transaction() as session:
        register = store_register(session, checked, keys=keys, actor=OFFICIAL, now=NOW)
        number, size = register.id, register.size
    ended = perf_counter()
    print(
        f"{kind}: {size} rows, check {half - began:.1f} s, store {ended - half:.1f} s,"
        f" together {size / (ended - began):.0f} rows/s,"
        f" processor {process_time() - used:.1f} s"
    )
    return number


def draw(number: int, keys: PeopleKeys, kind: str) -> None:
    """Plan a wave and draw it, timed apart."""
    began = perf_counter()
    with transaction() as session:
        panel = panel_with_targets(session, now=NOW, size=60, slack=2)
        register = get_register(session, number)
        wave = planned_wave(session, panel, register, keys, now=NOW, response=0.05)
        half = perf_counter()
        draw_wave(session, panel, wave, "6 1 4", keys=keys, actor=OFFICIAL, now=NOW)
        size = wave.size
    print(
        f"{kind}: {size} letters, planned in {half - began:.1f} s, drawn in"
        f" {perf_counter() - half:.1f} s"
    )


def main() -> None:
    """Both databases, one after the other."""
    failed = False
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        path = folder / "register.csv"
        write(path)
        print(f"{ROWS} rows, {path.stat().st_size / 2**20:.0f} MiB")
        server = PostgresServer(folder / "postgresql", durable=True)
        server.start()
        addresses = {"sqlite": f"sqlite:///{folder}/panel.sqlite"}
        addresses["postgresql"] = server.url
        spawn = multiprocessing.get_context("spawn")
        try:
            for kind, url in addresses.items():
                child = spawn.Process(target=measure, args=(url, path, kind))
                child.start()
                child.join()
                failed |= bool(child.exitcode)
        finally:
            server.kill()
    sys.exit(failed)


if __name__ == "__main__":
    main()
