"""The certificate against all panels written down, and against other prices."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panels.certificate import most_worth
from panels.held import hold_draw
from panels.pool import task_of
from tests.factories.draws import QUOTAS, people
from tests.panels.enumeration import all_panels, best_leximin
from tests.panels.test_lotteries import Drawing, drawings, odd_cycle


@settings(max_examples=40, deadline=None)
@given(drawing=drawings(), data=st.data())
def test_whatever_the_prices_no_panel_is_worth_more(
    drawing: Drawing, data: st.DataObject
) -> None:
    pool, quotas, size = drawing
    whole = st.integers(-9, 9).map(Fraction)
    weights = [data.draw(whole) for _ in pool.ids]
    prices = [data.draw(whole) for _ in quotas]
    most = most_worth(task_of(pool, quotas, size), weights, data.draw(whole), prices)
    panels = all_panels(pool, quotas, size)
    assert max(sum(weights[i] for i in panel) for panel in panels) <= most


@settings(max_examples=12, deadline=None)
@given(drawing=drawings())
def test_the_bound_holds_for_every_lottery_and_is_that_of_the_relaxation(
    drawing: Drawing,
) -> None:
    pool, quotas, size = drawing
    held = hold_draw("maximin", pool, quotas, size, seed="s")
    least = held.certificate.least
    best = best_leximin(all_panels(pool, quotas, size), len(pool)).min()
    # Prices are rounded to one part in 10**12; nothing is lost but that.
    assert float(least.bound) >= best - 1e-9
    assert least.reached == Fraction(
        int(np.bincount(held.lottery.panels.ravel(), minlength=len(pool)).min()), 1000
    )
    assert least.gap == least.bound - least.reached


@settings(max_examples=8, deadline=None)
@given(drawing=drawings())
def test_nash_is_proven_in_its_own_measure(drawing: Drawing) -> None:
    pool, quotas, size = drawing
    held = hold_draw("nash", pool, quotas, size, seed="s")
    product = held.certificate.product
    assert product is not None
    chances = held.lottery.chances
    sums = [
        sum(1 / chances[i] for i in panel if chances[i])
        for panel in all_panels(pool, quotas, size)
    ]
    assert float(product.bound) >= max(sums) - 1e-6
    assert product.reached == (chances > 0).sum()


def test_the_gap_of_whole_people_is_not_hidden() -> None:
    pool, quotas, size = odd_cycle()
    held = hold_draw("leximin", pool, quotas, size, seed="s")
    best = best_leximin(all_panels(pool, quotas, size), len(pool)).min()
    # Halves of people would give everybody a half; the exact search knows better.
    assert float(held.certificate.least.bound) == pytest.approx(0.5)
    assert held.lottery.least_bound == pytest.approx(best, abs=1e-4)
    assert float(held.certificate.least.gap) > 0.1


def test_where_everybody_is_certain_the_bound_is_one() -> None:
    pool = people("abcd")
    quotas = tuple(replace(quota, least=0, most=4) for quota in QUOTAS)
    held = hold_draw("leximin", pool, quotas, 4, seed="s")
    assert held.certificate.least.bound == held.certificate.least.reached == 1
