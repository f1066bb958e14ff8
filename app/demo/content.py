"""Reading the demo's texts, and placing its dates around the present day."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

from app.locale import HELSINKI
from core.chance import Chance
from core.text import Localized

SEED = "Puistola"
Content = Mapping[str, Any]


def read(name: str) -> dict[str, Any]:
    """One of the content files, without its ending."""
    path = files("app.demo").joinpath("texts", f"{name}.json")
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def outlines() -> bytes:
    """The parts of Puistola, drawn (GeoJSON)."""
    return files("app.demo").joinpath("texts", "outlines.json").read_bytes()


def text(value: Mapping[str, str]) -> Localized:
    """A text in three languages."""
    return Localized.from_json(value)


def cents(euros: int) -> int:
    """Prices stand in euros in the files."""
    return euros * 100


def day(now: datetime, days: int, hour: int) -> datetime:
    """An hour of a day before or after today, by the clocks of Helsinki."""
    local = now.astimezone(HELSINKI) + timedelta(days=days)
    there = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return there.astimezone(now.tzinfo)


def chance(purpose: str) -> Chance:
    """A row of draws of its own for each purpose: the same town every time."""
    return Chance(f"{SEED}: {purpose}")


def draw(chance: Chance, weights: Mapping[str, int]) -> str:
    """One of the names, in proportion to the weights."""
    rest = chance.below(sum(weights.values()))
    for name, weight in weights.items():
        if rest < weight:
            return name
        rest -= weight
    raise AssertionError("the weights do not sum to their sum")
