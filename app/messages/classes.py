"""Refusals where a class votes together, and what is wrong in a list of pupils."""

from flask_babel import gettext


def _(text: str) -> str:
    """Mark for translation; it is translated when it is shown."""
    return text


CLASSES: dict[str, str] = {
    "class_list_invalid": _(
        "No slips were made: not every pupil of the list was found on the electoral"
        " roll. Put these right: %(count)s."
    ),
    "class_undated": _(
        "The vote has no dates yet, so no lesson lies within it. Write the dates first."
    ),
    "class_ends_too_soon": _(
        "The lesson must end after it begins, and not in the past."
    ),
    "class_too_long": _("A lesson can last at most %(hours)s hours."),
    "class_outside_vote": _(
        "The lesson must lie within the vote, from %(opens)s to %(ends)s."
    ),
    "class_made": _(
        "This form was sent twice. The slips of class %(number)s have been made from"
        " it. If their file has not come, end that class and make its slips again."
    ),
    "class_overtaken": _(
        "While the slips were being set, somebody else made slips for the same pupils."
        " No slips were made. Try again."
    ),
    "class_unknown": _("The round has no class with the number %(number)s."),
    "class_ended": _(
        "The lesson is over, or its codes have been ended. No new slip was made."
    ),
    "class_line_unknown": _("The list of this class has no number %(line)s."),
    "class_code_unknown": _(
        "No class has this code, or its codes have been ended. Look at the slip once"
        " more, or ask your teacher."
    ),
    "class_code_replaced": _(
        "This code has been replaced: you have got a newer slip. Use that one."
    ),
    "class_code_used": _(
        "This code has been used: a vote has been sent with it. If that was not you,"
        " tell your teacher: you get a new slip."
    ),
    "class_not_now": _(
        "This code works in the lesson only, from %(opens)s to %(ends)s."
    ),
}

FAULTS: dict[str, str] = {
    "nobody": _("There is nobody in the list."),
    "too_many": _("The list has more than %(value)s pupils. Make two classes of it."),
    "unreadable": _(
        "This is neither a personal identity code nor a name with a year of birth."
    ),
    "too_young": _("Too young to vote in this round."),
    "not_on_the_roll": _("Not on the electoral roll of this round."),
    "nobody_fits": _(
        "Nobody on the electoral roll has this name and year of birth. Write the"
        " personal identity code."
    ),
    "several": _(
        "Several people on the electoral roll have this name and year of birth. Write"
        " the personal identity code."
    ),
    "twice": _("The same pupil as number %(value)s."),
    "in_another_class": _(
        "Has a slip in class %(value)s already, whose lesson is not over."
    ),
}


def pupil_fault(code: str, value: str) -> str:
    """The fault in the reader's language."""
    return str(gettext(FAULTS[code]) % {"value": value})
