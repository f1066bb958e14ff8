"""Refusals on the way from a register to a seat on a panel."""


def _(text: str) -> str:
    """Mark for translation; `sentence` translates when it is shown."""
    return text


STANDING: dict[str, str] = {
    "people_key_missing": _(
        "The panels' key is not on the server. Tell the people who run this service."
    ),
    "register_key_changed": _(
        "The panels' key on the server is not the one that this register was read with."
        " Put the right file back, or read the register again."
    ),
    "register_file_changed": _(
        "The file was changed while it was being read. Nothing was stored. Read it"
        " again."
    ),
    "register_unknown": _("There is no register extract %(number)s."),
    "register_erased": _(
        "The people of this register extract have been erased. Read a newer one."
    ),
    "register_expiry": _(
        "The extract must be erased on a day to come, within %(most)s months."
    ),
    "panel_unknown": _("There is no panel %(slug)s."),
    "panel_slug_taken": _("Another panel has the address %(slug)s."),
    "panel_targets_fixed": _(
        "Letters have been drawn by the targets, so features and size stay as they are."
        " Least and most seats can still be changed."
    ),
    "panel_targets_missing": _(
        "The panel has no targets yet that a register can tell. Read a population"
        " table with gender, age, area or language first."
    ),
    "panel_targets_limit": _(
        "A panel can have %(features)s features with %(values)s values together."
    ),
    "panel_texts_missing": _(
        "The name, description, owner or consent of the panel is not written in all"
        " languages yet: %(languages)s."
    ),
    "panel_ended": _("The panel has ended."),
    "panel_not_widened": _(
        "%(feature)s, %(value)s: the least number of seats cannot be more than the"
        " most, and neither can be beyond the size of the panel."
    ),
    "wave_excluded_invalid": _("These lines are no identity numbers: %(lines)s."),
    "wave_day_passed": _("Choose a last day of answering that is still to come."),
    "wave_empty": _(
        "No letters would be drawn: nobody is left to be invited, or there are"
        " volunteers enough."
    ),
    "wave_planned": _(
        "Wave %(number)s has been planned and not drawn. Draw it, or take it back."
    ),
    "wave_unknown": _("The panel has no wave %(number)s."),
    "wave_drawn": _("The wave has been drawn already."),
    "wave_not_drawn": _("The wave has not been drawn yet."),
    "wave_overtaken": _(
        "The list is not the same any more as when the wave was planned. Take the plan"
        " back, and plan the wave again."
    ),
    "wave_closed": _("The last day of answering was %(day)s."),
    "invitation_letters_none": _("Nobody waits for such a letter."),
    "invitation_letters_made": _(
        "These letters have been made already, as number %(number)s."
    ),
    "invitation_letters_overtaken": _(
        "Somebody has answered, or other letters were made, at the same moment. No"
        " letter was made. Try again."
    ),
    "letter_run_unknown": _(
        "There are no letters of the number %(number)s whose codes still work."
    ),
    "invitation_code_unknown": _(
        "No letter of this panel has this code. Look at it once more."
    ),
    "invitation_code_misread": _(
        "This is not a whole code, or a character is wrong. The code in the letter has"
        " sixteen letters and digits."
    ),
    "invitation_answered": _(
        "You have volunteered with this code already. Your personal link leads to what"
        " you have told us."
    ),
    "volunteer_unknown": _(
        "This personal link leads nowhere: a character is wrong, or you have withdrawn."
    ),
    "volunteer_answers": _("Choose an answer: %(feature)s."),
}
