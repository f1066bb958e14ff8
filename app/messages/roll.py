"""Refusals around the electoral roll, and what is wrong on a line of a register."""

from flask_babel import gettext


def _(text: str) -> str:
    """Mark for translation; it is translated when it is shown."""
    return text


ROLL: dict[str, str] = {
    "text_unreadable": _(
        "This cannot be read: it was encrypted under another key. Tell the people who"
        " run this service."
    ),
    "extract_invalid": _(
        "The register extract was not read: %(count)s faults, the first on line"
        " %(line)s. Nothing was stored."
    ),
    "roll_rules_changed": _(
        "The rules of the round, or the file, were changed while the register was being"
        " read. Nothing was stored. Read it again."
    ),
    "roll_frozen": _(
        "The vote has been opened, and the electoral roll does not change any more."
    ),
    "roll_missing": _("The round has no electoral roll yet. Read a register extract."),
    "roll_key_changed": _(
        "The roll's key on the server is not the one that the roll was made with, so"
        " nobody would be found on it. Put the right file back, or read the register"
        " again."
    ),
    "column_unknown": _('We cannot find "%(value)s". Nothing was stored.'),
    "way_not_open": _("In this round nobody votes this way."),
    "not_in_the_register": _(
        "We did not find you on the electoral roll of this round. Ask us, if you think"
        " that you should be there."
    ),
    "code_unknown": _("No letter of this round has this code. Look at it once more."),
    "code_misread": _(
        "This is not a whole code, or a character is wrong. It has sixteen letters and"
        " digits."
    ),
    "code_replaced": _(
        "This code has been replaced: a newer letter was sent. Use the newest one."
    ),
    "code_used": _(
        "This code has been used: a vote is in. To change it, use the browser in which"
        " you voted, or ask us for a new code."
    ),
    "pass_ended": _(
        "You are not in the booth any more: the time was over, or somebody has come in"
        " elsewhere with the same code. Nothing was sent just now. Come in again."
    ),
    "home_from_register": _(
        "You vote in the area where the register says that you live."
    ),
    "identity_invalid": _(
        "This is not a personal identity code. Look at it once more."
    ),
    "request_decided": _(
        "The request has been decided already, perhaps by another official."
    ),
    "request_not_entitled": _(
        "By the rules of the round this person cannot vote, or the day of birth is"
        " missing."
    ),
}

FAULTS: dict[str, str] = {
    "not_utf8": _("This is not UTF-8 text. Save the file as CSV in UTF-8."),
    "not_a_table": _("This is not a table, or the file ends too early."),
    "too_many_rows": _("The file has more than %(value)s rows."),
    "nobody_kept": _("Nobody in the file can be invited to a panel."),
    "word_too_long": _(
        'This is too long for a gender, an area or a language: "%(value)s".'
    ),
    "too_many_words": _(
        "The column %(value)s has more than 2 000 different words. Is it this column?"
    ),
    "nobody": _("Nobody in the file can vote by the rules of the round."),
    "column_missing": _('The header has no column "%(value)s".'),
    "column_twice": _('The header has the column "%(value)s" twice.'),
    "wrong_number_of_cells": _(
        "The line has %(value)s cells, not as many as the header."
    ),
    "identity_missing": _("The identity number is missing."),
    "identity_invalid": _("The identity number is wrong, or its check character is."),
    "identity_twice": _("The same person stands on line %(value)s already."),
    "birth_missing": _("The day or year of birth is missing."),
    "birth_invalid": _('This is no day or year of birth: "%(value)s".'),
    "birth_differs": _(
        'The day of birth is another than the identity number says: "%(value)s".'
    ),
    "birth_day_needed": _(
        'The day of birth is needed, because the age counts by the day: "%(value)s".'
    ),
    "area_unknown": _('The round has no area "%(value)s".'),
    "postcode_unknown": _('No area has the postal code "%(value)s".'),
    "address_invalid": _("The address is too long, or has characters of no script."),
}


def fault_sentence(code: str, value: str) -> str:
    """The fault in the reader's language; English outside of a request."""
    return str(gettext(FAULTS[code]) % {"value": value})
