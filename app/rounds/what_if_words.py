"""What was asked, as sentences, and the names of what can be chosen."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.locale import content, money, number
from core.text import Localized
from voting.manifest import RuleManifest
from voting.rules.equal_shares import Completion
from voting.rules.greedy import Order, Variant
from voting.rules.options import Satisfaction
from voting.what_if import Changes

Words = dict[Any, Any]

RULES: Words = {
    "max-welfare": _l("Most votes within the budget, found for the whole set"),
    "greedy": _l("One after another, the best supported first"),
    "equal-shares": _l(
        "Method of Equal Shares: every voter has the same money to spend"
    ),
    "phragmen": _l("Phragmén: supporters save up and buy together"),
}
SATISFACTIONS: Words = {
    Satisfaction.VOTES: _l("Votes"),
    Satisfaction.COST: _l("Votes times the project's price"),
    Satisfaction.POINTS: _l("Points"),
}
VARIANTS: Words = {
    Variant.SKIP: _l("pass it over and try the next one"),
    Variant.NO_SKIP: _l("end the count there"),
}
ORDERS: Words = {
    Order.TOTAL: _l("the one with the most"),
    Order.PER_COST: _l("the one with the most for its price"),
}
COMPLETIONS: Words = {
    Completion.NONE: _l("it stays unspent"),
    Completion.ADD1: _l("raise every share step by step"),
    Completion.ADD1U: _l("raise every share, then fill up"),
    Completion.GREEDY: _l("fill up with the best supported that still fit"),
}
CHOSEN: Mapping[str, tuple[Any, Words]] = {
    "satisfaction": (_l("What is added up"), SATISFACTIONS),
    "order": (_l("Which project comes first"), ORDERS),
    "variant": (_l("When a project no longer fits"), VARIANTS),
    "completion": (_l("What happens to the money that the shares leave"), COMPLETIONS),
}


def change_sentences(changes: Changes, manifest: RuleManifest) -> list[str]:
    """One line for each thing that is otherwise, in the page's language."""
    return [
        *_of_the_money(changes, manifest),
        *_of_the_rule(changes, manifest),
        *_of_the_projects(changes, manifest),
    ]


def _of_the_money(changes: Changes, manifest: RuleManifest) -> Iterator[str]:
    def amount(cents: int | None) -> str:
        if cents is None:
            return str(_("no ceiling"))
        return money(cents, manifest.currency, manifest.unit)

    if changes.budget is not None:
        yield _instead(_("Money in all"), changes.budget, manifest.budget, amount)
    for area in manifest.areas:
        if area.slug in changes.areas:
            yield _instead(
                _name(area.name), changes.areas[area.slug], area.budget, amount
            )
    for theme in manifest.themes:
        least, most = changes.themes.get(theme.slug, (theme.minimum, theme.maximum))
        name = _name(theme.name)
        if least != theme.minimum:
            what = _("%(theme)s: at least", theme=name)
            yield _instead(what, least, theme.minimum, amount)
        if most != theme.maximum:
            what = _("%(theme)s: at most", theme=name)
            yield _instead(what, most, theme.maximum, amount)


def _of_the_rule(changes: Changes, manifest: RuleManifest) -> Iterator[str]:
    if changes.rule:
        yield _line(_("Rule"), RULES[changes.rule])
    for name, (what, words) in CHOSEN.items():
        if name in changes.parameters:
            yield _line(what, words[changes.parameters[name]])
    official = manifest.rule_parameters
    for name, what in (
        ("threshold", _("Fewest votes that a project needs")),
        ("share", _("Threshold by price")),
    ):
        if name in changes.parameters:
            new, old = changes.parameters[name], official.get(name)
            yield _instead(what, new, old, _count)


def _of_the_projects(changes: Changes, manifest: RuleManifest) -> Iterator[str]:
    for project in manifest.projects:
        title = _("“%(title)s”", title=_name(project.title))
        if project.code in changes.dropped:
            yield _line(title, _("taken off the ballot"))
        if project.code in changes.prices:
            yield _instead(
                title,
                changes.prices[project.code],
                project.cost,
                lambda cents: money(cents, manifest.currency, manifest.unit),
            )


def _instead(what: object, new: Any, old: Any, shown: Any) -> str:  # noqa: ANN401 - amounts or counts
    return str(
        _(
            "%(what)s: %(new)s instead of %(old)s",
            what=what,
            new=shown(new),
            old=shown(old),
        )
    )


def _line(what: object, new: object) -> str:
    return str(_("%(what)s: %(new)s", what=what, new=new))


def _count(value: int | None) -> str:
    return str(_("none")) if value is None else number(value)


def _name(names: Mapping[str, str]) -> str:
    return content(Localized.from_json(names))
