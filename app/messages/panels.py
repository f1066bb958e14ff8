"""Refusals of citizen panels."""


def _(text: str) -> str:
    """Mark for translation; `sentence` translates when it is shown."""
    return text


PANELS: dict[str, str] = {
    "population_unreadable": _(
        "This is no population table that we can read. It must be a CSV file with the"
        " columns feature, value and count, or a JSON-stat file."
    ),
    "population_too_large": _(
        "The table has %(cells)s cells; we read at most %(most)s. Choose fewer columns"
        " where you fetch it."
    ),
    "dimension_contradicts": _(
        "The table contradicts itself: the size of %(dimension)s is not what there is."
    ),
    "dimension_unknown": _(
        "The table has no column %(dimension)s. Its columns are %(known)s."
    ),
    "category_unknown": _(
        "The column %(dimension)s has no value %(category)s. It has %(known)s."
    ),
    "dimension_not_settled": _(
        "The table counts several things. Choose one of %(dimension)s: %(known)s."
    ),
    "count_invalid": _(
        "The number of %(feature)s, %(value)s is missing or is no whole number."
    ),
    "count_line_invalid": _(
        "Line %(line)s: a feature, a value and a whole number are needed, not"
        ' "%(count)s".'
    ),
    "value_twice": _("Line %(line)s: %(feature)s, %(value)s is there twice."),
    "feature_empty": _("Nobody is counted in %(feature)s."),
    "quotas_contradict_size": _(
        "The quotas of %(feature)s do not fit a panel of %(size)s: they ask for"
        " %(least)s at least and %(most)s at most."
    ),
    "band_cuts_value": _(
        "An age band cannot begin at %(first)s, because %(feature)s counts %(value)s"
        " together."
    ),
}
