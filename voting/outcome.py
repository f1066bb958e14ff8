"""What a rule answers: the funded projects, and for every project why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Number = int | str | list[str] | list[int] | None


class ReasonCode(StrEnum):
    """Why a project is funded or not; docs/rules.md says it in sentences."""

    FUNDED = "FUNDED"
    NO_MONEY = "NO_MONEY"
    BELOW_THRESHOLD = "BELOW_THRESHOLD"
    CONFLICT = "CONFLICT"
    NEEDS = "NEEDS"
    DISPLACED = "DISPLACED"
    TIE_LOST = "TIE_LOST"
    THEME_LIMIT = "THEME_LIMIT"
    BEHIND_STOP = "BEHIND_STOP"
    SUPPORTERS_SHORT = "SUPPORTERS_SHORT"


# The numbers of a reason or a step that are money, in smallest units.
MONEY = frozenset({"cost", "left", "short", "each", "held", "reserve"})


@dataclass(frozen=True, slots=True)
class Reason:
    """A code and its numbers; money in smallest units, projects by id."""

    code: ReasonCode
    numbers: Mapping[str, Number] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tie:
    """Projects that were level, what parted them, and which of them won."""

    projects: tuple[str, ...]
    broken_by: str
    chosen: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One decision, in order: the money that was there before it, and its end.

    `left` is the money of the project's own pot (its area, or the whole budget).
    """

    project: str
    code: ReasonCode
    left: int
    area: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The funded set with its proof and its reasons.

    Args:
        rule: its name in `RULES`.
        parameters: every parameter that the rule used, defaults filled in.
        funded: ids, sorted.
        cost: smallest units.
        objective: total satisfaction of the funded set, exact.
        optimal: the set is proven to have the largest objective there is.
        bound: no set has a larger objective than this (None: not asked).
        gap: bound - objective (None: not asked).
        unique: no other set is as good (see the rule's own word on ties).
        ties: the level projects whose parting made a difference.
        reasons: project id -> why; every project has one.
        steps: the decisions in the order in which they fell.
        payments: what a supporter who has it pays for each project that the voters
            bought themselves (equal shares; per point where satisfaction is points):
            smallest units, rounded to six decimals.
        shares: the endowment of every voter, exact, as "p/q" smallest units: of each
            area with voters of its own, and of the rest of the money under "".
        preferred: how many voters have more funded projects of their own under the
            rule, and how many under greedy, where the two were compared.
    """

    rule: str
    parameters: Mapping[str, Any]
    funded: tuple[str, ...]
    cost: int
    objective: int
    optimal: bool
    bound: int | None
    gap: int | None
    unique: bool
    ties: tuple[Tie, ...]
    reasons: Mapping[str, Reason]
    steps: tuple[Step, ...] = ()
    payments: Mapping[str, float] = field(default_factory=dict)
    shares: Mapping[str, str] = field(default_factory=dict)
    preferred: tuple[int, int] | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values; `from_json` gives an equal outcome back."""
        return {
            "rule": self.rule,
            "parameters": dict(self.parameters),
            "funded": list(self.funded),
            "cost": self.cost,
            "objective": self.objective,
            "optimal": self.optimal,
            "bound": self.bound,
            "gap": self.gap,
            "unique": self.unique,
            "ties": [
                {
                    "projects": list(tie.projects),
                    "broken_by": tie.broken_by,
                    "chosen": list(tie.chosen),
                }
                for tie in self.ties
            ],
            "reasons": {
                project: {"code": reason.code.value, "numbers": dict(reason.numbers)}
                for project, reason in self.reasons.items()
            },
            "steps": [
                [step.project, step.code.value, step.left, step.area]
                for step in self.steps
            ],
            **self._own(),
        }

    def _own(self) -> dict[str, Any]:
        """What only some rules have."""
        own: dict[str, Any] = {}
        if self.shares:
            own = {"payments": dict(self.payments), "shares": dict(self.shares)}
        if self.preferred is not None:
            own["preferred"] = list(self.preferred)
        return own

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Outcome":
        """The outcome that `to_json` wrote."""
        ties = [
            Tie(tuple(t["projects"]), t["broken_by"], tuple(t["chosen"]))
            for t in stored["ties"]
        ]
        reasons = {
            project: Reason(ReasonCode(r["code"]), r["numbers"])
            for project, r in stored["reasons"].items()
        }
        steps = [Step(p, ReasonCode(c), left, a) for p, c, left, a in stored["steps"]]
        preferred = stored.get("preferred")
        return cls(
            **{
                **stored,
                "funded": tuple(stored["funded"]),
                "ties": tuple(ties),
                "reasons": reasons,
                "steps": tuple(steps),
                "preferred": tuple(preferred) if preferred else None,
            }
        )
