"""Whether the best set with a project beats the best one without it, quickly."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from voting.profile import Profile
from voting.rules import options as shared
from voting.rules.search import Search
from voting.rules.solver import Answer


def better_with(profile: Profile, parameters: Mapping[str, Any], i: int) -> bool | None:
    """By two proven solves; None: level, or not proven.

    Level sets are parted by the tie list, which is the rule's own business.
    """
    return BestSets(profile, parameters, i).better(profile, priced=True)


class BestSets:
    """The two best sets of max-welfare, and what becomes of them when i changes.

    Every set with i gains as much as i gains, so votes move the best of them by just
    that and leave it the best; a price changes nothing in the best set without i. The
    limits must not grow with the votes, and no limit may have a minimum.
    """

    def __init__(self, profile: Profile, parameters: Mapping[str, Any], i: int) -> None:
        self._i, self._parameters = i, parameters
        self._options = shared.read(profile, parameters, own=("time_limit",))
        self._gain = self._gain_in(profile)
        search = self._search(profile)
        self._outside = self._best(search, 0)
        self._inside: Answer | None = None
        self._start = profile

    def better(self, profile: Profile, *, priced: bool) -> bool | None:
        """Whether i is in the best set of a profile in which only i is otherwise.

        `priced`: its price is, and not only its votes.
        """
        if self._i in shared.below_threshold(profile, self._options):
            return False
        inside = (
            self._best(self._search(profile), 1) if priced else self._moved(profile)
        )
        if not (inside.proven and self._outside.proven) or self._outside.chosen is None:
            return None
        if inside.chosen is None:
            return False
        if inside.value == self._outside.value:
            return None
        return inside.value > self._outside.value

    def _moved(self, profile: Profile) -> Answer:
        """The best set with i, from the one at the start."""
        if self._inside is None:
            self._inside = self._best(self._search(self._start), 1)
        value = self._inside.value - self._gain + self._gain_in(profile)
        return replace(self._inside, value=value)

    def _search(self, profile: Profile) -> Search:
        search = Search(profile, self._options, self._parameters.get("time_limit"))
        # Whether i has votes enough was asked before.
        search.below.pop(self._i, None)
        return search

    def _best(self, search: Search, inside: int) -> Answer:
        fixed = {self._i: inside}
        return search.solve(fixed) if search.pots is None else search.best(fixed)

    def _gain_in(self, profile: Profile) -> int:
        return shared.gains(profile, self._options.satisfaction)[self._i]
