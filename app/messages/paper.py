"""Refusals where people vote on paper."""


def _(text: str) -> str:
    """Mark for translation; `sentence` translates when it is shown."""
    return text


PAPER: dict[str, str] = {
    "voted_on_paper": _(
        "Your envelope with a vote on paper has arrived and been opened. That vote"
        " counts, and it cannot be changed online any more."
    ),
    "paper_not_used": _("Nobody votes on paper in this round."),
    "paper_not_yet": _(
        "Cards are printed by the frozen rules. Open the vote first; its first moment"
        " may be later than today."
    ),
    "cards_not_yet": _(
        "Cards are looked at after the vote has closed, so that nobody knows before how"
        " people vote."
    ),
    "paper_settled": _(
        "The ballots have been reconciled. No card and no envelope changes any more."
    ),
    "duty_needed": _(
        "Say first whether you open envelopes or enter cards in this round."
    ),
    "duty_other": _(
        "Whoever opens envelopes sees no card, and whoever enters cards opens no"
        " envelope. You have taken on the other one of the two in this round."
    ),
    "batch_size_invalid": _("A batch has from 1 to %(most)s cards."),
    "batch_unknown": _("There is no such batch."),
    "batch_closed": _(
        "Batch %(number)s has been closed. Open it again if a card was wrong."
    ),
    "batch_open": _("Batch %(number)s is open."),
    "batch_does_not_add_up": _(
        "Returned, spoiled and missing cards are %(told)s together, but %(issued)s"
        " were issued. Count again."
    ),
    "cards_unsettled": _(
        "%(count)s cards of this batch wait for a second person, or two people have"
        " entered them differently. The batch can be closed after that."
    ),
    "cards_disagree": _(
        "You say that %(returned)s cards came back, but %(entered)s have been entered."
        " Look for the others, or count again."
    ),
    "card_unknown": _(
        "No card of this round has this number. If it is printed on the card like this,"
        " the card is not one of ours: put it aside."
    ),
    "card_misread": _(
        "This is not the number of a card. Compare it with the card, letter by letter."
    ),
    "card_settled": _("Two people have entered this card in the same way. It is done."),
    "card_of_others": _(
        "Two other people have entered this card differently. One of them has to"
        " correct an entry, or you have the card entered anew."
    ),
    "card_not_disputed": _("This card has not been entered by two people."),
    "third_person_needed": _(
        "You have entered this card yourself. A third person may have it entered anew."
    ),
    "envelope_twice": _(
        "This person has voted already, %(hour)s. Set the envelope aside, and leave"
        " what is in it closed."
    ),
    "envelope_unknown": _("No envelope of this person has been accepted."),
    "batches_open": _(
        "Batches of cards are still open: %(numbers)s. Close them before you reconcile."
    ),
    "paper_unbalanced": _(
        "%(area)s has another number of cards than of envelopes. Find out why; or one"
        " person writes the reason down and another one signs it."
    ),
    "no_difference": _(
        "There is no difference to explain, or the numbers have changed since the"
        " reason was written."
    ),
    "second_person_needed": _(
        "The second signature must come from somebody other than the first."
    ),
}
