"""A distance is true: with that change the project does change sides."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voting.rules.profiles import profiles
from voting.counterfactual import (
    Supporters,
    with_more_votes,
    with_price,
    without_projects,
)
from voting.distance import Distance, Way, distance, distances
from voting.profile import BallotType, Profile
from voting.rules import run

EVERY: list[tuple[str, dict[str, Any]]] = [
    ("greedy", {}),
    ("greedy", {"variant": "no-skip"}),
    ("greedy", {"order": "per-cost"}),
    ("greedy", {"satisfaction": "cost", "threshold": 1}),
    ("greedy", {"share": 2}),
    ("max-welfare", {}),
    ("max-welfare", {"satisfaction": "cost"}),
    ("equal-shares", {"satisfaction": "cost"}),
    ("equal-shares", {"satisfaction": "votes"}),
    ("equal-shares", {"satisfaction": "votes", "completion": "greedy"}),
    ("equal-shares", {"completion": "add1"}),
    ("equal-shares", {"completion": "add1u", "comparison": True}),
    ("phragmen", {}),
]
every_rule = pytest.mark.parametrize(("rule", "parameters"), EVERY)
# Looking at every smaller amount of them is quick enough.
FEW = 8


def apply(profile: Profile, found: Distance, amount: int) -> Profile:
    """The change that a distance speaks of, made once more."""
    i = profile.projects.index(found.project)
    cost = int(profile.costs[i])
    if found.way is Way.PRICE:
        return with_price(profile, i, cost + amount if found.funded else cost - amount)
    if found.funded:
        return Supporters(profile, i).without(amount)
    return with_more_votes(profile, i, amount)


@every_rule
@settings(max_examples=8, deadline=None)
@given(profile=profiles(), data=st.data())
def test_the_change_flips_the_outcome_and_the_least_one_is_the_least(
    rule: str, parameters: dict[str, Any], profile: Profile, data: st.DataObject
) -> None:
    # Shares are raised by units, and there are not many of those here.
    profile = replace(profile, unit=max(1, profile.budget // 16))
    outcome = run(rule, profile, parameters)
    i = data.draw(st.integers(0, len(profile.projects) - 1))
    for way in Way:
        found = distance(profile, outcome, i, way)

        def flips(amount: int, found: Distance = found) -> bool:
            again = run(rule, apply(profile, found, amount), outcome.parameters)
            return (found.project in again.funded) is not found.funded

        assert found.funded is (found.project in outcome.funded)
        if found.amount is not None:
            assert 0 < found.amount <= found.most
            assert flips(found.amount)
        if found.least:
            below = found.amount or found.most + 1
            near = range(max(1, below - FEW), below)
            smaller = (*range(1, min(FEW, below)), *near)
            assert not any(flips(amount) for amount in smaller)


BALLOTS = [["a"]] * 5 + [["b"]] * 3 + [["c"]] * 2


def test_a_loser_needs_one_vote_more_than_whoever_it_displaces() -> None:
    profile = Profile.of({"a": 60, "b": 50, "c": 40}, budget=100, ballots=BALLOTS)
    outcome = run("greedy", profile)
    assert outcome.funded == ("a", "c")
    found = {(d.project, d.way): d.amount for d in distances(profile, outcome)}
    # Level with a, b is cheaper and goes first: two votes are enough.
    assert found["b", Way.VOTES] == 2
    assert found["b", Way.PRICE] == 10
    assert found["a", Way.VOTES] == 2
    assert found["a", Way.PRICE] == 41
    assert found["c", Way.PRICE] == 1


def test_what_nothing_can_change_says_so() -> None:
    profile = Profile.of({"a": 60, "b": 160}, budget=100, ballots=BALLOTS[:8])
    outcome = run("max-welfare", profile)
    found = distance(profile, outcome, 1, Way.VOTES)
    assert (found.amount, found.least) == (None, True)
    # At no price at all it would be bought.
    assert distance(profile, outcome, 1, Way.PRICE).amount == 120


def test_where_a_rule_may_turn_back_it_is_not_called_the_least() -> None:
    profile = Profile.of({"a": 60, "b": 50, "c": 40}, budget=100, ballots=BALLOTS)
    outcome = run("equal-shares", profile, {"completion": "add1"})
    for found in distances(profile, outcome):
        assert not found.least


def test_a_distance_survives_being_stored() -> None:
    found = Distance("a", funded=True, way=Way.PRICE, amount=None, least=False, most=2)
    assert Distance.from_json(found.to_json()) == found


@settings(max_examples=20, deadline=None)
@given(profile=profiles(), data=st.data())
def test_votes_taken_back_are_gone_and_the_voters_are_not(
    profile: Profile, data: st.DataObject
) -> None:
    i = data.draw(st.integers(0, len(profile.projects) - 1))
    supporters = Supporters(profile, i)
    assert supporters.number == profile.votes[i]
    scores = []
    for number in range(supporters.number + 1):
        less = supporters.without(number)
        assert less.voters == profile.voters
        assert less.votes[i] == profile.votes[i] - number
        others = np.arange(len(profile.projects)) != i
        assert (less.score[others] == profile.score[others]).all()
        scores.append(int(less.score[i]))
    assert scores == sorted(scores, reverse=True)


def test_a_dropped_project_leaves_its_voters_and_closes_the_ranking_up() -> None:
    ranked = Profile.of(
        {"a": 1, "b": 1, "c": 1},
        budget=2,
        ballots=[["a", "b", "c"], ["b"]],
        ballot_type=BallotType.ORDINAL,
    )
    left = without_projects(ranked, np.array([1]))
    assert left.projects == ("a", "c")
    assert (left.voters, left.score.tolist()) == (2, [2, 1])


def test_new_votes_of_points_are_worth_as_much_as_the_most_anybody_gave() -> None:
    profile = Profile.of(
        {"a": 1, "b": 1},
        budget=1,
        ballots=[[("a", 7)], [("b", 3)]],
        ballot_type=BallotType.CUMULATIVE,
    )
    assert with_more_votes(profile, 1, 2).score.tolist() == [7, 17]
