"""What is refused at the roll and at the ways in, by code."""

from typing import ClassVar

from core.errors import DomainError


class RollRulesChanged(DomainError):
    """The round's rules were edited while its register was being read."""

    code: ClassVar[str] = "roll_rules_changed"


class RollFrozen(DomainError):
    """The vote has been opened; nobody is put on the roll or taken off any more."""

    code: ClassVar[str] = "roll_frozen"


class RollMissing(DomainError):
    """The round has no roll from a register."""

    code: ClassVar[str] = "roll_missing"


class RollKeyChanged(DomainError):
    """The key file is not the one that the roll was made with; params: round."""

    code: ClassVar[str] = "roll_key_changed"


class WayNotOpen(DomainError):
    """The round's rules do not let anybody in this way."""

    code: ClassVar[str] = "way_not_open"


class NotInTheRegister(DomainError):
    """Who was identified has no row on the roll of this round."""

    code: ClassVar[str] = "not_in_the_register"


class CodeUnknown(DomainError):
    """No letter of this round has this code."""

    code: ClassVar[str] = "code_unknown"


class CodeMisread(DomainError):
    """Not a code: a character is missing or was read as another."""

    code: ClassVar[str] = "code_misread"


class CodeReplaced(DomainError):
    """A newer letter has been sent."""

    code: ClassVar[str] = "code_replaced"


class CodeUsed(DomainError):
    """The person has voted, and a code is for the first vote only."""

    code: ClassVar[str] = "code_used"


class PassEnded(DomainError):
    """The pass into the booth is too old, or the person came in anew elsewhere."""

    code: ClassVar[str] = "pass_ended"


class HomeFromRegister(DomainError):
    """Another home area than the one that the register says."""

    code: ClassVar[str] = "home_from_register"


class RequestDecided(DomainError):
    """The correction desk has decided about it already."""

    code: ClassVar[str] = "request_decided"


class RequestNotEntitled(DomainError):
    """By the round's rules this person may not be put on the roll; params: why."""

    code: ClassVar[str] = "request_not_entitled"
