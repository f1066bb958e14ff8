"""`draw --bundle`, `pick` and `verify`, as officials and an outsider run them."""

import csv
import json
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app.commands import main
from tests.factories.draws import DICE

QUOTAS = """\
feature,value,min,max
age,young,2,3
age,old,2,3
"""
SEEN = ",".join(map(str, DICE))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "quotas.csv").write_text(QUOTAS)
    rows = ["id,age,street"]
    rows += [f"p{i},{'young' if i % 3 else 'old'},Street {i // 2}" for i in range(24)]
    (tmp_path / "people.csv").write_text("\n".join(rows) + "\n")
    return tmp_path


def run(*words: object) -> Result:
    result = CliRunner().invoke(main, [*map(str, words)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def drawn(folder: Path, *words: object) -> Result:
    files = (folder / "quotas.csv", folder / "people.csv")
    return run("draw", *files, "--size", 5, *words)


def answer(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def codes(path: Path) -> dict[str, str]:
    with path.open(newline="") as file:
        return {row["id"]: row["code"] for row in csv.DictReader(file)}


def test_a_list_is_published_then_dice_pick_and_an_outsider_checks(
    folder: Path,
) -> None:
    path = folder / "list.zip"
    household = ("--household", "street", "--title", "Panel 2027")
    first = answer(drawn(folder, *household, "--bundle", path, "--json"))
    assert (first["selected"], first["panel"]) == ([], None)
    with zipfile.ZipFile(path) as packed:
        assert b'"title": "Panel 2027"' in packed.read("list/manifest.json")
        assert b"p1," not in packed.read("list/pool.csv")
    waiting = run("verify", path)
    assert waiting.exit_code == 0
    assert "The list waits for dice" in waiting.stdout
    picked = answer(run("pick", path, "--dice", SEEN, "--json"))
    assert picked["list_sha256"] == first["list_sha256"]
    again = run("pick", path, "--dice", SEEN)
    assert again.exit_code == 2
    assert f"panel {picked['panel']} is drawn" in again.stderr
    told = ("--published", first["list_sha256"], "--dice", SEEN)
    found = answer(run("verify", path, *told, "--json"))
    assert found["ok"]
    assert found["unproven"] == []
    # The house knows who they are: the same draw with the dice names them.
    named = answer(
        drawn(folder, *household, "--bundle", path, "--dice", SEEN, "--json")
    )
    known = codes(folder / "list.zip.codes.csv")
    assert sorted(known[person] for person in named["selected"]) == picked["selected"]
    assert [known[person] for person in named["reserves"]] == picked["reserves"]
    assert all(q["min"] <= q["selected"] <= q["max"] for q in named["quotas"])


def test_codes_stay_with_their_owners_and_with_the_house(folder: Path) -> None:
    path, kept = folder / "list.zip", folder / "codes.csv"
    words = ("--bundle", path, "--codes", kept)
    drawn(folder, *words)
    before, bytes_ = codes(kept), path.read_bytes()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    drawn(folder, *words)
    assert (codes(kept), path.read_bytes()) == (before, bytes_)
    with (folder / "people.csv").open("a") as file:
        file.write("late,old,Street 99\n")
    drawn(folder, *words)
    after = codes(kept)
    assert set(after) - set(before) == {"late"}
    assert {person: after[person] for person in before} == before


def test_what_was_altered_is_said_with_its_place(folder: Path) -> None:
    path = folder / "list.zip"
    drawn(folder, "--bundle", path, "--dice", SEEN)
    with zipfile.ZipFile(path) as packed:
        packed.extractall(folder)
    table = folder / "list" / "panels.csv"
    lines = table.read_text().splitlines()
    cells = lines[4].split(",")
    lines[4] = ",".join([*cells[:-1], cells[1]])
    table.write_text("\n".join(lines) + "\n")
    result = run("verify", folder / "list")
    assert result.exit_code == 1
    assert "panels.csv, line 5, panel 4: these are not 5 different people" in (
        result.stdout
    )
    found = json.loads(run("verify", folder / "list", "--json").stdout)
    assert not found["ok"]
    assert run("pick", folder / "list", "--dice", SEEN).exit_code == 2


def test_members_who_stay_and_wishes_are_in_the_draw(folder: Path) -> None:
    (folder / "seated.csv").write_text("id,age,street\nold1,old,Street 3\n")
    words = ("--household", "street", "--seated", folder / "seated.csv")
    found = answer(drawn(folder, *words, "--in", "p1", "--out", "p9,p2", "--json"))
    assert {"old1", "p1"} <= set(found["selected"])
    # p6 and p7 live with who is seated, p0 with p1.
    gone = {"p9", "p2", "p6", "p7", "p0"}
    assert not gone & {*found["selected"], *found["reserves"]}
    assert len(found["selected"]) == found["size"] == 5
    assert all(q["min"] <= q["selected"] <= q["max"] for q in found["quotas"])
    stranger = drawn(folder, "--in", "p1,stranger", "--json")
    assert json.loads(stranger.stdout)["error"] == "person_unknown"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--dice", SEEN), "--dice, --codes and --title belong to --bundle"),
        (("--bundle", "l.zip", "--dice", "4,7"), "numbers from 1 to 6"),
        (("--bundle", "l.zip", "--dice", "4,2"), "At least 10 dice"),
        (("--bundle", "l.zip", "--codes", "quotas.csv"), "no file of codes"),
        (("--bundle", "no/l.zip"), "no/l.zip.codes.csv"),
        (("--bundle", "l.zip", "--size", "30"), "24 households to draw from"),
    ],
)
def test_what_cannot_be_leaves_nothing_behind(
    folder: Path,
    words: tuple[str, ...],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(folder)
    before = sorted(folder.iterdir())
    result = drawn(folder, *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert sorted(folder.iterdir()) == before


def test_nothing_picks_in_what_is_no_list(folder: Path) -> None:
    gone = run("pick", folder / "gone.zip", "--dice", SEEN, "--json")
    assert json.loads(gone.stdout)["error"] == "bundle_unreadable"
    with zipfile.ZipFile(folder / "other.zip", "w") as packed:
        packed.writestr("manifest.json", "{}")
    other = run("pick", folder / "other.zip", "--dice", SEEN)
    assert other.exit_code == 2
    assert "is no bundle of a draw" in other.stderr
    assert run("pick", folder / "other.zip").exit_code == 2


def test_quotas_that_nobody_can_fill_are_explained(folder: Path) -> None:
    with (folder / "quotas.csv").open("a") as file:
        file.write("age,ancient,1,1\n")
    result = drawn(folder)
    assert result.exit_code == 2
    assert "Nobody in the pool has age: ancient, and the quotas ask for 1." in (
        result.stderr
    )
    assert "age, ancient: 1 to 1 becomes 0 to 1." in result.stderr
