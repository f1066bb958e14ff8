"""Refusals of questions, answers and consultations."""


def _(text: str) -> str:
    """Mark for translation; `sentence` translates when it is shown."""
    return text


CONSULTATIONS: dict[str, str] = {
    "question_unknown": _("There is no such question. Look at the page again."),
    "question_limit": _("A consultation asks at most %(most)s questions."),
    "question_options_limit": _(
        "Give %(least)s to %(most)s answers to choose from, one on each line."
    ),
    "question_scale_invalid": _(
        "A scale begins at 0 or above, rises, and ends at %(highest)s at most."
    ),
    "answer_wrong_kind": _("Question %(number)s cannot be answered like this."),
    "answer_not_offered": _("Question %(number)s does not offer this answer."),
    "answer_off_scale": _("The scale of question %(number)s does not have this step."),
    "answer_too_long": _(
        "The answer to question %(number)s is too long: at most %(most)s characters."
    ),
    "answer_unprintable": _(
        "There are characters in the answer to question %(number)s that cannot be used."
    ),
    "answer_key_missing": _(
        "The key of this panel's answers is not there. Without it nobody can answer,"
        " and nothing leads from a member to the answers."
    ),
    "answer_missing": _("These questions have to be answered: %(numbers)s."),
    "answers_none": _("You have not answered any question yet."),
    "answering_link_unknown": _(
        "This code is not known here. Look at it again, character by character."
    ),
    "answering_over": _(
        "Answering ended at %(moment)s. What you had sent before counts; what you"
        " have written now was not saved."
    ),
    "answering_seat_ended": _(
        "Your time on the panel has ended, so you cannot answer any more. What you"
        " have sent before counts."
    ),
    "consultation_burden": _(
        "Members of this panel have been asked %(most)s times in twelve months, and"
        " that is the most. They can be asked again from %(day)s."
    ),
    "consultation_empty": _("Write at least one question first."),
    "consultation_nobody": _("Nobody sits on the panel yet."),
    "consultation_not_draft": _(
        "The consultation has been opened. Its questions do not change any more."
    ),
    "consultation_not_open": _("The consultation is not open."),
    "consultation_not_over": _("The members are still answering."),
    "consultation_overtaken": _(
        "Somebody else has changed this consultation meanwhile. Look at the page again;"
        " your change was not saved."
    ),
    "consultation_reason_missing": _("Write the reason in every language."),
    "consultation_reminded": _(
        "At most %(most)s reminders are sent, at least %(days)s days apart."
    ),
    "consultation_texts_missing": _("There are texts that lack a language."),
    "consultation_times_invalid": _(
        "Answering has to end in the future, and the town answers after that."
    ),
    "consultation_unknown": _("The panel has no such consultation."),
}
