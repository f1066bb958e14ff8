"""How far those who were asked, and those who answered, resemble the population.

Pure. Shares, the index of dissimilarity and the largest gap are `composition`'s. The
R-indicator (Schouten, Cobben and Bethlehem 2009, "Indicators for the representativeness
of survey response", Survey Methodology 35) says whether all who were asked were equally
likely to answer:

    R = 1 - 2 S,

S the standard deviation of the chances of answering: 1 where all have the same, 0 where
one half always answers and the other never does. The chances are those of a linear
model with every value of every feature. Among a few dozen people it finds differences
where there are none; what chance alone would show, k s^2 / n with k values free, n
people and s^2 the variance left over, is taken from S^2 (as in Shlomo, Skinner and
Schouten 2012, Journal of Statistical Planning and Inference 142).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from core.disclosure import MIN_CELL, Cell, hidden_cells
from panels.composition import Composed, composition
from panels.targets import TargetFeature, Targets, Value

Said = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Responded:
    """Of one value: how many were asked, how many answered (None: not shown)."""

    value: Value
    asked: int
    answered: int | None

    @property
    def share(self) -> float | None:
        """Who answered, of those who were asked."""
        if self.answered is None or not self.asked:
            return None
        return self.answered / self.asked


@dataclass(frozen=True, slots=True)
class Resembling:
    """One feature: the population, who was asked, who answered.

    Attributes:
        panel, respondents: both against the population.
        response: for each value, where it does not speak of too few.
    """

    feature: TargetFeature
    panel: Composed
    respondents: Composed
    response: tuple[Responded, ...]

    @property
    def shown(self) -> frozenset[str]:
        """The values whose numbers of answers may be shown."""
        return frozenset(r.value.key for r in self.response if r.answered is not None)


@dataclass(frozen=True, slots=True)
class Representativeness:
    """The whole consultation; `r_indicator` None: too few to say."""

    asked: int
    answered: int
    features: tuple[Resembling, ...]
    r_indicator: float | None


def representativeness(
    targets: Targets, answered: Sequence[Said], silent: Sequence[Said]
) -> Representativeness:
    """Compare those who answered, and all who were asked, with the population."""
    everybody = [*answered, *silent]
    panel = composition(targets, everybody)
    respondents = composition(targets, answered)
    features = tuple(
        Resembling(whole.feature, whole, part, _response(whole, part))
        for whole, part in zip(panel, respondents, strict=True)
    )
    r = r_indicator(targets, answered, silent)
    return Representativeness(len(everybody), len(answered), features, r)


def r_indicator(
    targets: Targets, answered: Sequence[Said], silent: Sequence[Said]
) -> float | None:
    """R = 1 - 2 S; None where there are not two people for each value in the model."""
    everybody = [*answered, *silent]
    count = len(everybody)
    columns = [np.ones(count)]
    for feature in targets.features:
        said = [person.get(feature.key) for person in everybody]
        columns += [
            np.array([each == value.key for each in said], dtype=np.float64)
            for value in feature.values
        ]
    matrix = np.stack(columns, axis=1)
    rank = int(np.linalg.matrix_rank(matrix)) if count else 0
    if not count or count < 2 * rank:
        return None
    did = np.concatenate([np.ones(len(answered)), np.zeros(len(silent))])
    fitted = matrix @ np.linalg.lstsq(matrix, did, rcond=None)[0]
    left = float(((did - fitted) ** 2).sum()) / (count - rank)
    spread = float(fitted.var()) - (rank - 1) * left / count
    return 1 - 2 * sqrt(max(0.0, spread))


def shown_groups(counts: Mapping[str, int], others: int) -> frozenset[str]:
    """The groups of a feature of which numbers may be shown.

    Small groups are hidden, and so many others that no small one is the total less
    those that are shown. `others`: who said nothing of the feature; how many they are
    is public, and nobody can be known by it.
    """
    cells = [Cell(key, "in", "out", count) for key, count in counts.items()]
    cells.append(Cell(None, "in", "out", others, planned=False, fixed=True))
    total = sum(counts.values()) + others
    cells.append(Cell("", "out", "in", total, fixed=True))
    return frozenset(counts) - hidden_cells(cells, MIN_CELL)


def _response(panel: Composed, respondents: Composed) -> tuple[Responded, ...]:
    counts = {line.value.key: line.seats for line in respondents.lines}
    shown = shown_groups(counts, respondents.not_said)
    return tuple(
        Responded(
            line.value,
            line.seats,
            counts[line.value.key] if line.value.key in shown else None,
        )
        for line in panel.lines
    )
