from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voting.measures.outcomes import outcomes, voters
from tests.voting.rules.profiles import profiles
from voting.measures import Slack, Utility, Violation, ejr_plus
from voting.profile import Profile
from voting.rules import RULES, run

quick = settings(max_examples=60, deadline=None)


def violated(
    profile: Profile, funded: list[str], utility: Utility, slack: Slack
) -> dict[str, int]:
    """Every group of voters is tried; project -> size of the largest that lacks."""
    costs = profile.costs.tolist()
    worth = costs if utility is Utility.COST else [1] * len(costs)
    mine = {i for i, p in enumerate(profile.projects) if p in funded}
    everybody = voters(profile)
    n = len(everybody)
    largest: dict[str, int] = {}
    for p in set(range(len(costs))) - mine:
        if not worth[p]:
            continue
        fans = [ballot for ballot in everybody if p in ballot]
        for size in range(1, len(fans) + 1):
            for group in combinations(fans, size):
                lacks = [
                    sum(worth[i] for i in ballot & mine)
                    + (
                        worth[p]
                        if slack is Slack.ANY
                        else max(worth[i] for i in ballot - mine)
                    )
                    for ballot in group
                ]
                money = Fraction(size * profile.budget, n)
                if max(lacks) * costs[p] <= money * worth[p]:
                    largest[profile.projects[p]] = size
    return largest


@quick
@given(outcomes(), st.sampled_from(Utility), st.sampled_from(Slack))
def test_the_certificate_finds_what_trying_every_group_finds(
    outcome: tuple[Profile, list[str]], utility: Utility, slack: Slack
) -> None:
    profile, funded = outcome
    found = ejr_plus(profile, funded, utility, slack)
    assert {v.project: v.voters for v in found} == violated(
        profile, funded, utility, slack
    )


@quick
@given(outcomes(), st.sampled_from(Utility))
def test_up_to_one_asks_for_no_more_than_up_to_any(
    outcome: tuple[Profile, list[str]], utility: Utility
) -> None:
    weaker = {v.project for v in ejr_plus(*outcome, utility, Slack.ONE)}
    stronger = {v.project for v in ejr_plus(*outcome, utility, Slack.ANY)}
    assert weaker <= stronger
    if utility is Utility.COUNT:
        assert weaker == stronger


@pytest.mark.skipif("equal-shares" not in RULES, reason="no such rule here yet")
@quick
@given(profiles(plain=True), st.sampled_from(Utility))
def test_equal_shares_is_certified_by_its_own_utility(
    profile: Profile, utility: Utility
) -> None:
    own = {Utility.COUNT: "votes", Utility.COST: "cost"}[utility]
    outcome = run("equal-shares", profile, {"satisfaction": own})
    assert ejr_plus(profile, outcome.funded, utility) == []


# Unit costs: the example of the definition. Ten places; 60 and 40 voters.
COMMITTEE = Profile.of(
    {f"{party}{n}": 1 for party in "xy" for n in range(10)},
    budget=10,
    ballots=[[f"{party}{n}" for n in range(10)] for party in "xy"],
    weights=[60, 40],
)


@pytest.mark.parametrize("utility", Utility)
def test_two_parties_get_their_quotas_or_a_violation_is_named(
    utility: Utility,
) -> None:
    fair = [f"x{n}" for n in range(6)] + [f"y{n}" for n in range(4)]
    assert ejr_plus(COMMITTEE, fair, utility) == []
    winner_takes_all = [f"x{n}" for n in range(10)]
    assert ejr_plus(COMMITTEE, winner_takes_all, utility) == [
        Violation(f"y{n}", 40, 0) for n in range(10)
    ]
    short = [f"x{n}" for n in range(7)] + [f"y{n}" for n in range(3)]
    found = ejr_plus(COMMITTEE, short, utility)
    assert {(v.project, v.satisfaction) for v in found} == {
        (f"y{n}", 3) for n in range(3, 10)
    }


def test_the_group_must_really_own_the_price() -> None:
    ballots = [["a"], ["a"], ["b"], ["b"], ["b"]]
    # Two of five own 400 of 1000, to the cent.
    exact = Profile.of({"a": 400, "b": 600}, budget=1000, ballots=ballots)
    assert [v.project for v in ejr_plus(exact, ["b"], Utility.COST)] == ["a"]
    dear = Profile.of({"a": 401, "b": 599}, budget=1000, ballots=ballots)
    assert ejr_plus(dear, ["b"], Utility.COST) == []


def test_nobody_is_wronged_without_voters_or_money() -> None:
    assert ejr_plus(Profile.of({"a": 1}, budget=1), [], Utility.COUNT) == []
    poor = Profile.of({"a": 1}, budget=0, ballots=[["a"]])
    assert ejr_plus(poor, [], Utility.COST) == []
    free = Profile.of({"a": 0}, budget=0, ballots=[["a"]])
    assert [v.project for v in ejr_plus(free, [], Utility.COUNT)] == ["a"]


def test_a_certificate_that_a_float_would_miss() -> None:
    # 3 * (2**53 + 1) is not a float; the group owns exactly the price.
    price = 3 * (2**53 + 1)
    profile = Profile.of({"a": price}, budget=price, ballots=[["a"]] * 3)
    assert len(ejr_plus(profile, [], Utility.COST)) == 1
    less = Profile.of({"a": price}, budget=price - 1, ballots=[["a"]] * 3)
    assert ejr_plus(less, [], Utility.COST) == []
