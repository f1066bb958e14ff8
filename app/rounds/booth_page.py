"""What the booth's pages show: areas, projects in a steady order, what is left."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.locale import content, money
from app.rounds.ballot_words import points_in_words
from app.rounds.booth_place import Booth
from app.rounds.visible import order_seed
from core.chance import Chance
from core.text import Localized
from voting.electorate import localized
from voting.manifest import ManifestArea, ManifestProject, RuleManifest
from voting.models import Project
from voting.papers import Mark, least_picks, money_of, most_picks
from voting.profile import BallotType


@dataclass(frozen=True, slots=True)
class Card:
    """A project as the booth shows it.

    `number` is its place on the ballot paper of the area, from 1. `mark` says what
    it has now: 1, its points or its place in the ranking, 0 where it has nothing;
    `typed` what stands in the field for its points.
    """

    number: int
    code: str
    title: Localized
    summary: Localized
    story: Localized
    picture: str
    theme: str
    theme_name: Localized
    cost: int
    mark: int
    typed: str


def cards(
    session: Session,
    booth: Booth,
    area: ManifestArea,
    given: Sequence[Mark],
    *,
    typed: Mapping[str, str] | None = None,
) -> list[Card]:
    """An area's projects, in an order that is random and stays for one visitor."""
    there = booth.manifest.projects_of(area.slug)
    rows = session.scalars(
        select(Project).where(
            Project.round_id == booth.round.id,
            Project.code.in_([project.code for project in there]),
        )
    )
    live = {project.code: project for project in rows}
    themes = {theme.slug: theme.name for theme in booth.manifest.themes}
    has = _what_they_have(booth.manifest, given)
    made = [
        _card(
            number,
            project,
            live.get(project.code),
            themes.get(project.theme or "", {}),
            mark=has.get(project.code, 0),
            typed=(typed or {}).get(project.code, ""),
        )
        for number, project in enumerate(there, start=1)
    ]
    return Chance(f"{order_seed()} {booth.round.slug} {area.slug}").shuffle(made)


def _what_they_have(manifest: RuleManifest, given: Sequence[Mark]) -> dict[str, int]:
    if manifest.ballot.type is BallotType.ORDINAL:
        return {code: place for place, (code, _) in enumerate(given, start=1)}
    return dict(given)


def _card(
    number: int,
    frozen: ManifestProject,
    live: Project | None,
    theme: Mapping[str, str],
    *,
    mark: int,
    typed: str,
) -> Card:
    return Card(
        number=number,
        code=frozen.code,
        title=Localized.from_json(frozen.title),
        summary=live.summary if live else Localized(),
        story=live.story if live else Localized(),
        picture=live.picture if live else "",
        theme=frozen.theme or "",
        theme_name=Localized.from_json(theme),
        cost=frozen.cost,
        mark=mark,
        typed=typed or (str(mark) if mark > 0 else ""),
    )


def ranked(shown: Sequence[Card]) -> list[Card]:
    """The cards of a ranking, best first."""
    return sorted((card for card in shown if card.mark), key=lambda card: card.mark)


@dataclass(frozen=True, slots=True)
class ReviewedArea:
    """One area's ballot on the review page: projects with their points, and so on."""

    area: ManifestArea
    marked: tuple[tuple[ManifestProject, int], ...]

    @property
    def cost(self) -> int:
        """What the projects cost together."""
        return sum(project.cost for project, _ in self.marked)

    @property
    def points(self) -> int:
        """What was given together."""
        return sum(points for _, points in self.marked)


def reviewed(booth: Booth) -> list[ReviewedArea]:
    """What stands on the paper, area by area."""
    found = []
    for area in booth.areas:
        if area.slug in booth.paper.choices:
            there = {p.code: p for p in booth.manifest.projects_of(area.slug)}
            marked = tuple((there[c], n) for c, n in booth.paper.choices[area.slug])
            found.append(ReviewedArea(area, marked))
    return found


def names(areas: Sequence[ManifestArea]) -> str:
    """The areas' names in a row, in the page's language."""
    return ", ".join(content(localized(area)) for area in areas)


def rules_sentence(manifest: RuleManifest, area: ManifestArea) -> str:
    """What may be chosen in this area, in words."""
    return " ".join(str(text) for text in _rules(manifest, area))


def _rules(manifest: RuleManifest, area: ManifestArea) -> Iterator[str]:
    kind = manifest.ballot.type
    if manifest.ballot.knapsack:
        limit = money(money_of(manifest, area), manifest.currency, manifest.unit)
        yield _("Choose projects for %(money)s at most, all together.", money=limit)
    elif kind.has_points:
        yield from points_in_words(manifest.ballot)
    elif kind is BallotType.ORDINAL:
        yield _("Put the projects that you want in order, the best one first.")
    there = len(manifest.projects_of(area.slug))
    most, least = most_picks(manifest, area), least_picks(manifest, area)
    if 1 < least == most:
        yield ngettext("Choose %(num)d project.", "Choose %(num)d projects.", most)
    elif least > 1:
        yield _("Choose from %(least)d to %(most)d projects.", least=least, most=most)
    elif most < there:
        yield ngettext(
            "Choose at most %(num)d project.", "Choose at most %(num)d projects.", most
        )
    elif kind is BallotType.APPROVAL and not manifest.ballot.knapsack:
        yield _("Choose as many projects as you like.")
