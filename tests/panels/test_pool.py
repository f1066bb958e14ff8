"""Draws in which some seats are given already: replacement, rotation, must be in."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panels.errors import GivenTwice, NothingToDraw, PersonUnknown, PoolTooSmall
from panels.pool import Given, Pool, task_of
from panels.quotas import Quota
from tests.panels.enumeration import all_panels

VALUES = ("north", "south")


def quotas_of(*borders: tuple[int, int]) -> tuple[Quota, ...]:
    return tuple(
        Quota("side", value, least, most, 0, 9)
        for value, (least, most) in zip(VALUES, borders, strict=True)
    )


@st.composite
def pools(draw: st.DrawFn, names: str, least: int) -> Pool:
    ids = tuple(names)[: draw(st.integers(least, len(names)))]
    sides = draw(st.lists(st.booleans(), min_size=len(ids), max_size=len(ids)))
    homes = draw(st.lists(st.integers(0, 9), min_size=len(ids), max_size=len(ids)))
    holds = np.array([[side, not side] for side in sides], dtype=bool).reshape(-1, 2)
    return Pool(ids, holds, np.array(homes, dtype=np.int64))


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_what_is_left_to_draw_completes_exactly_the_panels_that_were_possible(
    data: st.DataObject,
) -> None:
    pool = data.draw(pools("abcdefgh", 4))
    seated = data.draw(pools("xy", 0))
    inside = data.draw(st.sets(st.sampled_from(pool.ids), max_size=2))
    outside = data.draw(st.sets(st.sampled_from(pool.ids), max_size=2)) - inside
    size = data.draw(st.integers(len(inside) + len(seated), 5))
    quotas = quotas_of((0, 3), (1, 4))
    given_ = [*seated.households, *(pool.households[pool.ids.index(i)] for i in inside)]
    everybody = Pool(
        pool.ids + seated.ids,
        np.vstack((pool.holds, seated.holds)),
        np.concatenate((pool.households, seated.households)),
    )
    wanted = {
        frozenset(everybody.ids[i] for i in panel) - inside - set(seated.ids)
        for panel in all_panels(everybody, quotas, size)
        if inside | set(seated.ids) <= {everybody.ids[i] for i in panel}
        and not outside & {everybody.ids[i] for i in panel}
    }
    try:
        task = task_of(
            pool, quotas, size, Given(frozenset(inside), frozenset(outside), seated)
        )
    except NothingToDraw:
        assert len(given_) == size
        return
    except PoolTooSmall:
        assert not wanted
        return
    found = {
        frozenset(task.pool.ids[i] for i in panel)
        for panel in all_panels(task.pool, task.quotas, task.size)
    }
    # Whoever must be in is asked for by the officials, even two of one household.
    if len(set(given_)) == len(given_):
        assert found == wanted


def test_a_seat_that_nobody_is_left_for_is_said() -> None:
    pool = Pool.of(
        {"a": {"side": "north"}, "b": {"side": "south"}}, quotas_of((0, 2), (0, 2))
    )

    with pytest.raises(PoolTooSmall) as refused:
        task_of(pool, quotas_of((0, 2), (0, 2)), 2, Given(outside=frozenset("b")))

    assert refused.value.params == {"pool": 1, "size": 2}


def test_wishes_that_cannot_be_are_said() -> None:
    quotas = quotas_of((0, 2), (0, 2))
    pool = Pool.of({"anna": {"side": "north"}, "b": {"side": "south"}}, quotas)
    anna, both = frozenset({"anna"}), frozenset(pool.ids)

    with pytest.raises(PersonUnknown) as unknown:
        task_of(pool, quotas, 2, Given(inside=frozenset({"ana"})))
    with pytest.raises(GivenTwice):
        task_of(pool, quotas, 2, Given(inside=anna, outside=anna))
    with pytest.raises(GivenTwice):
        task_of(pool, quotas, 2, Given(outside=anna, seated=pool))
    with pytest.raises(NothingToDraw):
        task_of(pool, quotas, 2, Given(inside=both))

    assert unknown.value.params == {"person": "ana", "nearest": "anna"}
