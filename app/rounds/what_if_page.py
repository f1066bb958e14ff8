"""A scenario beside the official result: who would come in, who would fall out."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from app.locale import money
from app.rounds.reasons import Telling, telling, why
from app.rounds.rule_words import rule_words
from app.rounds.what_if_words import change_sentences
from voting.manifest import ManifestProject, RuleManifest
from voting.models import Result
from voting.outcome import Outcome
from voting.results import is_proven
from voting.what_if import Changes, changed


@dataclass(frozen=True, slots=True)
class SideBySide:
    """One project in the result and in the scenario; `price` is the scenario's."""

    code: str
    title: str
    area: str
    price: int
    old_price: int
    is_built: bool
    would_be_built: bool
    why: str


@dataclass(frozen=True, slots=True)
class MoneyBeside:
    """What an area (or the whole round) has and spends, now and in the scenario."""

    name: str
    budget: int | None
    cost: int
    new_budget: int | None
    new_cost: int

    @property
    def widest(self) -> int:
        """What both bars are drawn against."""
        return max(self.budget or 0, self.new_budget or 0, self.cost, self.new_cost)


@dataclass(frozen=True, slots=True)
class ScenarioPage:
    """Everything that the template prints."""

    changes: list[str]
    headline: str
    projects: list[SideBySide]
    money: list[MoneyBeside]
    rule: list[str]
    proven: bool
    currency: str
    unit: int

    @property
    def comes_in(self) -> list[SideBySide]:
        """Not built, and would be."""
        return [p for p in self.projects if p.would_be_built and not p.is_built]

    @property
    def falls_out(self) -> list[SideBySide]:
        """Built, and would not be."""
        return [p for p in self.projects if p.is_built and not p.would_be_built]


def scenario_page(
    manifest: RuleManifest, result: Result, changes: Changes, outcome: Outcome
) -> ScenarioPage:
    """Put a scenario into words, in the page's language."""
    official = Outcome.from_json(result.outcome)
    asked = changed(manifest, changes)
    before, after = telling(manifest, official), telling(asked, outcome)
    projects = list(_projects(before, after))
    return ScenarioPage(
        changes=change_sentences(changes, manifest),
        headline=_headline(projects, before, after),
        projects=projects,
        money=list(_money(before, after)),
        rule=rule_words(outcome.rule, outcome.parameters),
        proven=is_proven(outcome),
        currency=manifest.currency,
        unit=manifest.unit,
    )


def _projects(before: Telling, after: Telling) -> Iterator[SideBySide]:
    now, then = set(before.outcome.funded), set(after.outcome.funded)
    prices = {p.code: p.cost for p in after.manifest.projects}
    for project in before.manifest.projects:
        reason = after.outcome.reasons.get(project.code)
        yield SideBySide(
            code=project.code,
            title=before.titles[project.code],
            area=before.areas[project.area],
            price=prices.get(project.code, project.cost),
            old_price=project.cost,
            is_built=project.code in now,
            would_be_built=project.code in then,
            why=why(reason, after) if reason else str(_("Taken off the ballot.")),
        )


def _headline(projects: list[SideBySide], before: Telling, after: Telling) -> str:
    comes_in = sum(p.would_be_built and not p.is_built for p in projects)
    falls_out = sum(p.is_built and not p.would_be_built for p in projects)
    manifest = before.manifest
    spent = _(
        "The projects would cost %(new)s; those of the result cost %(old)s.",
        new=money(after.outcome.cost, manifest.currency, manifest.unit),
        old=money(before.outcome.cost, manifest.currency, manifest.unit),
    )
    if not comes_in and not falls_out:
        return f"{_('The same projects would be built.')} {spent}"
    first = ngettext(
        "%(num)d project would come in", "%(num)d projects would come in", comes_in
    )
    second = ngettext("%(num)d would fall out.", "%(num)d would fall out.", falls_out)
    together = _("%(first)s and %(second)s", first=first, second=second)
    return f"{together} {spent}"


def _money(before: Telling, after: Telling) -> Iterator[MoneyBeside]:
    """The whole, and each area where there are several."""
    yield _beside(_("All areas"), before, after, None)
    areas = before.manifest.areas
    if len(areas) > 1:
        for area in areas:
            yield _beside(before.areas[area.slug], before, after, area.slug)


def _beside(
    name: str, before: Telling, after: Telling, area: str | None
) -> MoneyBeside:
    old, new = (
        t.manifest.budget if area is None else t.manifest.area(area).budget
        for t in (before, after)
    )
    return MoneyBeside(str(name), old, _cost(before, area), new, _cost(after, area))


def _cost(about: Telling, area: str | None) -> int:
    funded = set(about.outcome.funded)

    def counts(project: ManifestProject) -> bool:
        return project.code in funded and area in (None, project.area)

    return sum(p.cost for p in about.manifest.projects if counts(p))
