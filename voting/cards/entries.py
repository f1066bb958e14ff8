"""What stands on a card as somebody reads it, and what that makes of the card."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from core.errors import DomainError
from voting.manifest import ManifestArea, RuleManifest
from voting.models import CardState
from voting.papers import check_ballot
from voting.profile import BallotType

RANKS_REPEAT = "ranks_repeat"
UNREADABLE = "unreadable"


class Verdict(StrEnum):
    """What a reader says of a card."""

    BALLOT = "ballot"
    UNREADABLE = "unreadable"
    NOT_ON_ROLL = "not_on_roll"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class Entry:
    """A card as one person reads it: marks are kept as they were written.

    A mark is 1 where a project is ticked, else its points or its place in the order.
    """

    verdict: Verdict = Verdict.BALLOT
    marks: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As it is stored; what is not a ballot has no marks."""
        marks = self.marks if self.verdict is Verdict.BALLOT else {}
        return {
            "verdict": self.verdict.value,
            "marks": {code: number for code, number in marks.items() if number},
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Entry":
        """Read it back."""
        return cls(Verdict(stored["verdict"]), dict(stored["marks"]))


@dataclass(frozen=True, slots=True)
class Judgement:
    """What two equal entries make of a card.

    `counted`: it goes among the ballots, with these choices. `fault` is the code of
    what is wrong with a spoiled one.
    """

    state: CardState
    counted: bool = False
    choices: list[list[str | int]] = field(default_factory=list)
    fault: str = ""


def judge(manifest: RuleManifest, area: ManifestArea, entry: Entry) -> Judgement:
    """By the same rules as a ballot online, `papers.check_ballot`."""
    if entry.verdict is Verdict.UNREADABLE:
        return Judgement(CardState.SPOILED, fault=UNREADABLE)
    if entry.verdict is not Verdict.BALLOT:
        return Judgement(CardState(entry.verdict.value))
    marks = {code: number for code, number in entry.marks.items() if number}
    if not marks:
        return Judgement(CardState.BLANK, counted=manifest.ballot.blank_allowed)
    picks = list(marks.items())
    if manifest.ballot.type is BallotType.ORDINAL:
        if len(set(marks.values())) < len(marks):
            return Judgement(CardState.SPOILED, fault=RANKS_REPEAT)
        picks = [(code, 1) for code, _ in sorted(picks, key=lambda pick: pick[1])]
    try:
        choices = check_ballot(manifest, area, picks)
    except DomainError as fault:
        return Judgement(CardState.SPOILED, fault=fault.code)
    return Judgement(CardState.VALID, counted=True, choices=choices)
