"""Raking: margins met, bounds kept, what cannot be had is said; svy is the oracle."""

import numpy as np
import polars as pl
import pytest
import svy
from hypothesis import given, settings
from hypothesis import strategies as st

from panels.estimates import Calibrated, estimate_shares
from panels.population import population_of_csv
from panels.targets import Targets, targets_for
from panels.weights import (
    BOUNDS,
    Margin,
    Weights,
    base_weights,
    effective_n,
    rake,
    weights_for,
)

WIDE = (1e-6, 1e6)
SIZES = (2, 5, 4)
TABLE = """feature,value,count
gender,women,50
gender,men,50
gender,other,
age,young,50
age,old,50
"""


def margins_of(seed: int, people: int, shares: str = "even") -> list[Margin]:
    """Three features that people have in unequal parts, and the population has not."""
    chance = np.random.default_rng(seed)
    found = []
    for place, size in enumerate(SIZES):
        parts = np.arange(3, size + 3) / np.arange(3, size + 3).sum()
        codes = chance.choice(size, people, p=parts)
        codes[:size] = np.arange(size)
        wanted = (
            np.full(size, 1 / size)
            if shares == "even"
            else chance.dirichlet(np.full(size, 20.0))
        )
        keys = tuple(str(each) for each in range(size))
        found.append(Margin(str(place), keys, codes, wanted, (False,) * size))
    return found


def town() -> Targets:
    return targets_for(population_of_csv(TABLE), 20, slack=20)


def people_like(**counts: int) -> list[dict[str, str | None]]:
    """`woman_young=4`: so many; `nobody` stands for "I do not want to say"."""
    return [
        {
            feature: None if value == "nobody" else value
            for feature, value in zip(("gender", "age"), name.split("_"), strict=True)
        }
        for name, count in counts.items()
        for _ in range(count)
    ]


def weigh(people: list[dict[str, str | None]]) -> Weights:
    return weights_for(town(), people, np.ones(len(people)))


def test_weights_and_standard_errors_are_those_of_svy() -> None:
    people = 400
    margins = margins_of(1, people)
    chance = np.random.default_rng(2)
    base = chance.uniform(0.5, 2, people)
    ours = rake(base, margins, WIDE)
    says_yes = chance.random(people) < 0.3 + 0.3 * margins[0].codes
    table = {m.feature: m.codes.astype(str) for m in margins}
    sample = svy.Sample(
        pl.DataFrame({**table, "base": base, "yes": says_yes.astype(float)}),
        svy.Design(wgt="base"),
    )
    shares = {
        m.feature: dict(zip(m.keys, m.shares.tolist(), strict=True)) for m in margins
    }
    peer = sample.weighting.rake(shares=shares, tol=1e-13, max_iter=1000)
    theirs = peer.data["rk_wgt"].to_numpy()
    assert ours.values == pytest.approx(theirs / theirs.mean(), abs=1e-8)
    calibrated = Calibrated.of(ours)
    (found,) = estimate_shares(
        calibrated, says_yes[:, None], np.ones(people, dtype=bool)
    )
    estimate = peer.estimation.mean("yes").estimates[0]
    assert found.value == pytest.approx(estimate.est, abs=1e-9)
    # Ours takes the leverage into account, theirs does not; and it is Wilson's.
    assert found.high - found.low == pytest.approx(
        estimate.uci - estimate.lci, rel=0.03
    )


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(30, 200))
def test_margins_are_met_whatever_the_order(seed: int, people: int) -> None:
    margins = margins_of(seed, people, "any")
    base = np.random.default_rng(seed).uniform(0.5, 2, people)
    found = rake(base, margins)
    assert found.values.min() > 0
    assert found.values.sum() == pytest.approx(people)
    assert BOUNDS[0] - 1e-9 <= found.values.min()
    assert found.values.max() <= BOUNDS[1] + 1e-9
    if found.converged:
        for margin in margins:
            assert margin.reached(found.values) == pytest.approx(
                margin.shares, abs=1e-9
            )
    order = np.random.default_rng(seed).permutation(people)
    moved = [
        Margin(m.feature, m.keys, m.codes[order], m.shares, m.held) for m in margins
    ]
    again = rake(base[order], moved)
    assert again.converged == found.converged
    if found.converged:
        assert again.values == pytest.approx(found.values[order], abs=1e-6)


