"""How the voters fare under each result: a question, a plain sentence, and bars."""

from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import gettext as _

from app.locale import number, percent
from app.rounds.compare_groups import Group, Measures
from app.rounds.reasons import Telling


@dataclass(frozen=True, slots=True)
class Bar:
    """One group's value of a measure: in words, and as a part of the longest bar."""

    letter: str
    name: str
    text: str
    part: float


@dataclass(frozen=True, slots=True)
class Measure:
    """A question, its plain sentence, and every group's answer."""

    key: str
    question: str
    sentence: str
    bars: list[Bar]


def _measure(
    key: str,
    words: tuple[str, str],
    groups: list[Group],
    show: Callable[[Group], tuple[str, float]],
) -> Measure:
    """What every group answers to one question."""
    shown = [(group, *show(group)) for group in groups]
    bars = [
        Bar(group.letter, group.names[0], text, part) for group, text, part in shown
    ]
    return Measure(key, str(words[0]), str(words[1]), bars)


def _covered(groups: list[Group], document: Measures, _t: Telling) -> Measure:
    voters = document["voters"] or 1
    words = (
        _("How many voters get something?"),
        _("The part of the voters who chose at least one of the projects built."),
    )

    def show(group: Group) -> tuple[str, float]:
        share = group.measures["covered"] / voters
        return percent(share, 1), share

    return _measure("covered", words, groups, show)


def _money(groups: list[Group], _document: Measures, t: Telling) -> Measure:
    words = (
        _("How much of the money is used?"),
        _("What the projects built cost together."),
    )
    budget = t.manifest.budget or 1
    return _measure(
        "money", words, groups, lambda g: (t.money(g.cost), g.cost / budget)
    )


def _count(groups: list[Group], _document: Measures, _t: Telling) -> Measure:
    words = (
        _("How many of their own projects do voters get?"),
        _("So many of the projects that a voter chose are built, on average."),
    )
    most = max(g.measures["count"] for g in groups) or 1

    def show(group: Group) -> tuple[str, float]:
        value = group.measures["count"]
        return number(round(value, 2)), value / most

    return _measure("count", words, groups, show)


def _cost(groups: list[Group], _document: Measures, t: Telling) -> Measure:
    words = (
        _("How much money goes to a voter's own projects?"),
        _("The price of the projects built that a voter chose, on average."),
    )
    most = max(g.measures["cost"] for g in groups) or 1
    unit = t.manifest.unit

    def show(group: Group) -> tuple[str, float]:
        value = group.measures["cost"]
        return t.money(round(value / unit) * unit), value / most

    return _measure("cost", words, groups, show)


def _gini(groups: list[Group], _document: Measures, _t: Telling) -> Measure:
    words = (
        _("How unevenly are the voters' wishes met?"),
        _(
            "0 means that as much money goes to every voter's projects; 1 would mean"
            " that one voter gets everything. The smaller, the more even"
            " (the Gini coefficient)."
        ),
    )

    def show(group: Group) -> tuple[str, float]:
        return number(round(group.measures["gini"], 2)), group.measures["gini"]

    return _measure("gini", words, groups, show)


def _fair(groups: list[Group], _document: Measures, _t: Telling) -> Measure:
    words = (
        _("How much of a fair share do voters get?"),
        _(
            "A fair share is an equal part of the money for everybody. When the price"
            " of a project is divided among those who chose it, a voter gets so much"
            " of the fair share, on average. 100 % would be all of it for everybody."
        ),
    )

    def show(group: Group) -> tuple[str, float]:
        return percent(group.measures["fair"]), group.measures["fair"]

    return _measure("fair", words, groups, show)


def _category(groups: list[Group], _document: Measures, _t: Telling) -> Measure:
    words = (
        _("Do the themes get what the voters asked for?"),
        _(
            "100 % means that each theme gets the same part of the money as in the"
            " voters' own choices."
        ),
    )

    def show(group: Group) -> tuple[str, float]:
        value = group.measures["category"]
        return percent(value, 1), value

    return _measure("category", words, groups, show)


def _left_out(groups: list[Group], _document: Measures, _t: Telling) -> Measure:
    words = (
        _("Is any large group left out?"),
        _(
            "A group is left out when its own part of the money would have paid for a"
            " project that all of them chose, it is not built, and all of them get"
            " too little otherwise. So many projects have such a group behind them;"
            " 0 means that nobody is left out (in research: EJR+)."
        ),
    )
    most = max(len(g.owed) for g in groups) or 1
    return _measure(
        "owed",
        words,
        groups,
        lambda g: (number(len(g.owed)), len(g.owed) / most),
    )


MEASURES: tuple[Callable[[list[Group], Measures, Telling], Measure], ...] = (
    _covered,
    _money,
    _count,
    _cost,
    _fair,
    _gini,
    _category,
    _left_out,
)


def questions(
    groups: list[Group],
) -> list[Callable[[list[Group], Measures, Telling], Measure]]:
    """All questions; that of the themes only where there are some."""
    has_themes = groups[0].measures["category"] is not None
    return [each for each in MEASURES if has_themes or each is not _category]
