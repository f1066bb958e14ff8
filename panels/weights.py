"""What each answer of a panel counts: raking to the population, trimming, Kish's n.

Pure. Base weights are multiplied, feature by feature and again from the start, until
the weighted share of every value is the population's (Deming and Stephan 1940,
"On a least squares adjustment of a sampled frequency table when the expected marginal
totals are known", Annals of Mathematical Statistics 11). Weights stay within bounds of
their mean. Where plain raking leaves them, the same problem is solved with the bounds
in it: of all weights within the bounds that meet the margins, those nearest to the base
weights, sum w ln(w / d) the least (Deville, Särndal and Sautory 1993, "Generalized
raking procedures in survey sampling", JASA 88, truncated). Its solution is
w = min(U, max(L, d f_1 f_2 ...)) with one factor for each value, found value by value.

Values that the population does not count, and "I do not want to say", keep the share
that they have by the base weights. A value that nobody has who answered is reported:
no weight can stand for it, and the other values of its feature are shared out among
themselves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from panels.targets import TargetFeature, Targets

Vector = NDArray[np.float64]
# No answer counts for less or more than this, where the mean is 1.
BOUNDS = (0.3, 3.0)
# How near the shares come: met means that none is further away.
NEAR = 1e-10
MOST_SWEEPS = 500
# Given up earlier where so many sweeps have not brought the shares nearer than this.
_PATIENCE, _PROGRESS = 25, 0.9
# A factor's bounds where the margins contradict each other.
_LEAST, _MOST = 1e-9, 1e9


@dataclass(frozen=True, slots=True)
class Margin:
    """One feature to rake by.

    Attributes:
        keys: its values; None stands for "I do not want to say".
        codes: for each person the place in `keys`.
        shares: what each value is to have; they add up to 1.
        held: for each value, whether its share is only the sample's own.
    """

    feature: str
    keys: tuple[str | None, ...]
    codes: NDArray[np.intp]
    shares: Vector
    held: tuple[bool, ...]

    def reached(self, weights: Vector) -> Vector:
        """The weighted share of each value."""
        sums = np.bincount(self.codes, weights, minlength=len(self.keys))
        return np.asarray(sums / weights.sum(), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights, and what became of the wish.

    Attributes:
        values: one for each person, positive, with the mean 1.
        margins: what was raked to.
        empty: feature and value that the population has and nobody who answered.
        converged: whether all margins are met and all bounds kept.
        gap: the largest difference between a share and what it was to be.
        sweeps: how often all features were gone through.
        trimmed: how many weights lie at a bound.
    """

    values: Vector
    margins: tuple[Margin, ...]
    empty: tuple[tuple[str, str], ...] = ()
    converged: bool = True
    gap: float = 0.0
    sweeps: int = 0
    trimmed: int = 0

    @property
    def effective_n(self) -> float:
        """(sum w)^2 / sum w^2 (Kish 1965, Survey Sampling, section 11.7)."""
        return effective_n(self.values)

    @property
    def design_effect(self) -> float:
        """By how much unequal weights widen a variance: n / effective n (Kish)."""
        return len(self.values) / self.effective_n if len(self.values) else 1.0


def effective_n(weights: Vector) -> float:
    """Kish's effective number of answers; 0 of none."""
    squares = float(weights @ weights)
    return float(weights.sum()) ** 2 / squares if squares else 0.0


def base_weights(chances: Sequence[float | None]) -> Vector:
    """One over the chance of having been asked; 1 where it is not known.

    Those that are known have the mean 1 among themselves, so that they can stand
    beside the others.
    """
    found = np.ones(len(chances))
    known = [place for place, chance in enumerate(chances) if chance]
    if known:
        inverse = np.array([1 / (chances[place] or 1) for place in known])
        found[known] = inverse / inverse.mean()
    return found


def weights_for(
    targets: Targets,
    said: Sequence[Mapping[str, str | None]],
    base: Vector,
    bounds: tuple[float, float] = BOUNDS,
) -> Weights:
    """Weights of those who answered, raked to every feature that has counts."""
    if not said:
        return Weights(base, ())
    margins, empty = [], []
    for feature in targets.features:
        margin, missing = _margin(feature, said, base)
        empty += [(feature.key, key) for key in missing]
        if margin is not None:
            margins.append(margin)
    return rake(base, margins, bounds, tuple(empty))


