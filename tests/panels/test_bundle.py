"""The published list of a draw: honest, altered, and forged with care."""

import ast
import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core.zips import packed
from panels.bundle import (
    LEAST_DICE,
    list_files,
    list_hash,
    picked,
    with_dice,
    with_seed,
)
from panels.errors import DiceInvalid, DrawDecided, ListBroken, SeedNotPromised
from panels.recount import LIST, SUMS, check, place, unpack, verify
from tests.factories.draws import (
    DICE,
    Files,
    a_draw,
    a_rotation,
    decided,
    forged,
    list_sum,
    listed,
)

SEEN = ",".join(map(str, DICE))


def places(files: Files, **told: str) -> list[str]:
    return [place(one) for one in check(files, **told).wrong]


def a_chance(files: Files) -> list[str]:
    """Somebody whose chance is neither nothing nor certain, as chances.csv says."""
    rows = [line.split(",") for line in files["chances.csv"].decode().split()[1:]]
    return next(row for row in rows if 100 < int(row[1]) < 900)


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("lottery", ["leximin", "maximin", "nash", "stratified"])
def test_an_honest_draw_holds(lottery: str) -> None:
    files = decided(lottery)
    found = check(files, published=list_sum(files), dice=SEEN)
    assert (found.wrong, found.unproven) == ([], [])
    assert "All 1000 panels have 6 members, meet all 4 quotas" in found.holds[3]
    assert "Proved in fractions" in found.holds[5]
    pick = picked(files)
    assert pick is not None
    assert f"pick panel {pick['number']} of 1000" in found.holds[6]


def test_a_list_waits_for_dice_and_stays_as_it_is() -> None:
    files = listed(a_draw())
    assert picked(files) is None
    assert list_hash(files) == list_sum(files)
    assert check(files).holds[-1] == "The list waits for dice: no panel is picked."
    after = with_dice(files, DICE)
    assert list_hash(after) == list_hash(files)
    assert {name: after[name] for name in LIST} == {name: files[name] for name in LIST}
    assert places(files, dice=SEEN) == ["pick.json"]


def test_the_same_draw_is_the_same_bytes() -> None:
    first, second = (packed(listed(a_draw()), "list") for _ in range(2))
    assert first == second


def test_a_rotation_is_checked_as_a_whole_panel() -> None:
    files = with_dice(listed(a_rotation()), DICE)
    found = check(files)
    assert found.wrong == []
    assert "1 people were left out" in " ".join(found.unproven)
    assert "1 people were given a seat" in " ".join(found.unproven)
    seated = next(p for p, role in found.role.items() if role == "seated")
    panel = files["panels.csv"].decode().split("\n")[5]
    other = next(p for p in found.free if p not in panel.split(","))
    wrong = check(forged(files, "panels.csv", panel, panel.replace(seated, other)))
    assert {"file": "panels.csv", "line": 6, "panel": 5, "person": seated} | {
        "message": "this person has a seat"
    } in wrong.wrong
    out = next(p for p, role in found.role.items() if role == "out")
    free = next(p for p in found.free if p in panel.split(","))
    wrong = check(forged(files, "panels.csv", panel, panel.replace(free, out)))
    assert "could not be drawn" in wrong.wrong[0]["message"]
    assert wrong.wrong[0]["person"] == out


