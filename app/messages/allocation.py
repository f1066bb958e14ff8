"""Refusals of the rules and of .pb files."""


def _(text: str) -> str:
    """Mark for translation; `sentence` translates when it is shown."""
    return text


ALLOCATION: dict[str, str] = {
    "profile_invalid": _(
        "The projects, the money and the ballots do not fit together (%(why)s)."
    ),
    "rule_unknown": _("There is no rule %(rule)s. The rules are: %(known)s."),
    "rule_parameter_invalid": _(
        "The rule cannot use %(value)s as its %(parameter)s. Choose another value."
    ),
    "rule_without_minimum": _(
        "The rule %(rule)s cannot promise the minimum of %(limit)s. Choose maximum"
        " welfare, or remove the minimum."
    ),
    "minimum_unreachable": _(
        "No set of projects keeps every minimum and maximum. Lower a minimum."
    ),
    "no_answer_in_time": _(
        "No allowed set of projects was found within %(seconds)s seconds. Allow more"
        " time."
    ),
    "pb_error": _("The file was not read. Line %(line)s is not as it should be."),
    "file_unreadable": _("The file %(file)s cannot be read. Is the name right?"),
    "folder_without_elections": _("There is no .pb file in the folder %(folder)s."),
    "file_too_large": _("The file is larger than %(megabytes)s megabytes."),
    "file_not_utf8": _(
        "The file was not read. Line %(line)s is not UTF-8 text. Save the file as"
        " UTF-8."
    ),
    "pb_wrong_section": _(
        "The file was not read. The line %(section)s is missing before line %(line)s."
    ),
    "pb_wrong_header": _(
        "The file was not read. Line %(line)s, the header of %(section)s, lacks or"
        " repeats: %(names)s."
    ),
    "pb_row_length": _(
        "The file was not read. Line %(line)s has %(cells)s cells instead of"
        " %(wanted)s."
    ),
    "pb_broken_quotes": _(
        "The file was not read. Quotation marks do not match in line %(line)s."
    ),
    "pb_duplicate_key": _(
        "The file was not read. Line %(line)s repeats the key %(key)s."
    ),
    "pb_missing_key": _("The file needs a value for %(key)s before line %(line)s."),
    "pb_unknown_vote_type": _(
        "The file was not read. Line %(line)s has the unknown vote type %(value)s."
    ),
    "pb_not_a_number": _(
        "The file was not read. In line %(line)s, %(value)s is not a number."
    ),
    "pb_number_too_large": _(
        "The file was not read. A number in line %(line)s has too many digits."
    ),
    "pb_negative_budget": _(
        "The file was not read. The budget in line %(line)s is below zero."
    ),
    "pb_negative_cost": _(
        "The file was not read. The cost of %(project)s in line %(line)s is below zero."
    ),
    "pb_duplicate_project": _(
        "The file was not read. The project id %(project)s in line %(line)s is empty,"
        " used twice, or has a comma in it."
    ),
    "pb_unknown_project": _(
        "The file was not read. Line %(line)s votes for %(project)s, which is not on"
        " the list of projects."
    ),
    "pb_one_project_only": _(
        "The file was not read. Line %(line)s names more than one project."
    ),
    "pb_bad_points": _(
        "The file was not read. Line %(line)s needs one whole number of points for"
        " each project."
    ),
    "pb_duplicate_voter": _(
        "The file was not read. The voter %(voter)s in line %(line)s has voted before."
    ),
    "pb_too_many_votes": _("The file has more than %(most)s votes."),
}
