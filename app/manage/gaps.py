"""What is missing before the next stage, in sentences, with the page that fills it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from app.locale import content, money
from app.manage.words import PHASES
from core.text import Localized
from voting.models import PhaseKind, Round
from voting.readiness import Gap, Section


def _(text: str) -> str:
    """Mark for translation; `gap_lines` translates when it is shown."""
    return text


SENTENCES: dict[str, str] = {
    "text_missing": _("%(text)s is not written %(languages)s."),
    "contact_missing": _("It does not say whom residents can ask."),
    "no_budget": _("The round has no money."),
    "no_area": _("The round has no area."),
    "name_missing": _("%(name)s has no name %(languages)s."),
    "budgets_do_not_sum": _(
        "The areas have %(sum)s together, but the whole round has %(frame)s."
    ),
    "category_limits": _("The least sum of %(name)s is larger than its largest sum."),
    "no_vote": _("The step of the vote is switched off."),
    "phase_incomplete": _("%(phase)s: still missing: %(parts)s."),
    "vote_over": _("The vote's last day has passed."),
    "picks_contradict": _("The fewest projects on a ballot are more than the most."),
    "area_picks_contradict": _(
        "%(name)s: the fewest projects on a ballot are more than the most."
    ),
    "points_missing": _("It does not say how many points a voter has."),
    "too_few_points": _(
        "There are fewer points than projects that a voter must choose."
    ),
    "points_not_counted": _(
        "The ballots have points or places, but the rule does not count them. Choose"
        " “Points” as what is added up, and a rule that uses it."
    ),
    "no_points_to_count": _(
        "The rule counts points, but the ballots have none. Choose “Votes” as what is"
        " added up."
    ),
    "too_few_projects": _("%(name)s has fewer projects than a ballot needs."),
    "no_municipality": _("It does not say whose residents may vote."),
    "no_age_date": _("The day that decides the age is missing."),
    "paper_without_roll": _(
        "Voting on paper needs an electoral roll from a register: an envelope is"
        " found there by the identity number on it."
    ),
    "no_way_in": _("It does not say how people get into the booth."),
    "no_roll": _("There is no electoral roll. Read a register extract."),
    "roll_by_other_rules": _(
        "The rules or areas were changed after the register had been read. Read it"
        " again."
    ),
    "roll_requests_open": _("Requests to correct the roll have not been decided."),
    "rule_invalid": _("The rule cannot be used with these settings."),
    "rule_without_minimum": _(
        "This rule cannot promise %(name)s a least sum. Choose the rule that finds"
        " the most votes within the budget, or set the least sum to 0."
    ),
    "minimum_unreachable": _(
        "All projects of %(name)s together cost less than its least sum."
    ),
    "area_without_project": _("%(name)s has no project."),
    "project_text_missing": _(
        "Project %(code)s (%(project)s) is not written %(languages)s."
    ),
    "project_too_dear": _(
        "Project %(code)s (%(project)s) costs more than its area has."
    ),
}
TEXTS = {
    "title": _l("The title"),
    "summary": _l("The short text"),
    "description": _l("The whole text"),
}
PARTS = {
    "dates": _l("the dates"),
    "purpose": _l("the purpose in all languages"),
    "owner": _l("who is responsible"),
}
LANGUAGES = {
    "fi": _l("in Finnish"),
    "sv": _l("in Swedish"),
    "en": _l("in English"),
}
PAGES = {
    Section.TEXTS: "manage.round_texts",
    Section.AREAS: "manage.round_areas",
    Section.PHASES: "manage.round_phases",
    Section.BALLOT: "manage.round_ballot",
    Section.RULE: "manage.round_rule",
    Section.PROJECTS: "manage.projects",
    Section.ROLL: "manage.roll",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A gap as the desk shows it."""

    sentence: str
    address: str


def gap_lines(round_: Round, gaps: Iterable[Gap]) -> list[Line]:
    """Each gap as a sentence in the reader's language, and where to fill it."""
    return [
        Line(_sentence(round_, gap), url_for(PAGES[gap.section], slug=round_.slug))
        for gap in gaps
    ]


def _sentence(round_: Round, gap: Gap) -> str:
    source = gettext(SENTENCES[gap.code])
    params = {key: _shown(round_, key, value) for key, value in gap.params.items()}
    return str(source % params) if params else str(source)


def _shown(round_: Round, key: str, value: Any) -> str:  # noqa: ANN401 - any gap's parameter
    if isinstance(value, Localized):
        return content(value)
    if isinstance(value, PhaseKind):
        return str(PHASES[value])
    if isinstance(value, tuple):
        names = LANGUAGES | PARTS
        return ", ".join(str(names[each]) for each in value)
    if isinstance(value, int):
        return money(value, round_.currency, round_.unit)
    return str(TEXTS[value] if key == "text" else value)
