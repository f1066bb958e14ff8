"""Our rules against pabutools 1.2.3: one run, interleaved, processor and wall time.

Reads the real .pb files of the folder that PABULIB_DIR names (`BENCH_FILES`: words of
which a file's name must hold one; `BENCH_CASES`: the same for the cases). For every
file and case both sides read the file and run the rule, in turn, up to `ROUNDS` times
and no longer than `PATIENCE` seconds; the least time of each counts. Ours includes
everything that an outcome has: the reasons, the second solve, the ties. pabutools
counts over its plain profile or over its multiprofile, where equal ballots are one;
making that one is part of its reading. A ratio above 1 means that we are faster; the
winners are compared, too.
"""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from time import perf_counter
from typing import TYPE_CHECKING, Any

from pabutools.election import Cardinality_Sat, Cost_Sat, parse_pabulib
from pabutools.rules import (
    MaxAddUtilWelfareAlgo,
    greedy_utilitarian_welfare,
    max_additive_utilitarian_welfare,
    method_of_equal_shares,
    sequential_phragmen,
)
from pabutools.tiebreaking import min_cost_tie_breaking

from voting.pabulib import profile, read_election
from voting.rules import run

if TYPE_CHECKING:
    from voting.profile import Profile

ROUNDS = 5
PATIENCE = 60.0
# Files above this size, where pabutools needs minutes for every step of Add1.
LARGE = 2_000_000
FILES = (
    "Switzerland_Zurich_S5.pb",
    "Netherlands_Assen_2024.pb",
    "Poland_Swiecie_2023.pb",
    "Poland_Wieliczka_2023_Green_Budget.pb",
    "France_Toulouse_2022.pb",
    "Poland_Warszawa_2024_Ochota.pb",
    "Hungary_Budapest_2024.pb",
    "Poland_Wroclaw_2015_150_-_500.pb",
    "Poland_Lodz_2022.pb",
)
Peer = Callable[[Any, Any], Any]


@dataclass(frozen=True, slots=True)
class Case:
    """The same work for both; `multi`: over pabutools' multiprofile."""

    title: str
    rule: str
    parameters: dict[str, Any]
    peer: Peer
    multi: bool = False
    large: bool = True


@dataclass(slots=True)
class Times:
    """Seconds of (reading, rule) of each round, by processor and by the wall."""

    processor: list[tuple[float, float]] = field(default_factory=list)
    wall: list[tuple[float, float]] = field(default_factory=list)
    winners: list[str] = field(default_factory=list)

    def add(self, moments: list[tuple[float, float]], winners: list[str]) -> None:
        """One round: the moments before, between and after."""
        for times, (a, b, c) in zip(
            (self.processor, self.wall), zip(*moments, strict=True), strict=True
        ):
            times.append((b - a, c - b))
        self.winners = winners

    def rule(self, times: list[tuple[float, float]]) -> float:
        """The least time of the rule alone."""
        return min(rule for _, rule in times)

    def whole(self, times: list[tuple[float, float]]) -> float:
        """The least time with reading."""
        return min(map(sum, times))


def now() -> tuple[float, float]:
    """Processor time, of this process and of those it waited for, and the wall's."""
    both = (getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN))
    return sum(spent.ru_utime + spent.ru_stime for spent in both), perf_counter()


def ours(path: Path, case: Case, times: Times) -> None:
    """One round of ours."""
    moments = [now()]
    read: Profile = profile(read_election(path), limits=False)
    moments.append(now())
    outcome = run(case.rule, read, case.parameters)
    moments.append(now())
    times.add(moments, sorted(outcome.funded))


def theirs(path: Path, case: Case, times: Times) -> None:
    """The same for pabutools."""
    moments = [now()]
    instance, ballots = parse_pabulib(str(path))
    if case.multi:
        ballots = ballots.as_multiprofile()
    moments.append(now())
    funded = case.peer(instance, ballots)
    moments.append(now())
    times.add(moments, sorted(str(project) for project in funded))


