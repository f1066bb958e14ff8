"""The pool: the volunteers among whom the lottery draws."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from panels.errors import PoolTooSmall
from panels.quotas import Quota


@dataclass(frozen=True, slots=True)
class Pool:
    """n volunteers and q quotas.

    Attributes:
        ids: n names, all different.
        holds: (n, q), whether a volunteer has the value of a quota.
        households: (n,) numbers; equal ones live at one address, and at most one
            of them gets a seat.
    """

    ids: tuple[str, ...]
    holds: NDArray[np.bool_]
    households: NDArray[np.int64]

    def __len__(self) -> int:
        """How many volunteers there are."""
        return len(self.ids)

    @classmethod
    def of(
        cls,
        people: Mapping[str, Mapping[str, str]],
        quotas: Sequence[Quota],
        *,
        addresses: Mapping[str, object] | None = None,
    ) -> "Pool":
        """From each volunteer's value of each feature; no address: everybody alone."""
        ids = tuple(people)
        holds = np.array(
            [[people[i][q.feature] == q.value for q in quotas] for i in ids], dtype=bool
        ).reshape(len(ids), len(quotas))
        homes: dict[object, int] = {}
        numbers = [
            homes.setdefault((addresses or {}).get(i, ("alone", i)), len(homes))
            for i in ids
        ]
        return cls(ids, holds, np.array(numbers, dtype=np.int64))

    def only(self, kept: NDArray[np.bool_]) -> "Pool":
        """A part of the pool."""
        ids = tuple(i for i, keep in zip(self.ids, kept, strict=True) if keep)
        return Pool(ids, self.holds[kept], self.households[kept])


@dataclass(frozen=True, slots=True)
class Task:
    """What is left to draw when some seats are given already."""

    pool: Pool
    quotas: tuple[Quota, ...]
    size: int


def without_given(
    pool: Pool,
    quotas: Sequence[Quota],
    size: int,
    *,
    inside: Collection[str] = (),
    outside: Collection[str] = (),
    seated: Pool | None = None,
) -> Task:
    """Take those who must be in, must be out, or sit on the panel already from it.

    `size` and the quotas are those of the whole panel; the households of whoever is
    in, or seated, are closed. For replacement and rotation draws.

    Raises:
        PoolTooSmall: fewer are left than seats.
    """
    given = np.array([i in set(inside) for i in pool.ids], dtype=bool)
    taken = pool.holds[given].sum(axis=0, dtype=np.int64)
    homes = set(pool.households[given].tolist())
    count = int(given.sum())
    if seated is not None:
        taken = taken + seated.holds.sum(axis=0, dtype=np.int64)
        homes |= set(seated.households.tolist())
        count += len(seated)
    closed = set(outside) | set(seated.ids if seated else ())
    kept = np.array(
        [
            i not in closed and not is_given and home not in homes
            for i, is_given, home in zip(
                pool.ids, given, pool.households.tolist(), strict=True
            )
        ],
        dtype=bool,
    )
    left = tuple(
        Quota(
            q.feature,
            q.value,
            max(0, q.least - int(t)),
            q.most - int(t),
            max(0, q.least_flex - int(t)),
            q.most_flex - int(t),
        )
        for q, t in zip(quotas, taken, strict=True)
    )
    rest = pool.only(kept)
    if len(rest) < size - count:
        raise PoolTooSmall(pool=len(rest), size=size - count)
    return Task(rest, left, size - count)
