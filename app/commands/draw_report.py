"""What `puistokatu draw` says: one JSON object, or lines for a reader."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from panels.bundle import list_hash
from panels.errors import QuotasInfeasible
from panels.held import Held
from panels.selection import Lottery, Selection, geometric_mean, gini


@dataclass(frozen=True, slots=True)
class Drawn:
    """A draw, the panel if it is picked, and the list if one was written."""

    held: Held
    selection: Selection | None
    seconds: float
    bundle: Path | None
    files: Mapping[str, bytes] | None


def as_object(drawn: Drawn) -> dict[str, Any]:
    """The keys that other programs read."""
    held, lottery = drawn.held, drawn.held.lottery
    ids, selection = held.everybody.ids, drawn.selection
    found = {
        "size": held.size,
        "lottery": lottery.name,
        "selected": [ids[i] for i in selection.selected] if selection else [],
        "reserves": [ids[i] for i in selection.reserves] if selection else [],
        "probabilities": _chances(held),
        "portfolio": lottery.portfolio,
        "gap": round(lottery.gap, 9),
        "min_bound": round(lottery.least_bound, 9),
        "certificate": _proven(held),
        "panels": len(lottery.panels),
        "panel": selection.number if selection else None,
        "largest_move": _move(lottery),
        "quotas": [
            {
                "feature": quota.feature,
                "value": quota.value,
                "min": quota.least,
                "max": quota.most,
                "selected": seats,
            }
            for quota, seats in zip(held.quotas, _seats(drawn), strict=True)
        ],
        "seconds": round(drawn.seconds, 6),
    }
    if drawn.files is not None:
        found |= {"bundle": str(drawn.bundle), "list_sha256": list_hash(drawn.files)}
    return found


def as_text(drawn: Drawn) -> str:
    """The same for a reader at a terminal."""
    held, lottery, chances = drawn.held, drawn.held.lottery, _chances(drawn.held)
    panels, proven = len(lottery.panels), _proven(drawn.held)
    lines = [
        f"{held.size} of {len(held.everybody)} volunteers drawn by {lottery.name}",
        f"{panels} numbered panels, mixed from {lottery.portfolio}",
        f"chances from {chances['min']:.4f} to {chances['max']:.4f}",
        f"Gini {chances['gini']:.4f}",
        f"geometric mean {chances['geometric_mean']:.4f}",
        f"no lottery gives the unluckiest more than {lottery.least_bound:.4f}",
        f"what is not proven: {lottery.gap:.6f}",
        f"rounding moved no chance by more than {_move(lottery):.4f}",
        _in_fractions(proven),
    ]
    if "product_gap" in proven:
        lines.append(
            f"no lottery's mean logarithm is more than {proven['product_gap']:.6f}"
            " larger"
        )
    lines += ["", "quotas (least, most, drawn):"]
    for quota, seats in zip(held.quotas, _seats(drawn), strict=True):
        place = f"{quota.feature}: {quota.value}"
        shown = "" if seats is None else str(seats)
        lines.append(f"  {place:40} {quota.least:5} {quota.most:5} {shown:>5}")
    lines += ["", *_decided(drawn), f"{drawn.seconds:.2f} s"]
    return "\n".join(lines)


def infeasible(refusal: QuotasInfeasible) -> str:
    """Why no panel exists and what would help, in one line of plain words."""
    parts = ["No panel meets these quotas together."]
    parts += [
        f"The quotas of {one['feature']} ask for {one['least']} members at least"
        f" and allow {one['most']}, but there are {one['size']} seats."
        for one in refusal.contradictions
    ]
    parts += [
        f"Nobody in the pool has {one['feature']}: {one['value']}, and the quotas ask"
        f" for {one['min']}."
        for one in refusal.absent
    ]
    changes = [
        f"{one['feature']}, {one['value']}: {one['min']} to {one['max']} becomes"
        f" {one['new_min']} to {one['new_max']}"
        for one in refusal.relaxation
    ]
    if changes:
        parts.append(f"The smallest change that helps: {'; '.join(changes)}.")
    else:
        parts.append("No change within the stated flexibility helps.")
    return " ".join(parts)


def _decided(drawn: Drawn) -> list[str]:
    found = []
    if drawn.files is not None:
        found = [f"{drawn.bundle}: the list's hash is {list_hash(drawn.files)}"]
    if drawn.selection is None:
        return [*found, "waiting for dice: publish the hash before they are thrown"]
    found.append(f"panel {drawn.selection.number} is drawn:")
    ids = drawn.held.everybody.ids
    return found + [f"  {ids[i]}" for i in drawn.selection.selected]


def _in_fractions(proven: Mapping[str, float]) -> str:
    return (
        f"proved in fractions: the unluckiest have at most {proven['bound']:.6f}, and"
        f" {proven['reached']:.3f} in these panels ({proven['gap']:.6f} less)"
    )


def _proven(held: Held) -> dict[str, float]:
    """What the fractions of the certificate prove of the 1 000 panels."""
    least, product = held.certificate.least, held.certificate.product
    found = {
        "bound": round(float(least.bound), 9),
        "reached": round(float(least.reached), 9),
        "gap": round(float(least.gap), 9),
    }
    if product is not None:
        found["product_gap"] = round(float(product.bound / product.reached) - 1, 9)
    return found


def _chances(held: Held) -> dict[str, float]:
    """Of those who could be drawn."""
    chances = held.lottery.ideal[list(held.free)]
    return {
        "min": round(float(chances.min()), 9),
        "max": round(float(chances.max()), 9),
        "gini": round(gini(chances), 9),
        "geometric_mean": round(geometric_mean(chances), 9),
    }


def _move(lottery: Lottery) -> float:
    return round(float(np.abs(lottery.chances - lottery.ideal).max()), 9)


def _seats(drawn: Drawn) -> list[int | None]:
    held = drawn.held
    if drawn.selection is None:
        return [None] * len(held.quotas)
    places = list(drawn.selection.selected)
    return [int(n) for n in held.everybody.holds[places].sum(axis=0)]
