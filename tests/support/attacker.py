"""A reader who reckons: what the published numbers leave open, by linear programmes.

He knows all tables of all days, how many people there are, and that nobody's vote is
taken back. His unknowns are the people of each area, age band and channel of each day.
"""

from collections.abc import Iterable, Mapping
from itertools import product
from typing import Any

import highspy

from voting.turnout_tables import Tables, Turnout

# Of which day, in which table, under which key.
Where = tuple[int, str, tuple[str, ...]]


class Attacker:
    """All that follows from what was shown."""

    def __init__(self, turnouts: list[Turnout], days: list[Tables]) -> None:
        last = turnouts[-1]
        self.axes = (last.areas, last.bands, last.channels)
        self.solver = highspy.Highs()
        self.solver.silent()
        self.days = [
            {key: self.solver.addVariable(lb=0) for key in product(*self.axes)}
            for _ in days
        ]
        self._know_the_groups(last.people)
        for earlier, later in zip(self.days, self.days[1:], strict=False):
            for key in earlier:
                self.solver.addConstr(earlier[key] <= later[key])
        for number, tables in enumerate(days):
            self._read(number, tables)

    def range_of(self, where: Iterable[tuple[int, Where]]) -> tuple[int, int]:
        """The least and the largest value of a sum of cells, each times a number."""
        found = []
        for sense in (1, -1):
            wanted = sum(
                (sense * times * self._sum(cell) for times, cell in where),
                start=0.0 * next(iter(self.days[0].values())),
            )
            self.solver.minimize(wanted)
            status = self.solver.getModelStatus()
            if status == highspy.HighsModelStatus.kUnbounded:
                found.append(sense * -(10**9))
                continue
            assert status == highspy.HighsModelStatus.kOptimal, status
            value = self.solver.getInfo().objective_function_value
            found.append(sense * round(value))
        return int(found[0]), int(found[1])

    def _sum(self, cell: Where) -> Any:
        day, table, key = cell
        axes = () if table == "all" else tuple(table.split("_"))
        wanted = dict(zip(axes, key, strict=True))
        chosen = [
            variable
            for names, variable in self.days[day].items()
            if wanted.items()
            <= dict(zip(("area", "age", "channel"), names, strict=True)).items()
        ]
        return sum(chosen[1:], start=1.0 * chosen[0])

    def _know_the_groups(self, people: Mapping[tuple[str, str], int] | None) -> None:
        if people is None:
            return
        areas, bands, channels = self.axes
        for area, band in product(areas, bands):
            parts = [self.days[-1][area, band, channel] for channel in channels]
            total = sum(parts[1:], start=1.0 * parts[0])
            self.solver.addConstr(total <= people.get((area, band), 0))

    def _read(self, number: int, tables: Tables) -> None:
        for name, cells in tables.items():
            for cell in cells:
                if cell.day != str(number):
                    continue  # it was read on its own day
                there = self._sum((number, name, cell.key))
                if cell.voters is not None:
                    self.solver.addConstr(there == cell.voters)
