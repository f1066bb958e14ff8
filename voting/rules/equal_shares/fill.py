"""Spend what is left on the best supported projects that still fit."""

from collections.abc import Iterable, Sequence
from itertools import takewhile

from voting.outcome import Reason, ReasonCode, Step, Tie
from voting.profile import Profile
from voting.rules.options import TieOrder, numbers
from voting.rules.room import Room


class Fill:
    """By falling score, level ones by the tie list; what does not fit is skipped.

    A project that needs another one waits until that one has been decided. A tie is
    reported where a level project that fitted when the turn of the level came was not
    funded.

    Args:
        scores: (m,) votes, or points.
        projects: those that may be funded; the funded ones are not among them.
    """

    def __init__(
        self,
        profile: Profile,
        order: TieOrder,
        scores: Sequence[int],
        *,
        funded: Iterable[int] = (),
        projects: Iterable[int],
    ) -> None:
        self.profile, self.order, self.scores = profile, order, scores
        self.room = Room(profile, funded)
        self.reasons: dict[int, Reason] = {}
        self.steps: list[Step] = []
        self.ties: list[Tie] = []
        queue = sorted(projects, key=lambda i: (-scores[i], order.keys[i]))
        while queue:
            self._level(queue)

    def _level(self, queue: list[int]) -> None:
        """Decide the projects of the next score that are ready."""
        ready = queue
        if self.profile.needs:
            left = set(queue)
            ready = [i for i in queue if not self.room.needed[i] & left]
        best = self.scores[ready[0]]
        level = list(takewhile(lambda i: self.scores[i] == best, ready))
        able = [i for i in level if not self.room.blocks(i)]
        before = len(self.steps)
        for i in level:
            queue.remove(i)
            self._decide(i)
            if any(self.scores[j] > best for j in self._freed(i, queue)):
                break
        done = {step.project for step in self.steps[before:]}
        self._report([i for i in able if self.profile.projects[i] in done])

    def _freed(self, i: int, queue: list[int]) -> list[int]:
        """Those that waited for i, and now have their turn."""
        if not self.profile.needs:
            return []
        return [j for j in queue if i in self.room.needed[j]]

    def _decide(self, i: int) -> None:
        left, area = self.room.pot(i)
        blocks = self.room.blocks(i)
        if blocks:
            reason = blocks[0]
        else:
            about = numbers(self.profile, i) | {"left": left, "area": area}
            reason = Reason(ReasonCode.FUNDED, about)
            self.room.take(i)
        self.reasons[i] = reason
        self.steps.append(Step(self.profile.projects[i], reason.code, left, area))

    def _report(self, able: list[int]) -> None:
        names = self.profile.projects
        won = [i for i in able if i in self.room.funded]
        lost = [i for i in able if i not in self.room.funded]
        for i in lost:
            before = [j for j in won if self.order.keys[j] < self.order.keys[i]]
            how = self.order.parted_by(before[-1], i)
            about = dict(self.reasons[i].numbers)
            about |= {"with": [names[j] for j in before], "how": how}
            self.reasons[i] = Reason(ReasonCode.TIE_LOST, about)
        if lost:
            self.ties.append(
                Tie(
                    projects=tuple(sorted(names[i] for i in able)),
                    broken_by=self.order.parted_by(won[-1], lost[0]),
                    chosen=tuple(sorted(names[i] for i in won)),
                )
            )
