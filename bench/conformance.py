"""Our winners against those of pabutools 1.2.3, file by file and rule by rule.

`python -m bench.conformance [FILE ...] [--votes N] [--seconds S] [--without WORD]
[--only WORD ...]` takes the real .pb files of the folder that PABULIB_DIR names (or
those given), the smallest first, with at most N votes, and the rules that have one of
the words of `--only` in their titles, and not that of `--without`. Utilities and
tie-breaking are the same on both sides: lower cost, then the file's order. pabutools
knows no areas, themes or thresholds, so they are left out. It runs in a process of its
own; what takes more than S seconds of processor time is given up and named. Exit status
1 if any winners differ.
"""

# The peer ships no types.
# ruff: noqa: ANN401

import argparse
import multiprocessing
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from resource import RLIMIT_CPU, getrlimit, setrlimit
from time import process_time
from typing import Any

from pabutools.election import Cardinality_Sat, Cost_Sat, parse_pabulib
from pabutools.election.satisfaction import AdditiveSatisfaction
from pabutools.rules import (
    MaxAddUtilWelfareAlgo,
    completion_by_rule_combination,
    greedy_utilitarian_welfare,
    max_additive_utilitarian_welfare,
    method_of_equal_shares,
    sequential_phragmen,
)
from pabutools.tiebreaking import TieBreakingRule

from voting.outcome import Outcome
from voting.pabulib import profile, read_election
from voting.profile import BallotType, Profile
from voting.rules import RULES, run

CHOICES = frozenset({BallotType.APPROVAL, BallotType.CHOOSE_1})
POINTS = frozenset(BallotType) - CHOICES
TIES = "cost,order"
SECONDS = 120
# Merging costs pabutools more than it saves on fewer votes.
MERGED = 1000
Peer = Callable[[Any, Any], Any]


class Points(AdditiveSatisfaction):
    """The voter's points; of a ranking of k projects k, ..., 1, as we count."""

    def __init__(self, instance: Any, ballots: Any, ballot: Any) -> None:
        super().__init__(instance, ballots, ballot, self.worth)

    def preprocessing(self, _instance: Any, _profile: Any, ballot: Any) -> dict:
        """Every project's points, once."""
        if hasattr(ballot, "items"):
            given = {p: points for p, points in ballot.items() if points is not None}
            if given:
                return given
        return {p: len(ballot) - n for n, p in enumerate(ballot)}

    @staticmethod
    def worth(_i: Any, _p: Any, _b: Any, project: Any, points: Mapping) -> Any:
        """Of one project."""
        return points.get(project, 0)


class PointsByCost(Points):
    """Points times cost: pabutools' greedy divides by the cost again."""

    @staticmethod
    def worth(_i: Any, _p: Any, _b: Any, project: Any, points: Mapping) -> Any:
        """Of one project."""
        return points.get(project, 0) * project.cost


@dataclass(frozen=True, slots=True)
class Case:
    """One rule on both sides."""

    title: str
    rule: str
    parameters: Mapping[str, Any]
    ballots: frozenset[BallotType]
    peer: Peer


def ties(instance: Any) -> TieBreakingRule:
    """Lower cost, then the order of the file."""
    place = {project: n for n, project in enumerate(instance.file_order)}
    return TieBreakingRule(lambda _i, _p, project: (project.cost, place[project]))


def greedy(measure: type) -> Peer:
    """By satisfaction per cost."""
    return lambda instance, ballots: greedy_utilitarian_welfare(
        instance, ballots, sat_class=measure, tie_breaking=ties(instance)
    )


def welfare(measure: type) -> Peer:
    """Largest total."""
    return lambda instance, ballots: max_additive_utilitarian_welfare(
        instance,
        ballots,
        sat_class=measure,
        inner_algo=MaxAddUtilWelfareAlgo.PRIMAL_DUAL,
    )


def shares(measure: type, **more: object) -> Peer:
    """Equal Shares."""
    return lambda instance, ballots: method_of_equal_shares(
        instance,
        ballots,
        sat_class=measure,
        tie_breaking=ties(instance),
        **more,
    )


