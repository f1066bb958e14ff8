"""What is refused where an extract of a register is read."""

from typing import ClassVar

from core.errors import DomainError


class IdentityInvalid(DomainError):
    """Not an identity number of this kind."""

    code: ClassVar[str] = "identity_invalid"
