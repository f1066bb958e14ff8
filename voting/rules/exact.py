"""The last word on an integer program, in integers: branch and bound by prices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# Prices become whole multiples of 2**-SHIFT; rounding only loosens the bound.
SHIFT = 60


@dataclass(frozen=True, slots=True)
class Row:
    """sum of coefficient * x over the terms (variable, coefficient) <= most."""

    terms: tuple[tuple[int, int], ...]
    most: int


@dataclass(frozen=True, slots=True)
class Program:
    """Maximise gains * x over binary x under the rows."""

    gains: tuple[int, ...]
    rows: tuple[Row, ...]

    def value(self, chosen: frozenset[int]) -> int:
        """The gains of a set."""
        return sum(self.gains[j] for j in chosen)

    def allows(self, chosen: frozenset[int]) -> bool:
        """Whether the set keeps every row, added up in integers."""
        return all(
            sum(a for j, a in row.terms if j in chosen) <= row.most for row in self.rows
        )

    def also(self, *rows: Row) -> "Program":
        """The program with more rows."""
        return Program(self.gains, self.rows + rows)


def improve(
    program: Program,
    fixed: Mapping[int, int],
    start: frozenset[int] | None,
    prices: Sequence[float],
    *,
    nodes: int,
) -> tuple[frozenset[int] | None, int, bool]:
    """The best set at least as good as `start`, an upper bound, and "proven".

    For prices y >= 0, reduced gains r_j = gains_j - sum_r y_r a_rj and any allowed x,

        gains x <= sum_r y_r most_r + sum_j max(0, r_j) - sum of the losses of x,

    where x loses r_j for leaving out a positive one and -r_j for taking a negative
    one. Any prices give a true bound, so floats may propose them: they are rounded
    to multiples of 2**-SHIFT and everything after that is exact. Variables are
    branched on by falling |r_j|, the better value first.
    """
    search = _Search(program, fixed, start, prices, nodes)
    proven = search.run()
    return search.best, search.top >> SHIFT, proven


class _Search:
    """Depth first, without recursion."""

    def __init__(
        self,
        program: Program,
        fixed: Mapping[int, int],
        start: frozenset[int] | None,
        prices: Sequence[float],
        nodes: int,
    ) -> None:
        self.program, self.best, self.nodes = program, start, nodes
        # Of what is chosen at the moment.
        self.value = 0
        self.least = None if start is None else program.value(start)
        whole = [int(price * 2**SHIFT) for price in prices]
        reduced = [gain << SHIFT for gain in program.gains]
        self.column: list[list[tuple[int, int]]] = [[] for _ in program.gains]
        for r, row in enumerate(program.rows):
            for j, a in row.terms:
                reduced[j] -= whole[r] * a
                self.column[j].append((r, a))
        self.top = sum(p * row.most for p, row in zip(whole, program.rows, strict=True))
        self.top += sum(r for j, r in enumerate(reduced) if r > 0 and j not in fixed)
        self.top += sum(r for j, r in enumerate(reduced) if fixed.get(j))
        self.reduced, self.fixed = reduced, fixed
        free = [j for j in range(len(reduced)) if j not in fixed]
        self.order = sorted(free, key=lambda j: (-abs(reduced[j]), j))

    def run(self) -> bool:
        """Search; False if the nodes ran out first."""
        slack = [row.most for row in self.program.rows]
        for r, row in enumerate(self.program.rows):
            slack[r] -= sum(a * self.fixed.get(j, 0) for j, a in row.terms)
        helped = self._helped()
        chosen = {j for j, value in self.fixed.items() if value}
        self.value = self.program.value(frozenset(chosen))
        # (depth, value to set there or None to undo, loss before)
        stack: list[tuple[int, int | None, int]] = [(-1, 0, 0)]
        while stack:
            depth, value, loss = stack.pop()
            if value is None:
                self._put(self.order[depth], -1, slack, chosen)
                continue
            if depth >= 0:
                j = self.order[depth]
                loss += self._loss(j, value)
                if value:
                    self._put(j, 1, slack, chosen)
                    stack.append((depth, None, 0))
            if self._hopeless(loss, slack, helped[depth + 1]):
                continue
            self.nodes -= 1
            if self.nodes < 0:
                return False
            if depth + 1 == len(self.order):
                self._keep(chosen)
                continue
            first = int(self.reduced[self.order[depth + 1]] > 0)
            stack.append((depth + 1, 1 - first, loss))
            stack.append((depth + 1, first, loss))
        return True

    def _loss(self, j: int, value: int) -> int:
        gain = self.reduced[j]
        return max(0, -gain if value else gain)

    def _put(self, j: int, sign: int, slack: list[int], chosen: set[int]) -> None:
        for r, a in self.column[j]:
            slack[r] -= sign * a
        self.value += sign * self.program.gains[j]
        if sign > 0:
            chosen.add(j)
        else:
            chosen.discard(j)

    def _helped(self) -> list[list[int]]:
        """Per depth and row, by how much the variables still free can lower it."""
        helped = [[0] * len(self.program.rows)]
        for j in reversed(self.order):
            above = list(helped[-1])
            for r, a in self.column[j]:
                above[r] -= min(a, 0)
            helped.append(above)
        return helped[::-1]

    def _hopeless(self, loss: int, slack: list[int], helped: list[int]) -> bool:
        if any(s + h < 0 for s, h in zip(slack, helped, strict=True)):
            return True
        return self.least is not None and (self.top - loss) >> SHIFT <= self.least

    def _keep(self, chosen: set[int]) -> None:
        if self.least is None or self.value > self.least:
            self.best, self.least = frozenset(chosen), self.value
