"""The same ballots under every rule, with the measures of each outcome."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from core.errors import DomainError
from voting.measures import (
    FairShare,
    GroupShare,
    Slack,
    Utility,
    Violation,
    category_proportionality,
    covered,
    ejr_plus,
    fair_share,
    gini,
    mean_satisfaction,
    money_against_votes,
)
from voting.outcome import Outcome
from voting.profile import Profile
from voting.rules import RULES, run

Groups = Mapping[str, Collection[int]]
NO_GROUPS: Groups = MappingProxyType({})
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Contender:
    """A rule and its parameters, and the few words that tell it from the others."""

    label: str
    rule: str
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Measured:
    """What voting.measures says of a funded set; amounts in smallest units.

    `violations` has one list per utility and slack; an empty one is a certificate.
    """

    covered: Fraction
    satisfaction: Mapping[Utility, Fraction]
    gini: Mapping[Utility, Fraction]
    category_proportionality: float | None
    fair_share: FairShare
    areas: tuple[GroupShare, ...]
    themes: tuple[GroupShare, ...]
    violations: Mapping[tuple[Utility, Slack], tuple[Violation, ...]]


@dataclass(frozen=True, slots=True)
class Compared:
    """A contender with its outcome and the measures, or with why it has none."""

    contender: Contender
    found: tuple[Outcome, Measured] | DomainError


def contenders(profile: Profile) -> list[Contender]:
    """Every rule of `RULES`, in the variants that are worth seeing side by side."""
    utilities = ["cost", "votes"]
    if profile.ballot_type.has_score:
        utilities.insert(0, "points")
    every = [
        Contender("greedy", "greedy"),
        Contender("greedy per cost", "greedy", {"order": "per-cost"}),
        Contender("max-welfare", "max-welfare"),
        Contender("max-welfare cost", "max-welfare", {"satisfaction": "cost"}),
        *(
            Contender(
                f"equal-shares {utility} {completion}",
                "equal-shares",
                {"satisfaction": utility, "completion": completion},
            )
            for utility in utilities
            for completion in ("none", "add1", "greedy")
        ),
        Contender("phragmen", "phragmen"),
    ]
    return [contender for contender in every if contender.rule in RULES]


def compare(
    profile: Profile,
    *,
    common: Mapping[str, Any],
    areas: Groups = NO_GROUPS,
    themes: Groups = NO_GROUPS,
    progress: Progress = lambda _done, _total: None,
) -> list[Compared]:
    """Every contender's outcome and measures; a rule may refuse, the others go on.

    Args:
        profile: the ballots.
        common: parameters that all of them get (threshold, ties, seed).
        areas: name -> places of its projects.
        themes: the same for themes.
        progress: told after each of them how many there are.
    """
    answers: list[Compared] = []
    every = contenders(profile)
    for contender in every:
        progress(len(answers), len(every))
        parameters = {**common, **contender.parameters}
        try:
            outcome = run(contender.rule, profile, parameters)
        except DomainError as refusal:
            answers.append(Compared(contender, refusal))
            continue
        measures = measured(profile, outcome.funded, areas=areas, themes=themes)
        answers.append(Compared(contender, (outcome, measures)))
    return answers


def measured(
    profile: Profile,
    funded: Collection[str],
    *,
    areas: Groups = NO_GROUPS,
    themes: Groups = NO_GROUPS,
) -> Measured:
    """All measures of one funded set."""
    places = range(len(profile.projects))
    categories = [
        [name for name, those in themes.items() if i in those] for i in places
    ]
    return Measured(
        covered=covered(profile, funded),
        satisfaction={u: mean_satisfaction(profile, funded, u) for u in Utility},
        gini={u: gini(profile, funded, u) for u in Utility},
        category_proportionality=category_proportionality(profile, funded, categories),
        fair_share=fair_share(profile, funded),
        areas=tuple(money_against_votes(profile, funded, areas)),
        themes=tuple(money_against_votes(profile, funded, themes)),
        violations={
            (utility, slack): tuple(ejr_plus(profile, funded, utility, slack))
            for utility in Utility
            for slack in Slack
        },
    )
