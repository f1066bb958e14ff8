"""The rules by which cities decide, as META names them, in the words of our rules.

Sources: the format's documentation (pabulib.org/format) and the checks of its own
checker (pabulib-checker 1.0.8); for Poznan the regulation as META's comment gives it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from voting.pabulib import Election
from voting.pabulib.election import is_number
from voting.profile import BallotType
from voting.rules import RULES

THRESHOLD = "min_project_score_threshold"
GREEDY: Mapping[str, Mapping[str, str]] = {
    "greedy": {"variant": "skip"},
    "greedy-threshold": {"variant": "skip"},
    "greedy-exclusive": {"variant": "skip"},
    "greedy-no-skip": {"variant": "no-skip"},
    "greedy-custom": {"variant": "no-skip"},
}
EQUAL_SHARES: Mapping[str, Mapping[str, Any]] = {
    "equalshares": {"completion": "none"},
    "equalshares/add1": {"completion": "add1"},
    "equalshares-comparison": {"completion": "none", "comparison": True},
    "equalshares/add1-comparison": {"completion": "add1", "comparison": True},
}
# Poznan's share of the price that must be left; a comment may state another.
POZNAN, POZNAN_PERCENT = "Poznań", 80
_AT_LEAST = re.compile(r"at least (\d{1,3}) ?% of (?:that|the) project", re.IGNORECASE)
_SKIPPING = "fit within leftover budget"


class Why(StrEnum):
    """What keeps a file from being decided again."""

    NO_RULE = "no_rule"
    RULE_UNKNOWN = "rule_unknown"
    RULE_NOT_KNOWN_TO_US = "rule_not_known_to_us"
    CUSTOM_RULE = "custom_rule"
    EXCLUSIONS_NOT_LISTED = "exclusions_not_listed"
    LEFTOVER_RULE = "leftover_rule"
    NO_THRESHOLD = "no_threshold"
    THRESHOLD_UNREADABLE = "threshold_unreadable"
    UTILITY_NOT_STATED = "utility_not_stated"
    NO_SELECTED = "no_selected"
    SELECTED_UNREADABLE = "selected_unreadable"


class NotDecidable(Exception):
    """The file does not say enough; `about` names what."""

    def __init__(self, why: Why, **about: str) -> None:
        super().__init__(why)
        self.why, self.about = why, about


@dataclass(frozen=True, slots=True)
class CityRule:
    """A city's rule.

    Args:
        rule: its name in `RULES`.
        parameters: for it; the tie rule is ours.
        top_up: per cent of the price of the first project that does not fit which
            must be left for it to be funded all the same (None: it is not).
        exclusive: some projects exclude each other, and the file does not say which.
    """

    rule: str
    parameters: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    top_up: int | None = None
    exclusive: bool = False


def city_rule(election: Election) -> CityRule:
    """What META says of the rule.

    - greedy, greedy-threshold: by score; what does not fit is skipped.
    - greedy-no-skip: by score; the first project that does not fit ends it.
    - greedy-exclusive: as greedy, but the file does not list the conflicts.
    - greedy-custom: only Poznan's is known: no-skip, then the project at which it
      stopped is funded too if the money left pays for 80 % of it.
    - equalshares: cost utilities, endowments of B / n; /add1 raises every endowment by
      one unit of money as long as the outcome keeps to the budget; -comparison takes
      the greedy outcome if more voters prefer it.

    The score is the number of votes, or of points. A stated threshold holds under
    every rule: a project needs a score of at least that.

    Raises:
        NotDecidable: the rule is unknown, or something that it needs is not stated.
    """
    name = election.meta.get("rule", "")
    if not name:
        raise NotDecidable(Why.NO_RULE)
    if name == "unknown":
        raise NotDecidable(Why.RULE_UNKNOWN)
    least = _threshold(election, needed=name == "greedy-threshold")
    if name in GREEDY:
        top_up = _top_up(election) if name == "greedy-custom" else None
        exclusive = name == "greedy-exclusive"
        return CityRule("greedy", {**GREEDY[name], **least}, top_up, exclusive)
    if name not in EQUAL_SHARES or "equal-shares" not in RULES:
        raise NotDecidable(Why.RULE_NOT_KNOWN_TO_US, rule=name)
    if election.ballot_type not in (BallotType.APPROVAL, BallotType.CHOOSE_1):
        raise NotDecidable(Why.UTILITY_NOT_STATED, ballots=election.ballot_type.value)
    utility = {"satisfaction": "cost"}
    return CityRule("equal-shares", {**EQUAL_SHARES[name], **utility, **least})


def unknown_leftover(election: Election) -> str:
    """What META says of the money left, unless that is what `skip` does anyway."""
    stated = election.meta.get("leftover_budget", "")
    return "" if _SKIPPING in stated.lower() else stated


def _threshold(election: Election, *, needed: bool) -> dict[str, int]:
    stated = election.meta.get(THRESHOLD, "")
    if stated and not (
        is_number(stated) and Decimal(stated) % 1 == 0 <= Decimal(stated)
    ):
        raise NotDecidable(Why.THRESHOLD_UNREADABLE, value=stated[:40])
    if needed and not stated:
        raise NotDecidable(Why.NO_THRESHOLD)
    return {"threshold": election.threshold or 0} if stated else {}


def _top_up(election: Election) -> int:
    """The per cent of Poznan's rule.

    Raises:
        NotDecidable: it is another city's own rule.
    """
    stated = _AT_LEAST.search(election.meta.get("comment", ""))
    if stated:
        return int(stated[1])
    if election.meta.get("unit") != POZNAN:
        raise NotDecidable(Why.CUSTOM_RULE)
    return POZNAN_PERCENT
