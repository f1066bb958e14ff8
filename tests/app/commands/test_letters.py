"""`puistokatu rounds letters`: a file that is new, private and whole, or no codes."""

import csv
import io
import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader
from sqlalchemy import create_engine, text

from app import create_app
from app.commands import main
from app.config import Config
from app.extensions import db
from app.transaction import transaction
from tests.conftest import NOON
from tests.factories.rolls import open_register_round
from tests.support.databases import environment


@pytest.fixture
def settings(own_database: str, tmp_path: Path) -> dict[str, str]:
    return environment(own_database, KEY_DIR=str(tmp_path / "keys"))


@pytest.fixture
def slug(settings: dict[str, str], tmp_path: Path) -> str:
    """A vote that is on, with three people on the roll."""
    with create_app(Config.from_environment(settings)).app_context():
        with transaction() as session:
            round_, _ = open_register_round(
                session, key_dir=tmp_path / "keys", folder=tmp_path, now=NOON
            )
            slug = round_.slug
        db.engine.dispose()
    return slug


def run(settings: dict[str, str], *arguments: object) -> Result:
    operator = CliRunner(env=settings)
    result = operator.invoke(main, ["rounds", "letters", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def good_codes(url: str) -> int:
    engine = create_engine(url)
    with engine.connect() as connection:
        query = text("SELECT count(*) FROM roll_code WHERE NOT revoked")
        found = connection.scalar(query)
    engine.dispose()
    return int(found or 0)


def test_the_file_is_private_and_never_written_over(
    settings: dict[str, str], slug: str, tmp_path: Path, own_database: str
) -> None:
    path = tmp_path / "out" / "letters.csv"
    path.parent.mkdir()
    said = run(settings, slug, "--csv", path, "--json")
    assert (said.exit_code, said.stderr) == (0, "")
    facts = json.loads(said.stdout)
    assert (facts["batch"], facts["letters"]) == (1, 3)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["letters.csv"]
    whole = path.read_text(encoding="utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(whole)))) == 3
    for option in ("--csv", "--pdf"):
        refused = run(settings, slug, option, path, "--batch", 1)
        assert refused.exit_code == 2
        assert "never overwrite" in refused.stderr
    assert path.read_text(encoding="utf-8-sig") == whole
    nobody = run(settings, slug, "--csv", tmp_path / "more.csv")
    assert "There is nobody to write to" in nobody.stderr
    assert not (tmp_path / "more.csv").exists()
    anew = run(settings, slug, "--pdf", tmp_path / "anew.pdf", "--batch", 1)
    assert "batch 2, 3 letters" in anew.stdout
    assert len(PdfReader(tmp_path / "anew.pdf").pages) == 3
    assert good_codes(own_database) == 3


def test_a_file_that_cannot_be_written_leaves_no_good_code(
    settings: dict[str, str], slug: str, tmp_path: Path, own_database: str
) -> None:
    # As long as a name may be; the one that is written beside it is longer.
    for option in ("--csv", "--pdf"):
        said = run(settings, slug, option, tmp_path / ("x" * 250), "--json")
        assert said.exit_code == 2
        assert json.loads(said.stdout)["error"] == "file_unwritable"
        assert "no code of it opens anything" in said.stderr
    assert good_codes(own_database) == 0
    assert not (tmp_path / ("x" * 250)).exists()
    missing = run(settings, slug, "--csv", tmp_path / "missing" / "x.csv")
    assert "cannot be written" in missing.stderr


def test_what_makes_no_sense_is_one_line(
    settings: dict[str, str], slug: str, tmp_path: Path
) -> None:
    path = tmp_path / "x.csv"
    for arguments, heard in (
        ((slug,), "Say either --csv FILE or --pdf FILE"),
        ((slug, "--csv", path, "--pdf", path), "Say either"),
        ((slug, "--csv", path, "--batch", 1, "--area", "north"), "same people"),
        ((slug, "--csv", path, "--batch", 9), "no batch of letters"),
        ((slug, "--csv", path, "--area", "west"), "has no area west"),
        (("nowhere", "--csv", path), "nowhere"),
    ):
        said = run(settings, *arguments)
        assert said.exit_code == 2
        assert heard in said.stderr
    assert not path.exists()
