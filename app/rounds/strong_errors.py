"""What can go wrong on the way to a broker of strong identification and back."""

from typing import ClassVar

from core.errors import DomainError


class IdentificationRefused(DomainError):
    """The broker's answer proves nothing; the kinds of it below."""

    code: ClassVar[str] = "identification_refused"


class IdentificationCancelled(IdentificationRefused):
    """The person went back, or the broker did not let him through."""

    code: ClassVar[str] = "identification_cancelled"


class IdentificationNotBegun(IdentificationRefused):
    """Not begun in this browser, begun too long ago, or ended already."""

    code: ClassVar[str] = "identification_not_begun"


class IdentificationTooWeak(IdentificationRefused):
    """Identified, but not as strongly as this service asks for."""

    code: ClassVar[str] = "identification_too_weak"


class IdentificationIncomplete(IdentificationRefused):
    """Identified, but the broker gave no identity number."""

    code: ClassVar[str] = "identification_incomplete"


class BrokerAway(IdentificationRefused):
    """The broker does not answer, or answers nonsense."""

    code: ClassVar[str] = "broker_away"
