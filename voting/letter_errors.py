"""What is refused when letters with codes are made, by code."""

from typing import ClassVar

from core.errors import DomainError


class LettersUndated(DomainError):
    """Nobody can be told when to vote: the vote has no dates yet."""

    code: ClassVar[str] = "letters_undated"


class NobodyToWriteTo(DomainError):
    """Everybody with an address has a code, or nobody has an address."""

    code: ClassVar[str] = "nobody_to_write_to"


class LettersOvertaken(DomainError):
    """While letters were being set, somebody else made codes for the same people."""

    code: ClassVar[str] = "letters_overtaken"


class LettersMade(DomainError):
    """The form was sent twice, and its batch is there; params: number."""

    code: ClassVar[str] = "letters_made"


class LettersBeingMade(DomainError):
    """Letters for the same people are being written, or broke off; params: number."""

    code: ClassVar[str] = "letters_being_made"


class BatchUnknown(DomainError):
    """The round has no batch of letters with this number; params: number."""

    code: ClassVar[str] = "letters_batch_unknown"


class BatchRevoked(DomainError):
    """The batch was revoked while it was being written; params: number."""

    code: ClassVar[str] = "batch_revoked"


class NoAddress(DomainError):
    """This person gets no letter: the address is protected, or nobody knows it."""

    code: ClassVar[str] = "no_address"
