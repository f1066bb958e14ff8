"""`puistokatu targets`: a population table into the quotas of a panel."""

import csv
import json
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import click

from app.commands.refusals import Strict, printable
from panels.population import Population
from panels.population_errors import PopulationUnreadable
from panels.quotas import Quota, check_quotas, quotas_for
from panels.tables import banded, population_of_table

_LARGEST = 100_000_000
_DIGITS = 3


@click.command("targets", cls=Strict)
@click.argument("table", type=click.Path(path_type=Path))
@click.option(
    "--size", required=True, type=click.IntRange(1, 100_000), help="Seats of the panel."
)
@click.option(
    "--feature", "features", multiple=True, help="A dimension to keep; may be repeated."
)
@click.option(
    "--where", "wheres", multiple=True, help="DIMENSION=CATEGORY that alone counts."
)
@click.option(
    "--bands", multiple=True, help="FEATURE=16,30,45,65: ages put together into bands."
)
@click.option(
    "--slack",
    type=click.IntRange(0, 1000),
    default=0,
    show_default=True,
    help="Seats less and more that each value may have.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def targets_command(
    *,
    table: Path,
    size: int,
    features: tuple[str, ...],
    wheres: tuple[str, ...],
    bands: tuple[str, ...],
    slack: int,
    as_json: bool,
) -> None:
    """Share a panel's seats out as the population in TABLE is made up.

    TABLE is a CSV file (feature, value, count) or JSON-stat as statistics offices
    publish it. The quotas are printed as `puistokatu draw` reads them.
    """
    population = population_of_table(_text(table), features, _pairs("--where", wheres))
    for name, ages in _pairs("--bands", bands).items():
        population = banded(population, name, _ages(ages))
    quotas = quotas_for(population, size, slack=slack)
    check_quotas(quotas, size)
    if as_json:
        click.echo(printable(json.dumps(_json(population, quotas), ensure_ascii=False)))
    else:
        click.echo(printable(_csv(quotas)), nl=False)


def _text(table: Path) -> str:
    try:
        if table.stat().st_size > _LARGEST:
            raise PopulationUnreadable
        return table.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PopulationUnreadable from None
    except OSError as error:
        raise click.UsageError(f"{table.name}: {error.strerror}") from None


def _pairs(option: str, given: Sequence[str]) -> dict[str, str]:
    pairs = {}
    for one in given:
        name, sign, value = one.partition("=")
        if not (name.strip() and sign and value.strip()):
            raise click.UsageError(f"{option} needs NAME=VALUE, not {one!r}")
        pairs[name.strip()] = value.strip()
    return pairs


def _ages(text: str) -> list[int]:
    parts = [part.strip() for part in text.split(",")]
    if not all(
        part.isascii() and part.isdigit() and len(part) <= _DIGITS for part in parts
    ):
        raise click.UsageError(f"--bands needs whole ages, not {text!r}")
    firsts = [int(part) for part in parts]
    if firsts != sorted(set(firsts)):
        raise click.UsageError(f"--bands needs rising ages, not {text!r}")
    return firsts


def _json(
    population: Population, quotas: Sequence[Quota]
) -> dict[str, list[dict[str, object]]]:
    shares = {f.name: f for f in population.features}
    return {
        "quotas": [
            {
                "feature": q.feature,
                "value": q.value,
                "count": next(
                    one.count
                    for one in shares[q.feature].values
                    if one.value == q.value
                ),
                "share": shares[q.feature].share(q.value),
                "min": q.least,
                "max": q.most,
            }
            for q in quotas
        ]
    }


def _csv(quotas: Sequence[Quota]) -> str:
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("feature", "value", "min", "max"))
    writer.writerows((q.feature, q.value, q.least, q.most) for q in quotas)
    return out.getvalue()
