"""Refusals of the account and staff pages."""


def _(text: str) -> str:
    """Mark for translation; `sentence` translates when it is shown."""
    return text


ACCOUNTS = {
    "refused": _("This cannot be done."),
}
