"""Linear and integer programmes over panels: the only place here with PuLP and HiGHS.

The panels of a pool are the whole points of

    sum_t c_t = size,   least_q <= sum_t holds_tq c_t <= most_q   for every quota,
    sum over a home class <= its households,   0 <= c_t <= most_t,

where c_t counts the seats of kind t. Without "whole" it is a polytope that is kept
warm in HiGHS, because hundreds of linear programmes differ in their prices only;
PuLP, which builds a programme anew each time (20 ms), asks the whole questions.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
import pulp
from numpy.typing import NDArray

from panels.lotteries.kinds import Kinds
from panels.quotas import Quota, Widened

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

_INFINITE = float(highspy.kHighsInf)
_OPTIMAL = highspy.HighsModelStatus.kOptimal
# A linear solution this near to a whole number is that number.
_WHOLE = 1e-6


class _Silent(highspy.Highs):
    """HiGHS that prints nothing, not even its licence, which comes with callbacks.

    Its threads are started once for the whole process: every model asks for one.
    """

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()
        self.silent()
        self.setOptionValue("threads", 1)
        self.setOptionValue("random_seed", 0)


class _Solver(pulp.HiGHS):  # type: ignore[misc]  # PuLP ships no types
    """PuLP's HiGHS, built on the silent one; the options are ours."""

    def createAndConfigureSolver(self, lp: pulp.LpProblem) -> None:  # noqa: N802 - its name
        """Called by PuLP in `solve`."""
        lp.solverModel = _Silent()
        options = {"mip_rel_gap": 0.0, "mip_abs_gap": 1e-7}
        if self.timeLimit is not None:
            options["time_limit"] = float(self.timeLimit)
        for name, value in options.items():
            lp.solverModel.setOptionValue(name, value)


@dataclass(frozen=True, slots=True)
class Row:
    """least <= sum of some kinds <= most."""

    kinds: tuple[int, ...]
    least: float
    most: float


def rows_of(kinds: Kinds) -> list[Row]:
    """The rows above, the panel's size first."""
    found = [Row(tuple(range(len(kinds))), kinds.size, kinds.size)]
    for q, (least, most) in enumerate(zip(kinds.least_of, kinds.most_of, strict=True)):
        holders = np.flatnonzero(kinds.holds[:, q])
        found.append(Row(tuple(map(int, holders)), float(least), float(most)))
    found += [Row(each, 0.0, float(room)) for each, room in kinds.homes]
    return found


@dataclass(frozen=True, slots=True)
class Multipliers:
    """The prices by which a linear programme proves its answer.

    Attributes:
        values: (T,), of one volunteer of each kind.
        seat: of a seat.
        quotas: (q,), of each quota; below zero where it asks for more than is liked.
    """

    values: Floats
    seat: float
    quotas: Floats


class Relaxation:
    """The polytope, warm: whoever asks again with other prices waits little."""

    def __init__(self, kinds: Kinds) -> None:
        self._kinds = kinds
        self._model = _polytope(kinds)
        self._model.changeObjectiveSense(highspy.ObjSense.kMaximize)
        self._columns = np.arange(len(kinds), dtype=np.int32)
        rows = rows_of(kinds)
        self._matrix = np.zeros((len(rows), len(kinds)))
        for r, row in enumerate(rows):
            self._matrix[r, list(row.kinds)] = 1.0
        self._least = np.array([row.least for row in rows])
        self._most = np.array([row.most for row in rows])

    def best(self, prices: Floats) -> Floats | None:
        """The point that is worth most, or None where the polytope is empty."""
        self._model.changeColsCost(len(prices), self._columns, prices)
        self._model.run()
        if self._model.getModelStatus() != _OPTIMAL:
            return None
        return np.array(self._model.getSolution().col_value)

    def multipliers(self, prices: Floats) -> Multipliers:
        """Why no panel is worth more than the best point."""
        if self.best(prices) is None:
            raise ArithmeticError(str(self._model.getModelStatus()))
        duals = np.array(self._model.getSolution().row_dual)
        last = 1 + len(self._kinds.least_of)
        return Multipliers(prices, float(duals[0]), duals[1:last])

    def panel(self, prices: Floats) -> Whole | None:
        """A panel that is worth much, not proven the most; None where none is near.

        The best point's whole entries stay; of the few others, the best rounding.
        """
        point = self.best(prices)
        if point is None:
            return None
        low = np.floor(point + _WHOLE)
        loose = np.flatnonzero(np.ceil(point - _WHOLE) > low)
        panel = low.astype(np.int64)
        if len(loose):
            panel[loose] = 0
            rounded = self._round(panel, loose, low[loose], prices[loose])
            if rounded is None:
                return None
            panel[loose] = rounded
        return panel if self._kinds.allows(panel) else None

    def _round(
        self, fixed: Whole, loose: Whole, low: Floats, prices: Floats
    ) -> Whole | None:
        """An integer programme in the few entries that are not whole."""
        part = self._matrix[:, loose]
        concerned = part.any(axis=1)
        part, given = part[concerned], (self._matrix @ fixed)[concerned]
        model = _Silent()
        columns, rows = part.T.nonzero()
        starts = np.searchsorted(columns, np.arange(len(loose)))
        model.passModel(
            len(loose),
            len(part),
            len(rows),
            int(highspy.MatrixFormat.kColwise),
            int(highspy.ObjSense.kMaximize),
            0.0,
            prices,
            low,
            low + 1,
            self._least[concerned] - given,
            self._most[concerned] - given,
            starts.astype(np.int32),
            rows.astype(np.int32),
            np.ones(len(rows)),
            np.full(len(loose), int(highspy.HighsVarType.kInteger), dtype=np.int32),
        )
        model.run()
        if model.getModelStatus() != _OPTIMAL:
            return None
        return np.rint(model.getSolution().col_value).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Priced:
    """The most valuable panel found, and what no panel exceeds."""

    panel: Whole | None
    bound: float


