"""The rules of the house that no other tool can see."""

import ast
import importlib
import pkgutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from flask import Flask
from flask_migrate import check

from app.messages import MESSAGES
from core.errors import DomainError

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("app", "core", "voting", "panels", "dialogue")
SOURCES = sorted(path for name in PACKAGES for path in (ROOT / name).rglob("*.py"))
ALL_CODE = SOURCES + sorted(
    path
    for name in ("tests", "scripts", "bench", "migrations")
    for path in (ROOT / name).rglob("*.py")
)
LANGUAGES = ("fi", "sv")
LONGEST_FILE = 400
LONGEST_FUNCTION = 60
# Whole checks that outsiders read as one file each.
LONG_FOR_A_REASON = {
    "panels/recount/verify.py": 480,
    "voting/recount/verify.py": 844,
}
# Chance that is not public and needs no seed text: made data of the demo.
OWN_CHANCE = {"core/chance.py", "app/demo"}
BROWSER_FILES = {".min.js", ".min.css", ".map", ".woff", ".woff2", ".ttf", ".eot"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls(path: Path) -> Iterator[str]:
    """The names of everything that a file calls, without what they hang on."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.attr
            elif isinstance(node.func, ast.Name):
                yield node.func.id


def test_only_the_transaction_commits() -> None:
    committing = {name_of(path) for path in SOURCES if "commit" in calls(path)}
    assert committing == {"app/transaction.py"}


def imports_random(path: Path) -> bool:
    return any(
        (isinstance(node, ast.Import) and any(a.name == "random" for a in node.names))
        or (isinstance(node, ast.ImportFrom) and node.module == "random")
        for node in ast.walk(ast.parse(path.read_text()))
    )


def test_chance_comes_from_one_place() -> None:
    # Secret chance (SystemRandom) is another matter: nobody may repeat it.
    generators = {"default_rng", "Generator", "RandomState"}
    strays = {
        name_of(path)
        for path in SOURCES
        if generators & set(calls(path)) or imports_random(path)
        if not any(name_of(path).startswith(allowed) for allowed in OWN_CHANCE)
    }
    assert not strays


def test_no_file_is_too_long() -> None:
    long = {
        name_of(path): lines
        for path in ALL_CODE
        if not name_of(path).startswith("migrations/versions")  # written by Alembic
        if (lines := len(path.read_text().splitlines()))
        > LONG_FOR_A_REASON.get(name_of(path), LONGEST_FILE)
    }
    assert not long


def code_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """A function's length from its `def` to its end, without the docstring."""
    assert function.end_lineno
    length = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function, clean=False) is not None:
        docstring = function.body[0]
        assert docstring.end_lineno
        length -= docstring.end_lineno - docstring.lineno + 1
    return length


def test_no_function_is_too_long() -> None:
    long = {
        f"{name_of(path)}:{node.name}": code_lines(node)
        for path in ALL_CODE
        if not name_of(path).startswith("migrations/versions")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and code_lines(node) > LONGEST_FUNCTION
    }
    assert not long


def all_subclasses(kind: type) -> set[type]:
    return {kind}.union(*(all_subclasses(each) for each in kind.__subclasses__()))


def refusals() -> set[type[DomainError]]:
    """Every refusal of our own packages, once all modules are imported."""
    for package in PACKAGES:
        module = importlib.import_module(package)
        for found in pkgutil.walk_packages(module.__path__, f"{package}."):
            if not found.name.endswith("__main__"):
                importlib.import_module(found.name)
    return {
        each
        for each in all_subclasses(DomainError)
        if each.__module__.partition(".")[0] in PACKAGES
    }


def test_every_refusal_has_a_sentence() -> None:
    found = refusals()
    codes = [each.__dict__.get("code") for each in found]
    assert None not in codes, [e for e in found if "code" not in e.__dict__]
    assert len(set(codes)) == len(codes), "two refusals share a code"
    assert not set(codes) - set(MESSAGES), "codes without a sentence"
    assert not set(MESSAGES) - set(codes), "sentences without a code"


def catalogue(language: str) -> Catalog:
    path = ROOT / "app" / "translations" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_is_translated(language: str) -> None:
    messages = catalogue(language)
    missing = {
        text
        for text in MESSAGES.values()
        if not (m := messages.get(text)) or not m.string
    }
    assert not missing


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_that_equals_the_english_is_meant(language: str) -> None:
    """Each line of the list is `fi|sv|both: the text`."""
    lines = (ROOT / "tests" / "allowed_same_texts.txt").read_text().splitlines()
    entries = [line.partition(": ") for line in lines if line and line[0] != "#"]
    allowed = {text for which, _, text in entries if which in {language, "both"}}
    same = {
        message.id
        for message in catalogue(language)
        if message.id and message.id == message.string
    }
    assert not same - allowed, "equal to the English"
    assert not allowed - same, "listed and not equal any more"


def test_every_route_says_who_may_come(app: Flask) -> None:
    own = [
        rule
        for rule in app.url_map.iter_rules()
        if not rule.endpoint.endswith("static")
    ]
    assert own
    undeclared = {
        f"{rule.endpoint} {rule.rule}"
        for rule in own
        if not getattr(app.view_functions[rule.endpoint], "access_rule", None)
    }
    assert not undeclared


def test_the_migrations_equal_the_models(application: Flask) -> None:
    with application.app_context():
        check()


def committed_files() -> list[str]:
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:  # unpacked from an archive: look at what is there
        return [name_of(path) for path in ROOT.rglob("*") if ".venv" not in path.parts]
    return [name for name in done.stdout.split("\0") if name]


def test_no_asset_of_others_is_committed() -> None:
    assets = {
        name
        for name in committed_files()
        if any(name.endswith(ending) for ending in BROWSER_FILES)
    }
    assert not assets
