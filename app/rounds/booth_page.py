"""What the booth's pages show: areas, projects in a steady order, what is left."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.locale import content, current_language, money
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
class Said:
    """What people wrote; `lang` where it is not in the page's language."""

    text: str
    lang: str


@dataclass(frozen=True, slots=True)
class Card:
    """A project as the booth shows it, ready to be printed: a list can be long.

    `number` is its place on the ballot paper of the area, from 1. `mark` says what
    it has now: 1, its points or its place in the ranking, 0 where it has nothing;
    `typed` what stands in the field for its points. `picture` is an address.
    """

    number: int
    code: str
    title: Said
    summary: Said
    story: Said
    picture: str
    theme: str
    theme_name: Said
    cost: int
    price: str
    mark: int
    typed: str
    on_the_map: bool

    @property
    def paragraphs(self) -> list[str]:
        """The story; an empty line parts them."""
        parts = self.story.text.replace("\r\n", "\n").split("\n\n")
        return [part.strip() for part in parts if part.strip()]


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
    printer = _Printer(booth.manifest, _what_they_have(booth.manifest, given))
    made = [
        printer.card(
            number, each, live.get(each.code), (typed or {}).get(each.code, "")
        )
        for number, each in enumerate(there, start=1)
    ]
    return Chance(f"{order_seed()} {booth.round.slug} {area.slug}").shuffle(made)


def _what_they_have(manifest: RuleManifest, given: Sequence[Mark]) -> dict[str, int]:
    if manifest.ballot.type is BallotType.ORDINAL:
        return {code: place for place, (code, _) in enumerate(given, start=1)}
    return dict(given)


class _Printer:
    """Makes cards; prices, pictures and themes that return are made once."""

    def __init__(self, manifest: RuleManifest, has: Mapping[str, int]) -> None:
        self.has = has
        self.language = current_language()
        self.themes = {
            theme.slug: self.said(Localized.from_json(theme.name))
            for theme in manifest.themes
        }
        self.price = cache(lambda cost: money(cost, manifest.currency, manifest.unit))
        self.picture = cache(
            lambda name: url_for("static", filename=f"img/projects/{name}.svg")
        )

    def said(self, text: Localized) -> Said:
        """In the page's language, else in another."""
        shown = text.language_shown(self.language)
        return Said(
            text.in_language(self.language), "" if shown == self.language else shown
        )

    def card(
        self, number: int, frozen: ManifestProject, live: Project | None, typed: str
    ) -> Card:
        """One project; its title, price and theme are the frozen ones."""
        mark = self.has.get(frozen.code, 0)
        picture = live.picture if live else ""
        return Card(
            number=number,
            code=frozen.code,
            title=self.said(Localized.from_json(frozen.title)),
            summary=self.said(live.summary if live else Localized()),
            story=self.said(live.story if live else Localized()),
            picture=self.picture(picture) if picture else "",
            theme=frozen.theme or "",
            theme_name=self.themes.get(frozen.theme or "", Said("", "")),
            cost=frozen.cost,
            price=self.price(frozen.cost),
            mark=mark,
            typed=typed or (str(mark) if mark > 0 else ""),
            on_the_map=bool(live and live.place),
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
