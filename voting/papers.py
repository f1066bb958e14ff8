"""The ballot paper: what a voter may write on it, by the frozen manifest only."""

from collections.abc import Collection, Mapping, Sequence

from core.text import Localized
from voting.electorate import areas_of_kind, localized
from voting.errors import (
    AreaNotYours,
    BallotEmpty,
    BallotTypeNotOffered,
    BlankNotAllowed,
    HomeAreaNeeded,
    OverBudget,
    PickedTwice,
    ProjectNotOnBallot,
    TooFewPicks,
    TooManyPicks,
)
from voting.manifest import ManifestArea, RuleManifest
from voting.models import AreaKind
from voting.profile import BallotType

# Area -> project codes; an empty list is a blank ballot, no entry is none at all.
Choices = Mapping[str, Sequence[str]]

OFFERED = (BallotType.APPROVAL, BallotType.CHOOSE_1)


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
    most = manifest.ballot.max_picks
    return there if most is None else min(most, there)


def least_picks(manifest: RuleManifest, area: ManifestArea) -> int:
    """The smallest number of projects on a ballot that is not blank."""
    return min(max(1, manifest.ballot.min_picks), most_picks(manifest, area))


def check_ballots(
    manifest: RuleManifest, choices: Choices, *, home: str | None
) -> dict[str, list[list[str | int]]]:
    """The ballots of one voter as they are stored, area by area.

    Raises:
        BallotTypeNotOffered: the manifest's ballot is not one that the booth has.
        HomeAreaNeeded: the round has home areas, and this home is none of them.
        BallotEmpty: no area at all.
        AreaNotYours: unknown, another home area, or a second free one.
        and whatever `check_ballot` raises.
    """
    if manifest.ballot.type not in OFFERED:
        raise BallotTypeNotOffered
    homes = [area.slug for area in areas_of_kind(manifest, AreaKind.HOME)]
    if homes and home not in homes:
        raise HomeAreaNeeded
    if not choices:
        raise BallotEmpty
    allowed = {area.slug: area for area in areas_open_to(manifest, home)}
    free = free_areas(manifest)
    if any(slug not in allowed for slug in choices):
        raise AreaNotYours
    if sum(slug in free for slug in choices) > 1:
        raise AreaNotYours
    return {
        slug: check_ballot(manifest, allowed[slug], codes)
        for slug, codes in choices.items()
    }


def check_ballot(
    manifest: RuleManifest, area: ManifestArea, codes: Sequence[str]
) -> list[list[str | int]]:
    """One area's ballot: [code, 1] for each project, in ballot-paper order.

    Raises (params: area, a name):
        BlankNotAllowed: nothing chosen where that is not allowed.
        TooManyPicks, TooFewPicks: outside the limits; params: most, least.
        ProjectNotOnBallot: unknown, or of another area or round.
        PickedTwice: one project more than once.
        OverBudget: a knapsack ballot above the area's money; exactly it is fine.
    """
    name = localized(area)
    if not codes:
        if not manifest.ballot.blank_allowed:
            raise BlankNotAllowed(area=name)
        return []
    _check_number(manifest, area, len(codes), name)
    costs = {project.code: project.cost for project in manifest.projects_of(area.slug)}
    if any(code not in costs for code in codes):
        raise ProjectNotOnBallot(area=name)
    chosen = set(codes)
    if len(chosen) != len(codes):
        raise PickedTwice(area=name)
    spent = sum(costs[code] for code in chosen)
    if manifest.ballot.knapsack and spent > money_of(manifest, area):
        raise OverBudget(area=name)
    return [[code, 1] for code in costs if code in chosen]


def _check_number(
    manifest: RuleManifest, area: ManifestArea, number: int, name: Localized
) -> None:
    most, least = most_picks(manifest, area), least_picks(manifest, area)
    if number > most:
        raise TooManyPicks(area=name, most=most)
    if number < least:
        raise TooFewPicks(area=name, least=least)
