"""The command `puistokatu`: one noun a module, one verb a function."""

import click

from app.commands.allocate import allocate
from app.commands.backup import backup
from app.commands.compare import compare_command
from app.commands.database import database
from app.commands.demo import demo
from app.commands.draw import draw_command
from app.commands.jobs import jobs
from app.commands.officials import officials
from app.commands.pick import pick_command
from app.commands.refusals import Verbs
from app.commands.registers import register
from app.commands.replay import replay_command
from app.commands.rounds import rounds
from app.commands.serve import serve
from app.commands.targets import targets_command
from app.commands.verify import verify_command


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="puistokatu")
def main() -> None:
    """Budget rounds, citizen panels and dialogue for a municipality."""


for command in (
    allocate,
    backup,
    compare_command,
    database,
    demo,
    draw_command,
    jobs,
    officials,
    pick_command,
    register,
    replay_command,
    rounds,
    serve,
    targets_command,
    verify_command,
):
    main.add_command(command)
