"""The same ballots under every rule, ready to be read out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from app.locale import percent
from app.messages import MESSAGES
from app.rounds.compare_groups import Group, by_winners
from app.rounds.compare_measures import Measure, questions
from app.rounds.reasons import Telling
from app.rounds.rule_names import rule_name
from app.rounds.rule_words import rule_words
from voting.errors import RuleWithoutMinimum


@dataclass(frozen=True, slots=True)
class Line:
    """A project, and whether each group builds it."""

    title: str
    cost: int
    support: str
    built: list[bool]


@dataclass(frozen=True, slots=True)
class Part:
    """An area or theme: its part of the votes, and of each group's money."""

    name: str
    votes: str
    money: list[str]


@dataclass(frozen=True, slots=True)
class ComparePage:
    """What the template prints."""

    lead: str
    groups: list[Group]
    measures: list[Measure]
    lines: list[Line]
    same: int
    areas: list[Part]
    themes: list[Part]
    refused: list[tuple[str, str]]
    rules: list[tuple[str, str]]
    currency: str
    unit: int


def compare_page(document: Mapping[str, Any], about: Telling) -> ComparePage:
    """Put what is stored into words, in the page's language."""
    counted = [row for row in document["rules"] if "refused" not in row]
    groups = by_winners(counted, about)
    return ComparePage(
        lead=_lead(groups),
        groups=groups,
        measures=[each(groups, document, about) for each in questions(groups)],
        lines=_lines(groups, about),
        same=_same(groups, about),
        areas=_parts("areas", groups, about.areas),
        themes=_parts("themes", groups, about.themes),
        refused=[
            (rule_name(row["label"]), _refusal(row, about))
            for row in document["rules"]
            if "refused" in row
        ],
        rules=[
            (rule_name(row["label"]), rule_words(row["rule"], row["parameters"])[0])
            for row in counted
        ],
        currency=about.manifest.currency,
        unit=about.manifest.unit,
    )


def _lead(groups: list[Group]) -> str:
    if len(groups) == 1:
        return str(_("Every rule that we know gives the same result."))
    return str(
        ngettext(
            "Counted by other rules, the same ballots give %(num)d other result.",
            "Counted by other rules, the same ballots give %(num)d other results.",
            len(groups) - 1,
        )
    )


def _lines(groups: list[Group], about: Telling) -> list[Line]:
    """The projects on which the rules differ, the best supported first."""
    reasons = about.outcome.reasons
    unit = "score" if about.by_score else "votes"
    differing = [
        p
        for p in about.manifest.projects
        if len({p.code in group.funded for group in groups}) > 1
    ]
    differing.sort(key=lambda p: -int(str(reasons[p.code].numbers[unit])))
    return [
        Line(
            title=about.titles[p.code],
            cost=p.cost,
            support=about.support(reasons[p.code].numbers),
            built=[p.code in group.funded for group in groups],
        )
        for p in differing
    ]


def _same(groups: list[Group], about: Telling) -> int:
    """How many projects every rule builds."""
    return sum(
        all(p.code in group.funded for group in groups) for p in about.manifest.projects
    )


def _parts(key: str, groups: list[Group], names: Mapping[str, str]) -> list[Part]:
    """The money of each area or theme; nothing where there is only one."""
    first = groups[0].measures[key]
    if len(first) < 2:  # noqa: PLR2004 - one part needs no comparison
        return []
    return [
        Part(
            name=names[slug],
            votes=percent(votes),
            money=[percent(group.measures[key][n][1]) for group in groups],
        )
        for n, (slug, _money, votes) in enumerate(first)
    ]


def _refusal(row: Mapping[str, Any], about: Telling) -> str:
    code, params = row["refused"], row["params"]
    if code == RuleWithoutMinimum.code:
        theme = about.themes.get(params["limit"], params["limit"])
        return str(
            _("It cannot promise the theme %(theme)s its least sum.", theme=theme)
        )
    text = str(_(MESSAGES[code]))
    return text % params if params else text
