"""The obviously right twin: all panels written down, leximin person by person."""

from itertools import combinations

import numpy as np
import pulp
from numpy.typing import NDArray

from panels.pool import Pool
from panels.quotas import Quota


def all_panels(pool: Pool, quotas: tuple[Quota, ...], size: int) -> list[list[int]]:
    """Every set of `size` volunteers that keeps quotas and households."""
    found = []
    for panel in combinations(range(len(pool)), size):
        seats = pool.holds[list(panel)].sum(axis=0)
        fits = all(q.least <= n <= q.most for q, n in zip(quotas, seats, strict=True))
        homes = {int(pool.households[i]) for i in panel}
        if fits and len(homes) == size:
            found.append(list(panel))
    return found


def best_leximin(panels: list[list[int]], people: int) -> NDArray[np.float64]:
    """The sorted leximin chances, by one linear programme a person and level."""
    fixed: dict[int, float] = {}
    while len(fixed) < people:
        level = _most(panels, people, fixed, None)
        for person in range(people):
            if person in fixed:
                continue
            if _most(panels, people, fixed, (person, level)) <= level + 1e-7:
                fixed[person] = level
    return np.sort(np.array(list(fixed.values())))


def _most(
    panels: list[list[int]],
    people: int,
    fixed: dict[int, float],
    alone: tuple[int, float] | None,
) -> float:
    """The largest least chance of the free, or of one while the free keep a level."""
    problem = pulp.LpProblem("twin", pulp.LpMaximize)
    share = [problem.add_variable(f"x{p}", 0, 1) for p in range(len(panels))]
    z = problem.add_variable("z", 0, 1)
    problem.setObjective(1.0 * z)
    problem.addConstraint(pulp.lpSum(share) == 1)
    for person in range(people):
        chance = pulp.lpSum(
            share[p] for p, panel in enumerate(panels) if person in panel
        )
        if person in fixed:
            problem.addConstraint(chance >= fixed[person] - 1e-9)
        elif alone is None or alone[0] == person:
            problem.addConstraint(chance >= z)
        else:
            problem.addConstraint(chance >= alone[1] - 1e-9)
    problem.solve(pulp.HiGHS(msg=False, threads=1))
    return float(z.varValue or 0.0)
