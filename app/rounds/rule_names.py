"""What the rules are called where they stand side by side."""

from collections.abc import Callable

from flask_babel import gettext as _

from voting.studies import OFFICIAL

# The labels of voting.comparison, in words.
NAMES: dict[str, Callable[[], str]] = {
    OFFICIAL: lambda: _("This round's own rule"),
    "greedy": lambda: _("In order of support"),
    "greedy per cost": lambda: _("In order of support for the money"),
    "max-welfare": lambda: _("The most support within the money"),
    "max-welfare cost": lambda: _("The most support within the money, by price"),
    "equal-shares points none": lambda: _("Equal shares, by points"),
    "equal-shares points add1": lambda: _("Equal shares, by points, raised"),
    "equal-shares points greedy": lambda: _(
        "Equal shares, by points, the rest in order of support"
    ),
    "equal-shares cost none": lambda: _("Equal shares, by price"),
    "equal-shares cost add1": lambda: _("Equal shares, by price, raised"),
    "equal-shares cost greedy": lambda: _(
        "Equal shares, by price, the rest in order of support"
    ),
    "equal-shares votes none": lambda: _("Equal shares, by number of projects"),
    "equal-shares votes add1": lambda: _("Equal shares, by number of projects, raised"),
    "equal-shares votes greedy": lambda: _(
        "Equal shares, by number of projects, the rest in order of support"
    ),
    "phragmen": lambda: _("Earning and buying together (Phragmén)"),
}


def rule_name(label: str) -> str:
    """The name of one contender."""
    return str(NAMES[label]())
