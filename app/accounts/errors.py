"""What the account and staff pages refuse."""

from typing import ClassVar

from core.errors import DomainError


class LinkInvalid(DomainError):
    """A one-time link was used, is too old, or never was."""

    code: ClassVar[str] = "link_invalid"


class PasswordWrong(DomainError):
    """The password asked for as a proof is not the right one."""

    code: ClassVar[str] = "password_wrong"


class CodeWrong(DomainError):
    """The second factor's code is wrong or was used before."""

    code: ClassVar[str] = "code_wrong"


class TooManyAttempts(DomainError):
    """Wait before the next try; params: seconds."""

    code: ClassVar[str] = "too_many_attempts"


class SecondFactorCompulsory(DomainError):
    """Officials do not switch off their second factor."""

    code: ClassVar[str] = "second_factor_compulsory"


class LastAdministrator(DomainError):
    """Somebody must remain who can let others in."""

    code: ClassVar[str] = "last_administrator"


class NoLongerAdministrator(DomainError):
    """The right to do this was taken away a moment ago."""

    code: ClassVar[str] = "no_longer_administrator"


class GrantExists(DomainError):
    """The person has this right already."""

    code: ClassVar[str] = "grant_exists"


class ScopeInvalid(DomainError):
    """The role cannot be given in this place."""

    code: ClassVar[str] = "scope_invalid"


class LogInFirst(DomainError):
    """The invitation is for an account; its owner must be logged in."""

    code: ClassVar[str] = "log_in_first"


class CannotResetOwnFactor(DomainError):
    """Whoever sits at an open session must not get around its second factor."""

    code: ClassVar[str] = "cannot_reset_own_factor"
