"""Each project's distance from the other side, in words and as a bar."""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from app.locale import money, number
from app.rounds.reasons import Telling, telling
from voting.distance import Distance, Way
from voting.manifest import ManifestProject, RuleManifest
from voting.models import Result
from voting.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Reach:
    """One change: its words, and how large it is beside what the project has.

    `part`: 0 is no change, 1 as much as the project's own votes or price; None where
    no change is known. `exact`: no smaller change would do.
    """

    text: str
    part: float | None
    exact: bool


@dataclass(frozen=True, slots=True)
class DistanceLine:
    """One project, what it has, and both of its ways to the other side."""

    code: str
    title: str
    built: bool
    votes: int
    price: int
    by_votes: Reach
    by_price: Reach

    @property
    def nearest(self) -> float:
        """By what the lines are ordered."""
        parts = [r.part for r in (self.by_votes, self.by_price) if r.part is not None]
        return min(parts, default=float("inf"))


@dataclass(frozen=True, slots=True)
class DistancesPage:
    """The closest projects first, those that are built apart from the others."""

    built: list[DistanceLine]
    others: list[DistanceLine]
    tried: str
    currency: str
    unit: int

    @property
    def all_exact(self) -> bool:
        """Whether every change is the smallest one."""
        lines = (*self.built, *self.others)
        return all(r.exact for line in lines for r in (line.by_votes, line.by_price))


def distances_page(result: Result, found: list[Distance]) -> DistancesPage:
    """Put stored distances into words, in the page's language."""
    manifest = RuleManifest.from_text(result.manifest.document)
    about = telling(manifest, Outcome.from_json(result.outcome))
    by_project = {(each.project, each.way): each for each in found}
    lines = [
        _line(
            project,
            about,
            by_project[project.code, Way.VOTES],
            by_project[project.code, Way.PRICE],
        )
        for project in manifest.projects
    ]
    lines.sort(key=lambda line: line.nearest)
    return DistancesPage(
        built=[line for line in lines if line.built],
        others=[line for line in lines if not line.built],
        tried=_tried(about.outcome),
        currency=manifest.currency,
        unit=manifest.unit,
    )


def _tried(outcome: Outcome) -> str:
    """What stands behind every number: how the change was tried under this rule."""
    if outcome.rule == "max-welfare":
        return str(
            _(
                "The best set of projects with this one in it and the best set without"
                " it were worked out anew with the change, and compared; where the two"
                " were level, the whole count was done again."
            )
        )
    return str(_("The whole count was done again with the change."))


def _line(
    project: ManifestProject, about: Telling, votes: Distance, price: Distance
) -> DistanceLine:
    has = about.outcome.reasons[project.code].numbers["votes"]
    support = has if isinstance(has, int) else 0
    return DistanceLine(
        code=project.code,
        title=about.titles[project.code],
        built=votes.funded,
        votes=support,
        price=project.cost,
        by_votes=_reach(votes, _votes(votes), support),
        by_price=_reach(price, _price(price, about), project.cost),
    )


def _reach(distance: Distance, text: str, has: int) -> Reach:
    if distance.amount is None:
        return Reach(text, None, distance.least)
    if distance.least:
        return Reach(text, distance.amount / max(has, 1), exact=True)
    text = str(_("%(change)s (perhaps less)", change=text))
    return Reach(text, distance.amount / max(has, 1), exact=False)


def _votes(distance: Distance) -> str:
    amount = distance.amount
    if amount is None:
        return _none(distance)
    if distance.funded:
        return str(
            ngettext(
                "%(count)s vote fewer",
                "%(count)s votes fewer",
                amount,
                count=number(amount),
            )
        )
    return str(
        ngettext(
            "%(count)s vote more", "%(count)s votes more", amount, count=number(amount)
        )
    )


def _price(distance: Distance, about: Telling) -> str:
    if distance.amount is None:
        return _none(distance)
    sum_ = money(distance.amount, about.manifest.currency, about.manifest.unit)
    if distance.funded:
        return str(_("%(sum)s dearer", sum=sum_))
    return str(_("%(sum)s cheaper", sum=sum_))


def _none(distance: Distance) -> str:
    if distance.least:
        return str(_("no change is enough"))
    return str(_("none was found"))
