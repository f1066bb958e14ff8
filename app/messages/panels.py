"""Refusals of citizen panels."""


def _(text: str) -> str:
    """Mark for translation; `sentence` translates when it is shown."""
    return text


PANELS: dict[str, str] = {
    "table_invalid": _("%(file)s cannot be read as a table. Line %(line)s: %(what)s."),
    "targets_invalid": _(
        "The quotas in %(file)s cannot be used. Line %(line)s: %(what)s."
    ),
    "pool_invalid": _(
        "The volunteers in %(file)s cannot be used. Line %(line)s: %(what)s."
    ),
    "feature_missing": _(
        "%(file)s has no column for %(feature)s. Its columns are %(columns)s."
    ),
    "value_unknown": _(
        'Line %(line)s of %(file)s: "%(value)s" is no value of %(feature)s that has a'
        " quota. The values are %(values)s."
    ),
    "pool_too_small": _(
        "There are %(pool)s households to draw from and %(size)s seats. A panel needs"
        " more volunteers, or fewer seats."
    ),
    "lottery_unknown": _(
        "There is no lottery of the name %(lottery)s. There are %(known)s."
    ),
    "quotas_infeasible": _(
        "No panel meets these quotas together. The smallest change that makes one"
        " possible: %(relaxation)s."
    ),
}
