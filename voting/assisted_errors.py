"""What is refused at the assisted desk, by code."""

from typing import ClassVar

from core.errors import DomainError


class AssistedBusy(DomainError):
    """The official has a session that runs."""

    code: ClassVar[str] = "assisted_busy"


class AssistedOneself(DomainError):
    """The official would help himself."""

    code: ClassVar[str] = "assisted_oneself"


class AssistedHasVoted(DomainError):
    """The person has voted, and nothing can be cast in place of that."""

    code: ClassVar[str] = "assisted_has_voted"


class AssistedOver(DomainError):
    """The session has ended meanwhile."""

    code: ClassVar[str] = "assisted_over"
