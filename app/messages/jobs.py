"""What each kind of background work is called on its page."""


def _(text: str) -> str:
    """Mark for translation; the page translates when it is shown."""
    return text


TITLES = {
    "close_when_due": _("Closing the vote by the clock"),
    "seal_round": _("Sealing the ballots"),
    "send_message": _("Sending a message"),
    "count_round": _("Counting the votes"),
    "study_result": _("Counting the same ballots by the other rules"),
    "study_sealed": _("Counting the same ballots by the other rules"),
    "answer_scenario": _("Answering a question about a result"),
    "measure_distances": _("Working out how close each project was"),
    "import_election": _("Reading an election from a file"),
    "freeze_turnout": _("Counting the turnout of the day"),
    "erase_register": _("Erasing a register extract"),
    "import_register": _("Reading a register extract"),
    "end_terms": _("Ending terms on a panel"),
    "hold_draw": _("Making the list of possible panels"),
    "import_roll": _("Reading a register extract"),
}
ANY = _("Background work")

# The steps of the sealing, in their order.
SEALING = (
    _("copying the ballots out of the box, in random order"),
    _("comparing the copy with the box"),
    _("writing the round into a file"),
    _("reading the file back into an empty database and comparing"),
    _("destroying the key"),
    _("emptying the box"),
    _("rewriting the database without what was deleted"),
)
# What is being done, by how far the work has come.
STEPS = {"seal_round": SEALING}

CRASHED = _(
    "This work has broken off several times before it was ready, so we stopped "
    "trying. Tell the people who run this service: it is job %(number)s."
)
UNEXPECTED = _(
    "This work failed for a reason that is ours, not yours. Nothing of it was "
    "stored. Tell the people who run this service: it is job %(number)s."
)
