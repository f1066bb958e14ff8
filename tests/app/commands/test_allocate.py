import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.commands import main
from app.messages import MESSAGES
from voting.pabulib.errors import PbError

DATA = Path(__file__).parents[2] / "data"
KEYS = [
    "instance",
    "rule",
    "parameters",
    "budget",
    "cost",
    "funded",
    "objective",
    "optimal",
    "unique",
    "ties",
    "reasons",
    "seconds",
]


def allocate(*words: object) -> Result:
    return CliRunner().invoke(main, ["allocate", *map(str, words)])


def answer(*words: object) -> dict[str, Any]:
    result = allocate(*words, "--json")
    assert (result.exit_code, result.stderr) == (0, "")
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_greedy_answers_in_the_units_of_the_file() -> None:
    found = answer(DATA / "approval.pb", "--rule", "greedy")
    assert list(found) == KEYS
    assert found["instance"] == "approval"
    assert found["funded"] == ["bench", "lamp", "swing"]
    assert (found["budget"], found["cost"]) == (100000, 100000)
    assert found["reasons"]["ice"] == {
        "code": "TIE_LOST",
        "votes": 4,
        "score": 4,
        "cost": 58000,
        "area": None,
        "left": 57999.5,
        "short": 0.5,
        "with": ["swing"],
        "how": "cost",
    }
    assert found["ties"] == [
        {"projects": ["ice", "swing"], "broken_by": "cost", "chosen": ["swing"]}
    ]
    assert found["objective"] == 12
    assert found["seconds"] >= 0


def test_max_welfare_is_proven_and_explains_itself() -> None:
    found = answer(
        DATA / "approval.pb", "--rule", "max-welfare", "--satisfaction", "cost"
    )
    assert found["optimal"] is True
    assert found["objective"] == 5 * 12000.5 + 4 * 30000 + 3 * 57999.5
    assert found["cost"] == 100000


def test_the_files_threshold_holds_unless_another_is_given() -> None:
    file = DATA / "cumulative.pb"
    found = answer(file, "--rule", "greedy")
    assert found["parameters"]["threshold"] == 5
    assert found["reasons"]["3"]["code"] == "BELOW_THRESHOLD"
    assert found["parameters"]["satisfaction"] == "points"
    lower = answer(file, "--rule", "greedy", "--threshold", 4)
    assert lower["funded"] == ["1", "3"]


def test_the_files_ceilings_hold_unless_unwanted() -> None:
    file = DATA / "areas.pb"
    assert answer(file, "--rule", "greedy")["funded"] == ["n1", "s1", "s2"]
    free = answer(file, "--rule", "greedy", "--no-limits")
    assert free["funded"] == ["n1", "n2", "s1"]
    stop = answer(file, "--rule", "greedy", "--variant", "no-skip", "--no-limits")
    assert stop["parameters"]["variant"] == "no-skip"


def test_equal_shares_say_what_everybody_had_and_paid() -> None:
    words = ("--completion", "add1", "--comparison", "satisfaction")
    found = answer(DATA / "approval.pb", "--rule", "equal-shares", *words)
    assert list(found) == [*KEYS, "payments", "share", "preferred"]
    assert found["parameters"]["completion"] == "add1"
    assert found["parameters"]["satisfaction"] == "cost"
    assert Fraction(found["share"]) > 0
    paid = {p: r for p, r in found["reasons"].items() if "each" in r}
    assert sorted(found["payments"]) == sorted(paid)
    for project, each in found["payments"].items():
        assert each <= Fraction(found["share"])
        assert each * paid[project]["full"] <= paid[project]["cost"] + 0.001
    plain = answer(DATA / "approval.pb", "--rule", "phragmen")
    assert list(plain) == KEYS


def test_without_json_a_table_is_printed() -> None:
    result = allocate(DATA / "approval.pb", "--rule", "max-welfare")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "approval: 3 of 5 projects, 100000 of 100000 EUR"
    assert "proven" in lines[1]
    assert any(line.startswith("- ice") and "DISPLACED" in line for line in lines)


FILE = str(DATA / "approval.pb")
WRONG: list[tuple[list[str], str]] = [
    ([FILE, "--rule", "dictator"], "rule_unknown"),
    ([FILE], "usage_error"),
    ([], "usage_error"),
    ([FILE, "--rule"], "usage_error"),
    ([FILE, "--rule", "greedy", "--what"], "usage_error"),
    ([FILE, "--rule", "greedy", "--threshold", "many"], "usage_error"),
    ([FILE, "--rule", "greedy", "--threshold", "-1"], "rule_parameter_invalid"),
    ([FILE, "--rule", "greedy", "--variant", "x"], "rule_parameter_invalid"),
    ([FILE, "--rule", "greedy", "--ties", "cost,x"], "rule_parameter_invalid"),
    ([FILE, "--rule", "greedy", "--satisfaction", ""], "rule_parameter_invalid"),
    ([FILE, "--rule", "greedy", "--time-limit", "1"], "rule_parameter_invalid"),
    ([FILE, "--rule", "max-welfare", "--time-limit", "nan"], "rule_parameter_invalid"),
    ([str(DATA), "--rule", "greedy"], "file_unreadable"),
    ([str(DATA / "none.pb"), "--rule", "greedy"], "file_unreadable"),
    ([__file__, "--rule", "greedy"], "pb_wrong_section"),
]


@pytest.mark.parametrize(("words", "code"), WRONG)
def test_every_fault_is_one_line_and_one_object(words: list[str], code: str) -> None:
    told = allocate(*words)
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr.startswith("puistokatu: ")
    assert told.stderr.count("\n") == 1
    coded = allocate(*words, "--json")
    assert coded.exit_code == 2
    # After a bare --rule, click takes --json for the rule's name.
    known = {code, "rule_unknown"} if words[-1:] == ["--rule"] else {code}
    assert json.loads(coded.stdout)["error"] in known


def test_a_budget_below_zero_is_refused(tmp_path: Path) -> None:
    text = (DATA / "approval.pb").read_text(encoding="utf-8")
    file = tmp_path / "debt.pb"
    file.write_text(text.replace("budget;100000", "budget;-1"), encoding="utf-8")
    result = allocate(file, "--rule", "greedy", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout) == {"error": "pb_negative_budget", "line": 9}


def test_every_fault_of_a_file_has_a_sentence() -> None:
    codes = {kind.code for kind in PbError.__subclasses__()}
    assert codes <= MESSAGES.keys()
