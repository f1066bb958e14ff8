"""A small part of `make conformance`: our own files, and the smallest real ones."""

import os
from pathlib import Path

import pytest

from bench.conformance import CASES, Case, agree, ours, sizes, theirs
from voting.pabulib import profile, read_election
from voting.rules import RULES

DATA = Path(__file__).parents[1] / "data"
FOLDER = os.environ.get("PABULIB_DIR", "")
OWN = [DATA / "approval.pb", DATA / "cumulative.pb", DATA / "ordinal.pb"]
OWN.append(DATA / "cities" / "greedy.pb")
REAL = sizes(sorted(Path(FOLDER).glob("*.pb")), 200) if FOLDER else []


def str_of(value: Path | Case) -> str:
    """For the name of a test."""
    return value.stem[:30] if isinstance(value, Path) else value.title


def kinds(path: Path) -> list[Case]:
    """The cases that a file is for."""
    kind = read_election(path).ballot_type
    return [c for c in CASES if kind in c.ballots and c.rule in RULES]


def pairs(paths: list[Path]) -> list[tuple[Path, Case]]:
    """Every file with its cases, but those that pabutools needs minutes for.

    It raises the budget by one unit at a time, hundreds of times.
    """
    cheap = DATA / "cities" / "greedy.pb"
    every = [(path, case) for path in paths for case in kinds(path)]
    return [(p, case) for p, case in every if "add1" not in case.title or p == cheap]


@pytest.mark.parametrize(("path", "case"), pairs(OWN + REAL), ids=str_of)
def test_the_winners_are_those_of_pabutools(path: Path, case: Case) -> None:
    winners = {str(p) for p in case.peer(*theirs(path))}
    ballots = profile(read_election(path), limits=False)
    assert agree(ours(ballots, case), ballots, winners)
