"""The polytope of panels, seats being divisible, kept warm in HiGHS."""

from dataclasses import dataclass
from functools import cache

import highspy
import numpy as np
from numpy.typing import NDArray

from panels.lotteries.kinds import Kinds

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

INFINITE = float(highspy.kHighsInf)
OPTIMAL = highspy.HighsModelStatus.kOptimal
# With so many entries all ways to round are looked at, faster than a programme.
_FEW = 17
# A linear solution this near to a whole number is that number.
_WHOLE = 1e-6


class Silent(highspy.Highs):
    """HiGHS that prints nothing, not even its licence, which comes with callbacks.

    Its threads are started once for the whole process: every model asks for one.
    """

    def __init__(self) -> None:
        super(highspy.Highs, self).__init__()
        self.silent()
        self.setOptionValue("threads", 1)
        self.setOptionValue("random_seed", 0)


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
    """The polytope, warm: whoever asks again with other prices waits little.

    `steps` are those of the simplex method so far: a measure of the work that is the
    same on every machine.
    """

    def __init__(self, kinds: Kinds) -> None:
        self._kinds = kinds
        self._model = polytope(kinds)
        self._model.changeObjectiveSense(highspy.ObjSense.kMaximize)
        self._columns = np.arange(len(kinds), dtype=np.int32)
        rows = rows_of(kinds)
        self._matrix = np.zeros((len(rows), len(kinds)))
        for r, row in enumerate(rows):
            self._matrix[r, list(row.kinds)] = 1.0
        self._least = np.array([row.least for row in rows])
        self._most = np.array([row.most for row in rows])
        self.steps = 0

    def best(self, prices: Floats) -> Floats | None:
        """The point that is worth most, or None where the polytope is empty."""
        self._model.changeColsCost(len(prices), self._columns, prices)
        self._model.run()
        self.steps += steps_of(self._model)
        if self._model.getModelStatus() != OPTIMAL:
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
        """The best of up or down for the few entries that are not whole."""
        part = self._matrix[:, loose]
        concerned = part.any(axis=1)
        part, given = part[concerned], (self._matrix @ fixed)[concerned]
        if len(loose) <= _FEW:
            ups = round(self._kinds.size - float(fixed.sum() + low.sum()))
            ways = low + _ways(len(loose), ups)
            sums = ways @ part.T + given
            fit = (sums >= self._least[concerned]) & (sums <= self._most[concerned])
            able = np.flatnonzero(fit.all(axis=1))
            if not len(able):
                return None
            best = able[np.argmax(ways[able] @ prices)]
            return np.asarray(np.rint(ways[best]), dtype=np.int64)
        model = Silent()
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
        self.steps += steps_of(model)
        if model.getModelStatus() != OPTIMAL:
            return None
        return np.asarray(np.rint(model.getSolution().col_value), dtype=np.int64)


@cache
def _ways(entries: int, ones: int) -> Floats:
    """All rows of so many zeros and ones."""
    bits = np.arange(2**entries)[:, None] >> np.arange(entries) & 1
    return np.asarray(bits[bits.sum(axis=1) == ones], dtype=np.float64)


def steps_of(model: highspy.Highs) -> int:
    """Of the simplex method; and what setting up costs, as if it were some more."""
    return 50 + max(0, int(model.getInfo().simplex_iteration_count))


def polytope(kinds: Kinds) -> highspy.Highs:
    """The rows above as a programme that has no prices yet."""
    model = Silent()
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
