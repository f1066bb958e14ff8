"""What is refused when two people decide about signs that something is wrong."""

from typing import ClassVar

from core.errors import DomainError


class SignUnknown(DomainError):
    """What the decision is about is not there, or has changed meanwhile."""

    code: ClassVar[str] = "sign_unknown"


class SignDecided(DomainError):
    """Somebody has proposed or decided something about it already."""

    code: ClassVar[str] = "sign_decided"


class NobodyToExclude(DomainError):
    """No ballot belongs to this sign."""

    code: ClassVar[str] = "nobody_to_exclude"


class DecisionOfTheProposer(DomainError):
    """Two people decide; this one has proposed it."""

    code: ClassVar[str] = "decision_of_the_proposer"


class DecisionClosed(DomainError):
    """The proposal has been confirmed or rejected already."""

    code: ClassVar[str] = "decision_closed"


class DecisionNotNow(DomainError):
    """Decisions are made between the close and the reconciliation."""

    code: ClassVar[str] = "decision_not_now"


class DecisionTooLate(DomainError):
    """The rules' last day for decisions is over; params: day."""

    code: ClassVar[str] = "decision_too_late"


class ProposalsOpen(DomainError):
    """A proposal waits for a second person; params: count."""

    code: ClassVar[str] = "proposals_open"


class NetworkInvalid(DomainError):
    """Not an address of a network; params: value."""

    code: ClassVar[str] = "network_invalid"
