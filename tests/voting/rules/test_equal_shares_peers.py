"""Equal shares and Phragmen on real files: as published, and as pabutools 1.2.3."""

import os
from pathlib import Path
from typing import Any

import pytest
from pabutools.election import (
    Additive_Cardinal_Sat,
    Cardinality_Sat,
    Cost_Sat,
    parse_pabulib,
)
from pabutools.rules import method_of_equal_shares, sequential_phragmen
from pabutools.tiebreaking import min_cost_tie_breaking

from voting.pabulib import profile, read_election
from voting.rules import run

DATA = Path(__file__).parents[2] / "data"
PABULIB = Path(os.environ.get("PABULIB_DIR", ""))
APPROVAL = (
    "Netherlands_Assen_2024.pb",
    "Switzerland_Zurich_S5.pb",
    "Switzerland_Zurich_SN.pb",
    "Canada_Stanford_Dataset_PB_Dieppe_2018_vote_approvals.pb",
    "France_Toulouse_2022_2_-_Amidonniers_Compans-Caffarelli_Brouardel.pb",
    "Worldwide_Mechanical_Turk_Knapsack_8.pb",
    "Worldwide_Mechanical_Turk_k_approval_7.pb",
    "Poland_Warszawa_2017_Rakowiec.pb",
    "Poland_Zabrze_2021_Helenka.pb",
)
POINTS = (
    "Poland_Czestochowa_2020_Stare_Miasto.pb",
    "Poland_Gdansk_2020_Zaspa_Rozstaje.pb",
    "Switzerland_Zurich_D10.pb",
    "France_Toulouse_2019.pb",
)
ADDED = (*APPROVAL[:2], APPROVAL[3])
PUBLISHED = (
    ("Poland_Swiecie_2023.pb", {}),
    ("Poland_Wieliczka_2023_Green_Budget.pb", {"comparison": True}),
    ("Netherlands_Assen_2024.pb", {}),
)
TIES = {"ties": ["cost", "order"]}


def there(name: str) -> Path:
    """The file, or a skipped test where there are no real files."""
    path = DATA / name if name == "approval.pb" else PABULIB / name
    if not path.is_file():
        pytest.skip("PABULIB_DIR names no folder with this real .pb file")
    return path


def ours(path: Path, rule: str, parameters: dict[str, Any]) -> tuple[list[str], bool]:
    read = profile(read_election(path), limits=False)
    outcome = run(rule, read, {**TIES, **parameters})
    # Of equally cheap ones pabutools takes the first by name.
    decisive = "order" in {tie.broken_by for tie in outcome.ties}
    return sorted(outcome.funded), not decisive


@pytest.mark.parametrize("name", ["approval.pb", *APPROVAL])
@pytest.mark.parametrize(
    ("satisfaction", "measure"), [("cost", Cost_Sat), ("votes", Cardinality_Sat)]
)
def test_equal_shares_buys_what_pabutools_buys(
    name: str, satisfaction: str, measure: type
) -> None:
    path = there(name)
    funded, comparable = ours(path, "equal-shares", {"satisfaction": satisfaction})
    instance, ballots = parse_pabulib(str(path))
    theirs = method_of_equal_shares(
        instance,
        ballots.as_multiprofile(),
        sat_class=measure,
        tie_breaking=min_cost_tie_breaking,
    )
    if comparable:
        assert funded == sorted(str(p) for p in theirs)


@pytest.mark.parametrize("name", POINTS)
def test_equal_shares_of_points_buys_what_pabutools_buys(name: str) -> None:
    path = there(name)
    funded, comparable = ours(path, "equal-shares", {"satisfaction": "points"})
    instance, ballots = parse_pabulib(str(path))
    theirs = method_of_equal_shares(
        instance,
        ballots.as_multiprofile(),
        sat_class=Additive_Cardinal_Sat,
        tie_breaking=min_cost_tie_breaking,
    )
    if comparable:
        assert funded == sorted(str(p) for p in theirs)


@pytest.mark.parametrize("name", ["approval.pb", *ADDED])
def test_add_one_by_the_books_stops_where_pabutools_stops(name: str) -> None:
    path = there(name)
    funded, comparable = ours(
        path, "equal-shares", {"completion": "add1", "practice": "books"}
    )
    instance, ballots = parse_pabulib(str(path))
    theirs = method_of_equal_shares(
        instance,
        ballots,
        sat_class=Cost_Sat,
        tie_breaking=min_cost_tie_breaking,
        voter_budget_increment=1,
    )
    if comparable:
        assert funded == sorted(str(p) for p in theirs)


@pytest.mark.parametrize("name", ["approval.pb", *APPROVAL])
def test_phragmen_buys_what_pabutools_buys(name: str) -> None:
    path = there(name)
    funded, comparable = ours(path, "phragmen", {})
    instance, ballots = parse_pabulib(str(path))
    theirs = sequential_phragmen(instance, ballots, tie_breaking=min_cost_tie_breaking)
    if comparable:
        assert funded == sorted(str(p) for p in theirs)


@pytest.mark.parametrize(("name", "parameters"), PUBLISHED)
def test_the_cities_results_come_out_as_published(
    name: str, parameters: dict[str, Any]
) -> None:
    path = there(name)
    election = read_election(path)
    selected = {p.id for p in election.projects if p.fields["selected"] == "1"}
    outcome = run(
        "equal-shares",
        profile(election, limits=False),
        {"completion": "add1", **parameters},
    )
    assert set(outcome.funded) == selected
    assert outcome.unique
