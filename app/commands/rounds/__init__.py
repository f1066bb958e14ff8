"""`puistokatu rounds`: what can be done with a round without a browser."""

import click

from app.commands.refusals import Verbs
from app.commands.rounds.bundles import bundle_round
from app.commands.rounds.closing import close, reconcile, seal
from app.commands.rounds.elections import export_round, import_file
from app.commands.rounds.letters import letters
from app.commands.rounds.paper import paper
from app.commands.rounds.roll import roll


@click.group(cls=Verbs)
def rounds() -> None:
    """Budget rounds."""


VERBS = (
    bundle_round,
    close,
    export_round,
    import_file,
    letters,
    paper,
    reconcile,
    roll,
    seal,
)
for verb in VERBS:
    rounds.add_command(verb)
