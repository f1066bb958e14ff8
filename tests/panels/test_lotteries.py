"""The lotteries against all panels written down, and what every lottery owes."""

from math import log

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from core.chance import Chance
from panels.errors import LotteryUnknown, PoolTooSmall, QuotasInfeasible
from panels.lotteries import LOTTERIES, hold
from panels.lotteries.climbing import climb
from panels.lotteries.mixing import Columns
from panels.lotteries.possible import possible
from panels.lotteries.solver import Relaxation, best_panel
from panels.pool import Pool
from panels.quotas import Quota, Widened, widened
from panels.selection import draw, geometric_mean, gini
from tests.panels.enumeration import all_panels, best_leximin

VALUES = {"age": ("young", "old"), "side": ("north", "south", "west")}
Drawing = tuple[Pool, tuple[Quota, ...], int]


@st.composite
def drawings(choose: st.DrawFn) -> Drawing:
    """A small pool with quotas around the seats of some panel, so that one exists."""
    people = {
        str(i): {f: choose(st.sampled_from(values)) for f, values in VALUES.items()}
        for i in range(choose(st.integers(3, 9)))
    }
    homes = {i: choose(st.integers(0, 2 * len(people))) for i in people}
    size = choose(st.integers(1, min(4, len(set(homes.values())))))
    model = Pool.of(people, (), addresses=homes)
    panel: list[str] = []
    for i in choose(st.permutations(sorted(people))):
        if len(panel) < size and homes[i] not in {homes[other] for other in panel}:
            panel.append(i)
    quotas = []
    for feature, values in VALUES.items():
        for value in values:
            seats = sum(people[i][feature] == value for i in panel)
            least = choose(st.integers(0, seats))
            most = choose(st.integers(seats, size))
            quotas.append(Quota(feature, value, least, most, 0, size))
    assert len(model) == len(people)
    return Pool.of(people, quotas, addresses=homes), tuple(quotas), size


def check_promises(pool: Pool, quotas: tuple[Quota, ...], size: int, name: str) -> None:
    """Every numbered panel keeps everything, and the chances are what it says."""
    lottery = hold(name, pool, quotas, size, "a seed")
    assert lottery.panels.shape == (1000, size)
    for panel in lottery.panels:
        seats = pool.holds[panel].sum(axis=0)
        assert all(q.least <= n <= q.most for q, n in zip(quotas, seats, strict=True))
        assert len(set(pool.households[panel].tolist())) == size
    counted = np.bincount(lottery.panels.reshape(-1), minlength=len(pool)) / 1000
    assert np.array_equal(counted, lottery.chances)
    assert lottery.ideal.sum() == pytest.approx(size)
    assert lottery.ideal.min() <= lottery.least_bound + 1e-6
    assert np.abs(lottery.chances - lottery.ideal).max() <= 0.005


@settings(max_examples=30)
@given(drawings())
def test_leximin_is_that_of_all_panels_written_down(drawing: Drawing) -> None:
    pool, quotas, size = drawing
    best = best_leximin(all_panels(pool, quotas, size), len(pool))
    lottery = hold("leximin", pool, quotas, size, "")
    assert np.sort(lottery.ideal) == pytest.approx(best, abs=1e-3)
    assert lottery.gap <= 5e-4


@settings(max_examples=30)
@given(drawings())
def test_the_exact_climb_needs_no_relaxation(drawing: Drawing) -> None:
    pool, quotas, size = drawing
    best = best_leximin(all_panels(pool, quotas, size), len(pool))
    kinds, first = possible(pool, quotas, size)
    columns = Columns()
    columns.add(first)
    mixed = climb(kinds, columns)
    reached = np.repeat(mixed.chances(kinds), kinds.people)
    assert np.sort(reached) == pytest.approx(best, abs=1e-4)
    assert mixed.shortfall <= 1e-6


@settings(max_examples=15)
@given(drawings())
def test_maximin_and_nash_are_the_best_of_their_kind(drawing: Drawing) -> None:
    pool, quotas, size = drawing
    panels = all_panels(pool, quotas, size)
    best = best_leximin(panels, len(pool))
    assert hold("maximin", pool, quotas, size, "").ideal.min() == pytest.approx(
        best.min(), abs=5e-4
    )
    nash = hold("nash", pool, quotas, size, "")
    able = sorted({i for panel in panels for i in panel})
    # The certificate, recounted over all panels: no direction gains more.
    gains = [sum(1 / nash.ideal[i] for i in panel) for panel in panels]
    assert max(gains) / len(able) - 1 <= nash.gap + 2e-3
    assert nash.gap <= 2e-3
    leximin = hold("leximin", pool, quotas, size, "")
    assert sum(log(nash.ideal[i]) for i in able) >= (
        sum(log(leximin.ideal[i]) for i in able) - len(able) * 2e-3
    )


@pytest.mark.parametrize("name", sorted(LOTTERIES))
@settings(max_examples=5)
@given(drawing=drawings())
def test_every_lottery_keeps_its_promises(name: str, drawing: Drawing) -> None:
    check_promises(*drawing, name)


