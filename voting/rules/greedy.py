"""The cities' own rule: the best supported project first, while there is money."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any

from voting.errors import RuleParameterInvalid, RuleWithoutMinimum
from voting.outcome import Outcome, Reason, ReasonCode, Step, Tie
from voting.profile import Profile
from voting.rules import options as shared
from voting.rules.room import Room

OWN = ("variant", "order", "overshoot")
# Per cent of a price that a reserve may add.
MOST_OVERSHOOT = 20
# How many equals the reason of a project names: in a round of thousands of projects
# with as many votes each the reasons would be longer than the ballots.
NAMED = 20
RELATIONS = (ReasonCode.NEEDS, ReasonCode.CONFLICT)


class Variant(StrEnum):
    """What happens at the first project that does not fit."""

    SKIP = "skip"
    NO_SKIP = "no-skip"


class Order(StrEnum):
    """Largest satisfaction first, or largest satisfaction per unit of money."""

    TOTAL = "total"
    PER_COST = "per-cost"


def greedy(profile: Profile, parameters: Mapping[str, Any]) -> Outcome:
    """Fund the projects in falling order of satisfaction; exact (integers, Fraction).

    A project is funded when its turn comes if it fits into its area and into the
    whole budget (an exact fit is a fit), no theme's maximum and no conflict with a
    funded project forbids it. What does not fit is skipped (`skip`), or its area
    (without areas: everything) is closed (`no-skip`); only money closes. A project
    that needs another one waits, and has its turn as soon as that one is funded.
    Themes' minima are refused.

    A project that finds no money at its turn is funded all the same if what is missing
    is at most `overshoot` per cent of its price: a reserve adds it (FUNDED with
    `reserve`), its pot is empty then. Poznan's 80 % rule is `no-skip` with 20.

    Source: regulations of the Polish cities as Pabulib records them (`greedy`,
    `greedy-no-skip`, `greedy-threshold`, `greedy-exclusive`, `greedy-custom`).

    Ties: projects of equal satisfaction go by the ordered list. A tie is reported,
    and the outcome is not `unique`, if one of the level projects could have been
    funded in another order but was not.

    Args:
        profile: costs (m,) int64 smallest units; votes, score (m,) int64.
        parameters: see `options.Options`; variant skip | no-skip; order total |
            per-cost; overshoot 0 to 20, per cent (0).

    Raises:
        RuleParameterInvalid: a parameter is unknown or makes no sense.
        RuleWithoutMinimum: a limit has a minimum.
    """
    # A city spends what is left on whatever still fits; but not on nobody's word.
    threshold = 0 if profile.score.any() else 1
    options = shared.read(profile, parameters, own=OWN, threshold=threshold)
    variant = shared.choice(parameters, "variant", Variant, "skip")
    order = shared.choice(parameters, "order", Order, "total")
    for limit in profile.limits:
        if limit.minimum:
            raise RuleWithoutMinimum(rule="greedy", limit=limit.name)
    overshoot = shared.whole(parameters, "overshoot", least=0) or 0
    if overshoot > MOST_OVERSHOOT:
        raise RuleParameterInvalid(parameter="overshoot", value=overshoot)
    run = _Run(profile, options, variant=variant, order=order)
    run.overshoot = overshoot
    run.go()
    funded = run.room.funded
    gains = shared.gains(profile, options.satisfaction)
    return Outcome(
        rule="greedy",
        parameters={
            **options.to_json(),
            "variant": variant.value,
            "order": order.value,
            "overshoot": overshoot,
        },
        funded=tuple(sorted(profile.projects[i] for i in funded)),
        cost=sum(run.room.costs[i] for i in funded),
        objective=sum(gains[i] for i in funded),
        optimal=False,
        bound=None,
        gap=None,
        unique=not run.ties,
        ties=tuple(run.ties),
        reasons={p: run.reasons[i] for i, p in enumerate(profile.projects)},
        steps=tuple(run.steps),
    )


class _Run:
    """One count, level after level."""

    def __init__(
        self,
        profile: Profile,
        options: shared.Options,
        *,
        variant: Variant,
        order: Order,
    ) -> None:
        self.profile, self.variant = profile, variant
        self.room = Room(profile)
        self.tie_order = shared.TieOrder(profile, options)
        self.levels = _levels(profile, options, order)
        self.reasons = shared.below_threshold(profile, options)
        self.steps: list[Step] = []
        self.ties: list[Tie] = []
        # Closed area (None: everything) -> the project that closed it.
        self.closed: dict[int | None, int] = {}
        self.groups: dict[int, list[int]] = {}
        self.overshoot = 0

    def go(self) -> None:
        """Decide one project after the other."""
        keys = self.tie_order.keys
        queue = [i for i in range(len(keys)) if i not in self.reasons]
        queue.sort(key=lambda i: (self.levels[i], keys[i]))
        for i in queue:
            self.groups.setdefault(self.levels[i], []).append(i)
        level = _Level([], [], {})
        for i in self._turns(queue):
            if not level.group or self.levels[i] > self.levels[level.group[0]]:
                self._report(level)
                level = self._open(i)
            self._decide(i)
            level.decided.append(i)
        self._report(level)

    def _turns(self, queue: list[int]) -> Iterable[int]:
        """The queue, where a project waits until all that it needs is decided."""
        return self._waiting(queue) if self.profile.needs else queue

    def _waiting(self, queue: list[int]) -> Iterator[int]:
        needed = self.room.needed
        while queue:
            i = next(i for i in queue if needed[i] <= self.reasons.keys())
            queue.remove(i)
            yield i

    def _open(self, i: int) -> "_Level":
        group = [j for j in self.groups[self.levels[i]] if j not in self.reasons]
        if len(group) == 1 and not self.profile.needs:
            # Alone in its turn: there is nobody to lose to.
            return _Level(group, [], {})
        free = [j for j in group if self._stop(j) is None]
        able = [j for j in free if self._fits(self.room.blocks(j), j)]
        dear: dict[int, set[int | None]] = {}
        if self.variant is Variant.NO_SKIP:
            first = {j: self.room.blocks(j)[:1] for j in free}
            spent = sum(self.room.costs[j] for j in able)
            dear = {
                j: self._closes(j)
                for j in free
                if first[j] and self._may_close(j, first[j][0].code, spent)
            }
        return _Level(group, able, dear)

    def _fits(self, blocks: list[Reason], i: int) -> bool:
        """Whether nothing keeps i out but what a reserve adds."""
        return not blocks or self._reserve(i, blocks) > 0

    def _may_close(self, i: int, code: ReasonCode, spent: int) -> bool:
        """Whether i finds no money: now, or once its equals have been funded."""
        if code is ReasonCode.NO_MONEY:
            return True
        return self.room.costs[i] > self.room.pot(i)[0] - spent

    def _stop(self, i: int) -> int | None:
        """The project that closed an area of i, or everything."""
        if not self.closed:
            return None
        places = (None, *self.room.areas(i))
        return next((self.closed[n] for n in places if n in self.closed), None)

    def _decide(self, i: int) -> None:
        left, area = self.room.pot(i)
        reason = self._judge(i)
        if reason.code is ReasonCode.FUNDED:
            self._fund(i)
        elif reason.code is ReasonCode.NO_MONEY and self.variant is Variant.NO_SKIP:
            self.closed.update(dict.fromkeys(self._closes(i), i))
        self.reasons[i] = reason
        self.steps.append(Step(self.profile.projects[i], reason.code, left, area))

    def _fund(self, i: int) -> None:
        """Pay from its pots; where one is too small, the reserve fills it up before."""
        cost = self.room.costs[i]
        self.room.left = max(self.room.left, cost)
        for n in self.room.areas(i):
            self.room.lefts[n] = max(self.room.lefts[n], cost)
        self.room.take(i)

    def _reserve(self, i: int, blocks: list[Reason]) -> int:
        """What the reserve adds if i is funded now; 0: nothing, or it may not be."""
        only = len(blocks) == 1 and blocks[0].code is ReasonCode.NO_MONEY
        if not (only and self.overshoot):
            return 0
        cost = self.room.costs[i]
        short = cost - self.room.pot(i)[0]
        return short if 100 * short <= self.overshoot * cost else 0

    def _closes(self, i: int) -> set[int | None]:
        """What i closes if there is no money for it."""
        cost = self.room.costs[i]
        short = {n for n in self.room.areas(i) if self.room.lefts[n] < cost}
        return {*short} or {None}

    def _judge(self, i: int) -> Reason:
        blocks, stop = self.room.blocks(i), self._stop(i)
        left, area = self.room.pot(i)
        code, about = ReasonCode.FUNDED, {"left": left, "area": area}
        if stop is not None and not (blocks and blocks[0].code in RELATIONS):
            code = ReasonCode.BEHIND_STOP
            about = {"stop": self.profile.projects[stop], **about}
        elif reserve := self._reserve(i, blocks):
            about["reserve"] = reserve
        elif blocks:
            return blocks[0]
        return Reason(code, shared.numbers(self.profile, i) | about)

    def _report(self, level: "_Level") -> None:
        """Say so if another order of the level would have funded other projects."""
        if len(level.decided) < 2:  # noqa: PLR2004
            return
        saved = [i for i in level.able if i in self.room.funded]
        lost = [i for i in level.decided if self._lost(i, level, saved)]
        if not lost:
            return
        first, names = lost[0], self.profile.projects
        equals = self._peers(first, level)
        before = [i for i in equals if level.before(i, first)]
        parted = level.rivals[:2]
        if equals:
            parted = [before[-1], first] if before else [first, equals[0]]
        for i in lost:
            if level.was_able(i):
                self._lose(i, level.ahead(i))
        self.ties.append(
            Tie(
                projects=tuple(sorted({names[i] for i in (*level.able, *lost)})),
                broken_by=self.tie_order.parted_by(*parted),
                chosen=tuple(sorted(names[i] for i in saved)),
            )
        )

    def _lost(self, i: int, level: "_Level", saved: list[int]) -> bool:
        """Whether i could have been funded, or another saved, in another order.

        A level project that could be funded when the level began; one that closed
        the list behind a level one; one that waited for what was decided in the
        level's turn and found another there before it (which may be said too often,
        never too seldom).
        """
        if i in self.room.funded:
            return False
        if level.was_able(i):
            return True
        needs = self.reasons[i].code is ReasonCode.NEEDS
        if i in level.dear and not needs:
            closes = level.dear[i]
            return any({None, *self.room.areas(j)} & closes for j in saved)
        if needs or not self.room.needed[i] & level.place.keys():
            return False
        return len(level.rivals) > 1 or bool(self._peers(i, level))

    def _peers(self, i: int, level: "_Level") -> list[int]:
        """Those as good as i that were decided in the same turn."""
        return [j for j in level.decided if j != i and self.levels[j] == self.levels[i]]

    def _lose(self, i: int, rivals: list[int]) -> None:
        names = [self.profile.projects[j] for j in rivals]
        how = self.tie_order.parted_by(rivals[-1], i)
        about = dict(self.reasons[i].numbers) | {"with": names, "how": how}
        self.reasons[i] = Reason(ReasonCode.TIE_LOST, about)


class _Level:
    """Projects of equal satisfaction, and what was decided while their turn was."""

    def __init__(
        self,
        group: list[int],
        able: list[int],
        dear: Mapping[int, set[int | None]],
    ) -> None:
        # Those that could be funded at the start; those that would close an area.
        self.group, self.able, self.dear = group, able, dear
        self.decided: list[int] = []

    # The rest is asked for when the turn is over, and seldom.

    @cached_property
    def rivals(self) -> list[int]:
        """Those of the level that were decided in it."""
        members = set(self.group)
        return [i for i in self.decided if i in members]

    @cached_property
    def place(self) -> dict[int, int]:
        """When each was decided."""
        return {i: n for n, i in enumerate(self.decided)}

    @cached_property
    def rank(self) -> dict[int, int]:
        """How many rivals had been decided before each of them."""
        return {i: n for n, i in enumerate(self.rivals)}

    @cached_property
    def _able(self) -> frozenset[int]:
        return frozenset(self.able)

    def was_able(self, i: int) -> bool:
        """Whether i could be funded when the level began."""
        return i in self._able

    def before(self, i: int, j: int) -> bool:
        """Whether i was decided before j."""
        return self.place[i] < self.place[j]

    def ahead(self, i: int) -> list[int]:
        """The last of the level that were decided before i, no more than `NAMED`."""
        return self.rivals[max(0, self.rank[i] - NAMED) : self.rank[i]]


def _levels(profile: Profile, options: shared.Options, order: Order) -> list[int]:
    """(m,) what the projects are sorted by, best least; free ones first per cost."""
    gains = shared.gains(profile, options.satisfaction)
    if order is Order.TOTAL:
        return [-gain for gain in gains]
    worth = [
        (1, Fraction(-gain, cost or 1)) if cost or not gain else (0, Fraction(0))
        for gain, cost in zip(gains, profile.costs.tolist(), strict=True)
    ]
    rank = {each: n for n, each in enumerate(sorted(set(worth)))}
    return [rank[each] for each in worth]
