"""What is refused at a sealed round's written copy, by code."""

from typing import ClassVar

from core.errors import DomainError


class CopyNotWritten(DomainError):
    """The copy cannot be written or restored: a full disk. Params: why."""

    code: ClassVar[str] = "copy_not_written"


class CopyMismatch(DomainError):
    """The copy, read back, is not what was sealed. Params: where (file or table)."""

    code: ClassVar[str] = "copy_mismatch"
