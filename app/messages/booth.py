"""Refusals of the booth, the roll, the close and the sealing."""


def _(text: str) -> str:
    """Mark for translation; `sentence` translates when it is shown."""
    return text


BOOTH: dict[str, str] = {
    "printing_unavailable": _(
        "PDFs cannot be made on this server yet: a library for setting text is"
        " missing. Tell the people who run this service."
    ),
    "vote_not_open_yet": _("The vote is not open yet."),
    "vote_closed": _("The vote has closed. No more votes can be taken."),
    "not_on_the_roll": _(
        "Before you vote, please answer the questions on who can vote."
    ),
    "voter_not_verified": _(
        "Please confirm your e-mail address first. The link is in the message"
        " we sent you."
    ),
    "roll_from_register": _(
        "Only people on the electoral roll of this round can vote in it."
    ),
    "wrong_municipality": _(
        "Only residents of %(municipality)s can vote in this round."
    ),
    "too_young": _("You can vote in this round from the age of %(age)s."),
    "home_area_needed": _("Choose the area where you live."),
    "roll_taken": _(
        "Somebody has already entered the electoral roll with this e-mail"
        " address. If that was not you, contact us."
    ),
    "ballot_empty": _("You have not chosen anything yet."),
    "blank_not_allowed": _(
        "Choose at least one project in %(area)s. A blank vote is not possible"
        " in this round."
    ),
    "too_few_picks": _("Too few projects in %(area)s: choose at least %(least)s."),
    "too_many_picks": _("Too many projects in %(area)s: choose at most %(most)s."),
    "project_not_on_ballot": _(
        "One of the projects is not on the ballot of %(area)s. Please choose again."
    ),
    "picked_twice": _("The same project can be chosen only once in %(area)s."),
    "over_budget": _(
        "The projects you chose in %(area)s cost more than its budget. Leave"
        " something out."
    ),
    "area_not_yours": _("You cannot vote in that area. Please choose again."),
    "vote_already_cast": _(
        "You have already voted. In this round a vote cannot be changed."
    ),
    "points_out_of_range": _(
        "Give each project in %(area)s a whole number of points from 0 to %(most)s."
    ),
    "too_many_points": _(
        "Too many points in %(area)s: you have %(points)s, and you gave %(given)s."
    ),
    "nothing_to_withdraw": _("You have no vote in. There is nothing to withdraw."),
    "receipt_unknown": _("There is no such receipt."),
    "vote_still_open": _("The vote is still open. Close it first."),
    "vote_already_closed": _("The vote was already closed. Nothing was done twice."),
    "reason_needed": _(
        "The vote is still running by its rules. To close it early, give a"
        " reason that everybody can read."
    ),
    "vote_paused": _(
        "The vote is paused. No votes are taken until it goes on; what has been"
        " chosen and sent is kept."
    ),
    "vote_not_paused": _("The vote is not paused. Nothing was done twice."),
    "time_is_up": _(
        "The time of the vote ran out during the pause. Give it a later end before"
        " it goes on, or close it."
    ),
    "end_not_later": _(
        "The new end must be later than the present one, %(ends)s, and later than now."
    ),
    "return_not_later": _("This moment has passed already. Write a later one."),
    "reason_not_translated": _(
        "Write the reason in Finnish, in Swedish and in English."
    ),
    "not_reconciled": _("The ballots have to be reconciled before they are sealed."),
    "already_reconciled": _(
        "The ballots were already reconciled. Nothing was done twice."
    ),
    "already_sealed": _("The ballots were already sealed. Nothing was done twice."),
    "seal_mismatch": _(
        "The sealed copy does not match the ballot box: %(box)s ballots in the"
        " box, %(sealed)s in the copy. Nothing was deleted."
    ),
    "roll_and_box_differ": _(
        "The electoral roll and the ballot box do not agree. Voted by the roll, but"
        " without a ballot: %(without_ballot)s. With ballots, but not voted by the"
        " roll: %(without_voter)s. The key of the round may be the wrong one. Nothing"
        " was sealed."
    ),
    "round_key_missing": _(
        "The key of this round is missing on the server, so no votes can be"
        " taken. Please tell us."
    ),
    "draft_unreadable": _(
        "Your unfinished ballot could not be read. Please choose again."
    ),
}
