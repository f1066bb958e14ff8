"""The same instances through pabutools 1.2.3, in the same run."""

import os
from pathlib import Path

import pytest
from pabutools.election import Cardinality_Sat, Cost_Sat, parse_pabulib
from pabutools.rules import (
    MaxAddUtilWelfareAlgo,
    greedy_utilitarian_welfare,
    max_additive_utilitarian_welfare,
)
from pabutools.tiebreaking import min_cost_tie_breaking

from voting.pabulib import profile, read_election
from voting.rules import run

DATA = Path(__file__).parents[2] / "data"
PABULIB = Path(os.environ.get("PABULIB_DIR", ""))
NAMES = (
    "Netherlands_Assen_2024.pb",
    "Switzerland_Zurich_S5.pb",
    "Canada_Stanford_Dataset_PB_Dieppe_2018_vote_approvals.pb",
    "France_Toulouse_2022_2_-_Amidonniers_Compans-Caffarelli_Brouardel.pb",
    "Worldwide_Mechanical_Turk_Knapsack_8.pb",
    "Poland_Warszawa_2017_Rakowiec.pb",
)
FILES = [DATA / "approval.pb", *(PABULIB / name for name in NAMES)]


@pytest.fixture(params=FILES, ids=lambda path: path.stem[:30])
def path(request: pytest.FixtureRequest) -> Path:
    """An approval file: our own, or a real one where there are any."""
    found: Path = request.param
    if not found.is_file():
        pytest.skip("PABULIB_DIR names no folder with this real .pb file")
    return found


def test_greedy_by_votes_funds_what_pabutools_funds(path: Path) -> None:
    ours = run("greedy", profile(read_election(path)), {"ties": ["cost", "order"]})
    instance, ballots = parse_pabulib(str(path))
    theirs = greedy_utilitarian_welfare(
        instance, ballots, sat_class=Cost_Sat, tie_breaking=min_cost_tie_breaking
    )
    # Of equally cheap ones pabutools takes the first by name.
    if "order" not in {tie.broken_by for tie in ours.ties}:
        assert list(ours.funded) == sorted(str(p) for p in theirs)


def test_greedy_per_cost_is_pabutools_greedy_by_number(path: Path) -> None:
    ours = run(
        "greedy",
        profile(read_election(path)),
        {"order": "per-cost", "ties": ["cost", "order"]},
    )
    instance, ballots = parse_pabulib(str(path))
    theirs = greedy_utilitarian_welfare(
        instance, ballots, sat_class=Cardinality_Sat, tie_breaking=min_cost_tie_breaking
    )
    if ours.unique:
        assert list(ours.funded) == sorted(str(p) for p in theirs)


@pytest.mark.parametrize(
    ("name", "measure"), [("votes", Cardinality_Sat), ("cost", Cost_Sat)]
)
def test_max_welfare_is_as_good_as_pabutools(
    path: Path, name: str, measure: type
) -> None:
    read = profile(read_election(path))
    ours = run("max-welfare", read, {"satisfaction": name})
    instance, ballots = parse_pabulib(str(path))
    theirs = max_additive_utilitarian_welfare(
        instance,
        ballots,
        sat_class=measure,
        resoluteness=True,
        inner_algo=MaxAddUtilWelfareAlgo.PRIMAL_DUAL,
    )
    worth = sum(
        int(read.votes[i]) * (int(read.costs[i]) if name == "cost" else 1)
        for i, project in enumerate(read.projects)
        if project in {str(p) for p in theirs}
    )
    assert ours.optimal
    assert ours.objective == worth
    if ours.unique:
        assert list(ours.funded) == sorted(str(p) for p in theirs)
