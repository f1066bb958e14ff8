"""What the budget rounds refuse: a code, and the numbers of its sentence."""

from typing import ClassVar

from core.errors import DomainError


class ProfileInvalid(DomainError):
    """Projects, money and ballots that do not fit together (`why` says how)."""

    code: ClassVar[str] = "profile_invalid"


class RuleUnknown(DomainError):
    """No rule of this name; params: rule, known."""

    code: ClassVar[str] = "rule_unknown"


class RuleParameterInvalid(DomainError):
    """A parameter that the rule cannot use; params: parameter, value."""

    code: ClassVar[str] = "rule_parameter_invalid"


class RuleWithoutMinimum(DomainError):
    """The rule cannot promise a theme's minimum; params: rule, limit."""

    code: ClassVar[str] = "rule_without_minimum"


class MinimumUnreachable(DomainError):
    """No set of projects keeps every minimum and maximum."""

    code: ClassVar[str] = "minimum_unreachable"


class NoAnswerInTime(DomainError):
    """The time limit passed before any allowed set was found; params: seconds."""

    code: ClassVar[str] = "no_answer_in_time"
