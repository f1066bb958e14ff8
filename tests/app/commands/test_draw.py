"""`puistokatu draw` on the peers' files, as somebody at a terminal sees it."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.commands import main

QUOTAS = """\
feature,value,min,max,min_flex,max_flex
age,young,2,3,0,5
age,old,2,3,0,5
side,north,2,3,0,5
side,south,2,3,0,5
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    quotas, people = tmp_path / "categories.csv", tmp_path / "respondents.csv"
    quotas.write_text(QUOTAS)
    rows = ["nationbuilder_id,Age,SIDE,street,town"]
    for i in range(24):
        age = "young " if i % 3 else "OLD"
        side = "north" if i % 2 else "South"
        rows.append(f"p{i},{age},{side},Street {i // 2},Town")
    people.write_text("\n".join(rows) + "\n")
    return quotas, people


def drawn(files: tuple[Path, Path], *words: str) -> Result:
    paths = [str(path) for path in files]
    return CliRunner().invoke(main, ["draw", *paths, *words])


def answer(files: tuple[Path, Path], *words: str) -> dict[str, Any]:
    result = drawn(files, "--size", "5", "--json", *words)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.mark.parametrize("lottery", ["leximin", "maximin", "nash", "stratified"])
def test_a_panel_meets_its_quotas(files: tuple[Path, Path], lottery: str) -> None:
    found = answer(files, "--lottery", lottery, "--seed", "2026")
    assert found["size"] == len(set(found["selected"])) == 5
    assert found["lottery"] == lottery
    assert len(found["reserves"]) == 19
    for quota in found["quotas"]:
        assert quota["min"] <= quota["selected"] <= quota["max"]
    chances = found["probabilities"]
    assert 0 < chances["min"] <= chances["geometric_mean"] <= chances["max"] <= 1
    assert found["portfolio"] >= 1
    assert found["largest_move"] <= 0.005


def test_one_of_a_household_and_the_same_seed_again(files: tuple[Path, Path]) -> None:
    words = ("--household", "street,town", "--seed", "dice 4 2 6")
    first, second = answer(files, *words), answer(files, *words)
    assert {**first, "seconds": 0} == {**second, "seconds": 0}
    homes = {int(name[1:]) // 2 for name in first["selected"]}
    assert len(homes) == 5


def test_a_reader_at_the_terminal_sees_quotas_and_names(
    files: tuple[Path, Path],
) -> None:
    text = drawn(files, "--size", "5").output
    assert "5 of 24 volunteers drawn by leximin" in text
    assert "side: north" in text
    assert "what is not proven: 0.000000" in text


def test_impossible_quotas_come_with_the_smallest_change(
    files: tuple[Path, Path],
) -> None:
    files[0].write_text(QUOTAS.replace("young,2,3", "young,5,5"))
    result = drawn(files, "--size", "5", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout) == {
        "error": "quotas_infeasible",
        "relaxation": [
            {"feature": "age", "value": "old", "min": 2, "max": 3}
            | {"new_min": 0, "new_max": 3}
        ],
    }
    plain = drawn(files, "--size", "5")
    assert plain.exit_code == 2
    assert "The quotas of age ask for 7 members at least and allow 8" in plain.stderr
    assert "age, old: 2 to 3 becomes 0 to 3." in plain.stderr
    assert len(plain.stderr.splitlines()) == 1


def test_without_an_id_the_rows_are_numbered(files: tuple[Path, Path]) -> None:
    text = files[1].read_text()
    files[1].write_text(text.replace("nationbuilder_id,", "who,"))
    assert set(answer(files)["selected"]) <= {str(i) for i in range(1, 25)}


@pytest.mark.parametrize(
    "names", ["category,feature", "category,name", "Feature,Value"]
)
def test_older_spellings_of_the_header(files: tuple[Path, Path], names: str) -> None:
    files[0].write_text(QUOTAS.replace("feature,value", names))
    assert answer(files)["size"] == 5


BAD = [
    (0, QUOTAS, "", "table_empty"),
    (0, "value,min", "worth,min", "target_columns_missing"),
    (0, "young,2,3", "young,4,3", "target_backwards"),
    (0, "young,2,3", "young,x,3", "target_not_whole"),
    (0, "young,2,3", "young,-2,3", "target_not_whole"),
    (0, "young,2,3,0", "young,2,3,3", "target_flex_narrow"),
    (0, "age,old", "age,Young", "target_twice"),
    (0, "age,old", "age,", "target_nameless"),
    (0, QUOTAS.partition("\n")[2], "", "targets_empty"),
    (0, "young,2,3,0,5", "young,2,3,0", "table_cells_miscounted"),
    (0, "age,old", '"age,old', "table_quotes_broken"),
    (1, "Age,", "Height,", "feature_missing"),
    (1, "Age,", "Ages,", "feature_misspelt"),
    (1, "p5,", "p4,", "volunteer_twice"),
    (1, "p3,OLD", "p3,olf", "value_misspelt"),
    (1, "p3,OLD", "p3,middle-aged", "value_unknown"),
    (1, "p3,OLD", "p3,", "value_missing"),
    (1, "SIDE,street", "SIDE,side", "table_column_twice"),
]
WITHOUT_LINE = {
    "feature_missing",
    "feature_misspelt",
    "table_column_twice",
    "table_empty",
    "target_columns_missing",
    "targets_empty",
}


@pytest.mark.parametrize(("which", "old", "new", "code"), BAD)
def test_what_is_wrong_with_a_file_is_said_with_its_line(
    files: tuple[Path, Path], which: int, old: str, new: str, code: str
) -> None:
    text = files[which].read_text()
    assert old in text
    files[which].write_text(text.replace(old, new, 1))
    result = drawn(files, "--size", "5", "--json")
    assert result.exit_code == 2
    found = json.loads(result.stdout)
    assert found["error"] == code
    assert code in WITHOUT_LINE or found["line"] >= 2
    assert len(drawn(files, "--size", "5").stderr.splitlines()) == 1


def test_a_value_spelt_nearly_right_is_suggested(files: tuple[Path, Path]) -> None:
    files[1].write_text(files[1].read_text().replace("young ", "yuong", 1))
    found = json.loads(drawn(files, "--size", "5", "--json").stdout)
    assert (found["line"], found["nearest"]) == (3, "young")


def test_a_pool_smaller_than_the_panel(files: tuple[Path, Path]) -> None:
    result = drawn(files, "--size", "25", "--json")
    assert json.loads(result.stdout)["error"] == "pool_too_small"
    words = ("--size", "13", "--household", "street", "--json")
    assert json.loads(drawn(files, *words).stdout)["pool"] == 12


def test_no_such_file_and_no_such_column(files: tuple[Path, Path]) -> None:
    gone = drawn((files[0], files[1].parent / "gone.csv"), "--size", "5")
    assert gone.exit_code == 2
    words = ("--size", "5", "--household", "castle", "--json")
    assert json.loads(drawn(files, *words).stdout)["feature"] == "castle"
