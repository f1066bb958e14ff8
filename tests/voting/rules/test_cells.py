"""Rounds with many rows of money, cell by cell, against enumeration."""

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voting.profile import Limit, LimitKind, Profile
from voting.rules import parts, run
from voting.rules.cells import Cells, Side
from voting.rules.choices import Choices
from voting.rules.effort import Effort, TooMany
from voting.rules.exact import Program, Row
from voting.rules.knapsack import Packed, Task

quick = settings(max_examples=60, deadline=None)
MANY = 9
SETS = [frozenset(s) for n in range(MANY + 1) for s in combinations(range(MANY), n)]

TASKS = [
    Task(),
    *(Task(frozenset({i})) for i in range(MANY)),
    Task(frozenset({0}), frozenset({1, 2})),
    Task(frozenset({3, 4}), frozenset()),
    Task(frozenset(), frozenset({3})),
]

numbers = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=MANY, max_size=MANY
)
# Of each row: whom it is about, its sign, how much there is, and any price.
some_rows = st.lists(
    st.tuples(
        st.sets(st.integers(0, MANY - 1)),
        st.sampled_from([1, 1, 1, -1]),
        st.integers(0, 30),
        st.sampled_from([0.0, 0.0, 0.4, 1.0, 3.0]),
    ),
    max_size=4,
)
pair = st.sampled_from(list(combinations(range(MANY), 2)))


def _cells(program: Program, prices: list[float], classes: list[list[int]]) -> Cells:
    """The cells of a program."""
    budget, *rest = program.rows
    costs = [a for _, a in budget.terms]
    sides = [Side(row, price) for row, price in zip(rest, prices[1:], strict=True)]
    choices = [[(), *((i,) for i in those)] for those in classes]
    table = Choices(program.gains, costs, budget.most, choices)
    return Cells(table, prices[0], sides)


def _is_best(program: Program, allowed: list[frozenset[int]], packed: Packed) -> None:
    if not allowed:
        assert packed.chosen is None
        return
    assert packed.chosen is not None
    chosen = frozenset(packed.chosen.nonzero()[0].tolist())
    assert chosen in allowed
    assert packed.value == program.value(chosen) == max(map(program.value, allowed))


@quick
@given(
    numbers=numbers,
    scale=st.sampled_from([1, 10**13 + 7]),
    rows=some_rows,
    budget=st.integers(0, 45),
    price=st.sampled_from([0.0, 0.5, 1.0, 2.0]),
    apart=st.lists(pair, max_size=2),
    variants=st.sampled_from([[], [[0, 1, 2]], [[0, 1], [5, 6, 7]]]),
)
def test_every_task_equals_enumeration(
    *,
    numbers: list[tuple[int, int]],
    scale: int,
    rows: list[tuple[set[int], int, int, float]],
    budget: int,
    price: float,
    apart: list[tuple[int, int]],
    variants: list[list[int]],
) -> None:
    gains = [g * scale + g % 2 for g, _ in numbers]
    costs = [c * scale for _, c in numbers]
    limits = [
        Row(tuple((i, sign * costs[i]) for i in sorted(those)), sign * most * scale)
        for those, sign, most, _ in rows
    ]
    related = [Row(((i, 1), (j, 1)), 1) for i, j in apart]
    related += [Row(tuple((i, 1) for i in those), 1) for those in variants]
    program = Program(
        tuple(gains), (Row(tuple(enumerate(costs)), budget * scale), *limits, *related)
    )
    prices = [price, *(p for _, _, _, p in rows), *(1.0 for _ in related)]
    classes = variants + [
        [i] for i in range(MANY) if not any(i in those for those in variants)
    ]
    cells = _cells(program, prices, classes)
    allowed = [s for s in SETS if program.allows(s)]
    for task, packed in zip(TASKS, cells.solve(TASKS), strict=True):
        fitting = [s for s in allowed if task.inside <= s and not task.outside & s]
        assert packed is not None
        _is_best(program, fitting, packed)


@quick
@given(
    numbers=st.lists(
        st.tuples(st.integers(1, 40), st.integers(1, 40)), min_size=MANY, max_size=MANY
    ),
    shares=st.tuples(*[st.integers(1, 9)] * 4),
)
def test_themes_that_share_nothing_and_a_budget_that_binds(
    numbers: list[tuple[int, int]], shares: tuple[int, int, int, int]
) -> None:
    gains, costs = [g for g, _ in numbers], [c for _, c in numbers]
    whole = sum(costs)
    themes = [range(n, MANY, 3) for n in range(3)]
    rows = [Row(tuple(enumerate(costs)), whole * shares[3] // 12)]
    for theme, share in zip(themes, shares[:3], strict=True):
        own = tuple((i, costs[i]) for i in theme)
        rows.append(Row(own, sum(c for _, c in own) * share // 10))
    program = Program(tuple(gains), tuple(rows))
    rate = sum(gains) / whole
    cells = _cells(program, [rate, 0.2, 0.0, rate / 2], [[i] for i in range(MANY)])
    allowed = [s for s in SETS if program.allows(s)]
    for task, packed in zip(TASKS, cells.solve(TASKS), strict=True):
        fitting = [s for s in allowed if task.inside <= s and not task.outside & s]
        assert packed is not None
        _is_best(program, fitting, packed)


def test_a_search_that_grows_too_large_gives_up_and_the_solver_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    costs = {f"p{i}": 10 + i for i in range(12)}
    ballots = [[f"p{i}", f"p{(i * 5 + 1) % 12}"] for i in range(12)]
    themes = [
        Limit(f"t{n}", LimitKind.THEME, tuple(range(n, 12, 2)), 0, 40 + n)
        for n in range(2)
    ]
    profile = Profile.of(costs, budget=70, ballots=ballots, limits=themes)
    whole = run("max-welfare", profile, {"satisfaction": "cost"})
    for name in ("LEAST", "DEAR", "AT_ONCE"):
        monkeypatch.setattr(parts, name, 1)
    small = run("max-welfare", profile, {"satisfaction": "cost"})
    assert (small.objective, small.funded) == (whole.objective, whole.funded)
    assert small.optimal
    assert whole.optimal


def test_an_effort_is_spent_at_once_and_in_all() -> None:
    effort = Effort(10)
    assert effort.again(4)
    with pytest.raises(TooMany):
        effort.spend(5)
    assert effort.again(9)
    with pytest.raises(TooMany):
        effort.spend(6)
    assert not effort.again(9)
