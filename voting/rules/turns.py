"""The projects that may be bought, while conflicts, needs and ceilings allow them."""

from collections.abc import Sequence

from voting.outcome import Reason, ReasonCode
from voting.profile import LimitKind, Profile
from voting.rules.lazy import Lazy
from voting.rules.purses import Purses
from voting.rules.room import Room


class Turns(Lazy):
    """A lazy heap that knows the constraints of a round.

    A project that needs another one is not to be had before that one is bought. One
    that excludes a bought project, or would break the ceiling of a theme (or of an
    area that is no election of its own), leaves for good when its turn comes. The
    whole budget and areas with voters of their own are the rule's own business.
    """

    def __init__(
        self,
        profile: Profile,
        purses: Purses,
        projects: Sequence[int],
        bounds: Sequence[float],
    ) -> None:
        self.funded: set[int] = set()
        bound = profile.conflicts or profile.needs or profile.limits
        # A plain round is counted over and over, and has no use for a room.
        self._room = Room(profile) if bound else None
        self._apart = len(purses.pots) > 1
        self._waiting: set[int] = set()
        if self._room:
            self._waiting = {i for i in projects if self._room.needed[i]}
        super().__init__(bounds, [i for i in projects if i not in self._waiting])

    def allowed(self, i: int) -> bool:
        """Whether no conflict and no ceiling keeps i out."""
        room = self._room
        return room is None or (
            not room.enemies[i] & room.funded
            and all(
                room.lefts[n] >= room.costs[i]
                for n in room.rooms[i]
                if not (self._apart and room.limits[n].kind is LimitKind.AREA)
            )
        )

    def barred(self, i: int) -> bool:
        """Whether anything but money keeps i out."""
        return i in self._waiting or not self.allowed(i)

    def bar(self, i: int) -> Reason | None:
        """What, besides money, keeps i out; None where nothing does."""
        if self._room is None or not self.barred(i):
            return None
        blocks = self._room.blocks(i)
        rules = [r for r in blocks if r.code is not ReasonCode.NO_MONEY]
        return (rules or blocks)[0]

    def take(self, i: int) -> None:
        """Buy project i."""
        self.funded.add(i)
        room = self._room
        if room is not None:
            room.take(i)
            ready = {j for j in self._waiting if room.needed[j] <= room.funded}
            self._waiting -= ready
            for j in sorted(ready):
                self.add(j)
