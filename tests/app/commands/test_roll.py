"""`puistokatu rounds roll`: read a register by hand, and check the roll."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text

from app import create_app
from app.commands import main
from app.config import Config
from app.extensions import db
from app.transaction import transaction
from tests.conftest import NOON
from tests.factories.rolls import HEAD, line, register, register_round
from tests.support.databases import environment

SAID = ("--source", "Register", "--as-of", "2027-03-01")


@pytest.fixture
def settings(own_database: str, tmp_path: Path) -> dict[str, str]:
    return environment(own_database, KEY_DIR=str(tmp_path / "keys"))


@pytest.fixture
def slug(settings: dict[str, str]) -> str:
    """A round by register that waits for its roll."""
    with create_app(Config.from_environment(settings)).app_context():
        with transaction() as session:
            slug = register_round(session, now=NOON).slug
        db.engine.dispose()
    return slug


def run(settings: dict[str, str], *arguments: object) -> Result:
    operator = CliRunner(env=settings)
    result = operator.invoke(main, ["rounds", "roll", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def test_a_register_is_read_and_the_roll_checked(
    settings: dict[str, str], slug: str, tmp_path: Path, own_database: str
) -> None:
    path = register(tmp_path / "r.csv", line(2), line(3), line(4, municipality="X"))
    said = run(settings, "import", slug, path, *SAID, "--json")
    assert (said.exit_code, said.stderr) == (0, "")
    facts = json.loads(said.stdout)
    assert (facts["size"], facts["left_out"]) == (2, {"elsewhere": 1})
    assert run(settings, "check", slug).exit_code == 0
    engine = create_engine(own_database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE voter SET birth_year = 1999"))
    engine.dispose()
    wrong = run(settings, "check", slug)
    assert wrong.exit_code == 2
    assert "not as the rules say" in wrong.stderr


def test_names_and_postal_codes_are_mapped(
    settings: dict[str, str], slug: str, tmp_path: Path
) -> None:
    head = HEAD.replace("identity", "Tunnus").replace("area", "district")
    path = register(tmp_path / "r.csv", line(2), head=head)
    codes = tmp_path / "codes.txt"
    codes.write_text("north: 00100\n")
    more = ("--column", "identity=Tunnus", "--postcodes", codes)
    assert run(settings, "import", slug, path, *SAID, *more).exit_code == 0


def test_what_is_wrong_is_said_line_by_line(
    settings: dict[str, str], slug: str, tmp_path: Path
) -> None:
    path = register(tmp_path / "r.csv", line(2, area="west"), line(3, identity="no"))
    said = run(settings, "import", slug, path, *SAID)
    assert said.exit_code == 2
    assert said.stderr.splitlines() == [
        'line 2: The round has no area "west".',
        "line 3: The identity number is wrong, or its check character is.",
        (
            "puistokatu: The register extract was not read: 2 faults, the first on"
            " line 2. Nothing was stored."
        ),
    ]
    gone = run(settings, "import", slug, tmp_path / "none.csv", *SAID)
    assert (gone.exit_code, "cannot be read" in gone.stderr) == (2, True)
    stranger = run(settings, "import", "nowhere", path, *SAID)
    assert "no round with the address nowhere" in stranger.stderr
    assert "has no roll" in run(settings, "check", slug).stderr
