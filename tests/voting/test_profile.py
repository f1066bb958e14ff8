"""How the ballots of a profile are laid together."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.errors import ProfileInvalid
from voting.profile import BallotType, Profile

NAMES = tuple("abcdef")
# Points that fit into half a word, and points that do not.
POINTS = st.one_of(st.just(1), st.integers(1, 3), st.integers(2**16 - 2, 2**40))
BALLOTS = st.lists(
    st.dictionaries(st.sampled_from(range(len(NAMES))), POINTS, max_size=4), max_size=8
)


@given(ballots=BALLOTS)
def test_equal_ballots_become_one_row_and_rows_stand_in_order(
    ballots: list[dict[int, int]],
) -> None:
    """As a sorted list of (project, points) says it, however wide the numbers are."""
    profile = Profile.of(
        dict.fromkeys(NAMES, 1),
        budget=3,
        ballots=[[(NAMES[i], n) for i, n in ballot.items()] for ballot in ballots],
        ballot_type=BallotType.CUMULATIVE,
    )
    wanted = Counter(tuple(sorted(ballot.items())) for ballot in ballots)
    cells = list(zip(profile.indices.tolist(), profile.points.tolist(), strict=True))
    ends = profile.indptr.tolist()
    rows = [tuple(cells[a:b]) for a, b in pairwise(ends)]
    assert rows == sorted(wanted)
    assert profile.weights.tolist() == [wanted[row] for row in rows]
    votes = [sum(n for row, n in wanted.items() if i in dict(row)) for i in range(6)]
    score = [
        sum(n * dict(row).get(i, 0) for row, n in wanted.items()) for i in range(6)
    ]
    assert profile.votes.tolist() == votes
    assert profile.score.tolist() == score


@given(ballots=BALLOTS)
def test_ticks_are_points_of_one(ballots: list[dict[int, int]]) -> None:
    """A sort of ticks alone gives the rows that the sort of points gives."""
    cells = [(row, i) for row, ballot in enumerate(ballots) for i in ballot]
    asked = {
        "projects": NAMES,
        "costs": [1] * len(NAMES),
        "budget": 3,
        "ballot": [row for row, _ in cells],
        "choice": [i for _, i in cells],
        "ballots": len(ballots),
    }
    ticks = Profile.from_choices(**asked, ballot_type=BallotType.APPROVAL)
    points = Profile.from_choices(
        **asked, ballot_type=BallotType.APPROVAL, points=[1] * len(cells)
    )
    assert ticks.digest() == points.digest()


@pytest.mark.parametrize("choice", [-1, 2, 2**31, 2**40])
@pytest.mark.parametrize("kind", [BallotType.APPROVAL, BallotType.ORDINAL])
def test_a_choice_that_is_no_project_is_refused(choice: int, kind: BallotType) -> None:
    """Also one that would look like a project in a narrower number."""
    with pytest.raises(ProfileInvalid) as raised:
        Profile.from_choices(
            projects=["a", "b"],
            costs=[1, 1],
            budget=1,
            ballot_type=kind,
            ballot=[0],
            choice=[choice],
            ballots=1,
        )
    assert raised.value.params["why"] == "unknown_project"
