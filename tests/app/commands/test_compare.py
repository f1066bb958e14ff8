import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.commands import main
from voting.rules import RULES

DATA = Path(__file__).parents[2] / "data"
RUN = [
    "label",
    "rule",
    "parameters",
    "funded",
    "cost",
    "unique",
    "measures",
]
MEASURES = [
    "covered",
    "satisfaction_count",
    "satisfaction_cost",
    "gini_count",
    "gini_cost",
    "category_proportionality",
    "fair_share_closeness",
    "fair_share_ratio",
    "areas",
    "themes",
    "ejr_plus",
]


def compare(*words: object) -> Result:
    return CliRunner().invoke(main, ["compare", *map(str, words)])


def runs(*words: object) -> dict[str, dict[str, Any]]:
    result = compare(*words, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    return {run["label"]: run for run in json.loads(result.stdout)["runs"]}


def test_every_rule_stands_beside_the_others() -> None:
    result = compare(DATA / "approval.pb", "--json")
    found = json.loads(result.stdout)
    assert [found[key] for key in ("instance", "budget", "voters", "projects")] == [
        "approval",
        100000,
        8,
        5,
    ]
    assert {run["rule"] for run in found["runs"]} == set(RULES)
    for run in found["runs"]:
        assert list(run) == RUN
        assert list(run["measures"]) == MEASURES
        assert run["cost"] <= found["budget"]


def test_the_measures_are_in_the_units_of_the_file() -> None:
    greedy = runs(DATA / "approval.pb")["greedy"]
    assert greedy["funded"] == ["bench", "lamp", "swing"]
    measures = greedy["measures"]
    assert measures["covered"] == 7 / 8
    assert measures["satisfaction_count"] == 12 / 8
    spent = 5 * 12000.5 + 4 * 30000 + 3 * 57999.5
    assert measures["satisfaction_cost"] == spent / 8
    assert measures["ejr_plus"]["cost"] == {"any": [], "one": []}
    themes = {share["name"]: share for share in measures["themes"]}
    assert themes["parks"]["votes"] == 9 / 17
    assert themes["safety"]["money"] == pytest.approx(0.579995)


def test_a_group_without_its_share_is_named() -> None:
    found = runs(DATA / "cities" / "greedy.pb")["max-welfare cost"]
    assert found["funded"] == ["jetty", "kiln"]
    owed = found["measures"]["ejr_plus"]["count"]["any"]
    assert owed == [{"project": "ford", "voters": 5, "satisfaction": 2}]


def test_the_files_threshold_and_ceilings_hold() -> None:
    cumulative = runs(DATA / "cumulative.pb")
    assert all(run["parameters"]["threshold"] == 5 for run in cumulative.values())
    assert runs(DATA / "areas.pb")["greedy"]["funded"] == ["n1", "s1", "s2"]
    free = runs(DATA / "areas.pb", "--no-limits")
    assert free["greedy"]["funded"] == ["n1", "n2", "s1"]
    (north, south) = free["greedy"]["measures"]["areas"]
    assert (north["name"], north["money"], north["votes"]) == ("North", 0.6, 0.7)
    assert south["money"] == 0.4


def test_people_get_tables() -> None:
    result = compare(DATA / "areas.pb")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert lines[0] == "areas: 5 voters, 4 projects, 100"
    assert lines[2].split()[:4] == ["rule", "won", "money", "spent"]
    row = next(line for line in lines if line.split()[:2] == ["1", "greedy"])
    assert row.split()[2:6] == ["3", "80", "80.0%", "100.0%"]
    assert any(line.split()[:4] == ["n1", "30", "4", "+"] for line in lines)
    assert any(line.startswith("South  30.0%") for line in lines)


def test_a_round_without_votes_is_compared_too(tmp_path: Path) -> None:
    text = (DATA / "areas.pb").read_text(encoding="utf-8")
    file = tmp_path / "nobody.pb"
    file.write_text(text.split("1;n1,n2")[0], encoding="utf-8")
    greedy = runs(file)["greedy"]
    assert (greedy["funded"], greedy["measures"]["covered"]) == ([], 0)
    assert compare(file).exit_code == 0


FILE = str(DATA / "approval.pb")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([], "usage_error"),
        ([FILE, "--what"], "usage_error"),
        ([FILE, "--ties"], "usage_error"),
        ([FILE, "--ties", "luck"], "rule_parameter_invalid"),
        ([str(DATA)], "file_unreadable"),
        ([str(DATA / "none.pb")], "file_unreadable"),
        ([__file__], "pb_wrong_section"),
    ],
)
def test_every_fault_is_one_line_and_one_object(words: list[str], code: str) -> None:
    told = compare(*words)
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr.startswith("puistokatu: ")
    assert told.stderr.count("\n") == 1
    coded = compare(*words, "--json")
    known = {code, "rule_parameter_invalid"} if words[-1:] == ["--ties"] else {code}
    assert coded.exit_code == 2
    assert json.loads(coded.stdout)["error"] in known