@settings(max_examples=40)
@given(drawings(), st.data())
def test_the_dearest_panel_is_found_and_none_is_dearer(
    drawing: Drawing, data: st.DataObject
) -> None:
    pool, quotas, size = drawing
    kinds, _ = possible(pool, quotas, size)
    prices = np.array([data.draw(st.integers(0, 9)) for _ in kinds.people], dtype=float)
    worth = {
        place: prices[kind]
        for kind, members in enumerate(kinds.members)
        for _, places in members
        for place in places
    }
    panels = all_panels(pool, quotas, size)
    best = max(sum(worth[i] for i in panel) for panel in panels)
    priced = best_panel(kinds, prices)
    assert priced.panel is not None
    assert prices @ priced.panel == pytest.approx(best)
    assert priced.bound == pytest.approx(best)
    near = Relaxation(kinds).panel(prices)
    assert near is None or (kinds.allows(near) and prices @ near <= best + 1e-9)


def odd_cycle() -> Drawing:
    """Halves of people meet every quota here, whole people do not in the same mix."""
    pairs = ("ab", "bc", "ca")
    quotas = tuple(Quota(pair, "yes", 0, 1, 0, 3) for pair in pairs)
    people = {
        name: {pair: "yes" if name in pair else "no" for pair in pairs}
        for name in "abcd"
    }
    return Pool.of(people, quotas), quotas, 2


def test_where_halves_promise_too_much_the_climb_is_exact() -> None:
    pool, quotas, size = odd_cycle()
    lottery = hold("leximin", pool, quotas, size, "")
    best = best_leximin(all_panels(pool, quotas, size), len(pool))
    assert np.sort(lottery.ideal) == pytest.approx(best, abs=1e-4)
    assert lottery.gap <= 1e-6
    assert lottery.least_bound == pytest.approx(best.min(), abs=1e-4)


def test_the_same_seed_draws_the_same_panel_and_another_one_another() -> None:
    pool, quotas, size = odd_cycle()
    panels = [hold("leximin", pool, quotas, size, "x").panels for _ in range(2)]
    assert panels[0].tobytes() == panels[1].tobytes()
    lottery = hold("leximin", pool, quotas, size, "x")
    numbers = {draw(lottery, seed).number for seed in ("1", "2", "3", "4")}
    assert len(numbers) > 1
    selection = draw(lottery, "1")
    assert sorted((*selection.selected, *selection.reserves)) == [0, 1, 2, 3]


def test_the_smallest_relaxation_makes_a_panel_possible() -> None:
    people = {str(i): {"age": "old" if i < 7 else "young"} for i in range(8)}
    quotas = (Quota("age", "young", 3, 4, 1, 4), Quota("age", "old", 0, 2, 0, 4))
    pool = Pool.of(people, quotas)
    with pytest.raises(QuotasInfeasible) as refusal:
        hold("leximin", pool, quotas, 4, "")
    assert refusal.value.relaxation == [
        {"feature": "age", "value": "young", "min": 3, "max": 4}
        | {"new_min": 1, "new_max": 4},
        {"feature": "age", "value": "old", "min": 0, "max": 2}
        | {"new_min": 0, "new_max": 3},
    ]
    accepted = widened(quotas, [Widened(quotas[0], 1, 4), Widened(quotas[1], 0, 3)])
    assert len(hold("leximin", pool, accepted, 4, "").panels[0]) == 4


@settings(max_examples=20)
@given(drawings(), st.data())
def test_no_smaller_relaxation_exists(drawing: Drawing, data: st.DataObject) -> None:
    pool, quotas, size = drawing
    target = data.draw(st.integers(0, len(quotas) - 1))
    least = data.draw(st.integers(1, size))
    q = quotas[target]
    harder = list(quotas)
    harder[target] = Quota(q.feature, q.value, least, max(least, q.most), 0, size)
    quotas = tuple(harder)
    assume(not all_panels(pool, quotas, size))
    with pytest.raises(QuotasInfeasible) as refusal:
        hold("maximin", pool, quotas, size, "")
    changed = sum(
        c["min"] - c["new_min"] + c["new_max"] - c["max"]
        for c in refusal.value.relaxation
    )
    # Each panel's own smallest change, over all panels.
    free = tuple(Quota(q.feature, q.value, 0, size, 0, size) for q in quotas)
    needed = min(
        sum(
            max(0, q.least - n) + max(0, n - q.most)
            for q, n in zip(quotas, pool.holds[panel].sum(axis=0), strict=True)
        )
        for panel in all_panels(pool, free, size)
    )
    assert changed == needed


def test_a_draw_that_cannot_be_is_refused() -> None:
    people = {str(i): {"age": "old"} for i in range(4)}
    quotas = (Quota("age", "old", 0, 4, 0, 4),)
    pool = Pool.of(people, quotas, addresses=dict.fromkeys(people, "one house"))
    with pytest.raises(PoolTooSmall):
        hold("leximin", pool, quotas, 2, "")
    with pytest.raises(LotteryUnknown):
        hold("fair", pool, quotas, 1, "")


def test_measures_of_equal_and_unequal_chances() -> None:
    assert gini(np.array([0.5, 0.5])) == 0
    assert gini(np.array([0.0, 1.0])) == pytest.approx(0.5)
    assert geometric_mean(np.array([0.25, 1.0])) == pytest.approx(0.5)
    assert geometric_mean(np.array([0.0, 1.0])) == 0


def test_chance_is_handed_in() -> None:
    pool, quotas, size = odd_cycle()
    held = LOTTERIES["leximin"](pool, quotas, size, Chance("mine"))
    again = LOTTERIES["leximin"](pool, quotas, size, Chance("mine"))
    assert held.panels.tobytes() == again.panels.tobytes()
