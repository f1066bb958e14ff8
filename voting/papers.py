"""The ballot paper: what a voter may write on it, by the frozen manifest only."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from core.text import Localized
from voting.electorate import areas_of_kind, localized
from voting.errors import (
    AreaNotYours,
    BallotEmpty,
    BlankNotAllowed,
    HomeAreaNeeded,
    OverBudget,
    PickedTwice,
    PointsOutOfRange,
    ProjectNotOnBallot,
    TooFewPicks,
    TooManyPicks,
    TooManyPoints,
)
from voting.manifest import BallotRules, ManifestArea, RuleManifest
from voting.models import AreaKind
from voting.profile import BallotType, Choice

# A project's code and its points: 1 where being chosen (or ranked) is all.
Mark = tuple[str, int]
# Area -> marks, as ranked where the ballot is a ranking; an empty list is a blank
# ballot, no entry is none at all.
Choices = Mapping[str, Sequence[Choice]]

# A draft keeps no number that no ballot could have.
MOST_POINTS = 1_000_000


def areas_open_to(manifest: RuleManifest, home: str | None) -> tuple[ManifestArea, ...]:
    """The areas in which somebody of this home may vote, in their order.

    Of the free ones he uses one; which one is his choice.
    """
    homes = areas_of_kind(manifest, AreaKind.HOME)
    allowed = (
        *(area for area in homes if area.slug == home),
        *areas_of_kind(manifest, AreaKind.FREE),
        *areas_of_kind(manifest, AreaKind.EVERYONE),
    )
    return tuple(area for area in manifest.areas if area in allowed)


def free_areas(manifest: RuleManifest) -> tuple[str, ...]:
    """The areas of which a voter picks one."""
    return tuple(area.slug for area in areas_of_kind(manifest, AreaKind.FREE))


def areas_left(
    manifest: RuleManifest, home: str | None, done: Collection[str]
) -> tuple[ManifestArea, ...]:
    """The areas in which this voter could still choose something.

    As soon as one free area is done, the other free ones are no longer his.
    """
    free = free_areas(manifest)
    spent = any(slug in free for slug in done)
    return tuple(
        area
        for area in areas_open_to(manifest, home)
        if area.slug not in done and not (spent and area.slug in free)
    )


def money_of(manifest: RuleManifest, area: ManifestArea) -> int:
    """What the projects of an area may cost together."""
    return manifest.budget if area.budget is None else area.budget


def most_picks(manifest: RuleManifest, area: ManifestArea) -> int:
    """The largest number of projects on one ballot of this area."""
    there = len(manifest.projects_of(area.slug))
    if manifest.ballot.type is BallotType.CHOOSE_1:
        return 1
    most = manifest.ballot.max_picks if area.max_picks is None else area.max_picks
    return there if most is None else min(most, there)


def least_picks(manifest: RuleManifest, area: ManifestArea) -> int:
    """The smallest number of projects on a ballot that is not blank."""
    least = manifest.ballot.min_picks if area.min_picks is None else area.min_picks
    return min(max(1, least), most_picks(manifest, area))


def most_points(ballot: BallotRules) -> int:
    """The largest number of points that one project may get."""
    limits = [n for n in (ballot.points, ballot.most_points) if n is not None]
    return min(limits, default=1)


def marks(picks: Iterable[Choice]) -> tuple[Mark, ...]:
    """Choices in their one shape; a bare code is worth 1."""
    return tuple((p, 1) if isinstance(p, str) else (p[0], p[1]) for p in picks)


def tidied(
    manifest: RuleManifest, area: ManifestArea, picks: Iterable[Choice]
) -> tuple[Mark, ...]:
    """What of these choices can stand on a paper; the limits are not looked at.

    Unknown projects, second mentions and impossible numbers of points are left out.
    A ranking stays in the voter's order, the others are put in the ballot paper's.
    """
    place = {p.code: n for n, p in enumerate(manifest.projects_of(area.slug))}
    kept: dict[str, int] = {}
    for code, points in marks(picks):
        if code in place and 0 < points <= MOST_POINTS:
            kept.setdefault(code, points if manifest.ballot.type.has_points else 1)
    if manifest.ballot.type is BallotType.ORDINAL:
        return tuple(kept.items())
    return tuple(sorted(kept.items(), key=lambda mark: place[mark[0]]))


def check_ballots(
    manifest: RuleManifest, choices: Choices, *, home: str | None
) -> dict[str, list[list[str | int]]]:
    """The ballots of one voter as they are stored, area by area.

    Raises:
        HomeAreaNeeded, BallotEmpty, AreaNotYours: see `check_areas`.
        and whatever `check_ballot` raises.
    """
    allowed = check_areas(manifest, choices, home=home)
    return {
        slug: check_ballot(manifest, allowed[slug], codes)
        for slug, codes in choices.items()
    }


def check_areas(
    manifest: RuleManifest, slugs: Collection[str], *, home: str | None
) -> dict[str, ManifestArea]:
    """The areas that are open to a voter, if all of these are among them.

    Raises:
        HomeAreaNeeded: the round has home areas, and this home is none of them.
        BallotEmpty: no area at all.
        AreaNotYours: unknown, another home area, or a second free one.
    """
    homes = [area.slug for area in areas_of_kind(manifest, AreaKind.HOME)]
    if homes and home not in homes:
        raise HomeAreaNeeded
    if not slugs:
        raise BallotEmpty
    allowed = {area.slug: area for area in areas_open_to(manifest, home)}
    free = free_areas(manifest)
    if any(slug not in allowed for slug in slugs):
        raise AreaNotYours
    if sum(slug in free for slug in slugs) > 1:
        raise AreaNotYours
    return allowed


def check_ballot(
    manifest: RuleManifest, area: ManifestArea, picks: Iterable[Choice]
) -> list[list[str | int]]:
    """One area's ballot: [code, points] for each project, as it is stored.

    In ballot-paper order, or best first where it is a ranking. No points are no
    choice.

    Raises (params: area, a name):
        PointsOutOfRange: below 0 or above the largest number; params: most.
        BlankNotAllowed: nothing chosen where that is not allowed.
        TooManyPicks, TooFewPicks: outside the limits; params: most, least.
        ProjectNotOnBallot: unknown, or of another area or round.
        PickedTwice: one project more than once.
        TooManyPoints: more than there are to divide; params: points, given.
        OverBudget: a knapsack ballot above the area's money; exactly it is fine.
    """
    name = localized(area)
    given = marks(picks)
    if manifest.ballot.type.has_points:
        _check_points(manifest, given, name)
        given = tuple(mark for mark in given if mark[1])
    if not given:
        if not manifest.ballot.blank_allowed:
            raise BlankNotAllowed(area=name)
        return []
    _check_number(manifest, area, len(given), name)
    costs = {project.code: project.cost for project in manifest.projects_of(area.slug)}
    if any(code not in costs for code, _ in given):
        raise ProjectNotOnBallot(area=name)
    chosen = dict(given)
    if len(chosen) != len(given):
        raise PickedTwice(area=name)
    spent = sum(costs[code] for code in chosen)
    if manifest.ballot.knapsack and spent > money_of(manifest, area):
        raise OverBudget(area=name)
    kind = manifest.ballot.type
    order = chosen if kind is BallotType.ORDINAL else costs
    return [
        [code, chosen[code] if kind.has_points else 1]
        for code in order
        if code in chosen
    ]


def _check_points(
    manifest: RuleManifest, given: Sequence[Mark], name: Localized
) -> None:
    """Each project's points in range, and no more together than there are."""
    most, points = most_points(manifest.ballot), manifest.ballot.points
    if any(not 0 <= number <= most for _, number in given):
        raise PointsOutOfRange(area=name, most=most)
    total = sum(number for _, number in given)
    if points is not None and total > points:
        raise TooManyPoints(area=name, points=points, given=total)


def _check_number(
    manifest: RuleManifest, area: ManifestArea, number: int, name: Localized
) -> None:
    most, least = most_picks(manifest, area), least_picks(manifest, area)
    if number > most:
        raise TooManyPicks(area=name, most=most)
    if number < least:
        raise TooFewPicks(area=name, least=least)
