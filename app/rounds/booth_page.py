"""What the booth's pages show: areas, projects in a steady order, what is left."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.locale import content, money
from app.rounds.booth_place import Booth
from app.rounds.visible import order_seed
from core.chance import Chance
from core.text import Localized
from voting.electorate import localized
from voting.manifest import ManifestArea, ManifestProject, RuleManifest
from voting.models import Project
from voting.papers import least_picks, money_of, most_picks


@dataclass(frozen=True, slots=True)
class Card:
    """A project as the booth shows it."""

    code: str
    title: Localized
    summary: Localized
    picture: str
    cost: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Meter:
    """How much of the money, or of the picks, is used."""

    used: int
    most: int
    least: int
    knapsack: bool

    @property
    def left(self) -> int:
        """What is still free; below zero it is too much."""
        return self.most - self.used


def cards(
    session: Session, booth: Booth, area: ManifestArea, chosen: Sequence[str]
) -> list[Card]:
    """An area's projects, in an order that is random and stays for one visitor."""
    rows = session.scalars(select(Project).where(Project.round_id == booth.round.id))
    live = {project.code: project for project in rows}
    there = booth.manifest.projects_of(area.slug)
    seed = f"{order_seed()} {booth.round.slug} {area.slug}"
    return [
        _card(project, live.get(project.code), chosen)
        for project in Chance(seed).shuffle(there)
    ]


def _card(frozen: ManifestProject, live: Project | None, chosen: Sequence[str]) -> Card:
    return Card(
        code=frozen.code,
        title=Localized.from_json(frozen.title),
        summary=live.summary if live else Localized(),
        picture=live.picture if live else "",
        cost=frozen.cost,
        chosen=frozen.code in chosen,
    )


def meter(manifest: RuleManifest, area: ManifestArea, chosen: Sequence[str]) -> Meter:
    """What the bar at the bottom counts in this area."""
    costs = {p.code: p.cost for p in manifest.projects_of(area.slug)}
    if manifest.ballot.knapsack:
        used = sum(costs.get(code, 0) for code in chosen)
        return Meter(used, money_of(manifest, area), 0, knapsack=True)
    least = least_picks(manifest, area)
    return Meter(len(chosen), most_picks(manifest, area), least, knapsack=False)


@dataclass(frozen=True, slots=True)
class ReviewedArea:
    """One area's ballot on the review page."""

    area: ManifestArea
    projects: tuple[ManifestProject, ...]
    cost: int


def reviewed(booth: Booth) -> list[ReviewedArea]:
    """What stands on the paper, area by area."""
    found = []
    for area in booth.areas:
        if area.slug in booth.paper.choices:
            chosen = booth.paper.choices[area.slug]
            there = booth.manifest.projects_of(area.slug)
            projects = tuple(p for p in there if p.code in chosen)
            cost = sum(project.cost for project in projects)
            found.append(ReviewedArea(area, projects, cost))
    return found


def names(areas: Sequence[ManifestArea]) -> str:
    """The areas' names in a row, in the page's language."""
    return ", ".join(content(localized(area)) for area in areas)


def rules_sentence(manifest: RuleManifest, area: ManifestArea) -> str:
    """What may be chosen in this area, in words."""
    if manifest.ballot.knapsack:
        limit = money(money_of(manifest, area), manifest.currency, manifest.unit)
        return str(
            _("Choose projects for %(money)s at most, all together.", money=limit)
        )
    most, least = most_picks(manifest, area), least_picks(manifest, area)
    if most >= len(manifest.projects_of(area.slug)):
        return str(_("Choose as many projects as you like."))
    if least > 1:
        return str(
            _("Choose from %(least)d to %(most)d projects.", least=least, most=most)
        )
    return str(
        ngettext(
            "Choose at most %(num)d project.", "Choose at most %(num)d projects.", most
        )
    )
