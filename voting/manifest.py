"""The rule manifest: everything that decides a result, as one frozen document.

Counting, the booth's limits and the published bundle read only this. The hash is
over the document's very bytes, so the text is stored, never built again.
"""

import hashlib
import json
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from core.disclosure import MIN_CELL
from voting.errors import ProfileInvalid
from voting.profile import BallotType, Limit, LimitKind, Profile

FORMAT = "puistokatu-manifest/1"

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ManifestArea:
    """A part of the town; `budget` None: it draws on the round's whole budget."""

    slug: str
    name: Names
    kind: str
    population: int
    budget: int | None
    # Fewest and most projects on a ballot; None: as in the whole round.
    min_picks: int | None = None
    max_picks: int | None = None


@dataclass(frozen=True, slots=True)
class ManifestTheme:
    """A category with the least and the most money that it may get."""

    slug: str
    name: Names
    minimum: int = 0
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class ManifestProject:
    """An item of the ballot paper, in its order."""

    code: str
    title: Names
    cost: int
    area: str
    theme: str | None = None


@dataclass(frozen=True, slots=True)
class BallotRules:
    """What a valid ballot is; picks and points are counted in each area.

    `points` is the sum to divide, None where every project is given points on its
    own; `most_points` the largest number on one project, None: all of them. `paper`:
    "none", or which counts of one voter's two: an envelope "replaces" what was cast
    online, or "yields" to it.
    """

    type: BallotType = BallotType.APPROVAL
    knapsack: bool = False
    min_picks: int = 1
    max_picks: int | None = None
    points: int | None = None
    most_points: int | None = None
    blank_allowed: bool = False
    change_allowed: bool = True
    paper: str = "none"


@dataclass(frozen=True, slots=True)
class ManifestRoll:
    """The roll from a register: whence, of which day, how long, and its SHA-256.

    `as_of` is the day on which address and age count.
    """

    source: str
    as_of: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Eligibility:
    """Who may vote, and how people get into the booth (`ways`)."""

    source: str = "self_declared"
    municipality: str = ""
    min_age: int = 0
    age_by: str = "birth_year"
    age_on: str | None = None
    ways: tuple[str, ...] = ("account",)
    roll: ManifestRoll | None = None

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Eligibility":
        """Read it back; older documents know neither ways nor roll."""
        roll = stored.get("roll")
        return cls(
            **{
                **stored,
                "ways": tuple(stored.get("ways", ("account",))),
                "roll": ManifestRoll(**roll) if roll else None,
            }
        )


@dataclass(frozen=True, slots=True)
class RuleManifest:
    """One version of the document; amounts in the round's smallest unit.

    `opens` and `closes` are ISO 8601 in UTC. `rule_parameters` hold satisfaction,
    variant, threshold, ties and time limit, as `voting.rules` names them.
    `overshoot_percent` says again, for readers, what the parameter `overshoot` is.
    """

    round: str
    version: int
    title: Names
    currency: str
    unit: int
    budget: int
    opens: str | None
    closes: str | None
    areas: tuple[ManifestArea, ...]
    themes: tuple[ManifestTheme, ...]
    projects: tuple[ManifestProject, ...]
    ballot: BallotRules
    eligibility: Eligibility
    rule: str
    rule_parameters: Mapping[str, Any]
    conflicts: tuple[tuple[str, str], ...] = ()
    needs: tuple[tuple[str, str], ...] = ()
    leftover: str = "returns_to_the_town"
    overshoot_percent: int = 0
    min_cell: int = MIN_CELL
    # After the close, for two people to decide about signs that something is wrong.
    decide_days: int = 14
    format: str = field(default=FORMAT)

    def to_text(self) -> str:
        """The document: sorted keys, readable lines, one ending newline."""
        return (
            json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True)
            + "\n"
        )

    @classmethod
    def from_text(cls, text: str) -> "RuleManifest":
        """Read a document back.

        Raises:
            ValueError: it is of another format.
        """
        stored = json.loads(text)
        if stored.get("format") != FORMAT:
            raise ValueError(f"not a {FORMAT} document")
        ballot = stored["ballot"]
        return cls(
            **{
                **stored,
                "areas": tuple(ManifestArea(**area) for area in stored["areas"]),
                "themes": tuple(ManifestTheme(**theme) for theme in stored["themes"]),
                "projects": tuple(ManifestProject(**p) for p in stored["projects"]),
                "ballot": BallotRules(**{**ballot, "type": BallotType(ballot["type"])}),
                "eligibility": Eligibility.from_json(stored["eligibility"]),
                "conflicts": _pairs(stored["conflicts"]),
                "needs": _pairs(stored["needs"]),
            }
        )

    def place(self) -> dict[str, int]:
        """Project code -> position on the ballot paper."""
        return {project.code: i for i, project in enumerate(self.projects)}

    def area(self, slug: str) -> ManifestArea:
        """The area of this slug.

        Raises:
            KeyError: there is none.
        """
        for area in self.areas:
            if area.slug == slug:
                return area
        raise KeyError(slug)

    def projects_of(self, area: str) -> tuple[ManifestProject, ...]:
        """The projects of one area, in ballot-paper order."""
        return tuple(p for p in self.projects if p.area == area)

    def limits(self) -> tuple[Limit, ...]:
        """Area budgets and theme limits, as the rules take them."""
        areas = [
            Limit(a.slug, LimitKind.AREA, self._where("area", a.slug), 0, a.budget)
            for a in self.areas
            if a.budget is not None
        ]
        themes = [
            Limit(
                t.slug,
                LimitKind.THEME,
                self._where("theme", t.slug),
                t.minimum,
                t.maximum,
            )
            for t in self.themes
            if t.minimum or t.maximum is not None
        ]
        return (*areas, *themes)

    def profile(self, ballots: Iterable[Sequence[Sequence[Any]]]) -> Profile:
        """What the rules see of ballots: each a list of (project, points).

        The ballots are streamed, so memory holds three numbers for each choice.

        Raises:
            ProfileInvalid: a ballot names a project that is not here.
        """
        place = self.place()
        ballot, choice, points = array("q"), array("q"), array("q")
        number = 0
        for choices in ballots:
            for code, given in choices:
                if code not in place:
                    raise ProfileInvalid(why="unknown_project", project=code)
                ballot.append(number)
                choice.append(place[code])
                points.append(given)
            number += 1
        return Profile.from_choices(
            projects=[project.code for project in self.projects],
            costs=[project.cost for project in self.projects],
            budget=self.budget,
            unit=self.unit,
            ballot_type=self.ballot.type,
            ballot=np.frombuffer(ballot, np.int64),
            choice=np.frombuffer(choice, np.int64),
            points=np.frombuffer(points, np.int64),
            ballots=number,
            limits=self.limits(),
            conflicts=[(place[a], place[b]) for a, b in self.conflicts],
            needs=[(place[a], place[b]) for a, b in self.needs],
        )

    def _where(self, attribute: str, slug: str) -> tuple[int, ...]:
        return tuple(
            i for i, p in enumerate(self.projects) if getattr(p, attribute) == slug
        )


def sha256(document: str) -> str:
    """The hash that is published with the document."""
    return hashlib.sha256(document.encode()).hexdigest()


def _pairs(stored: Sequence[Sequence[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((first, second) for first, second in stored)
