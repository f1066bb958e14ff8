"""Integer programs with a proof: the only place that speaks to PuLP and HiGHS.

    maximise    sum_j gains_j x_j
    subject to  sum_j a_rj x_j <= most_r   for every row r,   x_j in {0, 1}

All numbers are Python integers, and what comes back is checked in integers again.

Why HiGHS inside the process and not CBC, which PuLP brings along: CBC is a process
and two files per solve. Ten programs of five real elections (14 to 199 projects, votes
and cost), solved in turn on a busy machine, median of five, wall: HiGHS 7 to 215 ms,
CBC 31 to 496 ms; HiGHS was the faster in eight of ten, by 1.3 to 8 times; all values
were equal. A rule may solve one program per project that was not funded.

Why floats can be trusted, and when not. HiGHS searches in float64. On knapsacks of 14
projects that differ in the last digit only, 60 of each size against enumeration, it
never erred while the gains added up to less than 7 * 10**10 (5 wrong of 60 at ten
times that, 31 of 60 at 10**16), nor while a row's numbers did to 7 * 10**9; above that
it broke rows, never worse. So the numbers of each row are divided by their greatest
common divisor; where the sums then stay below `TRUSTED_GAINS` and `TRUSTED_ROWS` its
word counts. Where they do not (satisfaction weighed by cost), or where the answer
breaks a row when it is added up in integers, `exact.improve` finishes the search in
integers, from the prices of the linear program; only its word is "proven" then.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, gcd

import highspy
import pulp

from voting.rules.exact import Program, Row, improve

TRUSTED_GAINS = 10**9
TRUSTED_ROWS = 5 * 10**9


@dataclass(frozen=True, slots=True)
class Answer:
    """The best set found, its value, and what is known about better ones.

    `chosen` is None where no set was found: none exists if `proven`. `bound` is
    never below the true optimum; `seconds` is the solver's own account.
    """

    chosen: frozenset[int] | None
    value: int
    bound: int
    proven: bool
    seconds: float


class _Silent(highspy.Highs):
    """HiGHS without its two lines of licence on standard output.

    The inherited constructor enables callbacks before anybody can switch the output
    off, and that prints them; we use no callbacks.
    """

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()
        self.silent()


class _Solver(pulp.HiGHS):  # type: ignore[misc]  # PuLP ships no types
    """PuLP's HiGHS, built on the silent one; the options are ours."""

    def createAndConfigureSolver(self, lp: pulp.LpProblem) -> None:  # noqa: N802 - its name
        """Called by PuLP in `solve`."""
        lp.solverModel = _Silent()
        options = {"mip_rel_gap": 0.0, "mip_abs_gap": 0.0, "threads": 1}
        options |= {"mip_feasibility_tolerance": 1e-9, "random_seed": 0}
        if self.timeLimit is not None:
            options["time_limit"] = float(self.timeLimit)
        for name, value in options.items():
            lp.solverModel.setOptionValue(name, value)


def solve(
    program: Program,
    *,
    fixed: Mapping[int, int] | None = None,
    time_limit: float | None = None,
) -> Answer:
    """The best set, some variables fixed to 0 or 1; deterministic without a limit."""
    small = _reduced(program, fixed or {})
    if small is None:
        return Answer(None, 0, 0, proven=True, seconds=0.0)
    problem, names = _build(small, category=pulp.LpBinary)
    problem.solve(_Solver(msg=False, timeLimit=time_limit))
    seconds = problem.solverModel.getRunTime()
    if problem.status == pulp.LpStatusInfeasible:
        return Answer(None, 0, 0, proven=True, seconds=seconds)
    done = problem.status == problem.sol_status == 1
    chosen = _chosen(problem, names, fixed or {})
    kept = chosen is not None and program.allows(chosen)
    if done and kept and chosen is not None and _trusted(small):
        value = program.value(chosen)
        return Answer(chosen, value, value, proven=True, seconds=seconds)
    return _finish(
        program,
        fixed or {},
        chosen if kept else None,
        _bound(problem, small, program) if not done else None,
        seconds,
    )


