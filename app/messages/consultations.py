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
}
