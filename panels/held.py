"""A whole draw: who could be drawn, who was given, the lottery and its proof.

The lottery knows only what is left to draw; here the seats that were given beforehand
are put back, so that every numbered panel is a whole one and is read by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import numpy as np

from panels.certificate import Certificate, certify
from panels.errors import QuotasInfeasible
from panels.lotteries import hold
from panels.pool import NOTHING_GIVEN, Given, Pool, Task, task_of
from panels.quotas import Quota
from panels.selection import Lottery


class Role(StrEnum):
    """What was settled of somebody before the draw."""

    POOL = "pool"
    INSIDE = "in"
    OUTSIDE = "out"
    SEATED = "seated"


@dataclass(frozen=True, slots=True)
class Held:
    """A lottery over whole panels, before one of them is picked.

    Attributes:
        everybody: the pool, then who was seated already.
        roles: (n,), what was settled of each.
        quotas: of the whole panel.
        size: of the whole panel.
        lottery: its places are those of `everybody`; given seats are certain.
        free: places of those who could be drawn at all.
        certificate: weights for all of `everybody`.
    """

    everybody: Pool
    roles: tuple[Role, ...]
    quotas: tuple[Quota, ...]
    size: int
    lottery: Lottery
    free: tuple[int, ...]
    certificate: Certificate

    def named(self, codes: Mapping[str, str]) -> "Held":
        """The same draw with other names, and everybody in the order of the names."""
        names = [codes[i] for i in self.everybody.ids]
        order = sorted(range(len(names)), key=names.__getitem__)
        place = np.argsort(order)
        lottery = replace(
            self.lottery,
            panels=np.sort(place[self.lottery.panels], axis=1),
            chances=self.lottery.chances[order],
            ideal=self.lottery.ideal[order],
        )
        weights = self.certificate.weights
        return replace(
            self,
            everybody=Pool(
                tuple(names[i] for i in order),
                self.everybody.holds[order],
                self.everybody.households[order],
            ),
            roles=tuple(self.roles[i] for i in order),
            lottery=lottery,
            free=tuple(sorted(int(place[i]) for i in self.free)),
            certificate=replace(
                self.certificate, weights=tuple(weights[i] for i in order)
            ),
        )


def hold_draw(
    name: str,
    pool: Pool,
    quotas: Sequence[Quota],
    size: int,
    *,
    seed: str,
    given: Given = NOTHING_GIVEN,
) -> Held:
    """Hold a lottery over whole panels of `size` and prove what can be proven of it.

    Households of `given.seated` count in the numbering of the pool's.

    Raises:
        LotteryUnknown: there is none of this name.
        PersonUnknown, GivenTwice, NothingToDraw: what is given cannot be.
        PoolTooSmall: there are fewer households than seats.
        QuotasInfeasible: no panel meets the quotas; in seats of the whole panel.
    """
    task = task_of(pool, quotas, size, given)
    try:
        drawn = hold(name, task.pool, task.quotas, task.size, seed)
    except QuotasInfeasible as refusal:
        raise QuotasInfeasible(
            relaxation=_whole_again(refusal, quotas, task),
            contradictions=refusal.contradictions,
            absent=refusal.absent,
        ) from None
    counts = np.rint(drawn.chances * len(drawn.panels)).astype(int).tolist()
    proof = certify(task, counts, len(drawn.panels), rule=name)
    everybody, roles = _everybody(pool, given)
    where = {person: place for place, person in enumerate(everybody.ids)}
    free = np.array([where[person] for person in task.pool.ids])
    fixed = [p for p, r in enumerate(roles) if r in (Role.INSIDE, Role.SEATED)]
    return Held(
        everybody,
        roles,
        tuple(quotas),
        size,
        _whole(drawn, len(everybody), free, fixed),
        tuple(free.tolist()),
        replace(proof, weights=_spread(proof.weights, free, len(everybody))),
    )


def _everybody(pool: Pool, given: Given) -> tuple[Pool, tuple[Role, ...]]:
    def role(person: str) -> Role:
        if person in given.inside:
            return Role.INSIDE
        return Role.OUTSIDE if person in given.outside else Role.POOL

    if given.seated is None:
        return pool, tuple(map(role, pool.ids))
    old = set(given.seated.ids)
    rest = pool.only(np.array([i not in old for i in pool.ids], dtype=bool))
    everybody = Pool(
        rest.ids + given.seated.ids,
        np.vstack((rest.holds, given.seated.holds)),
        np.concatenate((rest.households, given.seated.households)),
    )
    return everybody, (*map(role, rest.ids), *(Role.SEATED for _ in given.seated.ids))


def _whole(
    drawn: Lottery, people: int, free: np.ndarray[Any, Any], fixed: Sequence[int]
) -> Lottery:
    panels = free[drawn.panels]
    given = np.tile(np.array(fixed, dtype=np.int64), (len(panels), 1))
    chances, ideal = np.zeros(people), np.zeros(people)
    chances[free], ideal[free] = drawn.chances, drawn.ideal
    chances[fixed] = ideal[fixed] = 1.0
    return replace(
        drawn,
        panels=np.sort(np.hstack((panels, given)), axis=1),
        chances=chances,
        ideal=ideal,
    )


def _spread(
    weights: Sequence[int], free: np.ndarray[Any, Any], people: int
) -> tuple[int, ...]:
    found = [0] * people
    for place, weight in zip(free.tolist(), weights, strict=True):
        found[place] = weight
    return tuple(found)


def _whole_again(
    refusal: QuotasInfeasible, quotas: Sequence[Quota], task: Task
) -> list[dict[str, Any]]:
    """The relaxation in seats of the whole panel, as the officials know the quotas."""
    old = {
        (q.feature, q.value): (q, t) for q, t in zip(quotas, task.taken, strict=True)
    }
    changes = []
    for change in refusal.relaxation:
        quota, taken = old[change["feature"], change["value"]]
        lower = change["new_min"] < change["min"]
        changes.append(
            {
                "feature": quota.feature,
                "value": quota.value,
                "min": quota.least,
                "max": quota.most,
                "new_min": change["new_min"] + taken if lower else quota.least,
                "new_max": change["new_max"] + taken,
            }
        )
    return changes
