"""Our rules against pabutools 1.2.3: one run, interleaved, processor time.

Reads the real .pb files of the folder that PABULIB_DIR names. For every file and rule
both sides read the file and run the rule, in turn, `ROUNDS` times; the least time of
each counts. Ours includes everything that an outcome has: the reasons, the second
solve, the ties. A ratio above 1 means that we are faster.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from typing import TYPE_CHECKING

from pabutools.election import Cost_Sat, parse_pabulib
from pabutools.rules import (
    MaxAddUtilWelfareAlgo,
    greedy_utilitarian_welfare,
    max_additive_utilitarian_welfare,
)

from voting.pabulib import profile, read_election
from voting.rules import run

if TYPE_CHECKING:
    from voting.profile import Profile

ROUNDS = 5
FILES = (
    "Switzerland_Zurich_S5.pb",
    "Netherlands_Assen_2024.pb",
    "Poland_Swiecie_2023.pb",
    "Poland_Wieliczka_2023_Green_Budget.pb",
    "France_Toulouse_2022.pb",
)
Seconds = tuple[float, float]
Peer = Callable[[object, object], object]


def process_time() -> float:
    """Of this process and of those that it waited for: CBC is one."""
    both = (getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN))
    return sum(spent.ru_utime + spent.ru_stime for spent in both)


def ours(path: Path, rule: str, parameters: dict[str, str]) -> Seconds:
    """Seconds of reading and of the rule."""
    began = process_time()
    read: Profile = profile(read_election(path), limits=False)
    middle = process_time()
    run(rule, read, parameters)
    return middle - began, process_time() - middle


def theirs(path: Path, peer: Peer) -> Seconds:
    """The same for pabutools."""
    began = process_time()
    instance, ballots = parse_pabulib(str(path))
    middle = process_time()
    peer(instance, ballots)
    return middle - began, process_time() - middle


def greedy(instance: object, ballots: object) -> object:
    """By votes: pabutools' density of satisfaction by cost."""
    return greedy_utilitarian_welfare(instance, ballots, sat_class=Cost_Sat)


def welfare(algorithm: MaxAddUtilWelfareAlgo) -> Peer:
    """Largest total of cost-weighted votes."""
    return lambda instance, ballots: max_additive_utilitarian_welfare(
        instance, ballots, sat_class=Cost_Sat, inner_algo=algorithm
    )


CASES: tuple[tuple[str, str, dict[str, str], Peer], ...] = (
    ("greedy", "greedy", {}, greedy),
    (
        "max-welfare / primal-dual",
        "max-welfare",
        {"satisfaction": "cost"},
        welfare(MaxAddUtilWelfareAlgo.PRIMAL_DUAL),
    ),
    (
        "max-welfare / PuLP and CBC",
        "max-welfare",
        {"satisfaction": "cost"},
        welfare(MaxAddUtilWelfareAlgo.ILP_SOLVER),
    ),
)


def compare(path: Path) -> None:
    """Print one line per case."""
    for title, rule, parameters, peer in CASES:
        us: list[Seconds] = []
        them: list[Seconds] = []
        for _ in range(ROUNDS):
            us.append(ours(path, rule, parameters))
            them.append(theirs(path, peer))
        our_rule, their_rule = min(s[1] for s in us), min(s[1] for s in them)
        our_all, their_all = min(map(sum, us)), min(map(sum, them))
        print(
            f"{path.stem[:34]:<34} {title:<26}"
            f" rule {our_rule:8.4f} {their_rule:8.4f} {their_rule / our_rule:7.1f}x"
            f"  with reading {our_all:8.4f} {their_all:8.4f}"
            f" {their_all / our_all:7.1f}x"
        )


def main() -> None:
    """Every file there is; a folder or single names may be given."""
    folder = os.environ.get("PABULIB_DIR", "")
    found = [path for name in FILES if (path := Path(folder) / name).is_file()]
    if not folder or not found:
        sys.exit("PABULIB_DIR names no folder with real .pb files.")
    print("seconds of processor time: ours, pabutools, ratio")
    for path in found:
        compare(path)


if __name__ == "__main__":
    main()
