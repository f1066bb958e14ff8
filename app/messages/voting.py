"""Refusals of budget rounds."""


def _(text: str) -> str:
    """Mark for translation; `sentence` translates when it is shown."""
    return text


VOTING: dict[str, str] = {}
