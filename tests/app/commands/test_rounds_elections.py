"""`puistokatu rounds import` and `export`, as an operator runs them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text

from app.commands import main
from tests.factories.elections import FILE, a_file
from tests.support.databases import environment

SLUG = "finland-puistola-2026"
BAD = {
    "negative": (a_file(FILE.replace("40000", "-40000")), "pb_negative_cost", 21),
    "stranger": (a_file(FILE.replace("bob;2,1", "bob;2,9")), "pb_unknown_project", 28),
    "twice": (a_file(FILE.replace("bob;", "ann;")), "pb_duplicate_voter", 28),
    "header": (a_file(FILE.replace("project_id", "id")), "pb_wrong_header", 20),
    "encoding": (a_file().encode("utf-16"), "file_not_utf8", 1),
    "garbage": (b"PK\x03\x04 not an election", "pb_wrong_section", 1),
}


@pytest.fixture
def operator(own_database: str, tmp_path: Path) -> CliRunner:
    """Runs commands on a database of the test's own."""
    return CliRunner(env=environment(own_database, KEY_DIR=str(tmp_path / "keys")))


def run(operator: CliRunner, *arguments: object) -> Result:
    result = operator.invoke(main, ["rounds", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def saved(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "election.pb"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def rounds_in(url: str) -> int:
    engine = create_engine(url)
    with engine.connect() as connection:
        number = connection.execute(text("SELECT count(*) FROM round")).scalar_one()
    engine.dispose()
    return int(number)


def test_what_comes_in_goes_out_letter_by_letter(
    operator: CliRunner, tmp_path: Path
) -> None:
    said = run(operator, "import", saved(tmp_path, a_file()))
    assert (said.exit_code, said.stderr) == (0, "")
    assert said.stdout == (
        f"Round {SLUG}: 4 projects, 6 ballots, 2 areas, rule greedy.\n"
    )
    assert run(operator, "export", SLUG).stdout == a_file()
    out = tmp_path / "out.pb"
    assert run(operator, "export", SLUG, "--output", out).stdout == ""
    assert out.read_text() == a_file()
    assert sorted(tmp_path.glob("*.pb")) == [tmp_path / "election.pb", out]


def test_options_and_the_answer_in_json(operator: CliRunner, tmp_path: Path) -> None:
    path = saved(tmp_path, a_file(rule="equalshares"))
    said = run(operator, "import", path, "--area", "wish", "--json")
    assert json.loads(said.stdout) == {
        "slug": SLUG,
        "projects": 4,
        "ballots": 6,
        "areas": 3,
        "rule": "equal-shares",
        "as_stated": True,
    }
    again = run(operator, "import", path, "--rule", "greedy")
    assert f"Round {SLUG}-2:" in again.stdout
    assert "own rule (equalshares) is not the one that will count" in again.stdout


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_is_one_line_and_nothing_is_stored(
    operator: CliRunner, own_database: str, tmp_path: Path, kind: str
) -> None:
    content, code, line = BAD[kind]
    path = saved(tmp_path, content)
    said = run(operator, "import", path)
    assert (said.exit_code, said.stdout) == (2, "")
    assert len(said.stderr.splitlines()) == 1
    assert str(line) in said.stderr
    in_json = run(operator, "import", path, "--json")
    found = json.loads(in_json.stdout)
    assert (in_json.exit_code, found["error"], found["line"]) == (2, code, line)
    assert rounds_in(own_database) == 0


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["import", "{file}", "--area", "district"], "area_column_unknown"),
        (["import", "{file}", "--rule", "dictator"], "rule_unknown"),
        (["import", "/nowhere/file.pb"], "file_unreadable"),
        (["import", "{folder}"], "file_unreadable"),
        (["import"], "usage_error"),
        (["import", "{file}", "--speed", "9"], "usage_error"),
        (["export", "nowhere"], "round_unknown"),
        (["export", "nowhere", "--format", "docx"], "usage_error"),
    ],
)
def test_every_refusal_is_one_line_or_one_object(
    operator: CliRunner,
    own_database: str,
    tmp_path: Path,
    arguments: list[str],
    code: str,
) -> None:
    places = {"file": saved(tmp_path, a_file()), "folder": tmp_path}
    asked = [argument.format(**places) for argument in arguments]
    said = run(operator, *asked)
    assert (said.exit_code, said.stdout) == (2, "")
    assert len(said.stderr.splitlines()) == 1
    in_json = run(operator, *asked, "--json")
    assert in_json.exit_code == 2
    assert json.loads(in_json.stdout)["error"] == code
    assert rounds_in(own_database) == 0


@pytest.mark.parametrize("kind", ["csv", "json", "xlsx"])
def test_no_result_leaves_before_its_publication(
    operator: CliRunner, tmp_path: Path, kind: str
) -> None:
    run(operator, "import", saved(tmp_path, a_file()))
    out = tmp_path / "result"
    said = run(operator, "export", SLUG, "--format", kind, "--output", out)
    assert said.exit_code == 2
    assert "has not been published yet" in said.stderr
    assert not out.exists()


def test_an_output_that_cannot_be_written_is_said(
    operator: CliRunner, tmp_path: Path
) -> None:
    run(operator, "import", saved(tmp_path, a_file()))
    out = tmp_path / "no such folder" / "out.pb"
    said = run(operator, "export", SLUG, "--output", out, "--json")
    assert (said.exit_code, json.loads(said.stdout)["error"]) == (2, "file_unwritable")


def test_a_database_without_tables_is_one_line(tmp_path: Path) -> None:
    empty = environment(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    said = run(CliRunner(env=empty), "import", saved(tmp_path, a_file()))
    assert (said.exit_code, len(said.stderr.splitlines())) == (2, 1)


def test_the_largest_real_file_comes_in_within_bounded_memory(
    own_database: str, tmp_path: Path
) -> None:
    folder = os.environ.get("PABULIB_DIR")
    if not folder:
        pytest.skip("PABULIB_DIR names no folder")
    # Not ru_maxrss: a child begins with the size of its parent, which is this test's.
    measured = (
        "import re, sys; from pathlib import Path; from app.commands import main;"
        " main(sys.argv[1:], standalone_mode=False);"
        " said = Path('/proc/self/status').read_text();"
        r" print(int(re.search(r'VmHWM:\s+(\d+)', said)[1]) // 1024)"
    )
    done = subprocess.run(
        [
            *(sys.executable, "-c", measured, "rounds", "import"),
            Path(folder) / "Poland_Wroclaw_2015_150_-_500.pb",
        ],
        env=environment(own_database, KEY_DIR=str(tmp_path)),
        capture_output=True,
        text=True,
        check=True,
    )
    said, megabytes = done.stdout.splitlines()
    assert "131778 ballots" in said
    assert int(megabytes) < 400
