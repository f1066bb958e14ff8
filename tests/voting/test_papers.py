from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import DomainError
from tests.factories.ballots import (
    Vote,
    cast_by,
    open_vote_with,
    voter_in,
    with_ballot,
)
from voting.errors import (
    AreaNotYours,
    BallotEmpty,
    BlankNotAllowed,
    OverBudget,
    PickedTwice,
    PointsOutOfRange,
    ProjectNotOnBallot,
    TooFewPicks,
    TooManyPicks,
    TooManyPoints,
)
from voting.models import AreaKind, BoxBallot
from voting.papers import tidied
from voting.profile import BallotType

HOMES_AND_ALL = [AreaKind.HOME, AreaKind.HOME, AreaKind.EVERYONE]


@pytest.fixture
def vote(session: Session, tmp_path: Path) -> Vote:
    return open_vote_with(session, tmp_path)


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def box(session: Session) -> list[Any]:
    rows = session.scalars(select(BoxBallot).order_by(BoxBallot.area_id))
    return [row.choices for row in rows]


@pytest.mark.parametrize(
    ("codes", "refusal"),
    [
        (["a0-1", "a0-2", "a0-3"], TooManyPicks),
        (["a0-1"] * 10_000, TooManyPicks),
        ([], BlankNotAllowed),
        (["a0-9"], ProjectNotOnBallot),
        ([""], ProjectNotOnBallot),
        (["a0-1", "a0-1"], PickedTwice),
    ],
)
def test_what_the_manifest_does_not_allow_is_refused_whole(
    session: Session, vote: Vote, codes: list[str], refusal: type[DomainError]
) -> None:
    vote = with_ballot(vote, max_picks=2)
    voter = voter_in(session, vote)
    with pytest.raises(refusal) as raised:
        cast_by(session, vote, voter, area0=codes)
    assert raised.value.params["area"].en == "Area 0"  # type: ignore[attr-defined] # Localized
    assert box(session) == []
    assert voter.voted_hour is None


def test_ten_thousand_choices_are_refused_without_a_limit_too(
    session: Session, vote: Vote
) -> None:
    with pytest.raises(TooManyPicks):
        cast_by(
            session,
            vote,
            voter_in(session, vote),
            area0=[f"x{i}" for i in range(10_000)],
        )


def test_too_few_picks_are_refused(session: Session, vote: Vote) -> None:
    vote = with_ballot(vote, min_picks=2)
    with pytest.raises(TooFewPicks) as raised:
        cast_by(session, vote, voter_in(session, vote), area0=["a0-1"])
    assert raised.value.params["least"] == 2


def test_another_rounds_project_is_unknown_here(
    session: Session, vote: Vote, tmp_path: Path
) -> None:
    open_vote_with(session, tmp_path, projects=5)
    with pytest.raises(ProjectNotOnBallot):
        cast_by(session, vote, voter_in(session, vote), area0=["a0-5"])


def test_no_area_at_all_is_no_vote(session: Session, vote: Vote) -> None:
    vote = with_ballot(vote, blank_allowed=True)
    with pytest.raises(BallotEmpty):
        cast_by(session, vote, voter_in(session, vote))


def test_a_knapsack_that_fits_exactly_is_taken(session: Session, vote: Vote) -> None:
    # 30 000 + 40 000 + 30 000 is the whole of 100 000.
    vote = with_ballot(vote, knapsack=True)
    cast_by(session, vote, voter_in(session, vote), area0=["a0-1", "a0-2", "a0-3"])
    assert len(box(session)[0]) == 3


def test_a_knapsack_a_cent_too_full_is_refused(session: Session, vote: Vote) -> None:
    vote = with_ballot(vote, knapsack=True)
    areas = tuple(replace(a, budget=100_000_00 - 1) for a in vote.manifest.areas)
    vote = replace(vote, manifest=replace(vote.manifest, areas=areas))
    with pytest.raises(OverBudget):
        cast_by(session, vote, voter_in(session, vote), area0=["a0-1", "a0-2", "a0-3"])


def test_choose_one_means_one(session: Session, vote: Vote) -> None:
    vote = with_ballot(vote, type=BallotType.CHOOSE_1)
    with pytest.raises(TooManyPicks):
        cast_by(session, vote, voter_in(session, vote), area0=["a0-1", "a0-2"])


@pytest.mark.parametrize("area", ["area1", "area9", ""])
def test_a_forged_area_is_refused(session: Session, tmp_path: Path, area: str) -> None:
    vote = open_vote_with(session, tmp_path, kinds=HOMES_AND_ALL)
    voter = voter_in(session, vote, home="area0")
    with pytest.raises(AreaNotYours):
        cast_by(session, vote, voter, **{area: ["a1-1"]})
    assert box(session) == []


def test_a_project_of_another_area_is_refused(session: Session, tmp_path: Path) -> None:
    vote = open_vote_with(session, tmp_path, kinds=HOMES_AND_ALL)
    voter = voter_in(session, vote, home="area0")
    with pytest.raises(ProjectNotOnBallot):
        cast_by(session, vote, voter, area0=["a1-1"])


