"""Who paid for what: the rule's own purchases, paid once more."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voting.rules.profiles import profiles
from voting.errors import CountDisagrees
from voting.outcome import ReasonCode
from voting.profile import BallotType, Profile
from voting.purchases import Group, Purchase, purchases
from voting.rules import run

quick = settings(max_examples=40)


def a_round(**options: object) -> Profile:
    """Three want the hill, one of them the gym, too; one wants the gym alone."""
    ballots = [["hill"], ["hill"], ["hill", "gym"], ["gym"], []]
    return Profile.of({"hill": 30, "gym": 36}, budget=100, ballots=ballots, **options)  # type: ignore[arg-type] # any setting


def test_equal_shares_are_told_from_the_share_to_what_is_left() -> None:
    found = purchases(a_round(), run("equal-shares", a_round()))
    assert found["hill"] == Purchase(
        supporters=3,
        spent={},
        paid=30,
        left=30,
        groups=(Group(10, 10, 3),),
        earned=20,
    )
    # One of its two supporters has paid 10 for the hill.
    assert found["gym"] == Purchase(
        supporters=2, spent={"hill": 10}, paid=0, left=30, groups=(), earned=20
    )
    assert found["gym"].together == 40


def test_whoever_has_less_left_pays_that() -> None:
    profile = Profile.of(
        {"hill": 30, "gym": 28},
        budget=100,
        ballots=[["hill"], ["hill"], ["hill", "gym"], ["gym"], []],
    )
    found = purchases(profile, run("equal-shares", profile))
    assert found["gym"].groups == (Group(18, 18, 1), Group(10, 10, 1))
    assert (found["gym"].paid, found["gym"].left) == (28, 2)


def test_with_points_whoever_gave_more_pays_more() -> None:
    profile = Profile.of(
        {"hill": 30},
        budget=60,
        ballots=[[("hill", 2)], [("hill", 1)]],
        ballot_type=BallotType.CUMULATIVE,
    )
    found = purchases(profile, run("equal-shares", profile))
    assert found["hill"].groups == (Group(20, 20, 1), Group(10, 10, 1))


def test_phragmen_tells_what_had_been_earned_and_spent_before() -> None:
    found = purchases(a_round(), run("phragmen", a_round()))
    # The hill is bought when each has 10; at 23 the gym's two have 13 and 23.
    assert found["hill"].earned == 10
    assert found["gym"] == Purchase(
        supporters=2,
        spent={"hill": 10},
        paid=36,
        left=0,
        groups=(Group(23, 23, 1), Group(13, 13, 1)),
        earned=23,
    )


def test_many_kinds_of_payment_are_put_together_by_size() -> None:
    ballots = [[("park", n)] for n in range(1, 41)]
    profile = Profile.of(
        {"park": 8200},
        budget=20_000,
        ballots=ballots,
        ballot_type=BallotType.CUMULATIVE,
    )
    groups = purchases(profile, run("equal-shares", profile))["park"].groups
    assert 3 <= len(groups) <= 6
    assert sum(group.voters for group in groups) == 40
    assert groups[0].low == groups[0].high == 400
    assert [g.high for g in groups] == sorted((g.high for g in groups), reverse=True)
    assert all(a.low > b.high for a, b in pairwise(groups))


def test_rules_without_payments_have_none_to_tell() -> None:
    for rule in ("greedy", "max-welfare"):
        assert purchases(a_round(), run(rule, a_round())) == {}


def test_a_greedy_set_that_won_the_comparison_has_no_payments() -> None:
    outcome = replace(
        run("equal-shares", a_round()), payments={}, steps=(), preferred=(1, 2)
    )
    assert purchases(a_round(), outcome) == {}


def test_payments_that_do_not_make_up_the_price_are_refused() -> None:
    outcome = run("equal-shares", a_round())
    with pytest.raises(CountDisagrees):
        purchases(a_round(), replace(outcome, payments={"hill": 5.0}))


@quick
@given(
    profile=profiles(),
    completion=st.sampled_from(["none", "add1", "greedy"]),
    satisfaction=st.sampled_from(["cost", "votes"]),
)
def test_what_is_told_of_equal_shares_agrees_with_their_reasons(
    profile: Profile, completion: str, satisfaction: str
) -> None:
    how = {"completion": completion, "satisfaction": satisfaction}
    outcome = run("equal-shares", profile, how)
    found = purchases(profile, outcome)
    for project, purchase in found.items():
        reason = outcome.reasons[project]
        cost = reason.numbers["cost"]
        assert isinstance(cost, int)
        near = 1 + 1e-6 * cost
        assert purchase.supporters == reason.numbers["votes"]
        if purchase.paid:
            assert purchase.paid == cost
            assert sum(g.voters for g in purchase.groups) == purchase.supporters
        if reason.code is ReasonCode.SUPPORTERS_SHORT:
            assert abs(purchase.left - int(str(reason.numbers["left"]))) <= near
        assert Purchase.from_json(purchase.to_json()) == purchase


@quick
@given(profile=profiles())
def test_every_purchase_of_phragmen_is_paid_in_full(profile: Profile) -> None:
    outcome = run("phragmen", profile)
    found = purchases(profile, outcome)
    for project in outcome.funded:
        assert found[project].paid == outcome.reasons[project].numbers["cost"]
        assert found[project].left == 0
