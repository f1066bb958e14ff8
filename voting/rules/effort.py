"""How much a search in whole numbers may cost before it gives up."""

from dataclasses import dataclass

# States that are held in memory together, or nearly so.
AT_ONCE = 1_000_000


class TooMany(Exception):
    """More states than were allowed."""


@dataclass(slots=True)
class Effort:
    """The states that may yet be looked at, in all and at once.

    `margin` is one that was wide enough.
    """

    states: int
    at_once: int = AT_ONCE
    margin: float = 0.0

    def spend(self, states: int) -> None:
        """So many more are to be looked at.

        Raises:
            TooMany: so many are not left.
        """
        self.states -= states
        self.at_once -= states
        if min(self.states, self.at_once) < 0:
            raise TooMany

    def again(self, most: int) -> bool:
        """Begin anew with at most so many, if any are left."""
        self.at_once = min(most, AT_ONCE)
        return self.states >= 0
