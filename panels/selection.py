"""What a lottery is and what it has drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.chance import Chance


@dataclass(frozen=True, slots=True)
class Lottery:
    """Numbered panels, one of which is drawn; each is as likely as any other.

    Attributes:
        name: of the rule that made it.
        panels: (L, k), rows of volunteers' places in the pool, ascending.
        chances: (n,), each volunteer's exact chance: panels with him / L.
        ideal: (n,), the chances before they were rounded to L equal panels.
        portfolio: of how many different kinds of panel the ideal is mixed.
        least_bound: no lottery whatever gives its unluckiest more than this.
        gap: how far the ideal may be from the best of its rule, in the rule's own
            measure (see the rule); 0 is proven best.
    """

    name: str
    panels: NDArray[np.int64]
    chances: NDArray[np.float64]
    ideal: NDArray[np.float64]
    portfolio: int
    least_bound: float
    gap: float


@dataclass(frozen=True, slots=True)
class Selection:
    """One panel drawn from a lottery, and who comes next.

    Attributes:
        number: of the panel in the lottery, from 1.
        selected: places in the pool, ascending.
        reserves: everybody else in drawn order.
    """

    number: int
    selected: tuple[int, ...]
    reserves: tuple[int, ...]


def draw(
    lottery: Lottery, seed: str, *, among: Sequence[int] | None = None
) -> Selection:
    """Pick one of the numbered panels by a public seed.

    The row of draws of this seed: first the panel's number less one, then the
    shuffle of all the others, or of those `among` who may wait for a seat.
    """
    chance = Chance(seed)
    number = chance.below(len(lottery.panels))
    selected = tuple(map(int, lottery.panels[number]))
    inside = set(selected)
    able = range(len(lottery.chances)) if among is None else among
    others = [i for i in able if i not in inside]
    return Selection(number + 1, selected, tuple(chance.shuffle(others)))


def gini(chances: NDArray[np.float64]) -> float:
    """Gini's coefficient: 0 where all chances are equal."""
    n, total = len(chances), float(chances.sum())
    if not n or not total:
        return 0.0
    ranks = np.arange(1, n + 1)
    return float((2 * ranks - n - 1) @ np.sort(chances) / (n * total))


def geometric_mean(chances: NDArray[np.float64]) -> float:
    """The measure of Nash: 0 as soon as one chance is."""
    if not len(chances) or chances.min() <= 0:
        return 0.0
    return float(np.exp(np.log(chances).mean()))