def rake(
    base: Vector,
    margins: Sequence[Margin],
    bounds: tuple[float, float] = BOUNDS,
    empty: tuple[tuple[str, str], ...] = (),
) -> Weights:
    """Weights with the mean 1 that meet the margins within bounds, if any do.

    It ends after `MOST_SWEEPS` at the latest. Where no such weights are found,
    `converged` is False, `gap` says how far off the shares are, and bounds are kept.
    """
    start = base / base.mean()
    weights, sweeps = _raked(start, margins)
    low, high = bounds
    is_met = _gap(weights, margins) <= NEAR
    if not (is_met and low <= weights.min() and weights.max() <= high):
        weights, sweeps = _raked_within(start, margins, low, high)
    gap = _gap(weights, margins)
    at_bound = (weights <= low * (1 + NEAR)) | (weights >= high * (1 - NEAR))
    return Weights(
        weights, tuple(margins), empty, gap <= NEAR, gap, sweeps, int(at_bound.sum())
    )


def _margin(
    feature: TargetFeature, said: Sequence[Mapping[str, str | None]], base: Vector
) -> tuple[Margin | None, list[str]]:
    """The feature as a margin, and the counted values that nobody has."""
    counts = {value.key: value.count or 0 for value in feature.values}
    # Words that the targets no longer have say nothing.
    own = [key if key in counts else None for key in (p.get(feature.key) for p in said)]
    there = [key for key in (*counts, None) if key in set(own)]
    missing = [key for key, count in counts.items() if count and key not in there]
    counted = sum(counts[key] for key in there if key is not None)
    if not counted:
        return None, missing
    places = {key: place for place, key in enumerate(there)}
    codes = np.array([places[key] for key in own], dtype=np.intp)
    sample = np.bincount(codes, base, minlength=len(there)) / base.sum()
    wanted = np.array([counts[key] if key is not None else 0 for key in there])
    is_held = wanted == 0
    rest = 1 - sample[is_held].sum()
    shares = np.where(is_held, sample, rest * wanted / counted)
    held = tuple(is_held.tolist())
    return Margin(feature.key, tuple(there), codes, shares, held), missing


def _raked(start: Vector, margins: Sequence[Margin]) -> tuple[Vector, int]:
    """Plain iterative proportional fitting, as far as it comes."""
    weights = start.copy()
    for sweep in range(MOST_SWEEPS):
        if _gap(weights, margins) <= NEAR / 2:
            return weights / weights.mean(), sweep
        for margin in margins:
            factors = margin.shares / margin.reached(weights)
            weights = np.clip(weights * factors[margin.codes], _LEAST, _MOST)
        weights /= weights.mean()
    return weights, MOST_SWEEPS


def _raked_within(
    start: Vector, margins: Sequence[Margin], low: float, high: float
) -> tuple[Vector, int]:
    """The same with bounds: each value's factor moves only those not yet at one."""
    free, count, before = start.copy(), len(start), np.inf
    for sweep in range(1, MOST_SWEEPS + 1):
        for margin in margins:
            for place, share in enumerate(margin.shares):
                own = margin.codes == place
                factor = _factor(free[own], share * count, low, high)
                free[own] = np.clip(free[own] * factor, _LEAST, _MOST)
        gap = _gap(np.clip(free, low, high), margins)
        if gap <= NEAR / 2:
            break
        if sweep % _PATIENCE == 0:
            if gap > before * _PROGRESS:
                break
            before = gap
    # Where the margins cannot be met, the weights have the mean 1 all the same.
    free *= _factor(free, float(count), low, high)
    return np.clip(free, low, high), sweep


def _factor(free: Vector, wanted: float, low: float, high: float) -> float:
    """The f with sum min(high, max(low, f free)) = wanted, or the nearest there is.

    The sum rises in straight pieces between the factors at which a weight leaves the
    lower bound, and those at which it reaches the upper one.
    """
    corners = np.concatenate([low / free, high / free])
    order = np.argsort(corners, kind="stable")
    corners = corners[order]
    slopes = np.cumsum(np.concatenate([free, -free])[order])[:-1]
    rises = np.concatenate([[0.0], np.cumsum(slopes * np.diff(corners))])
    return float(np.interp(wanted, low * len(free) + rises, corners))


def _gap(weights: Vector, margins: Sequence[Margin]) -> float:
    return max(
        (float(np.abs(m.reached(weights) - m.shares).max()) for m in margins),
        default=0.0,
    )
