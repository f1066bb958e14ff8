"""`puistokatu targets`: a population table becomes quotas that `draw` reads."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.commands import main

COUNTS = """\
feature,value,count
gender,woman,5100
gender,man,4900
age,16-39,4000
age,40-99,6000
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "population.csv"
    path.write_text(COUNTS)
    return path


def targets(table: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["targets", str(table), *words])


def test_the_quotas_lead_straight_to_a_draw(table: Path, tmp_path: Path) -> None:
    quotas, people = tmp_path / "categories.csv", tmp_path / "respondents.csv"
    quotas.write_text(targets(table, "--size", "10", "--slack", "1").output)
    rows = [
        f"p{i},{'woman' if i % 2 else 'man'},{'16-39' if i % 3 else '40-99'}"
        for i in range(60)
    ]
    people.write_text("\n".join(["id,gender,age", *rows]) + "\n")

    drawn = CliRunner().invoke(
        main, ["draw", str(quotas), str(people), "--size", "10", "--json"]
    )

    assert drawn.exit_code == 0, drawn.output
    told = {(q["feature"], q["value"]): q for q in json.loads(drawn.output)["quotas"]}
    assert told["gender", "woman"]["min"] == 4
    assert told["age", "40-99"]["max"] == 7
    assert all(q["min"] <= q["selected"] <= q["max"] for q in told.values())


def test_ages_can_be_put_together_and_features_left_out(table: Path) -> None:
    result = targets(
        table, "--size", "10", "--feature", "age", "--bands", "age=40", "--json"
    )

    assert json.loads(result.output)["quotas"] == [
        {
            "feature": "age",
            "value": "40+",
            "count": 6000,
            "share": 1.0,
            "min": 10,
            "max": 10,
        }
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--feature", "shoes"), "no column shoes"),
        (("--bands", "age=20"), "cannot begin at 20"),
        (("--bands", "age=old"), "whole ages"),
        (("--bands", "age=40,16"), "rising ages"),
        (("--where", "age"), "NAME=VALUE"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    table: Path, words: tuple[str, ...], told: str
) -> None:
    result = targets(table, "--size", "10", *words)

    assert result.exit_code == 2
    assert told in result.output
    assert len(result.output.splitlines()) == 1


def test_a_file_that_is_no_table_is_refused(tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\xff")

    result = targets(picture, "--size", "10", "--json")

    assert result.exit_code == 2
    assert json.loads(result.stdout)["error"] == "population_unreadable"
    assert targets(tmp_path / "absent.csv", "--size", "10").exit_code == 2


def test_names_with_commas_and_quotes_stay_whole(tmp_path: Path) -> None:
    path = tmp_path / "population.csv"
    path.write_text('feature,value,count\narea,"North, upper ""hill""",3\n')

    result = targets(path, "--size", "2")

    assert list(csv.reader(result.output.splitlines())) == [
        ["feature", "value", "min", "max"],
        ["area", 'North, upper "hill"', "2", "2"],
    ]
