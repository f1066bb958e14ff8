"""Refusals of a sealed round's written copy."""


def _(text: str) -> str:
    """Mark for translation; `sentence` translates when it is shown."""
    return text


COPIES: dict[str, str] = {
    "copy_not_written": _(
        "The copy of the round could not be written on the server: %(why)s. Nothing"
        " was destroyed. When there is room, seal the ballots again."
    ),
    "copy_mismatch": _(
        "The written copy of the round, read back, is not what was sealed (%(where)s)."
        " Nothing was destroyed. Seal the ballots again; the copy is then written"
        " anew. If this comes again, tell the people who run this service."
    ),
}
