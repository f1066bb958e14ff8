"""What is refused where an extract of a register is read."""

from typing import ClassVar

from core.errors import DomainError


class IdentityInvalid(DomainError):
    """Not an identity number of this kind."""

    code: ClassVar[str] = "identity_invalid"


class ExtractInvalid(DomainError):
    """A register extract that cannot be read.

    Params: line, faults (line, code, value; at most 50, never an identity number),
    count (of all).
    """

    code: ClassVar[str] = "extract_invalid"


class ColumnUnknown(DomainError):
    """A column, postal code or area that fits nothing; params: value."""

    code: ClassVar[str] = "column_unknown"
