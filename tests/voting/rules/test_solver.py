import subprocess
import sys
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voting.rules import solver
from voting.rules.exact import Program, Row, improve

quick = settings(max_examples=60, deadline=None)
scales = st.sampled_from([1, 10**6 + 3, 10**14 + 7])


@st.composite
def programs(draw: st.DrawFn) -> Program:
    many = draw(st.integers(1, 7))
    scale = draw(scales)
    numbers = st.integers(0, 9).map(lambda n: n * scale)
    digit = st.integers(0, 2)
    gains = [draw(numbers) + draw(digit) for _ in range(many)]
    rows = [
        Row(
            tuple((j, draw(numbers) + draw(digit)) for j in range(many)),
            draw(st.integers(0, 25)) * scale,
        )
    ]
    if many > 1 and draw(st.booleans()):
        rows.append(Row(((0, 1), (1, 1)), 1))
    if many > 2 and draw(st.booleans()):
        rows.append(Row(((1, 1), (2, -1)), 0))
    if draw(st.booleans()):
        rows.append(Row(((many - 1, -1),), -draw(st.integers(0, 1))))
    return Program(tuple(gains), tuple(rows))


def best(program: Program) -> int | None:
    many = len(program.gains)
    every = (
        frozenset(j for j, x in enumerate(bits) if x)
        for bits in product((0, 1), repeat=many)
    )
    return max((program.value(s) for s in every if program.allows(s)), default=None)


@quick
@given(program=programs())
def test_the_solver_equals_enumeration_at_every_size(program: Program) -> None:
    answer = solver.solve(program)
    assert answer.proven
    assert (None if answer.chosen is None else answer.value) == best(program)
    assert answer.chosen is None or program.allows(answer.chosen)
    assert answer.chosen is None or program.value(answer.chosen) == answer.value


@quick
@given(program=programs(), data=st.data())
def test_any_prices_give_the_true_optimum_and_a_true_bound(
    program: Program, data: st.DataObject
) -> None:
    prices = data.draw(
        st.lists(
            st.floats(0, 9), min_size=len(program.rows), max_size=len(program.rows)
        )
    )
    chosen, _, proven = improve(program, {}, None, prices, nodes=10_000)
    assert proven
    assert (None if chosen is None else program.value(chosen)) == best(program)
    _, bound, proven = improve(program, {}, None, prices, nodes=0)
    assert not proven
    # Where no set is allowed, any bound is true.
    optimum = best(program)
    assert optimum is None or bound >= optimum


def test_an_infeasible_program_has_no_set_and_says_so() -> None:
    program = Program((1, 1), (Row(((0, -1), (1, -1)), -2), Row(((0, 1), (1, 1)), 1)))
    answer = solver.solve(program)
    assert answer.chosen is None
    assert answer.proven
    assert solver.solve(program, fixed={0: 1}).chosen is None


@pytest.mark.parametrize("rows", [(), (Row((), 0),)])
def test_nothing_to_choose_from_is_no_fault(rows: tuple[Row, ...]) -> None:
    assert solver.solve(Program((), rows)).chosen == frozenset()


def test_the_solver_prints_nothing() -> None:
    code = (
        "from voting.rules.exact import *; from voting.rules.solver import *;"
        "solve(Program((1, 2), (Row(((0, 3), (1, 3)), 4),)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout == done.stderr == b""
