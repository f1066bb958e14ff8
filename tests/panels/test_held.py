"""Draws over whole panels: replacement, rotation, officials' wishes."""

import numpy as np
import pytest

from panels.errors import QuotasInfeasible
from panels.held import Role, hold_draw
from panels.pool import Given, Pool
from tests.factories.draws import QUOTAS, SIZE, a_draw, a_rotation, people


def test_the_whole_panel_keeps_its_quotas_when_some_sit_there_already() -> None:
    held = a_rotation()
    ids, place = held.everybody.ids, held.everybody.ids.index
    for panel in held.lottery.panels:
        names = {ids[i] for i in panel}
        assert len(names) == SIZE
        assert names >= {"x", "y", "c"}
        # a lives with x, who has a seat.
        assert not names & {"d", "a"}
        seats = held.everybody.holds[panel].sum(axis=0)
        assert all(q.least <= n <= q.most for q, n in zip(QUOTAS, seats, strict=True))
    assert [held.lottery.chances[place(i)] for i in "xycda"] == [1, 1, 1, 0, 0]
    assert held.roles[place("x")] is Role.SEATED
    assert held.roles[place("c")] is Role.INSIDE
    assert held.roles[place("d")] is Role.OUTSIDE
    assert {ids[i] for i in held.free} == set("befghijklmnop")
    assert held.lottery.ideal.sum() == pytest.approx(SIZE)


def test_an_empty_wish_changes_nothing() -> None:
    pool = people("abcdefghijklmnopqr", together="ab")
    empty = Given(seated=pool.only(np.zeros(len(pool), dtype=bool)))
    held = hold_draw("leximin", pool, QUOTAS, SIZE, seed="s", given=empty)
    assert held.lottery.panels.tobytes() == a_draw().lottery.panels.tobytes()
    assert held.certificate == a_draw().certificate


def test_somebody_seated_who_also_volunteered_keeps_the_seat_once() -> None:
    pool = people("abcdefghijklmnopqr")
    old = pool.only(np.array([i in "ef" for i in pool.ids]))
    held = hold_draw("leximin", pool, QUOTAS, SIZE, seed="s", given=Given(seated=old))
    assert sorted(held.everybody.ids) == sorted(pool.ids)
    assert held.roles.count(Role.SEATED) == 2


def test_quotas_that_the_seated_have_broken_come_in_seats_of_the_whole_panel() -> None:
    young = {i: {"age": "young", "side": "north"} for i in "wxyz"}
    given = Given(seated=Pool.of(young, QUOTAS))
    pool = people("abcdefghijklmnopqr")
    with pytest.raises(QuotasInfeasible) as refused:
        hold_draw("leximin", pool, QUOTAS, SIZE, seed="s", given=given)
    assert refused.value.relaxation == [
        {"feature": "age", "value": "young", "min": 2, "max": 3}
        | {"new_min": 2, "new_max": 4},
        {"feature": "age", "value": "old", "min": 3, "max": 4}
        | {"new_min": 2, "new_max": 4},
    ]


def test_other_names_are_the_same_draw_in_another_order() -> None:
    held = a_rotation()
    names = {person: f"{ord(person) * 7 % 101:03}" for person in held.everybody.ids}
    named = held.named(names)
    assert list(named.everybody.ids) == sorted(names.values())
    for old, new in zip(held.lottery.panels, named.lottery.panels, strict=True):
        assert {names[held.everybody.ids[i]] for i in old} == {
            named.everybody.ids[i] for i in new
        }
    for person, code in names.items():
        before = held.everybody.ids.index(person)
        after = named.everybody.ids.index(code)
        assert held.roles[before] == named.roles[after]
        assert (before in held.free) == (after in named.free)
        assert held.lottery.ideal[before] == named.lottery.ideal[after]
        assert held.certificate.weights[before] == named.certificate.weights[after]
        assert np.array_equal(
            held.everybody.holds[before], named.everybody.holds[after]
        )
