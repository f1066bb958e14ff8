"""`puistokatu pick`: dice thrown in public take one panel of a published list."""

from pathlib import Path

import click

from app.commands.draw_lists import dice_of, read_list, write_list
from app.commands.refusals import Strict, answer
from panels.bundle import list_hash, picked, with_dice, with_seed

WARNING = (
    "A text that was chosen beforehand is weaker than dice: whoever knew it could make"
    " a list that fits it."
)


@click.command("pick", cls=Strict)
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option("--dice", default="", help="Dice thrown in public: 4,2,6,...")
@click.option("--seed", help="A text whose hash stands in the list, where no dice are.")
@click.option(
    "--to", type=click.Path(path_type=Path), help="Another file; else BUNDLE itself."
)
def pick_command(*, bundle: Path, dice: str, seed: str | None, to: Path | None) -> None:
    """Pick one of the panels of a list that `puistokatu draw --bundle` has written.

    The list itself stays as it was published. Nobody picks twice.
    """
    if bool(dice) == (seed is not None):
        raise click.UsageError("Say either --dice or --seed.")
    thrown = dice_of(dice)
    files = read_list(bundle)
    files = with_dice(files, thrown) if seed is None else with_seed(files, seed)
    pick = picked(files) or {}
    write_list(files, to or bundle)
    if seed is not None:
        click.echo(f"puistokatu: {WARNING}", err=True)
    number, members = pick["number"], pick["members"]
    answer(
        f"Panel {number} is drawn: {', '.join(members)}",
        list_sha256=list_hash(files),
        panel=number,
        selected=members,
        reserves=pick["reserves"],
    )
