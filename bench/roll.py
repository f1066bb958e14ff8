"""An electoral roll of a million people: read, stored, replaced, hashed.

For SQLite and for a PostgreSQL with fsync on, each in a process of its own: a file of
`BENCH_ROWS` people (1 000 000 unless given) with areas, and addresses and e-mail for
each, is checked and stored, then read a second time over the first. Rows a second, and
the most memory that the process ever had.
"""

import csv
import multiprocessing
import os
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import islice, product
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from app import create_app
from app.config import Config
from app.transaction import transaction
from core.audit import Actor
from tests.factories.rounds import announced_round
from tests.support.databases import environment, migrate
from tests.support.postgres import PostgresServer
from voting.keys import create_roll_key
from voting.models import AreaKind
from voting.roll.columns import Extract
from voting.roll.importing import check_extract, ground_of, store_extract
from voting.rounds import get_round

ROWS = int(os.environ.get("BENCH_ROWS", "1000000"))
NOW = datetime(2027, 4, 1, 9, 0, tzinfo=UTC)
MOST_MEMORY = 300
CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"
HEAD = (
    "identity",
    "municipality",
    "area",
    "name",
    "street",
    "postcode",
    "town",
    "email",
)
CLERK = Actor(role="official")


def numbers() -> Iterator[tuple[int, int, int, int]]:
    """Day, month, year and individual number of people who never lived."""
    return product(range(1, 29), range(1, 13), range(30, 100), range(2, 900))


def write(path: Path) -> None:
    """The file: as a register would write it."""
    with path.open("w", newline="") as file:
        out = csv.writer(file, delimiter=";")
        out.writerow(HEAD)
        for i, parts in enumerate(islice(numbers(), ROWS)):
            day, month, year, own = parts
            digits = f"{day:02}{month:02}{year:02}{own:03}"
            number = f"{digits[:6]}-{own:03}{CHECK[int(digits) % 31]}"
            area = ("north", "south")[i % 2]
            street = f"Lehmuskuja {i % 90 + 1} A {i % 40 + 1}"
            name = f"Puistola Asukas {i}"
            mail = f"asukas{i}@example.org"
            out.writerow(
                (number, "Puistola", area, name, street, "00100", "PUISTOLA", mail)
            )


def measure(url: str, path: Path, kind: str) -> None:
    """One database: made, filled, filled again."""
    migrate(url)
    folder = path.parent / f"keys-{kind}"
    settings = environment(url, KEY_DIR=str(folder))
    with create_app(Config.from_environment(settings)).app_context():
        with transaction() as session:
            round_ = announced_round(session, now=NOW)
            for area in round_.areas:
                area.kind = AreaKind.HOME
            slug = round_.slug
        for title in ("first", "again"):
            read(slug, path, folder, f"{kind}, {title}")
    memory = getrusage(RUSAGE_SELF).ru_maxrss / 1024
    verdict = "below" if memory < MOST_MEMORY else "NOT BELOW"
    print(f"{kind}: {memory:.0f} MiB at most, {verdict} {MOST_MEMORY}")
    sys.exit(memory >= MOST_MEMORY)


def read(slug: str, path: Path, folder: Path, title: str) -> None:
    """Check and store, timed apart."""
    keys = create_roll_key(folder, slug)
    extract = Extract(source="Bench", as_of=date(2027, 3, 1))
    began, used = perf_counter(), process_time()
    with transaction() as session:
        ground = ground_of(get_round(session, slug))
    checked = check_extract(ground, path, extract, keys=keys)
    half = perf_counter()
    with transaction() as session:
        round_ = get_round(session, slug)
        roll = store_extract(session, round_, checked, keys=keys, actor=CLERK, now=NOW)
        size = roll.size
    ended = perf_counter()
    print(
        f"{title}: {size} rows, check {half - began:.1f} s, store {ended - half:.1f} s,"
        f" together {size / (ended - began):.0f} rows/s,"
        f" processor {process_time() - used:.1f} s"
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
        addresses = {"sqlite": f"sqlite:///{folder}/roll.sqlite"}
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
