"""Refusals of budget rounds."""

from app.messages.allocation import ALLOCATION


def _(text: str) -> str:
    """Mark for translation; `sentence` translates when it is shown."""
    return text


VOTING: dict[str, str] = {
    **ALLOCATION,
    "round_not_sealed": _(
        "The ballots have not been sealed yet. They can be counted after that."
    ),
    "round_not_counted": _(
        "There is no result yet. Count the ballots first, then publish."
    ),
    "count_disagrees": _(
        "Counted again, the ballots do not give the stored result. Tell the people who"
        " run this service: project %(project)s."
    ),
    "result_already_public": _(
        "The result has been published already. Nothing was done a second time."
    ),
    "result_not_proven": _(
        "The result is the best that was found in time, not proven to be the best"
        " there is. Another official must sign it before it can be published."
    ),
    "signature_of_the_author": _(
        "The second signature must come from somebody other than the person who"
        " asked for the count."
    ),
    "result_already_signed": _("You have signed this result already."),
    "embargo_in_the_past": _(
        "The embargo must end later than now. Leave the field empty to publish at once."
    ),
    "area_column_unknown": _(
        "The file was not read. Its projects have no column %(column)s;"
        " they have %(columns)s. Nothing was stored."
    ),
    "pb_unstorable": _(
        "The file was not read. Line %(line)s holds a zero byte, or a project id of"
        " more than 120 characters. Nothing was stored."
    ),
    "result_not_public": _(
        "The result has not been published yet. Before that nothing leaves the ballot"
        " box."
    ),
    "round_unknown": _("There is no round with the address %(slug)s."),
    "file_unwritable": _("The file %(file)s cannot be written: %(reason)s."),
    "round_slug_taken": _('Another round has the address "%(slug)s". Choose another.'),
    "rules_frozen": _(
        "The vote has been opened, and this stands in the frozen rules. A change during"
        " a vote needs the signatures of two officials and a public reason, which is"
        " not possible in this version. If the rules are wrong, let the vote close"
        " without counting it and open a new round."
    ),
    "round_incomplete": _(
        "This cannot be done yet: things are missing (%(count)s). The round desk lists"
        " each of them."
    ),
    "round_already_announced": _(
        "The round has been announced already, perhaps by another official a moment"
        " ago. Nothing was done a second time."
    ),
    "round_not_announced": _("Announce the round before you open the vote."),
    "vote_already_open": _(
        "The vote has been opened already, perhaps by another official a moment ago."
        " Nothing was done a second time."
    ),
    "phase_ends_before_start": _("The phase ends before it begins."),
    "phases_overlap": _("This phase begins before the one before it has ended."),
    "area_slug_taken": _(
        'The round has another area with the short name "%(slug)s". Choose another.'
    ),
    "area_in_use": _(
        "The area has projects or ideas. Move or remove them first; then the area can"
        " be removed."
    ),
    "category_slug_taken": _(
        'The round has another category with the short name "%(slug)s". Choose another.'
    ),
    "category_in_use": _(
        "The category has projects. Move or remove them first; then the category can"
        " be removed."
    ),
    "project_of_another_round": _("This round has no project %(project)s."),
    "area_of_another_round": _("The area or category is not one of this round's."),
    "project_needs_itself": _(
        "These projects would need each other in a circle: %(projects)s."
    ),
    "project_links_contradict": _(
        "These projects exclude each other, but one needs the other: %(projects)s."
    ),
    "csv_invalid": _(
        "The file was not read. The first fault is on line %(line)s; there are"
        " %(count)s in all. Nothing was stored."
    ),
    "ideas_not_open": _("Ideas are not collected just now. The round says when."),
    "proposal_not_editable": _(
        "The idea has been sent, and what others have read is not changed any more."
        " You can withdraw it and write a new one."
    ),
    "proposal_not_withdrawable": _(
        "The idea is on the ballot or withdrawn already. It cannot be withdrawn."
    ),
    "proposal_not_assessable": _(
        "The idea has been assessed or withdrawn already, perhaps a moment ago."
        " Nothing was done a second time."
    ),
    "assessment_incomplete": _(
        "A verdict needs a reason in all three languages, and a price if the idea is"
        " feasible."
    ),
    "proposal_not_admissible": _(
        "The idea is not feasible, or it is on the ballot already. Nothing was done."
    ),
}
