"""`puistokatu draw`: draw a panel from the peers' files; needs no database."""

import json
from pathlib import Path
from time import perf_counter

import click

from app.commands.draw_lists import codes_for, dice_of, write_list
from app.commands.draw_report import Drawn, as_object, as_text, infeasible
from app.commands.refusals import Refused, Strict, printable
from panels.bundle import list_files, picked, with_dice
from panels.errors import QuotasInfeasible
from panels.files import read_pool, read_quotas
from panels.held import Held, hold_draw
from panels.lotteries import LOTTERIES
from panels.pool import Given, Pool
from panels.quotas import Quota
from panels.selection import Selection, draw

PATH = click.Path(path_type=Path)


@click.command("draw", cls=Strict)
@click.argument("categories", type=PATH)
@click.argument("respondents", type=PATH)
@click.option(
    "--size", required=True, type=click.IntRange(1, 100_000), help="Seats of the panel."
)
@click.option(
    "--lottery",
    type=click.Choice(sorted(LOTTERIES)),
    default="leximin",
    show_default=True,
    help="How fair the chances are.",
)
@click.option(
    "--household", help="Columns of an address; at most one person of each is drawn."
)
@click.option("--seed", default="", help="The public text of the draw.")
@click.option("--in", "inside", default="", help="Ids that must get a seat: A,B.")
@click.option("--out", "outside", default="", help="Ids that must get none: A,B.")
@click.option(
    "--seated", type=PATH, help="A file like RESPONDENTS: who sits there already."
)
@click.option("--bundle", type=PATH, help="Write the list for the public, a zip.")
@click.option(
    "--codes",
    type=PATH,
    help="Who has which code in the list, a CSV file for yourselves; it is read if it"
    " is there. Else BUNDLE.codes.csv.",
)
@click.option("--dice", default="", help="Dice thrown in public: 4,2,6,...")
@click.option("--title", default="", help="What the list says that is drawn.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def draw_command(
    *,
    categories: Path,
    respondents: Path,
    size: int,
    lottery: str,
    household: str | None,
    seed: str,
    inside: str,
    outside: str,
    seated: Path | None,
    bundle: Path | None,
    codes: Path | None,
    dice: str,
    title: str,
    as_json: bool,
) -> None:
    """Draw a panel from RESPONDENTS that meets the quotas in CATEGORIES.

    With --bundle the list of the 1 000 panels is written for the public: publish it
    and its hash, throw dice, and let `puistokatu pick` take the panel. The dice may be
    given here where they were thrown for the very same list.
    """
    if bundle is None and (dice or codes or title):
        raise click.UsageError("--dice, --codes and --title belong to --bundle.")
    thrown = dice_of(dice)
    quotas = read_quotas(categories, size)
    homes: dict[object, int] = {}
    columns = _names(household or "")
    pool = read_pool(respondents, quotas, household=columns, homes=homes)
    given = Given(
        frozenset(_names(inside)),
        frozenset(_names(outside)),
        read_pool(seated, quotas, household=columns, homes=homes) if seated else None,
    )
    began = perf_counter()
    held = _hold(lottery, pool, quotas, size, seed=seed, given=given, as_json=as_json)
    if bundle is None:
        selection: Selection | None = draw(held.lottery, seed, among=held.free)
        files = None
    else:
        names, write_codes = codes_for(held.everybody.ids, codes, bundle)
        files = list_files(held.named(names), title=title, numbering=seed)
        files = with_dice(files, thrown) if thrown else files
        selection = _selection(held, names, files)
        write_codes()
        write_list(files, bundle)
    drawn = Drawn(held, selection, perf_counter() - began, bundle, files)
    if as_json:
        click.echo(printable(json.dumps(as_object(drawn), ensure_ascii=False)))
    else:
        click.echo(printable(as_text(drawn)))


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _hold(
    lottery: str,
    pool: Pool,
    quotas: tuple[Quota, ...],
    size: int,
    *,
    seed: str,
    given: Given,
    as_json: bool,
) -> Held:
    try:
        return hold_draw(lottery, pool, quotas, size, seed=seed, given=given)
    except QuotasInfeasible as refusal:
        if as_json:
            raise
        raise Refused(refusal.code, infeasible(refusal)) from None


def _selection(
    held: Held, names: dict[str, str], files: dict[str, bytes]
) -> Selection | None:
    """What the dice decided, in places of everybody; None before the throw."""
    pick = picked(files)
    if pick is None:
        return None
    place = {names[person]: i for i, person in enumerate(held.everybody.ids)}
    return Selection(
        pick["number"],
        tuple(sorted(place[code] for code in pick["members"])),
        tuple(place[code] for code in pick["reserves"]),
    )