def prices(program: Program) -> list[float]:
    """What a unit of each row is worth in the linear relaxation."""
    relaxed, _ = _build(program, category=pulp.LpContinuous)
    relaxed.solve(_Solver(mip=False, msg=False))
    return [abs(price) for price in relaxed.solverModel.getSolution().row_dual]


def _finish(
    program: Program,
    fixed: Mapping[int, int],
    chosen: frozenset[int] | None,
    bound: int | None,
    seconds: float,
) -> Answer:
    """Search on in integers with the linear program's prices."""
    # After a time limit the search only improves what is there: a short one.
    nodes = 400_000 if bound is None else 20_000
    best, upper, proven = improve(program, fixed, chosen, prices(program), nodes=nodes)
    value = 0 if best is None else program.value(best)
    if proven:
        return Answer(best, value, value, proven=True, seconds=seconds)
    upper = upper if bound is None else min(upper, bound)
    return Answer(best, value, max(upper, value), proven=False, seconds=seconds)


def _reduced(program: Program, fixed: Mapping[int, int]) -> Program | None:
    """Smaller numbers, fixed variables as rows; None if a row cannot be kept."""
    step = gcd(*program.gains) or 1
    gains = tuple(gain // step for gain in program.gains)
    rows = []
    for row in program.rows:
        share = gcd(*(a for _, a in row.terms)) or 1
        terms = tuple((j, a // share) for j, a in row.terms)
        rows.append(Row(terms, row.most // share))
        given = sum(a for j, a in terms if fixed.get(j))
        free = sum(min(a, 0) for j, a in terms if j not in fixed)
        if given + free > row.most // share:
            return None
    for j, value in fixed.items():
        rows.append(Row(((j, 1),), 1) if value else Row(((j, 1),), 0))
        if value:
            rows.append(Row(((j, -1),), -1))
    return Program(gains, tuple(rows))


def _trusted(program: Program) -> bool:
    sums = [sum(abs(a) for _, a in row.terms) for row in program.rows]
    gains = sum(map(abs, program.gains))
    return gains <= TRUSTED_GAINS and max(sums, default=0) <= TRUSTED_ROWS


def _build(
    program: Program, *, category: str
) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
    """PuLP's model; names are numbers, never what a user wrote."""
    problem = pulp.LpProblem("welfare", pulp.LpMaximize)
    names = [
        problem.add_variable(f"x{j}", lowBound=0, upBound=1, cat=category)
        for j in range(len(program.gains))
    ]
    terms = zip(names, program.gains, strict=True)
    problem.setObjective(pulp.LpAffineExpression([(x, g) for x, g in terms]))
    for r, row in enumerate(program.rows):
        sum_ = pulp.LpAffineExpression([(names[j], a) for j, a in row.terms])
        problem.addConstraint(sum_ <= row.most, f"r{r}")
    return problem, names


def _chosen(
    problem: pulp.LpProblem,
    names: list[pulp.LpVariable],
    fixed: Mapping[int, int],
) -> frozenset[int] | None:
    if problem.sol_status not in (1, 2):
        return None
    values = {j: (x.varValue or 0.0) > 0.5 for j, x in enumerate(names)}  # noqa: PLR2004 - 0 or 1
    values.update({j: bool(v) for j, v in fixed.items()})
    return frozenset(j for j, value in values.items() if value)


def _bound(problem: pulp.LpProblem, small: Program, program: Program) -> int:
    """HiGHS' bound in our units, rounded to the safe side."""
    most = sum(gain for gain in program.gains if gain > 0)
    found: float = -problem.solverModel.getInfo().mip_dual_bound
    if not abs(found) < most + 1:
        return most
    step = (gcd(*program.gains) or 1) if small.gains != program.gains else 1
    return min(most, ceil(found + abs(found) * 1e-9 + 1e-6) * step)
