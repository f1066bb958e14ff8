"""Refusals around letters with codes."""


def _(text: str) -> str:
    """Mark for translation; it is translated when it is shown."""
    return text


LETTERS: dict[str, str] = {
    "letters_undated": _(
        "The vote has no dates yet, so the letters cannot say when to vote. Write the"
        " dates first."
    ),
    "nobody_to_write_to": _(
        "There is nobody to write to: everybody with an address has a code already."
        " No letters were made."
    ),
    "letters_overtaken": _(
        "While the letters were being set, somebody else made codes for the same"
        " people. No codes were made. Try again."
    ),
    "letters_made": _(
        "This form was sent twice. Batch %(number)s has been made from it. If its file"
        " has come, load the page of the letters again before you make the next ones."
        " If it has not, make that batch anew."
    ),
    "letters_being_made": _(
        "Batch %(number)s, for the same people, is being made right now. Wait until it"
        " is finished. If making it broke off, revoke it first."
    ),
    "letters_batch_unknown": _(
        "The round has no batch of letters with the number %(number)s."
    ),
    "batch_revoked": _(
        "Batch %(number)s was revoked while it was being written. Do not use the file."
    ),
    "no_address": _(
        "We have no address of this person, or it is protected, so there is no letter."
        " The person can vote at a service point or with strong identification."
    ),
}
