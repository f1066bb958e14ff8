from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voting.rules.profiles import allowed, ballots_of, places, profiles
from voting.errors import RuleParameterInvalid, RuleUnknown
from voting.outcome import Outcome
from voting.profile import Profile
from voting.rules import RULES, run

EVERY = [(name, {}) for name in RULES] + [
    ("greedy", {"variant": "no-skip"}),
    ("greedy", {"order": "per-cost"}),
    ("max-welfare", {"satisfaction": "cost"}),
    ("equal-shares", {"satisfaction": "votes", "completion": "greedy"}),
    ("equal-shares", {"completion": "add1u", "comparison": True}),
]
# Equal shares and Phragmen stop earlier: that is what a completion is for.
EXHAUSTIVE = [
    ("greedy", {}),
    ("max-welfare", {}),
    ("equal-shares", {"completion": "greedy"}),
    ("equal-shares", {"completion": "add1u"}),
]
every_rule = pytest.mark.parametrize(("rule", "parameters"), EVERY)
quick = settings(max_examples=30, deadline=None)


@every_rule
@quick
@given(profile=profiles())
def test_no_limit_is_ever_broken_and_every_project_has_a_reason(
    rule: str, parameters: dict[str, Any], profile: Profile
) -> None:
    outcome = run(rule, profile, parameters)
    chosen = places(profile, outcome.funded)
    assert allowed(profile, chosen)
    assert outcome.cost == sum(profile.costs[i] for i in chosen)
    assert set(outcome.reasons) == set(profile.projects)
    funded = {p for p, reason in outcome.reasons.items() if reason.code == "FUNDED"}
    assert funded == set(outcome.funded)


@every_rule
@quick
@given(profile=profiles(), data=st.data())
def test_the_order_of_ballots_and_the_split_of_weights_change_nothing(
    rule: str, parameters: dict[str, Any], profile: Profile, data: st.DataObject
) -> None:
    rows, weights = ballots_of(profile)
    single = [row for row, n in zip(rows, weights, strict=True) for _ in range(n)]
    shuffled = data.draw(st.permutations(single))
    name = profile.projects
    other = Profile.of(
        dict(zip(name, profile.costs.tolist(), strict=True)),
        budget=profile.budget,
        ballots=shuffled,
        ballot_type=profile.ballot_type,
        limits=profile.limits,
        conflicts=[(name[i], name[j]) for i, j in profile.conflicts],
        needs=[(name[i], name[j]) for i, j in profile.needs],
    )
    assert other.digest() == profile.digest()
    assert run(rule, other, parameters) == run(rule, profile, parameters)


@every_rule
@quick
@given(profile=profiles())
def test_an_outcome_survives_being_stored(
    rule: str, parameters: dict[str, Any], profile: Profile
) -> None:
    outcome = run(rule, profile, parameters)
    assert Outcome.from_json(outcome.to_json()) == outcome


@pytest.mark.parametrize(("rule", "parameters"), EXHAUSTIVE)
@quick
@given(profile=profiles(plain=True))
def test_no_supported_project_that_still_fits_is_left_out(
    rule: str, parameters: dict[str, Any], profile: Profile
) -> None:
    outcome = run(rule, profile, parameters)
    left = profile.budget - outcome.cost
    for i, name in enumerate(profile.projects):
        if name not in outcome.funded and profile.votes[i]:
            assert profile.costs[i] > left


@pytest.mark.parametrize("rule", RULES)
def test_an_exact_fit_is_taken(rule: str) -> None:
    profile = Profile.of({"a": 60, "b": 40}, budget=100, ballots=[["a", "b"]] * 2)
    assert run(rule, profile).funded == ("a", "b")


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(
    ("costs", "budget", "ballots", "funded"),
    [
        ({}, 5, [], ()),
        ({"a": 1}, 5, [], ()),
        ({"a": 1}, 5, [[]], ()),
        ({"a": 0, "b": 1}, 0, [["a", "b"]], ("a",)),
        ({"a": 6}, 5, [["a"]], ()),
        ({"a": 5, "b": 1}, 5, [["a"]], ("a",)),
    ],
    ids=["nothing", "no ballot", "blank", "no money", "too dear", "one voter"],
)
def test_the_borders_have_a_right_answer(
    rule: str,
    costs: dict[str, int],
    budget: int,
    ballots: list[list[str]],
    funded: tuple[str, ...],
) -> None:
    outcome = run(rule, Profile.of(costs, budget=budget, ballots=ballots))
    assert outcome.funded == funded
    assert outcome.unique