def test_only_one_free_area_can_be_chosen(session: Session, tmp_path: Path) -> None:
    vote = open_vote_with(session, tmp_path, kinds=[AreaKind.FREE, AreaKind.FREE])
    voter = voter_in(session, vote)
    with pytest.raises(AreaNotYours):
        cast_by(session, vote, voter, area0=["a0-1"], area1=["a1-1"])
    cast_by(session, vote, voter, area0=["a0-1"])
    cast_by(session, vote, voter, area1=["a1-1"])
    assert box(session) == [[["a1-1", 1]]]


@pytest.fixture
def points(vote: Vote) -> Vote:
    """Five points to divide, at most three on one project."""
    return with_ballot(vote, type=BallotType.CUMULATIVE, points=5, most_points=3)


def test_points_are_stored_in_the_papers_order(session: Session, points: Vote) -> None:
    voter = voter_in(session, points)
    cast_by(session, points, voter, area0=[("a0-3", 2), ("a0-2", 0), ("a0-1", 3)])
    assert box(session) == [[["a0-1", 3], ["a0-3", 2]]]


@pytest.mark.parametrize(
    ("picks", "refusal"),
    [
        ([("a0-1", 3), ("a0-2", 3)], TooManyPoints),
        ([("a0-1", 4)], PointsOutOfRange),
        ([("a0-1", -1), ("a0-2", 3)], PointsOutOfRange),
        ([("a0-1", 10**30)], PointsOutOfRange),
        ([("a0-1", 1), ("a0-1", 1)], PickedTwice),
        ([("a1-1", 1)], ProjectNotOnBallot),
        ([("a0-1", 0), ("a0-2", 0)], BlankNotAllowed),
        ([], BlankNotAllowed),
    ],
)
def test_points_that_are_not_allowed_are_refused_whole(
    session: Session,
    points: Vote,
    picks: list[tuple[str, int]],
    refusal: type[DomainError],
) -> None:
    with pytest.raises(refusal):
        cast_by(session, points, voter_in(session, points), area0=picks)
    assert box(session) == []


def test_who_gives_too_many_points_is_told_how_many(
    session: Session, points: Vote
) -> None:
    picks = [("a0-1", 3), ("a0-2", 3), ("a0-3", 1)]
    with pytest.raises(TooManyPoints) as raised:
        cast_by(session, points, voter_in(session, points), area0=picks)
    assert (raised.value.params["points"], raised.value.params["given"]) == (5, 7)


def test_without_a_limit_of_its_own_one_project_may_have_all_points(
    session: Session, points: Vote
) -> None:
    vote = with_ballot(points, most_points=None)
    cast_by(session, vote, voter_in(session, vote), area0=[("a0-2", 5)])
    assert box(session) == [[["a0-2", 5]]]


def test_where_nothing_is_divided_each_project_has_its_own_points(
    session: Session, points: Vote
) -> None:
    vote = with_ballot(points, type=BallotType.SCORING, points=None)
    picks = [("a0-1", 3), ("a0-2", 3), ("a0-3", 3)]
    cast_by(session, vote, voter_in(session, vote), area0=picks)
    assert len(box(session)[0]) == 3


def test_a_ranking_keeps_the_voters_order(session: Session, vote: Vote) -> None:
    vote = with_ballot(vote, type=BallotType.ORDINAL)
    voter = voter_in(session, vote)
    cast_by(session, vote, voter, area0=["a0-3", "a0-1"])
    assert box(session) == [[["a0-3", 1], ["a0-1", 1]]]
    cast_by(session, vote, voter, area0=["a0-1", "a0-3"])
    assert box(session) == [[["a0-1", 1], ["a0-3", 1]]]


def test_nothing_is_ranked_twice(session: Session, vote: Vote) -> None:
    vote = with_ballot(vote, type=BallotType.ORDINAL)
    with pytest.raises(PickedTwice):
        cast_by(session, vote, voter_in(session, vote), area0=["a0-3", "a0-1", "a0-3"])


def test_an_area_can_have_a_least_and_a_most_of_its_own(
    session: Session, vote: Vote
) -> None:
    areas = tuple(replace(a, min_picks=2, max_picks=2) for a in vote.manifest.areas)
    vote = replace(vote, manifest=replace(vote.manifest, areas=areas))
    voter = voter_in(session, vote)
    with pytest.raises(TooFewPicks):
        cast_by(session, vote, voter, area0=["a0-1"])
    with pytest.raises(TooManyPicks):
        cast_by(session, vote, voter, area0=["a0-1", "a0-2", "a0-3"])
    cast_by(session, vote, voter, area0=["a0-1", "a0-2"])


def test_a_draft_keeps_what_can_stand_on_a_paper(points: Vote) -> None:
    area = points.manifest.area("area0")
    picks = [("a0-3", 9), ("a0-1", -1), ("x", 1), ("a0-2", 10**9), ("a0-3", 1)]
    assert tidied(points.manifest, area, picks) == (("a0-3", 9),)
