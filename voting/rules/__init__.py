"""The rules: each a pure function from a profile and parameters to an outcome."""

from collections.abc import Callable, Mapping
from typing import Any

from voting.errors import RuleUnknown
from voting.outcome import Outcome
from voting.profile import Profile
from voting.rules.equal_shares import equal_shares
from voting.rules.greedy import greedy
from voting.rules.max_welfare import max_welfare
from voting.rules.phragmen import phragmen

Rule = Callable[[Profile, Mapping[str, Any]], Outcome]

RULES: Mapping[str, Rule] = {
    "greedy": greedy,
    "max-welfare": max_welfare,
    "equal-shares": equal_shares,
    "phragmen": phragmen,
}


def run(
    name: str, profile: Profile, parameters: Mapping[str, Any] | None = None
) -> Outcome:
    """The outcome of a rule by its name.

    Raises:
        RuleUnknown: there is none of this name.
        RuleParameterInvalid: a parameter is unknown or makes no sense.
    """
    if name not in RULES:
        raise RuleUnknown(rule=name, known=sorted(RULES))
    return RULES[name](profile, parameters or {})