def greedy(instance: Any, ballots: Any) -> Any:  # noqa: ANN401
    """By votes: pabutools' density of satisfaction by cost."""
    return greedy_utilitarian_welfare(instance, ballots, sat_class=Cost_Sat)


def welfare(algorithm: MaxAddUtilWelfareAlgo) -> Peer:
    """Largest total of cost-weighted votes."""
    return lambda instance, ballots: max_additive_utilitarian_welfare(
        instance, ballots, sat_class=Cost_Sat, inner_algo=algorithm
    )


def shares(measure: type, **more: int) -> Peer:
    """The method of equal shares; ties by cost, as ours."""
    return lambda instance, ballots: method_of_equal_shares(
        instance,
        ballots,
        sat_class=measure,
        tie_breaking=min_cost_tie_breaking,
        **more,
    )


def loads(instance: Any, ballots: Any) -> Any:  # noqa: ANN401
    """Sequential Phragmen; ties by cost, as ours."""
    return sequential_phragmen(instance, ballots, tie_breaking=min_cost_tie_breaking)


def cases() -> Iterator[Case]:
    """Every rule, against every mode of the peer that it has."""
    yield Case("greedy", "greedy", {}, greedy)
    solvers = MaxAddUtilWelfareAlgo.PRIMAL_DUAL, MaxAddUtilWelfareAlgo.ILP_SOLVER
    for title, solver in zip(("primal-dual", "PuLP and CBC"), solvers, strict=True):
        by_cost = {"satisfaction": "cost"}
        yield Case(f"max-welfare / {title}", "max-welfare", by_cost, welfare(solver))
    for name, measure in (("cost", Cost_Sat), ("votes", Cardinality_Sat)):
        for mode in ("plain", "multiprofile"):
            yield Case(
                f"equal-shares {name} / {mode}",
                "equal-shares",
                {"satisfaction": name},
                shares(measure),
                multi=mode == "multiprofile",
            )
    yield Case("phragmen / plain", "phragmen", {}, loads)
    books = {"completion": "add1", "practice": "books"}
    for mode in ("plain", "multiprofile"):
        yield Case(
            f"add1 / {mode}",
            "equal-shares",
            books,
            shares(Cost_Sat, voter_budget_increment=1),
            multi=mode == "multiprofile",
            large=False,
        )


def compare(path: Path, case: Case) -> None:
    """Print one line."""
    us, them = Times(), Times()
    began = perf_counter()
    for _ in range(ROUNDS):
        ours(path, case, us)
        theirs(path, case, them)
        if perf_counter() - began > PATIENCE:
            break
    line = f"{path.stem[:26]:<26} {case.title:<30}"
    for name, mine, peers in (
        ("cpu", us.processor, them.processor),
        ("wall", us.wall, them.wall),
    ):
        line += f" {name} {us.rule(mine):7.4f} {them.rule(peers):8.4f}"
        line += f" {them.rule(peers) / max(us.rule(mine), 1e-6):7.1f}x"
        line += f" (with reading {them.whole(peers) / us.whole(mine):6.1f}x)"
    print(line, "same" if us.winners == them.winners else "DIFFERENT WINNERS")


def wanted(name: str, variable: str) -> bool:
    """Whether the environment asks for it, or for nothing in particular."""
    words = os.environ.get(variable, "").split()
    return not words or any(word in name for word in words)


def main() -> None:
    """Every file there is."""
    folder = os.environ.get("PABULIB_DIR", "")
    found = [path for name in FILES if (path := Path(folder) / name).is_file()]
    if not folder or not found:
        sys.exit("PABULIB_DIR names no folder with real .pb files.")
    print("seconds of the rule: ours, pabutools, ratio")
    for path in found:
        for case in cases():
            if path.stat().st_size > LARGE and not case.large:
                continue
            # Toulouse: 1 619 steps of Add1, more than pabutools can do in 100 s.
            if not case.large and "Toulouse" in path.stem:
                continue
            if wanted(path.name, "BENCH_FILES") and wanted(case.title, "BENCH_CASES"):
                compare(path, case)


if __name__ == "__main__":
    main()
