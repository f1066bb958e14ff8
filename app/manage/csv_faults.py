"""What is wrong on a line of a file of projects, in a sentence each."""

from flask_babel import gettext

from core.register.findings import Fault


def _(text: str) -> str:
    """Mark for translation; `fault_sentence` translates when it is shown."""
    return text


FAULTS: dict[str, str] = {
    "too_large": _("The file is larger than %(value)s megabytes."),
    "too_many_rows": _("The file has more than %(value)s projects."),
    "not_utf8": _("This is not UTF-8 text. Save the file as CSV in UTF-8."),
    "not_csv": _("This is not a table: a quotation mark or a separator is amiss."),
    "no_rows": _("There is no project in the file."),
    "column_missing": _('The header has no column "%(value)s".'),
    "column_unknown": _('The header has a column that we do not know: "%(value)s".'),
    "column_twice": _('The header has the column "%(value)s" twice.'),
    "wrong_number_of_cells": _(
        "The line has %(value)s cells, not as many as the header."
    ),
    "area_unknown": _('The round has no area "%(value)s".'),
    "category_unknown": _('The round has no category "%(value)s".'),
    "title_missing": _("The project has no title."),
    "text_too_long": _('The text in "%(value)s" is too long.'),
    "not_text": _('There are characters in "%(value)s" that cannot be used.'),
    "cost_invalid": _('The price is not an amount of money above zero: "%(value)s".'),
    "place_invalid": _(
        "This is not a place in the Nordic countries, as degrees north and east:"
        ' "%(value)s".'
    ),
    "code_invalid": _(
        'The code "%(value)s" has other characters than letters, digits and hyphens.'
    ),
    "code_twice": _('The code "%(value)s" stands in the file twice.'),
    "code_taken": _('The round already has a project with the code "%(value)s".'),
    "link_without_code": _("A project that excludes or needs others needs a code."),
    "link_unknown": _('There is no project with the code "%(value)s".'),
    "project_needs_itself": _("These projects need each other in a circle: %(value)s."),
    "project_links_contradict": _(
        "These projects exclude each other, but one needs the other: %(value)s."
    ),
}


def fault_sentence(fault: Fault) -> str:
    """The fault in the reader's language."""
    return str(gettext(FAULTS[fault.code]) % {"value": fault.value})