@pytest.mark.parametrize("name", sorted(decided()))
def test_one_byte_in_any_file_is_seen_and_named(name: str) -> None:
    files = decided()
    data = bytearray(files[name])
    data[len(data) // 2] ^= 1
    wrong = places({**files, name: bytes(data)})
    assert any(one.startswith(name) for one in wrong)
    assert name in (SUMS, wrong[0].partition(",")[0])


@pytest.mark.parametrize("name", sorted(decided()))
def test_a_missing_or_strange_file_is_named(name: str) -> None:
    files = decided()
    if name != "pick.json":
        assert any(p.startswith(name) for p in places({**files, name: b""}))
    gone = {n: text for n, text in files.items() if n != name}
    assert any(p.startswith((name, SUMS)) for p in places(gone))
    assert places({**files, "more.csv": b""}) == ["more.csv"]


FORGERIES = [
    ("manifest.json", '"size": 6', '"size": 5', "panels.csv, line 2, panel 1"),
    ("manifest.json", '"max": 3', '"max": 2', "panels.csv"),
    ("manifest.json", '"lottery": "leximin"', '"lottery": "nash"', "certificate"),
    ("manifest.json", '"panels": 1000', '"panels": 999', "panels.csv"),
    ("manifest.json", '"pool": 18', '"pool": 17', "manifest.json"),
    ("manifest.json", "list/1", "list/2", "manifest.json"),
    ("manifest.json", '"shared_households": 1', '"shared_households": 0', "manifest"),
    ("pool.csv", ",old,", ",young,", "panels.csv"),
    ("pool.csv", ",old,", ",ancient,", "pool.csv, line"),
    ("pool.csv", ",pool,", ",out,", "manifest.json"),
    ("pool.csv", ",pool,", ",guest,", "pool.csv, line 2"),
    ("pool.csv", "age,side", "side,age", "pool.csv, line 1"),
    ("pool.csv", ",pool,,", ",pool,1,", "panels.csv, line"),
    ("panels.csv", "\n7,", "\n8,", "panels.csv, line 8, panel 7"),
    ("certificate.json", '"bound": "', '"bound": "1', "certificate.json"),
    ("certificate.json", '"gap": "', '"gap": "1', "certificate.json"),
    ("certificate.json", '"reached": "', '"reached": "1', "certificate.json"),
    ("certificate.json", '"weights": {', '"weights": {"nobody": 1,', "certificate"),
    ("certificate.json", '"price_of_a_seat": ', '"price_of_a_seat": 1', "certificate"),
    ("certificate.json", '"value": "young"', '"value": "old"', "certificate.json"),
    ("pick.json", '"number": ', '"number": 1', "pick.json"),
    ("pick.json", " 4,\n", " 5,\n", "pick.json"),
    ("pick.json", '"seed": null', '"seed": "mine"', "pick.json"),
    ("pick.json", '"dice": [', '"dice": [7,', "pick.json"),
]


@pytest.mark.parametrize(("name", "old", "new", "where"), FORGERIES)
def test_a_forgery_with_fitting_sums_is_found_at_its_place(
    name: str, old: str, new: str, where: str
) -> None:
    wrong = places(forged(decided(), name, old, new))
    assert wrong
    assert any(one.startswith(where) for one in wrong), wrong


def test_one_chance_or_one_seat_more_is_found() -> None:
    files = decided()
    person, times, chance, meant = a_chance(files)
    more = f"{person},{int(times) + 1},"
    line = 2 + list(check(files).role).index(person)
    found = places(forged(files, "chances.csv", f"{person},{times},", more))
    assert found[0] == f"chances.csv, line {line}, person {person}"
    moved = f"{float(meant) + 0.006:.6f}"
    old, new = f"{chance},{meant}", f"{chance},{moved}"
    found = places(forged(files, "chances.csv", old, new))
    assert found[:2] == [f"chances.csv, line {line}, person {person}", "chances.csv"]
    panel = files["panels.csv"].decode().split("\n")[3]
    other = next(p for p in check(files).role if p not in panel.split(","))
    cells = panel.split(",")
    changed = ",".join([*cells[:2], other, *cells[3:]])
    assert any(
        p.startswith(f"chances.csv, line {2 + list(check(files).role).index(other)}")
        for p in places(forged(files, "panels.csv", panel, changed))
    )


def test_a_list_made_after_the_throw_is_not_the_published_one() -> None:
    files = decided()
    other = with_dice(list_files(a_draw(), title="Another", numbering="s"), DICE)
    assert places(other) == []
    assert places(other, published=list_hash(files)) == [SUMS]
    assert places(files, dice=SEEN[:-1] + "2") == ["pick.json"]


def test_dice_decide_once_and_only_over_a_whole_list() -> None:
    files = listed(a_draw())
    for dice in (DICE[: LEAST_DICE - 1], [7] * LEAST_DICE, [0] * LEAST_DICE):
        with pytest.raises(DiceInvalid):
            with_dice(files, dice)
    with pytest.raises(DrawDecided):
        with_dice(decided(), DICE)
    with pytest.raises(ListBroken):
        with_dice({**files, "chances.csv": files["chances.csv"][:-1]}, DICE)
    with pytest.raises(SeedNotPromised):
        with_seed(files, "mine")


def test_a_text_chosen_beforehand_counts_with_a_warning() -> None:
    promise = hashlib.sha256(b"mine").hexdigest()
    files = list_files(a_draw(), title="", numbering="s", seed_sha256=promise)
    decided_ = with_seed(files, "mine")
    found = check(decided_)
    assert found.wrong == []
    assert "no dice were thrown" in " ".join(found.unproven)
    assert places(forged(decided_, "pick.json", '"mine"', '"mine too"')) != []
    assert places(decided_, dice=SEEN) == ["pick.json"]


def test_values_that_a_spreadsheet_would_calculate_are_only_text() -> None:
    held = a_draw()
    names = {person: f"={person}" for person in held.everybody.ids}
    files = with_dice(list_files(held.named(names), title="", numbering="s"), DICE)
    assert b"'=a,pool" in files["pool.csv"]
    assert check(files).wrong == []


def test_the_program_alone_checks_a_zip_and_a_folder(tmp_path: Path) -> None:
    files, path = decided(), tmp_path / "draw.zip"
    path.write_bytes(packed(files, "draw"))
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_bytes(text)
    person = next(iter(check(files).role))
    alone = [sys.executable, "-I", str(folder / "verify.py")]
    here = run(*alone, "--me", person)
    assert here.returncode == 0, here.stderr
    assert f"you    {person} sits on" in here.stdout
    assert json.loads(run(*alone, str(path), "--json").stdout)["ok"] is True
    (folder / "pool.csv").write_bytes(b"x")
    assert run(*alone).returncode == 1
    assert run(*alone, str(tmp_path / "no.zip")).returncode == 2
    assert unpack(path) == files


def test_the_program_imports_nothing_but_python() -> None:
    tree = ast.parse(Path(verify.__file__).read_text())
    names: set[Any] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    assert names <= sys.stdlib_module_names


def test_everybody_reads_what_the_list_says_of_them() -> None:
    files = decided()
    found = check(files)
    member, reserve = found.pick["members"][0], found.pick["reserves"][2]
    assert verify.about(found, member).endswith("also on the one that was picked.")
    assert verify.about(found, reserve).endswith("number 3 of those who wait.")
    assert verify.about(found, "nobody") == "nobody is not in this list."
    assert "sits on" in verify.about(check(listed(a_draw())), member)
