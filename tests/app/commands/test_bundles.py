"""`puistokatu rounds bundle` and `verify`, as an operator and an outsider run them."""

import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.commands import main
from core.audit import SYSTEM
from tests.factories.bundles import Files, forged, forged_json, made_bundle
from tests.factories.elections import a_file
from tests.support.databases import environment
from voting.recount import SUMS, packed, sums_sha256
from voting.results import count_round, publish_result
from voting.rounds import find_round

SLUG = "finland-puistola-2026"
NOW = datetime(2026, 4, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def operator(own_database: str, tmp_path: Path) -> CliRunner:
    """Runs commands on a database with one sealed round."""
    runner = CliRunner(env=environment(own_database, KEY_DIR=str(tmp_path / "keys")))
    path = tmp_path / "election.pb"
    path.write_text(a_file())
    assert run(runner, "rounds", "import", path).exit_code == 0
    return runner


def run(operator: CliRunner, *arguments: object) -> Result:
    result = operator.invoke(main, [*map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def publish(url: str) -> None:
    engine = create_engine(url)
    with Session(engine) as session:
        round_ = find_round(session, SLUG)
        assert round_ is not None
        count_round(session, round_, actor=SYSTEM, now=NOW)
        publish_result(session, round_, actor=SYSTEM, now=NOW)
        session.commit()
    engine.dispose()


def test_a_published_round_is_bundled_and_verified(
    operator: CliRunner, own_database: str, tmp_path: Path
) -> None:
    out = tmp_path / "out.zip"
    early = run(operator, "rounds", "bundle", SLUG, "--out", out)
    assert (early.exit_code, early.stdout) == (2, "")
    assert "has not been published yet" in early.stderr
    assert not out.exists()
    publish(own_database)
    said = run(operator, "rounds", "bundle", SLUG, "--out", out, "--json")
    assert (said.exit_code, said.stderr) == (0, "")
    told = json.loads(said.stdout)
    assert told["file"] == str(out)
    hashes = ["--published", told["published"], "--sums", told["sums"]]
    found = run(operator, "verify", out, *hashes)
    assert (found.exit_code, found.stderr) == (0, "")
    assert found.stdout.splitlines()[-1] == "All of it holds."
    other = run(operator, "verify", out, "--published", told["sums"])
    assert (other.exit_code, other.stderr) == (1, "")
    again = tmp_path / "again.zip"
    run(operator, "rounds", "bundle", SLUG, "--out", again)
    assert again.read_bytes() == out.read_bytes()
    missing = run(operator, "rounds", "bundle", "nowhere", "--json")
    assert json.loads(missing.stdout)["error"] == "round_unknown"


def saved(path: Path, files: Files) -> Path:
    path.write_bytes(packed(files, "bundle"))
    return path


def verify(path: Path, *options: str) -> Result:
    return run(CliRunner(), "verify", path, *options)


def test_a_forgery_is_said_in_lines_and_in_json(tmp_path: Path) -> None:
    def dearer(manifest: dict[str, list[dict[str, int]]]) -> None:
        manifest["projects"][1]["cost"] = 7_000_000

    path = saved(
        tmp_path / "x.zip", forged_json(made_bundle(), "manifest.json", dearer)
    )
    said = verify(path)
    assert (said.exit_code, said.stderr) == (1, "")
    lines = said.stdout.splitlines()
    assert any(line.startswith("WRONG   manifest.json: ") for line in lines)
    assert any("result.json, line 89, project 2: " in line for line in lines)
    assert "WRONG   outcome.json: funded is not what our engine finds" in lines
    found = json.loads(verify(path, "--json").stdout)
    assert not found["ok"]
    assert found["wrong"]
    assert found["engine"]


def test_the_program_in_a_bundle_is_never_run(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    files = forged(
        made_bundle(), "verify.py", lambda _: f"open({str(mark)!r}, 'w').close()\n"
    )
    said = verify(saved(tmp_path / "x.zip", files), "--sums", sums_sha256(files))
    assert not mark.exists()
    # It is not wrong for being another version, but it is said.
    assert (said.exit_code, said.stderr) == (0, "")
    assert "open    verify.py is not the program of this version" in said.stdout


def bad_bundles(folder: Path) -> dict[str, Path]:
    """What no outsider would take for a bundle."""
    files = made_bundle()
    damaged = bytearray(packed(files, "x"))
    damaged[len(damaged) // 2] ^= 1
    (folder / "damaged.zip").write_bytes(bytes(damaged))
    (folder / "text.zip").write_text("no zip")
    (folder / "empty").mkdir()
    with zipfile.ZipFile(folder / "twice.zip", "w") as twice:
        twice.writestr("a/README.txt", "")
        twice.writestr("b/README.txt", "")
    with zipfile.ZipFile(folder / "strange.zip", "w") as strange:
        strange.writestr("holiday.jpg", "")
    names = ("damaged.zip", "text.zip", "empty", "twice.zip", "strange.zip", "nowhere")
    return {name: folder / name for name in names}


def test_what_is_no_bundle_is_one_line(tmp_path: Path) -> None:
    for name, path in bad_bundles(tmp_path).items():
        said = verify(path)
        assert (said.exit_code, said.stdout) == (2, ""), name
        assert len(said.stderr.splitlines()) == 1
        assert name in said.stderr
        in_json = verify(path, "--json")
        assert json.loads(in_json.stdout)["error"] == "bundle_unreadable"


def test_a_folder_will_do(tmp_path: Path) -> None:
    for name, content in made_bundle().items():
        (tmp_path / name).write_bytes(content)
    assert verify(tmp_path).exit_code == 0
    (tmp_path / SUMS).unlink()
    assert verify(tmp_path).exit_code == 1
    assert verify(tmp_path, "--seconds", "-1").exit_code == 2
