"""The pool: the volunteers among whom the lottery draws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
from numpy.typing import NDArray

from panels.errors import GivenTwice, NothingToDraw, PersonUnknown, PoolTooSmall
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
        homes: dict[object, int] | None = None,
    ) -> "Pool":
        """From each volunteer's value of each feature; no address: everybody alone.

        `homes` numbers the households and grows: one for several pools keeps apart
        and together who lives so.
        """
        ids = tuple(people)
        holds = np.array(
            [[people[i][q.feature] == q.value for q in quotas] for i in ids], dtype=bool
        ).reshape(len(ids), len(quotas))
        homes = {} if homes is None else homes
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
class Given:
    """What is settled before the draw: replacement and rotation, and officials' wishes.

    Attributes:
        inside: ids in the pool that must get a seat.
        outside: ids in the pool that must get none.
        seated: who sits on the panel already and stays; ids may be in the pool too.
    """

    inside: frozenset[str] = frozenset()
    outside: frozenset[str] = frozenset()
    seated: Pool | None = None


NOTHING_GIVEN = Given()


@dataclass(frozen=True, slots=True)
class Task:
    """What is left to draw when some seats are given already.

    Attributes:
        pool: who can be drawn.
        quotas: what is left of them.
        size: seats to draw.
        taken: (q,), the given seats that count in each quota.
    """

    pool: Pool
    quotas: tuple[Quota, ...]
    size: int
    taken: tuple[int, ...]


def task_of(
    pool: Pool, quotas: Sequence[Quota], size: int, given: Given = NOTHING_GIVEN
) -> Task:
    """Take the seats that are given out of a draw.

    `size` and the quotas are those of the whole panel; the households of whoever is
    in, or seated, are closed.

    Raises:
        PersonUnknown: somebody who must be in or out is not in the pool.
        GivenTwice: somebody must be in and out, or is seated and must be in or out.
        NothingToDraw: all seats are given, or more than there are.
        PoolTooSmall: fewer are left than seats.
    """
    _check(pool, given)
    inside = np.array([i in given.inside for i in pool.ids], dtype=bool)
    taken = pool.holds[inside].sum(axis=0, dtype=np.int64)
    homes = set(pool.households[inside].tolist())
    closed = given.inside | given.outside
    count = int(inside.sum())
    if given.seated is not None:
        taken = taken + given.seated.holds.sum(axis=0, dtype=np.int64)
        homes |= set(given.seated.households.tolist())
        closed |= set(given.seated.ids)
        count += len(given.seated)
    if count >= size:
        raise NothingToDraw(given=count, size=size)
    kept = np.array(
        [
            i not in closed and home not in homes
            for i, home in zip(pool.ids, pool.households.tolist(), strict=True)
        ],
        dtype=bool,
    )
    rest = pool.only(kept)
    if len(rest) < size - count:
        raise PoolTooSmall(pool=len(rest), size=size - count)
    left = tuple(
        _left(quota, int(seats)) for quota, seats in zip(quotas, taken, strict=True)
    )
    return Task(rest, left, size - count, tuple(map(int, taken)))


def _check(pool: Pool, given: Given) -> None:
    known = set(pool.ids)
    for name in sorted(given.inside | given.outside):
        if name not in known:
            near = get_close_matches(name, pool.ids, n=1)
            raise PersonUnknown(person=name, nearest=near[0] if near else "")
    seated = frozenset(given.seated.ids if given.seated else ())
    twice = (given.inside & given.outside) | (given.inside | given.outside) & seated
    if twice:
        raise GivenTwice(person=min(twice))


def _left(quota: Quota, seats: int) -> Quota:
    """A quota without the seats that are given; its maximum may be below zero."""
    return Quota(
        quota.feature,
        quota.value,
        max(0, quota.least - seats),
        quota.most - seats,
        max(0, quota.least_flex - seats),
        quota.most_flex - seats,
    )
