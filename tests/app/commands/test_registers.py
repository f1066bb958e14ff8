"""`puistokatu register`: read, listed, erased, at a terminal."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text

from app.commands import main
from tests.factories.panels import HEAD, person_line, town_file
from tests.support.databases import environment


@pytest.fixture
def settings(own_database: str, tmp_path: Path) -> dict[str, str]:
    return environment(own_database, KEY_DIR=str(tmp_path / "keys"))


def run(settings: dict[str, str], *arguments: object) -> Result:
    operator = CliRunner(env=settings)
    result = operator.invoke(main, ["register", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def said(days: int = 90) -> tuple[str, ...]:
    today = datetime.now(UTC).date()
    last = (today + timedelta(days=days)).isoformat()
    return ("--source", "Town", "--as-of", today.isoformat(), "--expires-on", last)


def test_a_register_is_read_listed_and_erased(
    settings: dict[str, str], tmp_path: Path, own_database: str
) -> None:
    lines = [person_line(n, turvakielto="x" if n == 3 else "") for n in (1, 2, 3)]
    head = HEAD.replace("hetu", "Tunnus")
    path = town_file(tmp_path / "town.csv", iter(lines), head=head)
    more = ("--column", "identity=Tunnus", "--json")
    answer = run(settings, "import", path, *said(), *more)
    assert (answer.exit_code, answer.stderr) == (0, "")
    facts = json.loads(answer.stdout)
    assert (facts["register"], facts["size"]) == (1, 2)
    assert facts["left_out"] == {"protected": 1}
    assert "Town: 2 people, until" in run(settings, "list").stdout
    engine = create_engine(own_database)
    with engine.begin() as connection:
        due = connection.execute(text("SELECT name, run_after FROM job")).all()
        assert [row.name for row in due] == ["erase_register"]
        assert "have been erased" in run(settings, "erase", 1).stdout
        assert "had been erased before" in run(settings, "erase", 1).stdout
        people = connection.execute(text("SELECT count(*) FROM register_person"))
        assert people.scalar() == 0
    engine.dispose()
    assert "erased" in run(settings, "list").stdout
    assert run(settings, "erase", 2).exit_code == 2


def test_what_is_wrong_is_said_line_by_line(
    settings: dict[str, str], tmp_path: Path
) -> None:
    lines = [person_line(1), person_line(2, hetu="no"), person_line(1)]
    path = town_file(tmp_path / "town.csv", iter(lines))
    answer = run(settings, "import", path, *said())
    assert answer.exit_code == 2
    assert answer.stderr.splitlines()[:2] == [
        "line 3: The identity number is wrong, or its check character is.",
        "line 4: The same person stands on line 2 already.",
    ]
    good = town_file(tmp_path / "good.csv", iter(lines[:1]))
    late = run(settings, "import", good, *said(days=2000))
    assert "within 24 months" in late.stderr
    assert "There is no register." in run(settings, "list").stdout
