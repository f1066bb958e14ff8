"""`puistokatu draw`: draw a panel from the peers' files; needs no database."""

import json
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import click
import numpy as np

from app.commands.refusals import Strict, printable
from panels.files import read_pool, read_quotas
from panels.lotteries import LOTTERIES, hold
from panels.pool import Pool
from panels.quotas import Quota
from panels.selection import Lottery, Selection, draw, geometric_mean, gini


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A panel with what it was drawn from."""

    pool: Pool
    quotas: tuple[Quota, ...]
    lottery: Lottery
    selection: Selection
    seconds: float


@click.command("draw", cls=Strict)
@click.argument("categories", type=click.Path(path_type=Path))
@click.argument("respondents", type=click.Path(path_type=Path))
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
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def draw_command(
    *,
    categories: Path,
    respondents: Path,
    size: int,
    lottery: str,
    household: str | None,
    seed: str,
    as_json: bool,
) -> None:
    """Draw a panel from RESPONDENTS that meets the quotas in CATEGORIES."""
    quotas = read_quotas(categories, size)
    columns = [name.strip() for name in (household or "").split(",") if name.strip()]
    pool = read_pool(respondents, quotas, household=columns)
    began = perf_counter()
    held = hold(lottery, pool, quotas, size, seed)
    selection = draw(held, seed)
    drawn = _Drawn(pool, quotas, held, selection, perf_counter() - began)
    if as_json:
        click.echo(printable(json.dumps(_json(drawn), ensure_ascii=False)))
    else:
        _print(drawn)


def _json(drawn: _Drawn) -> dict[str, Any]:
    ids, lottery, selection = drawn.pool.ids, drawn.lottery, drawn.selection
    return {
        "size": len(selection.selected),
        "lottery": lottery.name,
        "selected": [ids[i] for i in selection.selected],
        "reserves": [ids[i] for i in selection.reserves],
        "probabilities": _chances(lottery.ideal),
        "portfolio": lottery.portfolio,
        "gap": round(lottery.gap, 9),
        "min_bound": round(lottery.least_bound, 9),
        "panels": len(lottery.panels),
        "panel": selection.number,
        "largest_move": _move(lottery),
        "quotas": [
            {
                "feature": quota.feature,
                "value": quota.value,
                "min": quota.least,
                "max": quota.most,
                "selected": seats,
            }
            for quota, seats in zip(drawn.quotas, _seats(drawn), strict=True)
        ],
        "seconds": round(drawn.seconds, 6),
    }


def _chances(chances: np.ndarray[Any, Any]) -> dict[str, float]:
    return {
        "min": round(float(chances.min()), 9),
        "max": round(float(chances.max()), 9),
        "gini": round(gini(chances), 9),
        "geometric_mean": round(geometric_mean(chances), 9),
    }


def _move(lottery: Lottery) -> float:
    return round(float(np.abs(lottery.chances - lottery.ideal).max()), 9)


def _seats(drawn: _Drawn) -> list[int]:
    places = list(drawn.selection.selected)
    return [int(n) for n in drawn.pool.holds[places].sum(axis=0)]


def _print(drawn: _Drawn) -> None:
    lottery, selection = drawn.lottery, drawn.selection
    chances = _chances(lottery.ideal)
    size, panels = len(selection.selected), len(lottery.panels)
    lines = [
        f"{size} of {len(drawn.pool)} volunteers drawn by {lottery.name}",
        f"panel {selection.number} of {panels}, mixed from {lottery.portfolio}",
        f"chances from {chances['min']:.4f} to {chances['max']:.4f}",
        f"Gini {chances['gini']:.4f}",
        f"geometric mean {chances['geometric_mean']:.4f}",
        f"no lottery gives the unluckiest more than {lottery.least_bound:.4f}",
        f"what is not proven: {lottery.gap:.6f}",
        f"rounding moved no chance by more than {_move(lottery):.4f}",
        "",
        "quotas (least, most, drawn):",
    ]
    for quota, seats in zip(drawn.quotas, _seats(drawn), strict=True):
        place = f"{quota.feature}: {quota.value}"
        lines.append(f"  {place:40} {quota.least:5} {quota.most:5} {seats:5}")
    lines += ["", "drawn:"]
    lines += [f"  {drawn.pool.ids[i]}" for i in selection.selected]
    lines.append(f"{drawn.seconds:.2f} s")
    click.echo(printable("\n".join(lines)))