def best_panel(
    kinds: Kinds, prices: Floats, *, time_limit: float | None = None
) -> Priced:
    """The panel that is worth most: an integer programme, proven unless time is up."""
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
    problem.solve(_Solver(msg=False, timeLimit=time_limit))
    if problem.status == pulp.LpStatusInfeasible:
        return Priced(None, -np.inf)
    if problem.sol_status not in (1, 2):
        if time_limit is None:
            raise ArithmeticError(pulp.LpStatus[problem.status])
        return Priced(None, np.inf)
    panel = np.array([round(x.varValue or 0) for x in seats], dtype=np.int64)
    value = float(prices @ panel)
    if problem.status != 1 or problem.sol_status != 1:
        value = max(value, -float(problem.solverModel.getInfo().mip_dual_bound))
    return Priced(panel if kinds.allows(panel) else None, value)


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
    problem.solve(_Solver(msg=False))
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


class Fairest:
    """max z subject to c_t >= people_t z, or people_t times its chance where fixed."""

    def __init__(self, kinds: Kinds) -> None:
        self._kinds = kinds
        self._model = _polytope(kinds)
        self._first = self._model.getNumRow()
        self._z = len(kinds)
        self._model.addVar(0.0, 1.0)
        self._model.changeColCost(self._z, 1.0)
        self._model.changeObjectiveSense(highspy.ObjSense.kMaximize)
        for t, people in enumerate(kinds.people):
            self._model.addRow(
                0.0,
                _INFINITE,
                2,
                np.array([t, self._z], dtype=np.int32),
                np.array([1.0, -float(people)]),
            )

    def solve(self) -> tuple[float, Floats, Floats]:
        """The best z, a point that reaches it, and the price of each kind's row."""
        self._model.run()
        if self._model.getModelStatus() != _OPTIMAL:
            raise ArithmeticError(str(self._model.getModelStatus()))
        solution = self._model.getSolution()
        values = np.array(solution.col_value)
        prices = -np.array(solution.row_dual)[self._first :]
        return float(values[self._z]), values[: self._z], prices

    def multipliers(self) -> Multipliers:
        """Why the smallest chance can be no larger than the last answer."""
        duals = np.array(self._model.getSolution().row_dual)
        last = 1 + len(self._kinds.least_of)
        return Multipliers(-duals[self._first :], float(duals[0]), duals[1:last])

    def fix(self, kind: int, chance: float) -> None:
        """From now on this kind has at least that chance, whatever z does."""
        row = self._first + kind
        self._model.changeCoeff(row, self._z, 0.0)
        people = float(self._kinds.people[kind])
        self._model.changeRowBounds(row, people * chance, _INFINITE)


class Mixture:
    """The mixture of known panels that falls least short of what is wanted; grows.

    min eps subject to chance_t + eps >= wanted_t for every kind (for a fixed one,
    chance_t >= its chance), the panels' shares adding up to one.
    """

    def __init__(self, people: Whole, wanted: Floats) -> None:
        self._people = people.astype(np.float64)
        self._model = _Silent()
        self._model.setOptionValue("presolve", "off")
        self._model.addVar(0.0, _INFINITE)
        self._model.changeColCost(0, 1.0)
        for value in wanted:
            self._model.addRow(
                float(value), _INFINITE, 1, np.array([0], dtype=np.int32), np.ones(1)
            )
        self._model.addRow(1.0, 1.0, 0, np.array([], dtype=np.int32), np.array([]))
        self._rows = len(people)

    def add(self, panel: Whole) -> None:
        """One more panel that may be in the mixture."""
        held = np.flatnonzero(panel)
        where = np.append(held, self._rows).astype(np.int32)
        values = np.append(panel[held] / self._people[held], 1.0)
        self._model.addCol(0.0, 0.0, _INFINITE, len(where), where, values)

    def fix(self, kind: int, chance: float) -> None:
        """From now on this kind gets at least that chance, whatever eps is."""
        self._model.changeCoeff(kind, 0, 0.0)
        self._model.changeRowBounds(kind, chance, _INFINITE)

    def solve(self) -> tuple[float, Floats, Floats]:
        """The least eps, the panels' shares, and the price of each kind's row."""
        self._model.run()
        if self._model.getModelStatus() != _OPTIMAL:
            raise ArithmeticError(str(self._model.getModelStatus()))
        solution = self._model.getSolution()
        values = np.array(solution.col_value)
        prices = np.maximum(np.array(solution.row_dual)[: self._rows], 0.0)
        return float(values[0]), np.maximum(values[1:], 0.0), prices


def _polytope(kinds: Kinds) -> highspy.Highs:
    model = _Silent()
    model.addVars(len(kinds), np.zeros(len(kinds)), kinds.most.astype(np.float64))
    for row in rows_of(kinds):
        model.addRow(
            row.least,
            row.most,
            len(row.kinds),
            np.array(row.kinds, dtype=np.int32),
            np.ones(len(row.kinds)),
        )
    return model
