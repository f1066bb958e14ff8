"""Refusals around the draw of a panel: its files, its quotas, its published list."""


def _(text: str) -> str:
    """Mark for translation; `sentence` translates when it is shown."""
    return text


DRAWS: dict[str, str] = {
    "table_too_large": _("%(file)s is too large. We read at most 300 MB."),
    "table_not_text": _(
        "%(file)s cannot be read: line %(line)s is no UTF-8 text. Save the file as CSV"
        " with UTF-8."
    ),
    "table_unreadable": _("%(file)s cannot be opened. The system says: %(reason)s."),
    "table_empty": _("%(file)s is empty."),
    "table_quotes_broken": _(
        "Line %(line)s of %(file)s: the quotation marks do not fit together."
    ),
    "table_column_twice": _("%(file)s has the column %(column)s twice."),
    "table_cells_miscounted": _(
        "Line %(line)s of %(file)s has %(cells)s cells, but the header has %(head)s."
    ),
    "target_columns_missing": _(
        "The quotas in %(file)s need the columns feature, value, min and max. The file"
        " has %(columns)s."
    ),
    "targets_empty": _("%(file)s holds no quotas."),
    "target_nameless": _(
        "Line %(line)s of %(file)s: the feature or the value is empty."
    ),
    "target_twice": _(
        "Line %(line)s of %(file)s: %(feature)s, %(value)s has a quota on line"
        " %(first)s already."
    ),
    "target_not_whole": _(
        'Line %(line)s of %(file)s: %(column)s must be a whole number, not "%(text)s".'
    ),
    "target_backwards": _(
        "Line %(line)s of %(file)s: %(feature)s, %(value)s asks for %(least)s at least"
        " and %(most)s at most."
    ),
    "target_flex_narrow": _(
        "Line %(line)s of %(file)s: the flexibility of %(feature)s, %(value)s is"
        " narrower than the quota. min_flex may not be above min, and max_flex not"
        " below max."
    ),
    "volunteers_none": _("%(file)s holds no volunteers."),
    "volunteer_twice": _(
        "Line %(line)s of %(file)s: %(person)s is there twice, first on line %(first)s."
    ),
    "feature_missing": _(
        "%(file)s has no column for %(feature)s. Its columns are %(columns)s."
    ),
    "feature_misspelt": _(
        '%(file)s has no column for %(feature)s. Is it the column "%(nearest)s"?'
        " Then spell both alike."
    ),
    "value_missing": _("Line %(line)s of %(file)s: %(feature)s is empty."),
    "value_unknown": _(
        'Line %(line)s of %(file)s: "%(value)s" is no value of %(feature)s that has a'
        " quota. The values are %(values)s."
    ),
    "value_misspelt": _(
        'Line %(line)s of %(file)s: "%(value)s" is no value of %(feature)s that has a'
        ' quota. Did you mean "%(nearest)s"?'
    ),
    "pool_too_small": _(
        "There are %(pool)s households to draw from and %(size)s seats. A panel needs"
        " more volunteers, or fewer seats."
    ),
    "person_unknown": _(
        "%(person)s is not among the volunteers, and so cannot be given a seat or left"
        " out."
    ),
    "given_twice": _(
        "%(person)s can only be one of these: given a seat, left out, or on the panel"
        " already."
    ),
    "nothing_to_draw": _(
        "There is nothing to draw: %(given)s of %(size)s seats are taken already."
    ),
    "lottery_unknown": _(
        "There is no lottery of the name %(lottery)s. There are %(known)s."
    ),
    "quotas_infeasible": _(
        "No panel meets these quotas together. The smallest change that makes one"
        " possible: %(relaxation)s."
    ),
    "dice_invalid": _(
        "At least %(least)s dice are needed, each showing 1 to 6. Fewer would make some"
        " panels likelier than others."
    ),
    "draw_decided": _(
        "The dice of this list have been thrown already: panel %(number)s is drawn."
    ),
    "list_broken": _(
        "The list is not as it was published (%(file)s, line %(line)s). Take it anew"
        " from where it was published."
    ),
    "seed_not_promised": _(
        "The list does not hold the hash of this text, so the text cannot take the"
        " place of dice."
    ),
}
