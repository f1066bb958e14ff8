"""Linear and integer programmes over panels: the only place here with PuLP and HiGHS.

The panels of a pool are the whole points of

    sum_t c_t = size,   least_q <= sum_t holds_tq c_t <= most_q   for every quota,
    sum over a home class <= its households,   0 <= c_t <= most_t,

where c_t counts the seats of kind t. Without "whole" it is a polytope that is kept
warm in HiGHS, because hundreds of linear programmes differ in their prices only;
PuLP, which builds a programme anew each time (20 ms), asks the whole questions.
"""

from panels.lotteries.solver.mixtures import Fairest, Mixture, Product
from panels.lotteries.solver.polytope import (
    Floats,
    Multipliers,
    Relaxation,
    Whole,
    rows_of,
)
from panels.lotteries.solver.whole import (
    ALL_NODES,
    Priced,
    best_panel,
    smallest_relaxation,
)

__all__ = [
    "ALL_NODES",
    "Fairest",
    "Floats",
    "Mixture",
    "Multipliers",
    "Priced",
    "Product",
    "Relaxation",
    "Whole",
    "best_panel",
    "rows_of",
    "smallest_relaxation",
]
