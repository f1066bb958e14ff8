"""Refusals at the assisted desk."""


def _(text: str) -> str:
    """Mark for translation; `sentence` translates when it is shown."""
    return text


ASSISTED: dict[str, str] = {
    "assisted_busy": _(
        "A session that you have opened is still running. End it first, in its browser"
        " or from the list of assisted sessions."
    ),
    "assisted_oneself": _(
        "This is your own row of the electoral roll. Vote like everybody else, or ask"
        " another official to help you."
    ),
    "assisted_has_voted": _(
        "This person has voted already, and that vote cannot be changed any more."
    ),
    "assisted_over": _("The assisted session has ended. Nothing was cast now."),
}
