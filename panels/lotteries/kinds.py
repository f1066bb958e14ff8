"""Volunteers who are interchangeable, taken together.

People with the same values are of one *pattern*. A household with several volunteers
is of a *home class*, named by the patterns in it; a person alone is a class of his
own pattern. A *kind* is a pattern within a home class: all of a kind have the same
chance in a fair lottery, so the programmes only ask how many of each kind sit on a
panel (Flanigan et al., Nature 2021, collapse by features alone; households are ours).
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from panels.pool import Pool
from panels.quotas import Quota


@dataclass(frozen=True, slots=True)
class Kinds:
    """T kinds in H home classes under q quotas.

    Attributes:
        size: seats of the panel.
        people: (T,), volunteers of a kind.
        most: (T,), how many of them one panel can hold: one of a household.
        holds: (T, q), whether a kind has the value of a quota.
        least_of, most_of: (q,), the quotas.
        homes: for each home class with several kinds or several of a kind: the
            places of its kinds and the number of its households.
        members: for each kind, households and who lives there: (household, places
            in the pool).
    """

    size: int
    people: NDArray[np.int64]
    most: NDArray[np.int64]
    holds: NDArray[np.bool_]
    least_of: NDArray[np.int64]
    most_of: NDArray[np.int64]
    homes: tuple[tuple[tuple[int, ...], int], ...]
    members: tuple[tuple[tuple[int, tuple[int, ...]], ...], ...]

    def __len__(self) -> int:
        """How many kinds there are."""
        return len(self.people)

    def allows(self, panel: NDArray[np.int64]) -> bool:
        """Whether a panel, (T,) seats of each kind, keeps everything; in integers."""
        seats = panel @ self.holds.astype(np.int64)
        return bool(
            panel.sum() == self.size
            and (panel >= 0).all()
            and (panel <= self.most).all()
            and (seats >= self.least_of).all()
            and (seats <= self.most_of).all()
            and all(panel[list(kinds)].sum() <= room for kinds, room in self.homes)
        )


def kinds_of(pool: Pool, quotas: tuple[Quota, ...], size: int) -> Kinds:
    """Collapse a pool; the order of kinds is that of their first volunteer."""
    _, pattern = np.unique(pool.holds, axis=0, return_inverse=True)
    patterns = pattern.reshape(-1).tolist()
    homes: dict[int, list[int]] = {}
    for place, home in enumerate(pool.households.tolist()):
        homes.setdefault(home, []).append(place)
    classes: dict[tuple[int, ...], list[list[int]]] = {}
    for places in homes.values():
        name = tuple(sorted(patterns[place] for place in places))
        classes.setdefault(name, []).append(places)

    people: list[int] = []
    most: list[int] = []
    holds: list[NDArray[np.bool_]] = []
    members: list[tuple[tuple[int, tuple[int, ...]], ...]] = []
    rooms: list[tuple[tuple[int, ...], int]] = []
    for name, households in classes.items():
        first = len(people)
        for kind, each in Counter(name).items():
            living = tuple(
                (number, tuple(p for p in places if patterns[p] == kind))
                for number, places in enumerate(households)
            )
            people.append(each * len(households))
            most.append(len(households))
            holds.append(pool.holds[living[0][1][0]])
            members.append(living)
        if len(name) > 1:
            rooms.append((tuple(range(first, len(people))), len(households)))
    return Kinds(
        size,
        np.array(people, dtype=np.int64),
        np.array(most, dtype=np.int64),
        np.array(holds, dtype=bool).reshape(len(people), len(quotas)),
        np.array([q.least for q in quotas], dtype=np.int64),
        np.array([q.most for q in quotas], dtype=np.int64),
        tuple(rooms),
        tuple(members),
    )
