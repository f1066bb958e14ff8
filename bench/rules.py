"""Our rules against pabutools 1.2.3: one run, interleaved, processor and wall time.

`python -m bench rules [--seconds S] [--rounds N] [--files WORD ...] [--cases WORD ...]
[--keep FILE]` takes the real .pb files of the folder that PABULIB_DIR names. For every
file both sides read it in turn, and for every case both count, in turn, up to N times
(3) as long as the cell takes no longer than `PATIENCE` seconds; the least time of each
counts. Every count runs in a process of its own, forked from the one that has read the
file; reading and counting are done many times over if they are short. What takes
pabutools more than S seconds (10) of processor time is ended, and its ratio is a lower
bound. Ours includes everything that an outcome has: the reasons, the ties, the proof.
pabutools counts over its plain
profile, or over its multiprofile, where equal ballots are one; making that one is part
of its reading. A ratio above 1 means that we are faster; the winners are compared, too.
`--keep` holds the lines that are done, and a second run goes on there. The end is a
table for docs/performance.md.
"""

# The peer ships no types.
# ruff: noqa: ANN401

import argparse
import json
import multiprocessing
import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from multiprocessing.connection import Connection
from pathlib import Path
from resource import RLIMIT_CPU, RUSAGE_SELF, getrlimit, getrusage, setrlimit
from time import perf_counter
from typing import Any

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
from voting.profile import Profile
from voting.rules import run

ROUNDS, SECONDS, PATIENCE = 3, 10, 15.0
# What is short is done again, until it has taken so many seconds or been done so often:
# what takes less than a millisecond is not steady before.
SHORT, REPEATS = 0.2, 300
FILES = (
    "Netherlands_Assen_2024.pb",
    "Switzerland_Zurich_S5.pb",
    "Poland_Swiecie_2023.pb",
    "Poland_Warszawa_2024_Ochota.pb",
    "France_Toulouse_2022.pb",
    "Poland_Wieliczka_2023_Green_Budget.pb",
    "Hungary_Budapest_2024.pb",
    "Poland_Lodz_2022.pb",
    "Poland_Wroclaw_2015_150_-_500.pb",
)
Peer = Callable[[Any, Any], Any]
# (processor, wall) seconds.
Spent = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Case:
    """The same work for both; `multi`: over pabutools' multiprofile."""

    title: str
    rule: str
    parameters: dict[str, Any]
    peer: Peer
    multi: bool = False


@dataclass(slots=True)
class Line:
    """One file and case: (processor, wall) seconds; theirs None: given up."""

    file: str
    votes: int
    projects: int
    case: str
    reading: Spent
    reading_theirs: Spent
    ours: Spent
    theirs: Spent | None
    same: bool | None


def now() -> Spent:
    """Processor time of this process, and the wall's."""
    spent = getrusage(RUSAGE_SELF)
    return spent.ru_utime + spent.ru_stime, perf_counter()


def timed(work: Callable[[], Any]) -> tuple[Spent, Any]:
    """What it takes, and what comes of it."""
    began = now()
    found = work()
    ended = now()
    return (ended[0] - began[0], ended[1] - began[1]), found


def least(times: list[Spent]) -> Spent:
    """The least processor time and the least wall time."""
    return min(cpu for cpu, _ in times), min(wall for _, wall in times)


def often(work: Callable[[], Any]) -> tuple[Spent, Any]:
    """The least time of some work, done over if it is short, and what comes of it."""
    spent, found = timed(work)
    times = [spent]
    while len(times) < REPEATS and sum(cpu for cpu, _ in times) < SHORT:
        spent, found = timed(work)
        times.append(spent)
    return least(times), found


def apart(
    work: Callable[[], list[str]], seconds: int
) -> tuple[Spent, list[str]] | None:
    """The time and the winners of some work in a process of its own, or None."""

    def child(pipe: Connection) -> None:
        # The system ends the process; its share of a busy machine does not matter.
        _, hard = getrlimit(RLIMIT_CPU)
        setrlimit(RLIMIT_CPU, (int(now()[0]) + seconds, hard))
        pipe.send(often(work))

    mine, end = multiprocessing.Pipe()
    process = multiprocessing.get_context("fork").Process(target=child, args=(end,))
    process.start()
    end.close()
    try:
        found: tuple[Spent, list[str]] = mine.recv()
    except EOFError:
        return None
    finally:
        process.join()
    return found


def greedy(instance: Any, ballots: Any) -> Any:
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


def loads(instance: Any, ballots: Any) -> Any:
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
        )


