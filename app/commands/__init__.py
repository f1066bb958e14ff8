"""The command `puistokatu`: one noun a module, one verb a function."""

import click

from app.commands.allocate import allocate


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="puistokatu")
def main() -> None:
    """Budget rounds, citizen panels and dialogue for a municipality."""


for command in (allocate,):
    main.add_command(command)
