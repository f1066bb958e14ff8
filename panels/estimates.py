"""Shares and means of a weighted panel, with intervals that know of the raking.

Pure, and without chance: who has the weights gets the same numbers.

A raked estimate varies less than its weights suggest where the answer follows what was
raked by, so the variance is taken from what the margins leave unexplained (Deville and
Särndal 1992, "Calibration estimators in survey sampling", JASA 87): with
z_i = a_i (y_i - p) / sum(w a), a_i = 1 for those who count, and e_i what is left of z
after weighted least squares on the values raked by,

    V = sum (w_i e_i)^2 / (1 - h_i),

h_i the leverage of person i (HC2, MacKinnon and White 1985, Journal of Econometrics
29): a few dozen people fit fifteen margins too well, and this takes it back. The
quantile is Student's with n less the number of margins as degrees of freedom.

A share's interval is Wilson's (1927) at the n that has this variance, p (1 - p) / V
(Franco, Little, Louis and Slud 2019, Journal of Survey Statistics and Methodology 7),
so it never leaves 0 to 100 % and is not a point where all agree. The gain from raking
is believed only as far as n answers can show it: V is not taken for less than
min(1, 4 z^2 / n) of the variance without raking, by Kish's n.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from panels.weights import Margin, Vector, Weights, effective_n

# The normal quantile of intervals that miss one time in twenty.
Z = 1.959963984540054
# The quantile's expansion is good to 0.3 % from here on.
_FEWEST_DEGREES = 4
_LEAST_SLACK = 0.1
_NOTHING = 1e-12

Columns = NDArray[np.float64]
Chosen = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate, and between what the population's value lies 95 times in 100."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Calibrated:
    """Weights, and a basis of what they were raked to.

    Attributes:
        basis: orthonormal columns that span sqrt(w) times the margins.
        slack: 1 - h of each person.
    """

    weights: Vector
    basis: Columns
    slack: Vector

    @classmethod
    def of(cls, weights: Weights) -> "Calibrated":
        """Of raked weights.

        Where there are not two people for each margin, the margins explain nothing
        that could be believed; then only the mean is taken out.
        """
        columns = _columns(weights.margins, len(weights.values))
        roots = np.sqrt(weights.values)[:, None]
        basis = _basis(roots * columns)
        if 2 * basis.shape[1] > len(columns):
            basis = _basis(roots)
        leverage = (basis**2).sum(axis=1)
        return cls(weights.values, basis, np.maximum(1 - leverage, _LEAST_SLACK))

    @property
    def degrees(self) -> int:
        """People less what was fitted to them."""
        return len(self.weights) - int(self.basis.shape[1])


def estimate_shares(
    calibrated: Calibrated, chosen: Chosen, counts: Chosen
) -> tuple[Interval, ...]:
    """The share of each column of `chosen` among those who count.

    Args:
        calibrated: the weights of all who answered the consultation.
        chosen: people by options.
        counts: who counts: answered this question, and belongs to the group.
    """
    shares, variances = _ratios(calibrated, chosen.astype(np.float64), counts)
    own = effective_n(calibrated.weights[counts])
    quantile = student(_degrees(calibrated, counts))
    return tuple(
        wilson(p, _size(p * (1 - p), v, own), quantile)
        for p, v in zip(shares.tolist(), variances.tolist(), strict=True)
    )


def estimate_mean(
    calibrated: Calibrated, steps: Vector, counts: Chosen, ends: tuple[int, int]
) -> Interval:
    """The mean of a scale among those who count; arguments as of `estimate_shares`.

    Where all give the same answer, the interval is how far the mean could be if the
    share of others were as large as Wilson's interval allows.
    """
    means, variances = _ratios(calibrated, steps[:, None], counts)
    mean, weights = float(means[0]), calibrated.weights[counts]
    low, high = ends
    own = effective_n(weights)
    quantile = student(_degrees(calibrated, counts))
    spread = float(weights @ (steps[counts] - mean) ** 2 / weights.sum())
    if spread <= _NOTHING:
        others = wilson(0.0, own, quantile).high
        return Interval(
            mean, mean - others * (mean - low), mean + others * (high - mean)
        )
    half = quantile * sqrt(spread / _size(spread, float(variances[0]), own))
    return Interval(mean, max(low, mean - half), min(high, mean + half))


def wilson(share: float, size: float, quantile: float = Z) -> Interval:
    """Wilson's interval of a share that was seen in `size` people."""
    square = quantile**2 / size
    middle = (share + square / 2) / (1 + square)
    half = sqrt(square * share * (1 - share) + square**2 / 4) / (1 + square)
    # At the ends the formula's 0 may be a little less.
    return Interval(
        share, max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))
    )


def student(degrees: int) -> float:
    """Student's quantile of 97.5 % (Abramowitz and Stegun 26.7.5)."""
    v = max(degrees, _FEWEST_DEGREES)
    return (
        Z
        + (Z**3 + Z) / (4 * v)
        + (5 * Z**5 + 16 * Z**3 + 3 * Z) / (96 * v**2)
        + (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / (384 * v**3)
    )


def _ratios(
    calibrated: Calibrated, values: Columns, counts: Chosen
) -> tuple[Vector, Vector]:
    """The weighted mean of each column among those who count, and its variance."""
    weights = calibrated.weights
    total = float(weights[counts].sum())
    means = (weights[counts] @ values[counts]) / total
    roots = np.sqrt(weights)[:, None]
    scaled = roots * np.where(counts[:, None], (values - means) / total, 0.0)
    left = scaled - calibrated.basis @ (calibrated.basis.T @ scaled)
    squares = (roots * left) ** 2 / calibrated.slack[:, None]
    return means, squares.sum(axis=0)


def _size(spread: float, variance: float, own: float) -> float:
    """The n of a simple sample that varies as much."""
    if spread <= _NOTHING:
        return own
    least = spread / own * min(1.0, 4 * Z**2 / own)
    return spread / max(variance, least)


def _degrees(calibrated: Calibrated, counts: Chosen) -> int:
    return min(calibrated.degrees, int(counts.sum()) - 1)


def _columns(margins: Sequence[Margin], people: int) -> Columns:
    """One column of ones, and one for each value."""
    parts = [np.ones((people, 1))]
    parts += [np.eye(len(margin.keys))[margin.codes] for margin in margins]
    return np.concatenate(parts, axis=1)


def _basis(columns: Columns) -> Columns:
    left, sizes, _ = np.linalg.svd(columns, full_matrices=False)
    return np.asarray(left[:, sizes > sizes[0] * 1e-9], dtype=np.float64)