class Read:
    """A file as both sides have read it, several times, in turn."""

    def __init__(self, path: Path, rounds: int) -> None:
        self.path = path
        ours, plain, multi = [], [], []
        began = perf_counter()
        for _ in range(rounds):
            spent, mine = often(self._mine)
            ours.append(spent)
            spent, (self.instance, self.ballots) = often(self._theirs)
            more, self.merged = often(self.ballots.as_multiprofile)
            plain.append(spent)
            multi.append((spent[0] + more[0], spent[1] + more[1]))
            if perf_counter() - began > PATIENCE:
                break
        self.mine: Profile = mine
        self.ours, self.plain, self.multi = least(ours), least(plain), least(multi)

    def _mine(self) -> Profile:
        return profile(read_election(self.path), limits=False)

    def _theirs(self) -> Any:
        return parse_pabulib(str(self.path))

    def compare(self, case: Case, rounds: int, seconds: int) -> Line:
        """One line: ours, theirs, ours, theirs, ..."""
        ours: list[Spent] = []
        theirs: list[Spent] = []
        same: bool | None = None
        began = perf_counter()
        for _ in range(rounds):
            mine = apart(lambda: self._count(case), 10 * seconds)
            if mine is None:
                sys.exit(f"{self.path.stem}, {case.title}: ours found no end.")
            ours.append(mine[0])
            peer = apart(lambda: self._peer(case), seconds)
            if peer is None:
                break
            theirs.append(peer[0])
            same = mine[1] == peer[1]
            if perf_counter() - began > PATIENCE:
                break
        return Line(
            file=self.path.stem,
            votes=self.mine.voters,
            projects=len(self.mine.projects),
            case=case.title,
            reading=self.ours,
            reading_theirs=self.multi if case.multi else self.plain,
            ours=least(ours),
            theirs=least(theirs) if theirs else None,
            same=same,
        )

    def _count(self, case: Case) -> list[str]:
        return sorted(run(case.rule, self.mine, case.parameters).funded)

    def _peer(self, case: Case) -> list[str]:
        ballots = self.merged if case.multi else self.ballots
        return sorted(str(project) for project in case.peer(self.instance, ballots))


def cells(line: Line, seconds: int) -> list[str]:
    """One row of the table."""
    shown = [line.file, f"{line.votes}", f"{line.projects}", line.case]
    for n in (0, 1):
        limit = float(seconds)
        theirs = limit if line.theirs is None else line.theirs[n]
        sign = "> " if line.theirs is None else ""
        mine = max(line.ours[n], 1e-6)
        both = mine + line.reading[n]
        whole = (theirs + line.reading_theirs[n]) / both
        times = f"{theirs:.3g}" if line.theirs else f"gave up after {seconds} s"
        shown += [f"{mine:.3g}", times, f"{sign}{theirs / mine:.1f}x"]
        shown.append(f"{sign}{whole:.1f}x")
    word = {True: "same", False: "different", None: "-"}[line.same]
    return [*shown, word]


def table(lines: list[Line], seconds: int) -> Iterator[str]:
    """Markdown: what it was measured with, the rules, and reading alone."""
    names = ("pabutools", "numpy", "PuLP", "highspy")
    what = ", ".join(f"{name} {version(name)}" for name in names)
    yield (
        f"Measured on {datetime.now(UTC):%d %B %Y} with Python"
        f" {platform.python_version()}, {what} on {os.cpu_count()} cores; seconds."
    )
    yield ""
    sides = ("ours", "pabutools", "ratio", "with reading")
    head = ["file", "votes", "projects", "work / mode"]
    head += [f"{kind} {side}" for kind in ("CPU", "wall") for side in sides]
    yield from _rows([*head, "winners"], [cells(line, seconds) for line in lines])
    yield ""
    seen: dict[tuple[str, str], list[str]] = {}
    for line in lines:
        mode = "multiprofile" if line.case.endswith("multiprofile") else "plain"
        (mine, wall), (theirs, theirs_wall) = line.reading, line.reading_theirs
        row = [line.file, str(line.votes), mode, f"{mine:.3g}", f"{theirs:.3g}"]
        row += [f"{theirs / mine:.1f}x", f"{theirs_wall / wall:.1f}x"]
        seen[line.file, mode] = row
    head = ["file read", "votes", "mode", "CPU ours", "CPU pabutools", "ratio"]
    yield from _rows([*head, "wall ratio"], list(seen.values()))


def _rows(head: list[str], rows: list[list[str]]) -> Iterator[str]:
    for row in (head, ["---"] * len(head), *rows):
        yield f"| {' | '.join(row)} |"


def stored(keep: Path | None) -> list[Line]:
    """The lines of an earlier run."""
    if keep is None or not keep.is_file():
        return []
    lines = [Line(**line) for line in json.loads(keep.read_text())]
    for line in lines:
        line.theirs = None if line.theirs is None else (line.theirs[0], line.theirs[1])
    return lines


def asked() -> argparse.Namespace:
    """The arguments."""
    parser = argparse.ArgumentParser(prog="python -m bench rules")
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--files", nargs="*", default=[], help="words of their names")
    parser.add_argument("--cases", nargs="*", default=[], help="words of their titles")
    parser.add_argument("--keep", type=Path, help="go on where this file ends")
    return parser.parse_args()


def wanted(name: str, words: list[str]) -> bool:
    """Whether it is asked for, or nothing in particular is."""
    return not words or any(word.lower() in name.lower() for word in words)


def main() -> None:
    """Every file there is; prints as it goes and the table at the end."""
    given = asked()
    folder = os.environ.get("PABULIB_DIR", "")
    found = [path for name in FILES if (path := Path(folder) / name).is_file()]
    if not folder or not found:
        sys.exit("PABULIB_DIR names no folder with real .pb files.")
    lines = stored(given.keep)
    done = {(line.file, line.case) for line in lines}
    for path in found:
        todo = [
            case
            for case in cases()
            if wanted(case.title, given.cases) and (path.stem, case.title) not in done
        ]
        if not todo or not wanted(path.name, given.files):
            continue
        read = Read(path, given.rounds)
        for case in todo:
            lines.append(read.compare(case, given.rounds, given.seconds))
            print("  ".join(cells(lines[-1], given.seconds)), flush=True)
            if given.keep:
                given.keep.write_text(json.dumps([asdict(line) for line in lines]))
    print("\n" + "\n".join(table(lines, given.seconds)))


if __name__ == "__main__":
    main()
