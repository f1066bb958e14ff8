"""docs/operating.md is what an operator has: it knows every setting and command."""

import re
from pathlib import Path

import click

import app.config
from app.commands import main

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "operating.md").read_text()


def test_every_setting_is_explained() -> None:
    source = Path(app.config.__file__).read_text()
    settings = set(re.findall(r'(?:env\.get\(|env, )"([A-Z_]+)"', source))
    assert "DATABASE_URL" in settings
    assert not {name for name in settings if f"| `{name}` |" not in TEXT}


def test_every_command_that_it_names_is_there() -> None:
    for noun, verb in re.findall(r"puistokatu ([a-z]+) ([a-z-]+)", TEXT):
        command = main.commands.get(noun)
        assert command, noun
        if isinstance(command, click.Group):
            assert verb in command.commands, f"{noun} {verb}"
