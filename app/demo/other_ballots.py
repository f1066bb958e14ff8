"""Two small votes with the ballots that the large round does not have."""

from collections.abc import Callable
from typing import Any

from app.demo.content import Content
from app.demo.rounds import Plan, area_plans
from voting.models import AreaKind, PhaseKind
from voting.profile import BallotType
from voting.rounds import BallotPlan

YARDS, WINTER = "koulujen-pihat", "talvinen-puistola"
POINTS, MOST_POINTS, MOST_RANKED = 10, 5, 5
YOUNGEST = 12

K = PhaseKind
CALENDAR = {
    K.CRITERIA: (-120, -110),
    K.MARKETING: (-109, -90),
    K.IDEAS: (-89, -60),
    K.VALUATION: (-59, -10),
    K.VOTE: (-3, 18),
    K.DECISION: (20, 30),
    K.IMPLEMENTATION: (40, 300),
    K.FOLLOW_UP: (301, 360),
}

BALLOTS: dict[str, tuple[str, dict[str, Any]]] = {
    YARDS: (
        "yards",
        {
            "ballot_type": BallotType.CUMULATIVE,
            "points": POINTS,
            "most_points": MOST_POINTS,
        },
    ),
    WINTER: ("winter", {"ballot_type": BallotType.ORDINAL, "max_picks": MOST_RANKED}),
}


def build_other_ballots(
    read: Callable[[str], Content],
    town: Content,
    build: Callable[[Plan, Content], object],
) -> None:
    """Points and a ranking; the vote is on, and nobody has voted yet."""
    for slug, (name, rules) in BALLOTS.items():
        content = read(name)
        ballot = BallotPlan(
            municipality=town["municipality"], min_age=YOUNGEST, **rules
        )
        areas = area_plans(content["areas"], AreaKind.EVERYONE)
        build(Plan(slug=slug, calendar=CALENDAR, ballot=ballot, areas=areas), content)
