"""How many more votes would have brought a project its turn while it still fitted."""

from collections.abc import Collection
from dataclasses import dataclass

from voting.outcome import Outcome, ReasonCode, Step


@dataclass(frozen=True, slots=True)
class Ahead:
    """With `missing` more (votes, or points) its turn comes before that of `project`.

    `left` was there then.
    """

    project: str
    missing: int
    left: int


def ahead(outcome: Outcome, project: str, peers: Collection[str]) -> Ahead | None:
    """The last turn of a greedy count at which the project would have fitted.

    Args:
        outcome: of a rule.
        project: one for which there was no money.
        peers: the projects that are paid by the same money as it.

    Returns:
        None where the answer is not known for sure: the rule is not greedy, or orders
        by price as well, or not money alone keeps the project out. The caller must
        not ask where projects need or exclude each other, or share a theme's ceiling.
    """
    how, reason = outcome.parameters, outcome.reasons[project]
    unit = {"votes": "votes", "points": "score"}.get(how.get("satisfaction", ""))
    by_support = outcome.rule == "greedy" and how.get("order") == "total"
    if not by_support or unit is None or reason.code is not ReasonCode.NO_MONEY:
        return None
    cost = _whole(reason.numbers["cost"])
    before = _before(outcome.steps, project, peers)
    for step in reversed(before):
        if step.left >= cost:
            theirs = _whole(outcome.reasons[step.project].numbers[unit])
            missing = theirs + 1 - _whole(reason.numbers[unit])
            return Ahead(step.project, missing, step.left)
    return None


def _before(
    steps: Collection[Step], project: str, peers: Collection[str]
) -> list[Step]:
    """The turns of its peers that came before its own."""
    names = [step.project for step in steps]
    own = names.index(project)
    return [step for step in list(steps)[:own] if step.project in peers]


def _whole(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(value)
    return value
