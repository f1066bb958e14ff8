"""Linear programmes whose answer is a chance: the fairest point, the best mixture."""

import highspy
import numpy as np
from numpy.typing import NDArray

from panels.lotteries.kinds import Kinds
from panels.lotteries.solver.polytope import (
    INFINITE,
    OPTIMAL,
    Floats,
    Multipliers,
    Silent,
    Whole,
    polytope,
)

# From so many kinds on, mixing takes seconds.
_LARGE = 300


class Fairest:
    """max z subject to c_t >= people_t z, or people_t times its chance where fixed."""

    def __init__(self, kinds: Kinds) -> None:
        self._kinds = kinds
        self._model = polytope(kinds)
        self._first = self._model.getNumRow()
        self._z = len(kinds)
        self._model.addVar(0.0, 1.0)
        self._model.changeColCost(self._z, 1.0)
        self._model.changeObjectiveSense(highspy.ObjSense.kMaximize)
        for t, people in enumerate(kinds.people):
            self._model.addRow(
                0.0,
                INFINITE,
                2,
                np.array([t, self._z], dtype=np.int32),
                np.array([1.0, -float(people)]),
            )

    def solve(self) -> tuple[float, Floats, Floats]:
        """The best z, a point that reaches it, and the price of each kind's row."""
        self._model.run()
        if self._model.getModelStatus() != OPTIMAL:
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
        self._model.changeRowBounds(row, people * chance, INFINITE)


class Mixture:
    """The mixture of known panels that falls least short of what is wanted; grows.

    min eps subject to chance_t + eps >= wanted_t for every kind (for a fixed one,
    chance_t >= its chance), the panels' shares adding up to one.
    """

    def __init__(self, people: Whole, wanted: Floats) -> None:
        self._people = people.astype(np.float64)
        self._model = Silent()
        self._model.setOptionValue("presolve", "off")
        # A large one is begun inside; the simplex method goes on from there.
        self._model.setOptionValue(
            "solver", "ipm" if len(people) > _LARGE else "choose"
        )
        self._model.addVar(0.0, INFINITE)
        self._model.changeColCost(0, 1.0)
        for value in wanted:
            self._model.addRow(
                float(value), INFINITE, 1, np.array([0], dtype=np.int32), np.ones(1)
            )
        self._model.addRow(1.0, 1.0, 0, np.array([], dtype=np.int32), np.array([]))
        self._rows = len(people)

    def add(self, panel: Whole) -> None:
        """One more panel that may be in the mixture."""
        held = np.flatnonzero(panel)
        where = np.append(held, self._rows).astype(np.int32)
        values = np.append(panel[held] / self._people[held], 1.0)
        self._model.addCol(0.0, 0.0, INFINITE, len(where), where, values)

    def fix(self, kind: int, chance: float) -> None:
        """From now on this kind gets at least that chance, whatever eps is."""
        self._model.changeCoeff(kind, 0, 0.0)
        self._model.changeRowBounds(kind, chance, INFINITE)

    def solve(self) -> tuple[float, Floats, Floats]:
        """The least eps, the panels' shares, and the price of each kind's row."""
        self._model.run()
        self._model.setOptionValue("solver", "choose")
        if self._model.getModelStatus() != OPTIMAL:
            raise ArithmeticError(str(self._model.getModelStatus()))
        solution = self._model.getSolution()
        values = np.array(solution.col_value)
        prices = np.maximum(np.array(solution.row_dual)[: self._rows], 0.0)
        return float(values[0]), np.maximum(values[1:], 0.0), prices


class Product:
    """max sum people_t log(c_t): tangents to the logarithm, more where it is bent."""

    def __init__(self, kinds: Kinds, counted: NDArray[np.bool_], start: Floats) -> None:
        """From a point at which every counted kind has something."""
        self._kinds = kinds
        self._places = np.flatnonzero(counted)
        self._model = polytope(kinds)
        self._first = len(kinds)
        self._model.changeObjectiveSense(highspy.ObjSense.kMaximize)
        for place, people in enumerate(kinds.people):
            top = INFINITE if counted[place] else 0.0
            self._model.addVar(-INFINITE, top)
            if counted[place]:
                column = self._first + place
                self._model.changeColCost(column, float(people))
        # No tangent left of these: a point at nothing at all has none.
        self._lowest = start / 2
        for place in self._places.tolist():
            most = float(kinds.most[place])
            for at in {start[place], most, np.sqrt(start[place] * most)}:
                self._touch(place, at)
            self._touch(place, float(self._lowest[place]))

    def solve(self, enough: float) -> Floats:
        """The best point, its mean logarithm within `enough` of the largest."""
        people = self._kinds.people[self._places]
        while True:
            self._model.run()
            if self._model.getModelStatus() != OPTIMAL:
                raise ArithmeticError(str(self._model.getModelStatus()))
            values = np.array(self._model.getSolution().col_value)
            point = np.maximum(values[: self._first], self._lowest / 4)
            over = values[self._first :][self._places] - np.log(point[self._places])
            if people @ over <= enough * people.sum():
                return np.asarray(values[: self._first])
            for place in self._places[over > enough / 10].tolist():
                self._touch(place, float(point[place]))
                self._lowest[place] = min(self._lowest[place], point[place])

    def _touch(self, place: int, at: float) -> None:
        self._model.addRow(
            -INFINITE,
            float(np.log(at)) - 1,
            2,
            np.array([place, self._first + place], dtype=np.int32),
            np.array([-1 / at, 1.0]),
        )
