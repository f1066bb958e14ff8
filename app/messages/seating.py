"""Refusals of the acts of a draw, and of seats."""


def _(text: str) -> str:
    """Mark for translation; `sentence` translates when it is shown."""
    return text


SEATING: dict[str, str] = {
    "draw_unfinished": _(
        "Draw %(number)s of this panel has not ended. Finish or cancel it first."
    ),
    "draw_unknown": _("The panel has no such draw."),
    "draw_not_there": _(
        "The draw has moved on meanwhile. Look at the page again: nothing was changed."
    ),
    "draw_pool_empty": _("Nobody is in the pool. Send letters first."),
    "draw_nothing_vacant": _("All seats are filled. There is nothing to draw."),
    "dice_of_the_same": _(
        "You have entered the dice yourself. Another official has to confirm them."
    ),
    "dice_differ": _(
        "These are not the numbers that were entered first. Compare both with the dice"
        " on the table. Nothing has been drawn."
    ),
    "seat_unknown": _("The panel has no such seat."),
    "seat_ended": _("This seat has ended already."),
    "seat_not_inactive": _(
        "A seat is ended for silence after %(missed)s missed tasks in a row and"
        " %(contacts)s contacts without an answer."
    ),
    "seat_overpaid": _("More would be paid than is owed. Write down the debt first."),
}
