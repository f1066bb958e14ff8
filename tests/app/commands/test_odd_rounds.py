"""Rounds that no town would hold: every rule answers, or says what is wrong."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.commands import main
from voting.rules import RULES

EVERY = sorted(RULES)


def election(
    costs: dict[str, int],
    votes: list[str],
    *,
    budget: int = 100,
    kind: str = "approval",
    more: str = "",
) -> str:
    """The text of a file; a vote with points is "a,b;2,1"."""
    points = ";points" if kind in ("cumulative", "scoring") else ""
    projects = "".join(f"{name};{cost}\n" for name, cost in costs.items())
    rows = "".join(f"{n};{vote}\n" for n, vote in enumerate(votes))
    return (
        "META\nkey;value\n"
        f"description;odd\ncountry;Finland\nunit;Town\ninstance;1\n"
        f"num_projects;{len(costs)}\nnum_votes;{len(votes)}\nbudget;{budget}\n"
        f"vote_type;{kind}\nrule;greedy\ndate_begin;2026\ndate_end;2026\n{more}"
        f"PROJECTS\nproject_id;cost\n{projects}"
        f"VOTES\nvoter_id;vote{points}\n{rows}"
    )


ODD: dict[str, tuple[str, set[str]]] = {
    "nothing fits": (election({"a": 101, "b": 500}, ["a", "b,a"]), set()),
    "one voter": (election({"a": 60, "b": 60}, ["a"]), {"a"}),
    "no ballots": (election({"a": 60, "b": 60}, []), set()),
    "all ballots blank": (election({"a": 60, "b": 60}, ["", "", ""]), set()),
    "what costs nothing": (election({"a": 0, "b": 60}, ["b", "a,b"]), {"a", "b"}),
    "everything is free": (election({"a": 0, "b": 0}, ["a,b"], budget=0), {"a", "b"}),
    "no budget": (election({"a": 1, "b": 2}, ["a", "b"], budget=0), set()),
    "one is too dear": (election({"a": 101, "b": 60}, ["a,b", "a,b"]), {"b"}),
    "an exact fit": (election({"a": 60, "b": 40}, ["a,b", "a,b"]), {"a", "b"}),
    "equal costs": (election({"a": 100, "b": 100}, ["a,b"] * 4), {"a", "b"}),
    "no projects": (election({}, [], budget=10), set()),
}


def answer(folder: Path, text: str, *words: str) -> dict[str, Any]:
    file = folder / "odd.pb"
    file.write_text(text, encoding="utf-8")
    done = CliRunner().invoke(main, ["allocate", str(file), *words, "--json"])
    assert (done.exit_code, done.stderr) == (0, ""), done.stdout
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("rule", EVERY)
@pytest.mark.parametrize("name", ODD)
def test_every_rule_has_a_right_answer(name: str, rule: str, tmp_path: Path) -> None:
    text, wanted = ODD[name]
    found = answer(tmp_path, text, "--rule", rule)
    if name == "equal costs":
        assert len(found["funded"]) == 1
        assert set(found["funded"]) <= wanted
        assert not found["unique"]
    else:
        assert set(found["funded"]) == wanted
        assert found["unique"]
    assert found["cost"] <= found["budget"]


@pytest.mark.parametrize(
    ("rule", "many"),
    [("greedy", 1000), ("max-welfare", 1000), ("equal-shares", 70), ("phragmen", 70)],
)
def test_many_projects_of_equal_cost_and_equal_votes(
    rule: str, many: int, tmp_path: Path
) -> None:
    names = [f"p{n}" for n in range(many)]
    votes = [",".join(names[n::7]) for n in range(7)]
    text = election(dict.fromkeys(names, 10), votes, budget=2 * many)
    found = answer(tmp_path, text, "--rule", rule)
    assert 0 < len(found["funded"]) <= many // 5
    assert found["cost"] <= 2 * many
    assert len(found["reasons"]) == many
    assert not found["unique"]


def test_of_exclusive_projects_one_may_win(tmp_path: Path) -> None:
    text = election({"a": 30, "b": 30, "c": 30}, ["a,b,c", "a,b", "a"])
    for rule in ("greedy", "max-welfare"):
        found = answer(tmp_path, text, "--rule", rule, "--exclusive", "a,b,c")
        assert found["funded"] == ["a"]
        assert found["reasons"]["b"]["code"] == "CONFLICT"
    pairs = ("--exclusive", "a, b", "--exclusive", "b,c")
    assert answer(tmp_path, text, "--rule", "greedy", *pairs)["funded"] == ["a", "c"]


@pytest.mark.parametrize("group", ["a,x", "a,a", ""])
def test_an_exclusive_project_that_is_none_is_refused(
    group: str, tmp_path: Path
) -> None:
    file = tmp_path / "odd.pb"
    file.write_text(election({"a": 30, "b": 30}, ["a"]), encoding="utf-8")
    words = ["allocate", str(file), "--rule", "greedy", "--exclusive", group, "--json"]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 2
    assert json.loads(done.stdout)["error"] == "profile_invalid"


def test_a_reserve_is_shown_in_the_units_of_the_file(tmp_path: Path) -> None:
    text = election({"a": 60, "b": 50}, ["a", "a,b"])
    found = answer(tmp_path, text, "--rule", "greedy", "--overshoot", "20")
    assert found["cost"] == 110
    assert found["reasons"]["b"]["reserve"] == 10


def test_who_lists_no_project_gives_it_the_default_score(tmp_path: Path) -> None:
    votes = ["a;5", "b;4", ";"]
    costs = {"a": 60, "b": 60}
    plain = election(costs, votes, kind="scoring")
    found = answer(tmp_path, plain, "--rule", "greedy")
    assert [found["reasons"][p]["score"] for p in "ab"] == [5, 4]
    scored = election(costs, votes, kind="scoring", more="default_score;3\n")
    found = answer(tmp_path, scored, "--rule", "greedy")
    assert [found["reasons"][p]["score"] for p in "ab"] == [11, 10]
    assert [found["reasons"][p]["votes"] for p in "ab"] == [3, 3]
    # On other ballots the key means nothing.
    other = election(costs, votes, kind="cumulative", more="default_score;3\n")
    found = answer(tmp_path, other, "--rule", "greedy")
    assert [found["reasons"][p]["score"] for p in "ab"] == [5, 4]


@pytest.mark.parametrize("value", ["-1", "0.5", "much", "9" * 40])
def test_a_default_score_that_is_no_whole_number_is_refused(
    value: str, tmp_path: Path
) -> None:
    file = tmp_path / "odd.pb"
    text = election({"a": 1}, ["a;1"], kind="scoring", more=f"default_score;{value}\n")
    file.write_text(text, encoding="utf-8")
    words = ["allocate", str(file), "--rule", "greedy", "--json"]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 2
    assert json.loads(done.stdout)["error"] == "pb_bad_points"
    assert json.loads(done.stdout)["line"] == 14
