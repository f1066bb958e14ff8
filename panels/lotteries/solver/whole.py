"""The integer programmes, which PuLP builds: the best panel, the least relaxation."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pulp

from panels.lotteries.kinds import Kinds
from panels.lotteries.solver.polytope import Floats, Silent, Whole, rows_of, steps_of
from panels.quotas import Quota, Widened

# HiGHS' own limit, its largest whole number.
ALL_NODES = 2**31 - 1


class _Solver(pulp.HiGHS):  # type: ignore[misc]  # PuLP ships no types
    """PuLP's HiGHS, built on the silent one; the options are ours.

    A search that is too long ends after a number of nodes, never after a time: the same
    draw is to give the same panels on every machine.
    """

    def __init__(self, nodes: int = ALL_NODES) -> None:
        super().__init__(msg=False)
        self.nodes = nodes

    def createAndConfigureSolver(self, lp: pulp.LpProblem) -> None:  # noqa: N802 - its name
        """Called by PuLP in `solve`."""
        lp.solverModel = Silent()
        options = {"mip_rel_gap": 0.0, "mip_abs_gap": 1e-7, "mip_max_nodes": self.nodes}
        for name, value in options.items():
            lp.solverModel.setOptionValue(name, value)

    def findSolutionValues(self, lp: pulp.LpProblem) -> tuple[int, int]:  # noqa: N802 - its name
        """Called by PuLP after the search; it does not know a limit of nodes."""
        try:
            found: tuple[int, int] = super().findSolutionValues(lp)
        except KeyError:
            known = math.isfinite(lp.solverModel.getInfo().objective_function_value)
            return (
                (pulp.LpStatusOptimal, pulp.LpSolutionIntegerFeasible)
                if known
                else (pulp.LpStatusNotSolved, pulp.LpSolutionNoSolutionFound)
            )
        return found


@dataclass(frozen=True, slots=True)
class Priced:
    """The most valuable panel found, what no panel exceeds, and the steps it took."""

    panel: Whole | None
    bound: float
    steps: int


def best_panel(kinds: Kinds, prices: Floats, *, nodes: int = ALL_NODES) -> Priced:
    """The panel that is worth most: an integer programme, proven within `nodes`."""
    problem = pulp.LpProblem("panel", pulp.LpMaximize)
    seats = [
        problem.add_variable(f"c{t}", 0, int(most), pulp.LpInteger)
        for t, most in enumerate(kinds.most)
    ]
    problem.setObjective(
        pulp.LpAffineExpression(list(zip(seats, map(float, prices), strict=True)))
    )
    for r, row in enumerate(rows_of(kinds)):
        total = pulp.LpAffineExpression([(seats[t], 1) for t in row.kinds])
        problem.addConstraint(total >= row.least, f"l{r}")
        problem.addConstraint(total <= row.most, f"m{r}")
    problem.solve(_Solver(nodes))
    info = problem.solverModel.getInfo()
    steps = steps_of(problem.solverModel)
    if problem.status == pulp.LpStatusInfeasible:
        return Priced(None, -np.inf, steps)
    if problem.sol_status not in (1, 2):
        if nodes == ALL_NODES:
            raise ArithmeticError(pulp.LpStatus[problem.status])
        return Priced(None, -float(info.mip_dual_bound), steps)
    panel = np.array([round(x.varValue or 0) for x in seats], dtype=np.int64)
    value = float(prices @ panel)
    if problem.status != 1 or problem.sol_status != 1:
        value = max(value, -float(info.mip_dual_bound))
    return Priced(panel if kinds.allows(panel) else None, value, steps)


def smallest_relaxation(
    kinds: Kinds, quotas: Sequence[Quota]
) -> tuple[Widened, ...] | None:
    """The fewest seats by which quotas must be widened so that a panel exists.

    Among equally small ones, the one that changes the earlier quotas less. None where
    even the stated flexibility allows no panel.
    """
    problem = pulp.LpProblem("relaxation", pulp.LpMinimize)
    seats = [
        problem.add_variable(f"c{t}", 0, int(most), pulp.LpInteger)
        for t, most in enumerate(kinds.most)
    ]
    down = [
        problem.add_variable(f"d{q}", 0, quota.least - quota.least_flex, pulp.LpInteger)
        for q, quota in enumerate(quotas)
    ]
    up = [
        problem.add_variable(f"u{q}", 0, quota.most_flex - quota.most, pulp.LpInteger)
        for q, quota in enumerate(quotas)
    ]
    step = 1 / (4 * kinds.size * (len(quotas) + 1) ** 2 + 1)
    weights = [1 + (len(quotas) - q) * step for q in range(len(quotas))]
    problem.setObjective(
        pulp.LpAffineExpression(
            [*zip(down, weights, strict=True), *zip(up, weights, strict=True)]
        )
    )
    for r, row in enumerate(rows_of(kinds)):
        low = high = pulp.LpAffineExpression([(seats[t], 1) for t in row.kinds])
        # The first row is the size, then come the quotas, then the homes.
        if 0 < r <= len(quotas):
            low, high = low + down[r - 1], high - up[r - 1]
        problem.addConstraint(low >= row.least, f"l{r}")
        problem.addConstraint(high <= row.most, f"m{r}")
    problem.solve(_Solver())
    if problem.status == pulp.LpStatusInfeasible:
        return None
    if problem.status != 1 or problem.sol_status != 1:
        raise ArithmeticError(pulp.LpStatus[problem.status])
    changes = []
    for q, quota in enumerate(quotas):
        lower, raise_ = round(down[q].varValue or 0), round(up[q].varValue or 0)
        if lower or raise_:
            changes.append(Widened(quota, quota.least - lower, quota.most + raise_))
    return tuple(changes)
