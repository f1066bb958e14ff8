import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.commands import main
from app.commands.replay import WHY
from voting.replay import Why

DATA = Path(__file__).parents[2] / "data"
CITIES = DATA / "cities"
GREEDY = CITIES / "greedy.pb"
GATE = "FUNDED (votes 1, score 1, cost 10, left 10)"
KILN = "NO_MONEY (votes 4, score 4, cost 50, left 40, short 10)"
LAST = "0 same, 1 different, 0 not decidable"


def replay(*words: object) -> Result:
    return CliRunner().invoke(main, ["replay", *map(str, words)])


def answer(status: int, *words: object) -> dict[str, Any]:
    result = replay(*words, "--json")
    assert result.exit_code == status
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.fixture
def departed(tmp_path: Path) -> Path:
    """A city that funded the kiln instead of the gate, and says so."""
    text = GREEDY.read_text(encoding="utf-8")
    text = text.replace("A gate for the orchard;1", "A gate for the orchard;0")
    text = text.replace("A kiln for potters;0", "A kiln for potters;1")
    text = text.replace("PROJECTS", "comment;#1: The gate was built already.\nPROJECTS")
    file = tmp_path / "departed.pb"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_city_that_kept_its_rule_is_the_same() -> None:
    result = replay(GREEDY)
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "greedy.pb: same\n1 same, 0 different, 0 not decidable\n"
    assert answer(0, GREEDY) == {
        "files": [
            {
                "file": "greedy.pb",
                "answer": "same",
                "rule": "greedy",
                "tied": False,
                "stated_scores": False,
                "outside": False,
            }
        ],
        "same": 1,
        "different": 0,
        "not_decidable": 0,
        "unreadable": 0,
    }


def test_a_difference_says_which_and_why_and_shows_the_comment(departed: Path) -> None:
    result = replay(departed)
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.splitlines() == [
        "departed.pb: different",
        f"  gate: funded by us, not by the city (selected is 0): {GATE}",
        f"  kiln: funded by the city (selected is 1), not by us: {KILN}",
        "  The file's comment: #1: The gate was built already.",
        LAST,
    ]
    found = answer(1, departed)
    (file,) = found["files"]
    assert (found["different"], file["answer"]) == (1, "different")
    assert file["comment"] == "#1: The gate was built already."
    assert [(d["project"], d["funded_by"]) for d in file["differences"]] == [
        ("gate", "us"),
        ("kiln", "city"),
    ]
    assert file["differences"][1]["reason"]["code"] == "NO_MONEY"


def test_what_cannot_be_decided_is_said() -> None:
    result = replay(DATA / "areas.pb")
    assert result.exit_code == 0
    assert "not decidable (PROJECTS has no column selected)" in result.stdout
    (file,) = answer(0, DATA / "areas.pb")["files"]
    assert (file["answer"], file["why"]) == ("not decidable", "no_selected")
    assert set(WHY) == set(Why)


def test_a_folder_is_read_to_the_bottom_and_each_file_once(tmp_path: Path) -> None:
    shutil.copytree(CITIES, tmp_path / "cities")
    shutil.copy(GREEDY, tmp_path)
    found = answer(0, tmp_path, tmp_path, tmp_path / "greedy.pb", tmp_path / "cities")
    names = [file["file"] for file in found["files"]]
    assert len(names) == len(set(names)) == len(list(CITIES.glob("*.pb"))) + 1
    # Two files of one name are told apart.
    assert str(tmp_path / "greedy.pb") in names


def test_an_unreadable_file_spoils_nothing_for_the_others(
    tmp_path: Path, departed: Path
) -> None:
    broken = tmp_path / "broken.pb"
    broken.write_text("META\nkey;value\n", encoding="utf-8")
    absent = tmp_path / "absent.pb"
    result = replay(departed, broken, absent, GREEDY)
    assert result.exit_code == 2
    assert result.stdout.splitlines()[-1] == "1 same, 1 different, 0 not decidable"
    lines = result.stderr.splitlines()
    assert [line[:23] for line in lines] == ["puistokatu: broken.pb: ", lines[1][:23]]
    assert "absent.pb" in lines[1]
    coded = replay(departed, broken, absent, GREEDY, "--json")
    found = json.loads(coded.stdout)
    assert (coded.exit_code, found["error"]) == (2, "pb_wrong_section")
    assert [file["answer"] for file in found["files"]] == [
        "different",
        "unreadable",
        "unreadable",
        "same",
    ]
    assert found["files"][2]["error"] == "file_unreadable"
    assert (found["unreadable"], found["same"]) == (2, 1)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ([], "usage_error"),
        (["--what"], "usage_error"),
        (["nowhere.pb"], "file_unreadable"),
        ([str(Path(__file__).parents[2] / "factories")], "folder_without_elections"),
        ([__file__], "pb_wrong_section"),
    ],
)
def test_every_fault_is_one_line_and_one_object(words: list[str], code: str) -> None:
    told = replay(*words)
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr.startswith("puistokatu: ")
    assert told.stderr.count("\n") == 1
    coded = replay(*words, "--json")
    assert (coded.exit_code, json.loads(coded.stdout)["error"]) == (2, code)
