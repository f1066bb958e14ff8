"""Every command says what is wrong in one line, or one JSON object, and exits by 2."""

import json
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from app.commands import main
from app.commands.refusals import Strict
from tests.support.databases import environment

# Nobody listens on the discard service's port.
NOWHERE = "postgresql://nobody@127.0.0.1:9/nothing"
COMMANDS = [
    ["db", "upgrade"],
    ["demo"],
    ["jobs", "list"],
    ["jobs", "retry", "1"],
    ["jobs", "forget"],
    ["jobs", "work", "--once"],
    ["officials", "create", "a@b.fi", "--name", "Anna"],
    ["officials", "reset-second-factor", "a@b.fi"],
    ["rounds", "bundle", "one"],
    ["rounds", "close", "one"],
    ["rounds", "reconcile", "one"],
    ["rounds", "seal", "one"],
    ["rounds", "export", "one"],
    ["serve", "--port", "0"],
]


def run(arguments: list[str], **settings: str) -> Result:
    runner = CliRunner(env=environment(settings.pop("url"), **settings))
    result = runner.invoke(main, arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def check_refused(arguments: list[str], code: str, word: str, **settings: str) -> None:
    """One line on stderr; with --json the object besides; exit 2."""
    said = run(arguments, **settings)
    assert (said.exit_code, said.stdout) == (2, "")
    assert len(said.stderr.splitlines()) == 1, said.stderr
    assert word in said.stderr
    said = run([*arguments, "--json"], **settings)
    assert said.exit_code == 2
    assert json.loads(said.stdout)["error"] == code


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_wrong_setting_is_named(arguments: list[str], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'any.sqlite'}"
    check_refused(arguments, "setting_invalid", "MAIL_URL", url=url, MAIL_URL="mail")


@pytest.mark.parametrize("url", [NOWHERE, "sqlite:////nowhere/at/all.sqlite"])
@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_database_that_cannot_be_reached_is_said(
    arguments: list[str], url: str
) -> None:
    settings = {"url": url, "PUISTOKATU_DEMO": "1"}
    check_refused(arguments, "database_unusable", "The database", **settings)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["rounds", "close", "nowhere"], "round_unknown"),
        (["rounds", "reconcile", "nowhere"], "round_unknown"),
        (["rounds", "seal", "nowhere"], "round_unknown"),
        (["rounds", "seal"], "usage_error"),
        (["jobs", "retry", "17"], "job_not_failed"),
        (["jobs", "forget", "--days", "0"], "usage_error"),
        (["officials", "create", "nobody", "--name", "N"], "usage_error"),
        (["officials", "reset-second-factor", "a@b.fi"], "account_unknown"),
        (["demo"], "demo_not_asked_for"),
    ],
)
def test_what_cannot_be_done_is_said(
    own_database: str, arguments: list[str], code: str
) -> None:
    check_refused(arguments, code, "puistokatu: ", url=own_database)


def test_without_tables_nothing_is_built(database_kind: str, tmp_path: Path) -> None:
    if database_kind == "postgresql":
        return  # its empty database would be one more; the check is the same
    url = f"sqlite:///{tmp_path / 'empty.sqlite'}"
    check_refused(["demo"], "no_tables", "db upgrade", url=url, PUISTOKATU_DEMO="1")
    check_refused(["jobs", "work", "--once"], "database_unusable", "job", url=url)


def test_there_is_no_traceback_in_a_process_of_its_own(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app", "serve", "--json"],
        env=environment("mysql://x"),
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "DATABASE_URL" in json.loads(done.stdout)["message"]
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("form", [[], ["--json"]])
def test_a_full_disk_is_one_line_too(form: list[str]) -> None:
    house = Path(__file__).parents[3]
    file = str(house / "tests" / "data" / "ordinal.pb")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "app", "allocate", file, "--rule", "greedy", *form],
            env=environment(NOWHERE),
            cwd=house,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        "puistokatu: The output cannot be written: No space left on device"
    ]


def all_commands(group: click.Group) -> list[click.Command]:
    found: list[click.Command] = []
    for each in group.commands.values():
        found += all_commands(each) if isinstance(each, click.Group) else [each]
    return found


def test_no_command_is_left_out() -> None:
    assert all(isinstance(each, Strict) for each in all_commands(main))


@pytest.mark.parametrize(
    "words", [["nosuch"], ["--nosuch"], ["rounds", "nosuch"], ["db", "--nosuch"]]
)
def test_an_unknown_verb_is_one_line_too(words: list[str]) -> None:
    check_refused(words, "usage_error", "such", url=NOWHERE)


def test_who_says_nothing_is_shown_the_help() -> None:
    assert "Budget rounds." in run(["rounds"], url=NOWHERE).output


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "letters.sqlite"
    file.write_text("not a database " * 500)
    verb = ["rounds", "close", "one"]
    check_refused(verb, "database_unusable", "not a database", url=f"sqlite:///{file}")


def test_a_slug_that_is_no_text_is_refused() -> None:
    check_refused(["rounds", "close", "\udce4"], "usage_error", "UTF-8", url=NOWHERE)


def test_names_with_line_ends_in_them_stay_in_the_line(tmp_path: Path) -> None:
    file = tmp_path / "two\nlines.pb"
    file.write_text('META\nkey;value\nbudget;1\nvote_type;\x1b[31m"\n')
    for verb in (["replay"], ["allocate", "--rule", "greedy"]):
        check_refused([*verb, str(file)], "pb_unknown_vote_type", "[31m", url=NOWHERE)


def test_columns_with_line_ends_in_them_stay_in_the_line(tmp_path: Path) -> None:
    file = tmp_path / "election.pb"
    head = "META\nkey;value\nbudget;1\nvote_type;approval\nPROJECTS\n"
    file.write_text(f'{head}project_id;cost;"a\nb";"a\nb"\n')
    verb = ["compare", str(file)]
    check_refused(verb, "pb_wrong_header", "a b, a b", url=NOWHERE)


@pytest.mark.parametrize(
    "verb", [["replay"], ["compare"], ["allocate", "--rule=greedy"]]
)
def test_a_file_may_be_named_in_any_bytes(verb: list[str], tmp_path: Path) -> None:
    file = tmp_path / "j\udce4rvi.pb"
    source = Path(__file__).parents[2] / "data" / "approval.pb"
    file.write_bytes(source.read_bytes())
    for more in ([], ["--json"]):
        said = run([*verb, str(file), *more], url=NOWHERE)
        assert (said.exit_code, said.stderr) == (0, "")
        assert "j\\udce4rvi" in said.stdout.replace("\\\\", "\\")
