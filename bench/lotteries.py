"""Leximin against sortition-algorithms' maximin with its fastest open solver.

usage: python -m bench lotteries [--pools n150_k25_f5,n300,...] [--rounds 3] [--default]

Each draw is a process of its own, ours and the peer's in turn, reading excluded;
processor time, the median of the rounds. `--default` adds the peer's default solver.
n300, n300-homes and n2000 are generated from a seed, the others are read from
SORTITION_DIR.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from core.chance import Chance
from panels.files import read_pool, read_quotas
from panels.lotteries import hold
from panels.selection import gini

SHARED = {"n150_k25_f5": 25, "n500_k50_f6": 50, "n1000_k75_f7": 75}
MADE = {
    "n300": (300, 35, 6),
    "n300-homes": (300, 35, 6),
    "n2000": (2000, 110, 7),
}
# One of an address at most; two or so of three live alone.
HOMES = {"n300-homes": ["address"]}
# The number of values of each feature; how much likelier the first is to volunteer.
VALUES = (2, 4, 3, 5, 2, 3, 3)
EAGER = 3
# The peer is not asked where the design's figures say that it does not end in time.
TOO_LONG = {"n2000"}


def make_pool(folder: Path, people: int, size: int, features: int) -> None:
    """Volunteers of whom the eager are too many, and quotas of equal shares, +-1."""
    chance, homes = Chance(f"pool {people}"), Chance(f"homes {people}")
    names = [f"f{i}" for i in range(features)]
    with (folder / "categories.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["feature", "value", "min", "max"])
        for name, count in zip(names, VALUES, strict=False):
            for value in range(count):
                share = size // count
                rows.writerow([name, f"v{value}", share - 1, share + 2])
    with (folder / "respondents.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "address", *names])
        for i in range(people):
            home = homes.below(people * 2)
            drawn = [
                max(0, chance.below(count + EAGER) - EAGER)
                for count in VALUES[:features]
            ]
            rows.writerow([f"p{i}", f"home {home}", *(f"v{v}" for v in drawn)])


def ours(folder: Path, size: int, address: list[str]) -> dict[str, float]:
    """One draw by leximin."""
    quotas = read_quotas(folder / "categories.csv", size)
    pool = read_pool(folder / "respondents.csv", quotas, household=address)
    began = time.process_time()
    lottery = hold("leximin", pool, quotas, size, "bench")
    return {
        "seconds": time.process_time() - began,
        "min": float(lottery.ideal.min()),
        "gini": gini(lottery.ideal),
        "gap": lottery.gap,
    }


def asked(module: str, *words: str) -> dict[str, float]:
    """What a process of its own answers in its last line."""
    command = [sys.executable, "-m", module, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(
    name: str, folder: Path, size: int, rounds: int, solvers: Sequence[str]
) -> None:
    """One pool's line: ours, and the peer's as a ratio."""
    address = HOMES.get(name, [])
    took: dict[str, list[float]] = {}
    last: dict[str, dict[str, float]] = {}
    for _ in range(rounds):
        for solver in ("ours", *solvers):
            if solver == "ours":
                found = asked(
                    "bench.lotteries", "--one", str(folder), str(size), *address
                )
            elif name in TOO_LONG:
                continue
            else:
                words = (str(folder), str(size), solver, *address)
                found = asked("tests.panels.peer", *words)
            took.setdefault(solver, []).append(found["seconds"])
            last[solver] = found
    mine, figures = median(took["ours"]), last["ours"]
    line = (
        f"| {name} | {mine:.2f} s | {figures['min']:.4f} | {figures['gini']:.3f}"
        f" | {figures['gap']:.6f}"
    )
    for solver in solvers:
        if solver in took:
            theirs = median(took[solver])
            line += f" | {theirs:.2f} s, min {last[solver]['min']:.4f}"
            line += f", ours is {mine / theirs:.3f} of it"
        else:
            line += " | not run"
    print(line + " |", flush=True)


def main() -> None:
    """Every pool, or those named."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--one", nargs="+")
    parser.add_argument("--pools", default=",".join([*SHARED, *MADE]))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--default", action="store_true")
    given = parser.parse_args()
    if given.one:
        folder, size, *address = given.one
        print(json.dumps(ours(Path(folder), int(size), address)))
        return
    solvers = ["mip", "highspy"] if given.default else ["mip"]
    print("| pool | ours | min | Gini | gap | " + " | ".join(solvers) + " |")
    print("|---" * (5 + len(solvers)) + "|")
    shared = Path(os.environ.get("SORTITION_DIR", "nowhere"))
    for name in given.pools.split(","):
        if name in SHARED:
            if shared.is_dir():
                measure(name, shared / name, SHARED[name], given.rounds, solvers)
            else:
                print(f"SORTITION_DIR names no folder: {name} is left out")
            continue
        people, size, features = MADE[name]
        with tempfile.TemporaryDirectory() as made:
            make_pool(Path(made), people, size, features)
            measure(name, Path(made), size, given.rounds, solvers)


if __name__ == "__main__":
    main()
