"""What the log's entries about draws and seats mean, in a sentence each."""


def _(text: str) -> str:
    """Mark for translation; `act` translates when it is shown."""
    return text


DRAW_ACTIONS: dict[str, str] = {
    "draw.prepared": _(
        "Fixed the pool of draw %(draw)s: %(people)s people, %(seats)s seats. SHA-256"
        " of the pool: %(pool_sha256)s"
    ),
    "draw.listed": _(
        "Published the list of draw %(draw)s: %(panels)s panels. SHA-256 of the list:"
        " %(list_sha256)s"
    ),
    "draw.infeasible": _("Found that no panel meets the quotas of draw %(draw)s"),
    "draw.relaxed": _("Widened the quotas of draw %(draw)s as was proposed"),
    "draw.dice_entered": _("Entered the dice of draw %(draw)s"),
    "draw.dice_taken_back": _("Took the entered dice of draw %(draw)s back"),
    "draw.drawn": _(
        "Confirmed the dice of draw %(draw)s: %(dice)s. Panel number %(picked)s was"
        " drawn from the list %(list_sha256)s"
    ),
    "draw.cancelled": _("Cancelled draw %(draw)s before any dice were entered"),
    "seat.ended": _("Ended seat %(seat)s"),
    "seats.term_ended": _("The term of %(count)s seats ended"),
    "seat.contacted": _("Tried to reach the member of seat %(seat)s"),
    "seat.task_done": _("Wrote down that seat %(seat)s did a task"),
    "seat.task_missed": _("Wrote down that seat %(seat)s missed a task"),
    "seat.owed": _("Wrote down a compensation for seat %(seat)s"),
    "seat.paid": _("Wrote down that a compensation was paid for seat %(seat)s"),
}
