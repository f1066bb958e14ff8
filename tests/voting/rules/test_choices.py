"""The list search over classes against enumeration."""

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from voting.rules.choices import Choices
from voting.rules.classes import classes
from voting.rules.exact import Program, Row
from voting.rules.knapsack import Task

quick = settings(max_examples=150, deadline=None)
MANY = 8
pairs = st.sampled_from(list(combinations(range(MANY), 2)))


def test_a_chain_and_a_clique_have_few_choices() -> None:
    found = classes(range(7), [(0, 1), (0, 2), (1, 2)], [(4, 3), (5, 4)])
    assert found == [
        [(), (0,), (1,), (2,)],
        [(), (3,), (3, 4), (3, 4, 5)],
        [(), (6,)],
    ]


def test_what_needs_a_project_that_is_out_is_in_no_choice() -> None:
    assert classes([0, 1], [], [(0, 9), (1, 0)]) == [[()]]


def test_a_class_of_too_many_choices_is_refused() -> None:
    assert classes(range(20), [(0, i) for i in range(1, 20)], []) is None


relations = st.tuples(st.lists(pairs, max_size=5), st.lists(pairs, max_size=3))
many_numbers = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=MANY, max_size=MANY
)


@quick
@given(
    numbers=many_numbers,
    scale=st.sampled_from([1, 10**13 + 7]),
    related=relations,
    budget=st.integers(0, 40),
)
def test_every_task_equals_enumeration(
    numbers: list[tuple[int, int]],
    scale: int,
    related: tuple[list[tuple[int, int]], list[tuple[int, int]]],
    budget: int,
) -> None:
    conflicts, needs = related
    gains = [g * scale + g % 2 for g, _ in numbers]
    costs = [c * scale for _, c in numbers]
    program = Program(
        tuple(gains),
        (
            Row(tuple(enumerate(costs)), budget * scale),
            *(Row(((i, 1), (j, 1)), 1) for i, j in conflicts),
            *(Row(((i, 1), (j, -1)), 0) for i, j in needs),
        ),
    )
    sets = [frozenset(s) for n in range(MANY + 1) for s in combinations(range(MANY), n)]
    allowed = [s for s in sets if program.allows(s)]
    groups = classes(range(MANY), conflicts, needs)
    assert groups is not None
    table = Choices(gains, costs, budget * scale, groups)
    tasks = [
        Task(),
        *(Task(frozenset({i})) for i in range(MANY)),
        Task(frozenset({0}), frozenset({1, 2})),
        Task(frozenset(), frozenset({3})),
    ]
    for task, packed in zip(tasks, table.solve(tasks), strict=True):
        fitting = [s for s in allowed if task.inside <= s and not task.outside & s]
        assert packed is not None
        if not fitting:
            assert packed.chosen is None
            continue
        assert packed.chosen is not None
        chosen = frozenset(packed.chosen.nonzero()[0].tolist())
        assert chosen in fitting
        assert packed.value == program.value(chosen) == max(map(program.value, fitting))