def test_within_bounds_no_other_weights_are_nearer_to_the_base() -> None:
    """The conditions of Karush, Kuhn and Tucker: they hold at the optimum alone."""
    low, high = 0.5, 2.2
    margins = margins_of(7, 300)
    base = np.random.default_rng(7).uniform(0.5, 2, 300)
    start = base / base.mean()
    found = rake(base, margins, (low, high))
    assert found.converged
    w = found.values
    at_low, at_high = w < low + 1e-7, w > high - 1e-7
    assert at_low.any()
    assert at_high.any()
    assert found.trimmed == at_low.sum() + at_high.sum()
    columns = np.concatenate([np.eye(len(m.keys))[m.codes] for m in margins], axis=1)
    inside = ~(at_low | at_high)
    prices = np.linalg.lstsq(columns[inside], np.log(w / start)[inside], rcond=None)[0]
    free = np.log(start) + columns @ prices
    assert free[inside] == pytest.approx(np.log(w)[inside], abs=1e-6)
    assert (free[at_low] <= np.log(low) + 1e-6).all()
    assert (free[at_high] >= np.log(high) - 1e-6).all()


def test_margins_out_of_reach_are_said_and_bounds_are_kept() -> None:
    people = people_like(woman_young=78, man_old=3)
    found = weigh(people)
    assert not found.converged
    assert found.gap > 0.3
    assert found.sweeps < 100
    assert found.values.max() <= BOUNDS[1] + 1e-9
    assert found.values.sum() == pytest.approx(81)


def test_contradicting_margins_end_and_are_said() -> None:
    """Women are young and men are old, but half and three quarters shall be."""
    codes = np.array([0, 1] * 20)
    no = (False, False)
    one = Margin("gender", ("w", "m"), codes, np.array([0.5, 0.5]), no)
    other = Margin("age", ("y", "o"), codes, np.array([0.75, 0.25]), no)
    found = rake(np.ones(40), [one, other])
    assert not found.converged
    assert found.gap > 0.01
    assert np.isfinite(found.values).all()


def test_what_the_population_does_not_count_keeps_its_share() -> None:
    people = people_like(woman_young=30, man_old=18, man_young=6, woman_old=2)
    people += [{"gender": "other", "age": "old"}, {"gender": None, "age": "young"}]
    found = weigh(people)
    assert found.converged
    gender = found.margins[0]
    reached = dict(zip(gender.keys, gender.reached(found.values), strict=True))
    assert reached["other"] == pytest.approx(1 / 58, abs=1e-9)
    assert reached[None] == pytest.approx(1 / 58, abs=1e-9)
    assert reached["woman"] == pytest.approx(28 / 58, abs=1e-9)
    assert dict(zip(gender.keys, gender.held, strict=True)) == {
        "woman": False,
        "man": False,
        "other": True,
        None: True,
    }


def test_a_value_that_nobody_has_who_answered_is_reported() -> None:
    found = weigh(people_like(woman_young=10, man_young=5))
    assert found.empty == (("age", "old"),)
    assert found.converged
    nobody = weigh(people_like(nobody_young=4, nobody_old=9))
    assert nobody.empty == (("gender", "woman"), ("gender", "man"))
    assert [m.feature for m in nobody.margins] == ["age"]
    assert weigh([]).design_effect == 1


def test_the_example_of_the_documentation() -> None:
    people = people_like(woman_young=40, woman_old=20, man_young=20, man_old=10)
    found = weigh(people)
    assert sorted(set(found.values.round(9))) == [0.5625, 1.125, 2.25]
    assert found.effective_n == pytest.approx(71.11, abs=0.005)
    assert found.design_effect == pytest.approx(1.2656, abs=5e-5)


def test_chances_that_are_known_stand_beside_those_that_are_not() -> None:
    found = base_weights([0.01, None, 0.03, None])
    assert found == pytest.approx([1.5, 1, 0.5, 1])
    assert base_weights([None]) == pytest.approx([1])
    assert effective_n(np.array([])) == 0
