"""What is refused where a school class votes together, by code."""

from typing import ClassVar

from core.errors import DomainError


class ClassListInvalid(DomainError):
    """A list of pupils of whom not each is one row of the roll.

    Params: count, faults (number in the list, code, value; never an identity number
    and never a name).
    """

    code: ClassVar[str] = "class_list_invalid"


class ClassUndated(DomainError):
    """The vote has no dates, so no lesson lies within it."""

    code: ClassVar[str] = "class_undated"


class ClassEndsTooSoon(DomainError):
    """The lesson ends before it begins, or has ended already."""

    code: ClassVar[str] = "class_ends_too_soon"


class ClassTooLong(DomainError):
    """Nobody is in one lesson for so long; params: hours."""

    code: ClassVar[str] = "class_too_long"


class ClassOutsideVote(DomainError):
    """The lesson is not within the vote; params: opens, ends."""

    code: ClassVar[str] = "class_outside_vote"


class ClassMade(DomainError):
    """The form was sent twice, and its slips are there; params: number."""

    code: ClassVar[str] = "class_made"


class ClassOvertaken(DomainError):
    """While slips were being set, somebody made others for the same pupils."""

    code: ClassVar[str] = "class_overtaken"


class ClassUnknown(DomainError):
    """The round has no class with this number; params: number."""

    code: ClassVar[str] = "class_unknown"


class ClassEnded(DomainError):
    """The lesson is over or its codes were ended: no slip is made for it any more."""

    code: ClassVar[str] = "class_ended"


class ClassLineUnknown(DomainError):
    """The class has no such number in its list; params: line."""

    code: ClassVar[str] = "class_line_unknown"


class ClassCodeUnknown(DomainError):
    """No class of this round has this code, or not any more."""

    code: ClassVar[str] = "class_code_unknown"


class ClassCodeReplaced(DomainError):
    """The pupil has got another slip."""

    code: ClassVar[str] = "class_code_replaced"


class ClassCodeUsed(DomainError):
    """A vote has been cast with this code."""

    code: ClassVar[str] = "class_code_used"


class ClassNotNow(DomainError):
    """The lesson of this code is not now; params: opens, ends."""

    code: ClassVar[str] = "class_not_now"
