"""Intervals: as often right as they say, and no wider than they need to be."""

import numpy as np
import pytest

from panels.estimates import (
    Calibrated,
    Interval,
    estimate_mean,
    estimate_shares,
    student,
    wilson,
)
from panels.weights import Margin, effective_n, rake

SIZES = (2, 5, 4)


def test_the_interval_covers_the_truth_and_is_narrower_than_kish() -> None:
    """Answers follow what is raked by, and so does who answers."""
    chance = np.random.default_rng(5)
    town = np.stack([chance.integers(0, size, 20_000) for size in SIZES], axis=1)
    leaning = 2.4 * (town[:, 0] - 0.5) + 0.4 * (town[:, 1] - 2)
    says_yes = chance.random(20_000) < 1 / (1 + np.exp(-leaning))
    eager = np.exp(0.3 * town[:, 1] - 0.3 * town[:, 0])
    shares = [np.bincount(column) / 20_000 for column in town.T]
    truth, covered, width, by_kish = says_yes.mean(), 0, 0.0, 0.0
    for _ in range(200):
        drawn = chance.choice(20_000, 120, p=eager / eager.sum())
        margins = [
            Margin(
                str(f), tuple(map(str, range(k))), town[drawn, f], shares[f], (False,)
            )
            for f, k in enumerate(SIZES)
        ]
        weights = rake(np.ones(120), margins)
        (found,) = estimate_shares(
            Calibrated.of(weights), says_yes[drawn, None], np.ones(120, dtype=bool)
        )
        kish = wilson(found.value, weights.effective_n, student(119))
        covered += found.low <= truth <= found.high
        width += found.high - found.low
        by_kish += kish.high - kish.low
    assert 183 <= covered <= 197
    assert width < 0.9 * by_kish


def calibrated(people: int, seed: int = 1) -> Calibrated:
    codes = np.random.default_rng(seed).integers(0, 2, people)
    codes[:2] = 0, 1
    margin = Margin("g", ("a", "b"), codes, np.array([0.5, 0.5]), (False, False))
    return Calibrated.of(rake(np.ones(people), [margin]))


def test_the_example_of_the_documentation() -> None:
    groups = ((0, 0, 40, 30), (0, 1, 20, 10), (1, 0, 20, 10), (1, 1, 10, 0))
    gender = np.concatenate([np.full(n, g) for g, _, n, _ in groups])
    age = np.concatenate([np.full(n, a) for _, a, n, _ in groups])
    yes = np.concatenate([np.arange(n) < said for _, _, n, said in groups])
    half, no = np.array([0.5, 0.5]), (False, False)
    margins = [
        Margin("gender", ("w", "m"), gender, half, no),
        Margin("age", ("y", "o"), age, half, no),
    ]
    weights = rake(np.ones(90), margins)
    everybody = np.ones(90, dtype=bool)
    (found,) = estimate_shares(Calibrated.of(weights), yes[:, None], everybody)
    assert found.value == pytest.approx(0.4375)
    by_hand = wilson(0.4375, 124.29, student(87))
    assert found.low == pytest.approx(by_hand.low, abs=1e-4)
    assert found.high == pytest.approx(by_hand.high, abs=1e-4)


def test_where_all_agree_the_interval_is_no_point() -> None:
    design, everybody = calibrated(50), np.ones(50, dtype=bool)
    own = effective_n(design.weights)
    columns = np.stack([np.ones(50, dtype=bool), np.zeros(50, dtype=bool)], axis=1)
    everyone, nobody = estimate_shares(design, columns, everybody)
    assert everyone.low == pytest.approx(wilson(1, own, student(48)).low)
    assert (nobody.low, everyone.high) == (0, 1)
    assert nobody.high == pytest.approx(1 - everyone.low)
    mean = estimate_mean(design, np.full(50, 4.0), everybody, (1, 5))
    assert mean.value == 4
    assert mean.low == pytest.approx(4 - 3 * nobody.high)
    assert mean.high == pytest.approx(4 + nobody.high)


def test_a_mean_stays_on_its_scale() -> None:
    design, everybody = calibrated(8), np.ones(8, dtype=bool)
    mean = estimate_mean(design, np.array([1.0] * 7 + [5]), everybody, (1, 5))
    assert 1 <= mean.low < mean.value < mean.high <= 5


def test_an_answer_that_follows_a_margin_wholly_is_not_believed_wholly() -> None:
    design = calibrated(60)
    yes = design.basis @ np.linalg.lstsq(design.basis, np.ones(60), rcond=None)[0]
    women = (yes > np.median(yes))[:, None] | False
    (found,) = estimate_shares(design, women, np.ones(60, dtype=bool))
    assert found.high - found.low > 0.05


def test_few_people_take_the_margins_for_nothing() -> None:
    assert calibrated(3).basis.shape[1] == 1
    assert calibrated(4).basis.shape[1] == 2


@pytest.mark.parametrize(
    ("degrees", "quantile"),
    [(1, 2.776), (4, 2.776), (10, 2.228), (30, 2.042), (10**6, 1.96)],
)
def test_students_quantile(degrees: int, quantile: float) -> None:
    assert student(degrees) == pytest.approx(quantile, rel=0.004)


def test_wilson_is_the_one_of_the_books() -> None:
    found = wilson(0.3, 50)
    assert found == Interval(
        0.3, pytest.approx(0.1910, abs=1e-4), pytest.approx(0.4375, abs=1e-4)
    )
