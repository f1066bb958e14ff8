"""What is refused of draws and seats, by code."""

from typing import ClassVar

from core.errors import DomainError


class DrawUnfinished(DomainError):
    """Another draw of the panel has not ended; params: number."""

    code: ClassVar[str] = "draw_unfinished"


class DrawUnknown(DomainError):
    """The panel has no such draw."""

    code: ClassVar[str] = "draw_unknown"


class DrawNotThere(DomainError):
    """The draw is not where this act belongs: somebody was faster."""

    code: ClassVar[str] = "draw_not_there"


class DrawPoolEmpty(DomainError):
    """Nobody is in the pool."""

    code: ClassVar[str] = "draw_pool_empty"


class DrawNothingVacant(DomainError):
    """All seats are filled; there is nothing to draw."""

    code: ClassVar[str] = "draw_nothing_vacant"


class DiceOfTheSame(DomainError):
    """The dice must be confirmed by another official than the one who entered them."""

    code: ClassVar[str] = "dice_of_the_same"


class DiceDiffer(DomainError):
    """The two officials have not entered the same numbers."""

    code: ClassVar[str] = "dice_differ"


class SeatUnknown(DomainError):
    """The panel has no such seat."""

    code: ClassVar[str] = "seat_unknown"


class SeatEnded(DomainError):
    """Nobody sits there any more."""

    code: ClassVar[str] = "seat_ended"


class SeatNotInactive(DomainError):
    """Too few missed tasks or contacts to end a seat; params: missed, contacts."""

    code: ClassVar[str] = "seat_not_inactive"


class SeatOverpaid(DomainError):
    """More would be paid than is owed."""

    code: ClassVar[str] = "seat_overpaid"
