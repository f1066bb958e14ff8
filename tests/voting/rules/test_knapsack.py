from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voting.rules import knapsack
from voting.rules.knapsack import Knapsack, Packed, Task

quick = settings(max_examples=100, deadline=None)
scales = st.sampled_from([1, 1, 10**6 + 3, 10**12 + 1])


@st.composite
def rounds(draw: st.DrawFn) -> tuple[list[int], list[int], int]:
    """Gains, costs and a budget; long numbers, equal numbers and zeros too."""
    many, scale = draw(st.integers(0, 8)), draw(scales)
    number = st.integers(0, 9).map(lambda n: n * scale)
    digit = st.integers(0, 2)
    costs = [draw(number) + draw(digit) for _ in range(many)]
    if many and draw(st.booleans()):
        costs = costs[:1] * many
    gains = [draw(number) + draw(digit) for _ in range(many)]
    if draw(st.booleans()):
        gains = [draw(st.integers(0, 3)) * cost for cost in costs]
    return gains, costs, draw(st.integers(0, 30)) * scale + draw(digit)


def tasks(many: int) -> list[Task]:
    """Nothing settled, each item inside, and one inside with another outside."""
    pairs = [(frozenset([i]), frozenset([i + 1])) for i in range(many - 1)]
    return [
        Task(),
        *(Task(frozenset([i])) for i in range(many)),
        *(Task(inside, outside) for inside, outside in pairs),
    ]


def places(packed: Packed | None) -> set[int]:
    """The items of a set."""
    assert packed is not None
    assert packed.chosen is not None
    return set(np.flatnonzero(packed.chosen).tolist())


def best(gains: list[int], costs: list[int], budget: int, task: Task) -> int | None:
    """By trying every set."""
    many = range(len(gains))
    sets = (
        frozenset(s) for size in (*many, len(gains)) for s in combinations(many, size)
    )
    return max(
        (
            sum(gains[i] for i in chosen)
            for chosen in sets
            if task.inside <= chosen
            and not task.outside & chosen
            and sum(costs[i] for i in chosen) <= budget
        ),
        default=None,
    )


@quick
@given(numbers=rounds())
def test_each_of_many_searches_equals_enumeration(
    numbers: tuple[list[int], list[int], int],
) -> None:
    gains, costs, budget = numbers
    asked = tasks(len(gains))
    found = Knapsack(gains, costs, budget).solve(asked)
    for task, packed in zip(asked, found, strict=True):
        assert packed is not None
        most = best(gains, costs, budget, task)
        assert (None if packed.chosen is None else packed.value) == most
        if packed.chosen is not None:
            chosen = places(packed)
            assert sum(gains[i] for i in chosen) == packed.value
            assert sum(costs[i] for i in chosen) <= budget
            assert task.inside <= chosen
            assert not task.outside & chosen


def test_numbers_that_are_no_int64_are_given_up() -> None:
    assert Knapsack([2**61], [1], 1).solve([Task()]) == [None]


def test_many_searches_in_several_tables_are_those_of_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gains, costs = [7, 5, 4, 3, 1], [6, 5, 5, 2, 2]
    whole = Knapsack(gains, costs, 9).solve(tasks(5))
    monkeypatch.setattr(knapsack, "CELLS", 10)
    parts = Knapsack(gains, costs, 9).solve(tasks(5))
    assert [places(packed) for packed in parts] == [places(p) for p in whole]
    assert places(whole[0]) == {0, 3}


def test_a_search_without_end_is_given_up_and_the_next_one_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Every subset has a gain and a cost of its own, and none beats another.
    costs = [2**k + 2**40 for k in range(30)]
    gains = [cost + 2**38 for cost in costs]
    monkeypatch.setattr(knapsack, "STATES", 1_000)
    hard = Knapsack(gains, costs, sum(costs) // 2)
    assert hard.solve([Task()]) == [None]
    assert hard.solve([Task(frozenset([0]))]) == [None]


def test_one_crowded_search_does_not_end_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    costs = [2**k + 2**40 for k in range(30)]
    gains = [cost + 2**38 for cost in costs]
    easy = Task(frozenset([0, 1]), frozenset(range(2, 30)))
    monkeypatch.setattr(knapsack, "CROWD", 50)
    found = Knapsack(gains, costs, sum(costs) // 2).solve([Task(), easy])
    assert found[0] is None
    assert places(found[1]) == {0, 1}