def shares_then_greedy(measure: type, **more: object) -> Peer:
    """Equal Shares, then greedy by votes with the rest."""
    return lambda instance, ballots: completion_by_rule_combination(
        instance,
        ballots,
        [method_of_equal_shares, greedy_utilitarian_welfare],
        [
            {"sat_class": measure, "tie_breaking": ties(instance), **more},
            {"sat_class": Cost_Sat, "tie_breaking": ties(instance)},
        ],
    )


def phragmen(instance: Any, ballots: Any) -> Any:
    """Sequential Phragmen."""
    return sequential_phragmen(instance, ballots, tie_breaking=ties(instance))


def equal_shares_cases() -> Iterator[Case]:
    """Every utility and completion that both sides have."""
    for word, measure, ballots in (
        ("cost", Cost_Sat, CHOICES),
        ("votes", Cardinality_Sat, CHOICES),
        ("points", Points, POINTS),
    ):
        head = {"satisfaction": word, "completion": "none"}
        title = f"equal-shares {word}"
        yield Case(title, "equal-shares", head, ballots, shares(measure))
        # "books" is add1 as pabutools understands it; cities count otherwise.
        add1 = {**head, "completion": "add1", "practice": "books"}
        peer = shares(measure, voter_budget_increment=1)
        yield Case(f"{title} add1", "equal-shares", add1, ballots, peer)
        if ballots is CHOICES:
            rest = {**head, "completion": "greedy"}
            peer = shares_then_greedy(measure)
            yield Case(f"{title} greedy", "equal-shares", rest, ballots, peer)
            add1u = {**add1, "completion": "add1u"}
            peer = shares_then_greedy(measure, voter_budget_increment=1)
            yield Case(f"{title} add1u", "equal-shares", add1u, ballots, peer)


CASES = (
    Case("greedy votes", "greedy", {}, CHOICES, greedy(Cost_Sat)),
    Case("greedy points", "greedy", {}, POINTS, greedy(PointsByCost)),
    Case(
        "greedy votes per cost",
        "greedy",
        {"order": "per-cost"},
        CHOICES,
        greedy(Cardinality_Sat),
    ),
    Case("max-welfare votes", "max-welfare", {}, CHOICES, welfare(Cardinality_Sat)),
    Case(
        "max-welfare cost",
        "max-welfare",
        {"satisfaction": "cost"},
        CHOICES,
        welfare(Cost_Sat),
    ),
    Case("max-welfare points", "max-welfare", {}, POINTS, welfare(Points)),
    *equal_shares_cases(),
    Case("phragmen", "phragmen", {}, CHOICES, phragmen),
)


def ours(ballots: Profile, case: Case) -> Outcome:
    """Our outcome with the tie-breaking of this comparison."""
    return run(case.rule, ballots, {**case.parameters, "ties": TIES})


def theirs(path: Path) -> tuple[Any, Any]:
    """Pabutools' instance and ballots; equal ballots merged where there are many."""
    instance, ballots = parse_pabulib(str(path))
    if len(ballots) > MERGED:
        ballots = ballots.as_multiprofile()
    at = {p.id: n for n, p in enumerate(read_election(path).projects)}
    instance.file_order = sorted(instance, key=lambda project: at[project.name])
    return instance, ballots


def agree(outcome: Outcome, ballots: Profile, winners: set[str]) -> bool:
    """The same winners; for the largest total also another set that is as good."""
    if set(outcome.funded) == winners:
        return True
    if outcome.rule != "max-welfare" or outcome.unique:
        return False
    costs, votes = ballots.costs.tolist(), ballots.votes.tolist()
    worth = {
        "votes": votes,
        "cost": [v * c for v, c in zip(votes, costs, strict=True)],
        "points": ballots.score.tolist(),
    }[outcome.parameters["satisfaction"]]
    inside = [i for i, p in enumerate(ballots.projects) if p in winners]
    return sum(worth[i] for i in inside) == outcome.objective