@pytest.mark.parametrize("rule", RULES)
def test_equal_costs_and_equal_votes_are_left_to_the_draw(rule: str) -> None:
    costs = {f"p{i}": 10 for i in range(6)}
    profile = Profile.of(costs, budget=35, ballots=[list(costs)] * 3)
    outcome = run(rule, profile)
    assert len(outcome.funded) == 3
    assert not outcome.unique
    drawn = {run(rule, profile, {"seed": str(i)}).funded for i in range(20)}
    assert len(drawn) > 1


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("prices", [1, 997])
def test_a_crowd_of_projects_is_counted(rule: str, prices: int) -> None:
    crowd = {f"p{i:04d}": 1 + i * 7919 % prices for i in range(5_000)}
    names = list(crowd)
    ballots = [names[i * 31 : i * 31 + 5] for i in range(150)]
    profile = Profile.of(crowd, budget=sum(crowd.values()) // 20, ballots=ballots)
    outcome = run(rule, profile)
    spent = sum(crowd[name] for name in outcome.funded)
    assert spent == outcome.cost <= profile.budget
    asked = {name for ballot in ballots for name in ballot}
    assert outcome.funded
    assert set(outcome.funded) <= asked or rule == "greedy"


def test_greedy_spends_the_rest_on_what_nobody_asked_for_unless_told() -> None:
    profile = Profile.of({"a": 5, "b": 1}, budget=6, ballots=[["a"]])
    assert run("greedy", profile).funded == ("a", "b")
    assert run("greedy", profile, {"threshold": 1}).funded == ("a",)
    assert run("max-welfare", profile).funded == ("a",)


def test_unknown_rules_and_parameters_are_named() -> None:
    profile = Profile.of({"a": 1}, budget=1)
    with pytest.raises(RuleUnknown) as rule:
        run("dictator", profile)
    assert rule.value.params == {"rule": "dictator", "known": sorted(RULES)}
    for wrong in (
        {"satisfaction": "joy"},
        {"threshold": -1},
        {"threshold": True},
        {"ties": ["cost", "cost"]},
        {"ties": "beauty"},
        {"share": 0},
        {"colour": "red"},
    ):
        for name in RULES:
            with pytest.raises(RuleParameterInvalid):
                run(name, profile, wrong)


def test_a_threshold_by_price_asks_the_dearer_for_more() -> None:
    ballots = [["dear", "cheap"]] * 3 + [[]] * 7
    profile = Profile.of({"dear": 80, "cheap": 20}, budget=100, ballots=ballots)
    outcome = run("greedy", profile, {"share": 2})
    assert outcome.funded == ("cheap",)
    # 10 voters * 80 / (2 * 100)
    assert outcome.reasons["dear"].numbers["threshold"] == 4


def test_a_draw_decides_only_where_the_list_says_so() -> None:
    profile = Profile.of({"a": 5, "b": 5}, budget=5, ballots=[["a", "b"]])
    seen = set()
    for seed in range(20):
        for rule in RULES:
            outcome = run(rule, profile, {"seed": str(seed)})
            assert outcome.ties[0].broken_by == "draw"
            assert outcome.ties[0].projects == ("a", "b")
            seen.add((rule, outcome.funded))
    assert len(seen) == 2 * len(RULES)
    for rule in RULES:
        outcome = run(rule, profile, {"ties": ["order"], "seed": "7"})
        assert outcome.funded == ("a",)
        assert outcome.ties[0].broken_by == "order"
        reason = outcome.reasons["b"]
        assert (reason.code, reason.numbers["with"]) == ("TIE_LOST", ["a"])
