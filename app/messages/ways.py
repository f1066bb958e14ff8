"""Refusals on the ways into the booth: strong identification."""


def _(text: str) -> str:
    """Mark for translation; `sentence` translates when it is shown."""
    return text


WAYS: dict[str, str] = {
    "identification_refused": _(
        "The identification could not be checked, so we let nobody in with it. Please"
        " identify yourself again."
    ),
    "identification_cancelled": _(
        "You were not identified: it was cancelled, or the identification service did"
        " not go on."
    ),
    "identification_not_begun": _(
        "This identification was not begun in this browser, or too long ago, or it has"
        " been used already. Please begin again."
    ),
    "identification_too_weak": _(
        "This way of identifying is not strong enough for this vote. Choose another"
        " one in the identification service."
    ),
    "identification_incomplete": _(
        "The identification service did not tell us your personal identity code, so we"
        " cannot look for you on the electoral roll."
    ),
    "broker_away": _(
        "The identification service does not answer right now. Try again a little"
        " later, or vote in another way."
    ),
}
