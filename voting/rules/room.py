"""What stands in the way of one more project."""

from collections.abc import Iterable

from voting.outcome import Number, Reason, ReasonCode
from voting.profile import Limit, LimitKind, Profile
from voting.rules.options import numbers


class Room:
    """The money, the conflicts and the needs that a growing funded set leaves.

    A project is paid from every area that it lies in and from the whole budget; an
    exact fit is a fit.
    """

    def __init__(self, profile: Profile, funded: Iterable[int] = ()) -> None:
        every = range(len(profile.projects))
        self.profile = profile
        self.costs: list[int] = profile.costs.tolist()
        self.left = profile.budget
        self.funded: set[int] = set()
        self.rooms: list[list[int]] = [[] for _ in every]
        self.enemies: list[set[int]] = [set() for _ in every]
        self.needed: list[set[int]] = [set() for _ in every]
        # Nothing but the whole budget can stand in anybody's way.
        self.plain = not (profile.limits or profile.conflicts or profile.needs)
        self.limits: list[Limit] = [x for x in profile.limits if x.maximum is not None]
        self.lefts = [limit.maximum or 0 for limit in self.limits]
        for n, limit in enumerate(self.limits):
            for i in limit.projects:
                self.rooms[i].append(n)
        for i, j in profile.conflicts:
            self.enemies[i].add(j)
            self.enemies[j].add(i)
        for i, j in profile.needs:
            self.needed[i].add(j)
        for i in funded:
            self.take(i)

    def take(self, i: int) -> None:
        """Fund project i."""
        self.funded.add(i)
        self.left -= self.costs[i]
        for n in self.rooms[i]:
            self.lefts[n] -= self.costs[i]

    def areas(self, i: int) -> list[int]:
        """The places in `limits` of the areas of project i."""
        return [n for n in self.rooms[i] if self.limits[n].kind is LimitKind.AREA]

    def pot(self, i: int) -> tuple[int, str | None]:
        """The least money left of those that pay for i, and its area's name."""
        if not self.rooms[i]:
            return self.left, None
        pots: list[tuple[int, str | None]] = [
            (self.lefts[n], self.limits[n].name) for n in self.areas(i)
        ]
        return min([*pots, (self.left, None)], key=lambda pot: pot[0])

    def blocks(self, i: int) -> list[Reason]:
        """Everything that keeps i out of the set as it stands; empty if nothing."""
        if self.plain:
            return self._money(i)
        needed, enemies = self.needed[i] - self.funded, self.enemies[i] & self.funded
        return [
            *self._relations(i, ReasonCode.NEEDS, "what", needed),
            *self._relations(i, ReasonCode.CONFLICT, "with", enemies),
            *self._money(i),
            *self._themes(i),
        ]

    def _relations(
        self, i: int, code: ReasonCode, key: str, others: set[int]
    ) -> list[Reason]:
        if not others:
            return []
        names: list[str] = [self.profile.projects[j] for j in sorted(others)]
        return [Reason(code, {**numbers(self.profile, i), key: names})]

    def _money(self, i: int) -> list[Reason]:
        left, area = self.pot(i)
        return self._short(i, ReasonCode.NO_MONEY, left, {"area": area})

    def _themes(self, i: int) -> list[Reason]:
        found: list[Reason] = []
        for n in self.rooms[i]:
            if self.limits[n].kind is LimitKind.THEME:
                theme: dict[str, Number] = {"theme": self.limits[n].name}
                found += self._short(i, ReasonCode.THEME_LIMIT, self.lefts[n], theme)
        return found

    def _short(
        self, i: int, code: ReasonCode, left: int, where: dict[str, Number]
    ) -> list[Reason]:
        short = self.costs[i] - left
        if short <= 0:
            return []
        money: dict[str, Number] = {"left": left, "short": short}
        return [Reason(code, numbers(self.profile, i) | where | money)]