def serve(path: Path, pipe: Connection, seconds: int) -> None:
    """Answer titles of cases with winners, as long as each takes no longer."""
    instance, ballots = theirs(path)
    peers = {case.title: case.peer for case in CASES}
    while title := pipe.recv():
        # The system ends the process; its share of a busy machine does not matter.
        _, hard = getrlimit(RLIMIT_CPU)
        setrlimit(RLIMIT_CPU, (int(process_time()) + seconds, hard))
        pipe.send(sorted(str(p) for p in peers[title](instance, ballots)))


class Slow:
    """Pabutools on one file, in a process that a long question ends."""

    def __init__(self, path: Path, seconds: int) -> None:
        self.path, self.seconds = path, seconds
        self.process: multiprocessing.Process | None = None

    def ask(self, title: str) -> set[str] | None:
        """The winners, or None if they took too long."""
        if self.process is None:
            self.pipe, end = multiprocessing.Pipe()
            self.process = multiprocessing.Process(
                target=serve, args=(self.path, end, self.seconds)
            )
            self.process.start()
            end.close()
        try:
            self.pipe.send(title)
            return set(self.pipe.recv())
        except (EOFError, OSError):
            self.end()
            return None

    def end(self) -> None:
        """Stop."""
        if self.process is not None:
            self.process.kill()
            self.process.join()
            self.process = None


def check(path: Path, seconds: int, titles: set[str]) -> Iterator[tuple[str, str]]:
    """(title, word) for every case of a file that has such a title."""
    ballots = profile(read_election(path), limits=False)
    peer = Slow(path, seconds)
    for case in CASES:
        if ballots.ballot_type not in case.ballots or case.rule not in RULES:
            continue
        if case.title not in titles:
            continue
        winners = peer.ask(case.title)
        if winners is None:
            yield case.title, "given up"
            continue
        outcome = ours(ballots, case)
        same = agree(outcome, ballots, winners)
        yield case.title, "same" if same else "different"
        if not same:
            mine = set(outcome.funded)
            print(f"  ours {sorted(mine - winners)} theirs {sorted(winners - mine)}")
    peer.end()


def sizes(paths: list[Path], most: int) -> list[Path]:
    """The files with at most `most` votes, smallest first."""
    votes = {path: read_election(path).num_votes for path in paths}
    return sorted((p for p in paths if votes[p] <= most), key=votes.__getitem__)


def main() -> int:
    """Every file; prints as it goes and a table at the end."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--votes", type=int, default=10**9)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    parser.add_argument("--without", default="", help="leave out what has this word")
    parser.add_argument("--only", nargs="*", default=[], help="what has such a word")
    parser.add_argument("files", nargs="*", type=Path)
    asked = parser.parse_args()
    titles = {
        case.title
        for case in CASES
        if asked.without not in (words := case.title.split())
        if not asked.only or not set(asked.only).isdisjoint(words)
    }
    folder = os.environ.get("PABULIB_DIR", "")
    paths = asked.files or (sorted(Path(folder).glob("*.pb")) if folder else [])
    if not paths:
        sys.exit("PABULIB_DIR names no folder with real .pb files.")
    for rule in sorted({case.rule for case in CASES} - RULES.keys()):
        print(f"{rule}: skipped, it is not in RULES")
    count: Counter[tuple[str, str]] = Counter()
    for path in sizes(paths, asked.votes):
        for title, word in check(path, asked.seconds, titles):
            print(f"{path.stem[:60]:<60} {title:<26} {word}", flush=True)
            count[title, word] += 1
    print("\n| rule | same | different | given up |\n|---|---|---|---|")
    for case in CASES:
        cells = [count[case.title, w] for w in ("same", "different", "given up")]
        if any(cells):
            print(f"| {case.title} | {' | '.join(map(str, cells))} |")
    return int(any(word == "different" for _, word in count))


if __name__ == "__main__":
    sys.exit(main())
