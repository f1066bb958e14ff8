"""The lottery of a draw whose pool is fixed, and its published files.

`hold` takes seconds, on large pools longer, and touches no database: a job calls it
between two transactions.
"""

import gzip
import json
from collections.abc import Mapping
from typing import Any

from panels.bundle import list_files
from panels.entrants import Fixed
from panels.held import Held, hold_draw
from panels.models import Draw, Panel
from panels.pool import NOTHING_GIVEN, Given
from panels.quotas import Quota
from panels.selection import geometric_mean, gini


def hold(panel: Panel, draw: Draw) -> Held:
    """The lottery over the pool that was fixed; its names are the pseudonyms.

    Raises:
        QuotasInfeasible: no panel meets the quotas.
        PoolTooSmall: there are fewer people, or households, than seats.
    """
    quotas = quotas_of(panel, draw)
    pool, seated = Fixed.of(draw.pool or b"").pools(quotas)
    given = Given(seated=seated) if len(seated) else NOTHING_GIVEN
    held = hold_draw(
        draw.lottery, pool, quotas, panel.size, seed=draw.seed, given=given
    )
    # The list stands in the order of names.
    return held.named({code: code for code in held.everybody.ids})


def quotas_of(panel: Panel, draw: Draw) -> tuple[Quota, ...]:
    """The quotas of the draw; they may be widened as far as the panel goes."""
    return tuple(
        Quota(feature, value, least, most, 0, panel.size)
        for feature, value, least, most in draw.quotas
    )


def files_for(draw: Draw, held: Held, title: str) -> dict[str, bytes]:
    """What is published of it."""
    return list_files(held, title=title, numbering=draw.seed)


def files_of(draw: Draw) -> dict[str, bytes]:
    """The published files; empty before there is a list."""
    if draw.document is None:
        return {}
    found = json.loads(gzip.decompress(draw.document))
    return {name: text.encode() for name, text in found.items()}


def packed_list(files: Mapping[str, bytes]) -> bytes:
    """The files as they are stored; `files_of` is the way back."""
    text = json.dumps({name: data.decode() for name, data in files.items()})
    return gzip.compress(text.encode(), mtime=0)


def measures_of(held: Held) -> dict[str, Any]:
    """Of those who could be drawn: how equal their chances are, and what is proven."""
    lottery = held.lottery
    chances = lottery.chances[list(held.free)]
    return {
        "people": len(held.free),
        "least": round(float(chances.min()), 6),
        "most": round(float(chances.max()), 6),
        "gini": round(gini(chances), 6),
        "geometric_mean": round(geometric_mean(chances), 6),
        # A programme's zero may lie a little below it.
        "bound": round(max(0.0, lottery.least_bound), 6),
        "gap": round(lottery.gap, 6),
        "panels": len(lottery.panels),
    }
