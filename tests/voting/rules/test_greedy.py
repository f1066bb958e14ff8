from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voting.rules.profiles import again, profiles
from voting.errors import RuleParameterInvalid, RuleWithoutMinimum
from voting.outcome import Outcome, ReasonCode
from voting.profile import BallotType, Limit, LimitKind, Profile
from voting.rules import run

quick = settings(max_examples=70, deadline=None)


def votes(**number: int) -> list[list[str]]:
    """So many ballots for each single project."""
    return [[name] for name, n in number.items() for _ in range(n)]


def test_skip_goes_on_and_no_skip_stops() -> None:
    profile = Profile.of(
        {"a": 60, "b": 50, "c": 40}, budget=100, ballots=votes(a=3, b=2, c=1)
    )
    skip = run("greedy", profile)
    assert skip.funded == ("a", "c")
    assert [(step.project, step.left) for step in skip.steps] == [
        ("a", 100),
        ("b", 40),
        ("c", 40),
    ]
    short = skip.reasons["b"].numbers
    assert (short["left"], short["short"]) == (40, 10)
    stop = run("greedy", profile, {"variant": "no-skip"})
    assert stop.funded == ("a",)
    assert stop.reasons["c"].code is ReasonCode.BEHIND_STOP
    assert stop.reasons["c"].numbers["stop"] == "b"


def test_every_area_is_filled_on_its_own() -> None:
    limits = [
        Limit("north", LimitKind.AREA, (0, 1, 2), 0, 50),
        Limit("south", LimitKind.AREA, (3,), 0, 50),
    ]
    profile = Profile.of(
        {"n1": 30, "n2": 30, "n3": 10, "s1": 50},
        budget=100,
        ballots=votes(n1=4, n2=3, n3=2, s1=1),
        limits=limits,
    )
    assert run("greedy", profile).funded == ("n1", "n3", "s1")
    stop = run("greedy", profile, {"variant": "no-skip"})
    assert stop.funded == ("n1", "s1")
    assert stop.reasons["n2"].numbers["area"] == "north"


def test_a_full_theme_passes_over_but_never_stops() -> None:
    profile = Profile.of(
        {"a": 30, "b": 30, "c": 30},
        budget=100,
        ballots=votes(a=3, b=2, c=1),
        limits=[Limit("play", LimitKind.THEME, (0, 1), 0, 40)],
    )
    outcome = run("greedy", profile, {"variant": "no-skip"})
    assert outcome.funded == ("a", "c")
    reason = outcome.reasons["b"]
    assert reason.code is ReasonCode.THEME_LIMIT
    assert reason.numbers["theme"] == "play"
    assert (reason.numbers["left"], reason.numbers["short"]) == (10, 20)


def test_a_minimum_is_refused_since_greedy_cannot_promise_it() -> None:
    limit = Limit("play", LimitKind.THEME, (0,), 10, 40)
    profile = Profile.of({"a": 30}, budget=100, limits=[limit])
    with pytest.raises(RuleWithoutMinimum):
        run("greedy", profile)


def test_what_needs_another_waits_for_it() -> None:
    profile = Profile.of(
        {"roof": 10, "house": 50, "tree": 45},
        budget=100,
        ballots=votes(roof=3, tree=2, house=1),
        needs=[("roof", "house")],
    )
    outcome = run("greedy", profile)
    assert [step.project for step in outcome.steps] == ["tree", "house", "roof"]
    reason = outcome.reasons["roof"]
    assert reason.code is ReasonCode.NO_MONEY
    richer = run("greedy", again(profile, budget=105))
    assert richer.funded == ("house", "roof", "tree")


def test_of_two_that_exclude_each_other_the_better_supported_stands() -> None:
    profile = Profile.of(
        {"a": 10, "b": 10},
        budget=100,
        ballots=votes(a=1, b=2),
        conflicts=[("a", "b")],
    )
    outcome = run("greedy", profile)
    assert outcome.funded == ("b",)
    assert outcome.reasons["a"].numbers["with"] == ["b"]


def test_orders_by_total_and_per_cost_with_each_satisfaction() -> None:
    ballots = [
        [("a", 5), ("b", 1)],
        [("b", 1)],
        [("b", 1)],
        [("c", 2)],
        [("c", 2)],
    ]
    profile = Profile.of(
        {"a": 10, "b": 20, "c": 100},
        budget=200,
        ballots=ballots,
        ballot_type=BallotType.CUMULATIVE,
    )

    def order(**parameters: str) -> str:
        return "".join(s.project for s in run("greedy", profile, parameters).steps)

    assert order(satisfaction="votes") == "bca"
    assert order(satisfaction="points") == order() == "acb"
    assert order(satisfaction="cost") == "cba"  # 200, 60, 10
    assert order(satisfaction="votes", order="per-cost") == "bac"  # .15, .1, .02


def _flips(outcome: Outcome, name: str, code: ReasonCode) -> bool:
    return outcome.reasons[name].code is not code


@quick
@given(profile=profiles(), variant=st.sampled_from(["skip", "no-skip"]))
def test_each_reason_is_true_by_counterfactual(profile: Profile, variant: str) -> None:
    parameters = {"variant": variant, "ties": ["order"]}
    for name, reason in run("greedy", profile, parameters).reasons.items():
        about, code = reason.numbers, reason.code
        if code is ReasonCode.NO_MONEY:
            fits = again(profile, costs={name: int(about["cost"]) - about["short"]})
            assert name in run("greedy", fits, parameters).funded or _blocked(
                fits, name
            )
            if about["short"] > 1:
                dear = again(profile, costs={name: about["cost"] - about["short"] + 1})
                assert name not in run("greedy", dear, parameters).funded
        elif code is ReasonCode.BELOW_THRESHOLD:
            enough = {**parameters, "threshold": about["score"]}
            assert _flips(run("greedy", profile, enough), name, code)
        elif code is ReasonCode.CONFLICT:
            freed = run("greedy", again(profile, conflicts=[]), parameters)
            assert _flips(freed, name, code)
        elif code is ReasonCode.NEEDS:
            freed = run("greedy", again(profile, needs=[]), parameters)
            assert _flips(freed, name, code)
        elif code is ReasonCode.BEHIND_STOP:
            skipping = run("greedy", profile, {**parameters, "variant": "skip"})
            assert _flips(skipping, name, code)
            stopper = run("greedy", profile, parameters).reasons[str(about["stop"])]
            assert stopper.code in (ReasonCode.NO_MONEY, ReasonCode.TIE_LOST)
        elif code is ReasonCode.TIE_LOST and profile.ballot_type == "approval":
            ahead = run("greedy", again(profile, more={name: 1}), parameters)
            assert name in ahead.funded


def _blocked(profile: Profile, name: str) -> bool:
    """Cheaper, it may still be over a theme's ceiling."""
    i = profile.projects.index(name)
    return any(i in limit.projects for limit in profile.limits)


@quick
@given(profile=profiles(), variant=st.sampled_from(["skip", "no-skip"]))
def test_unique_means_that_no_draw_changes_the_set(
    profile: Profile, variant: str
) -> None:
    drawn = [
        run("greedy", profile, {"variant": variant, "ties": "draw", "seed": str(seed)})
        for seed in range(8)
    ]
    if any(outcome.unique for outcome in drawn):
        assert len({outcome.funded for outcome in drawn}) == 1


def test_a_tie_behind_a_chain_of_needs_is_seen_from_both_sides() -> None:
    """Whether b waited for c, and c for d, or not: b and f want the same euro."""
    profile = Profile.of(
        {"b": 1, "c": 0, "d": 0, "f": 1},
        budget=1,
        ballots=[["c"]],
        needs=[("b", "c"), ("c", "d")],
    )
    drawn = [
        run("greedy", profile, {"ties": "draw", "seed": str(seed)}) for seed in range(8)
    ]
    assert {outcome.funded for outcome in drawn} == {("b", "c", "d"), ("c", "d", "f")}
    assert not any(outcome.unique for outcome in drawn)


@quick
@given(profile=profiles(plain=True))
def test_a_reported_tie_means_that_some_order_changes_the_set(profile: Profile) -> None:
    first = run("greedy", profile, {"ties": "draw", "seed": "0"})
    if not first.unique:
        seeds = (
            run("greedy", profile, {"ties": "draw", "seed": str(s)}) for s in range(400)
        )
        assert any(outcome.funded != first.funded for outcome in seeds)


def test_an_outcome_is_a_value() -> None:
    profile = Profile.of({"a": 1}, budget=1, ballots=[["a"]])
    outcome = run("greedy", profile)
    assert replace(outcome) == outcome


def test_a_reserve_pays_the_last_fifth_of_the_price_and_empties_the_pot() -> None:
    profile = Profile.of(
        {"a": 60, "b": 50, "c": 1}, budget=100, ballots=votes(a=3, b=2, c=1)
    )
    outcome = run("greedy", profile, {"variant": "no-skip", "overshoot": 20})
    assert outcome.funded == ("a", "b")
    assert outcome.cost == 110
    about = outcome.reasons["b"].numbers
    assert (about["left"], about["reserve"]) == (40, 10)
    assert outcome.reasons["c"].code is ReasonCode.NO_MONEY
    # One unit dearer, and less than 80 % of it is there.
    dearer = again(profile, costs={"b": 51})
    assert run("greedy", dearer, {"overshoot": 20}).funded == ("a", "c")
    assert run("greedy", profile, {"overshoot": 19}).funded == ("a", "c")


def test_a_reserve_fills_up_an_area_as_well_as_the_whole_budget() -> None:
    profile = Profile.of(
        {"n1": 30, "n2": 25, "s": 55},
        budget=100,
        ballots=votes(n1=3, n2=2, s=1),
        limits=[Limit("north", LimitKind.AREA, (0, 1), 0, 50)],
    )
    outcome = run("greedy", profile, {"overshoot": 20})
    assert outcome.reasons["n2"].numbers["reserve"] == 5
    assert outcome.reasons["s"].numbers["reserve"] == 5
    assert outcome.cost == 110


def test_a_reserve_lifts_neither_a_theme_nor_a_conflict() -> None:
    profile = Profile.of(
        {"a": 50, "b": 55, "c": 40},
        budget=100,
        ballots=votes(a=3, b=2, c=1),
        limits=[Limit("play", LimitKind.THEME, (0, 1), 0, 100)],
        conflicts=[("a", "c")],
    )
    outcome = run("greedy", profile, {"overshoot": 20})
    assert outcome.funded == ("a",)
    assert outcome.reasons["c"].code is ReasonCode.CONFLICT


@pytest.mark.parametrize("wrong", [-1, 21, "much", True, 1.5])
def test_a_reserve_is_a_whole_number_of_per_cent_up_to_20(wrong: object) -> None:
    with pytest.raises(RuleParameterInvalid):
        run("greedy", Profile.of({}, budget=0), {"overshoot": wrong})


@quick
@given(profile=profiles(), percent=st.integers(0, 20))
def test_a_reserve_never_adds_more_than_its_share_of_a_price(
    profile: Profile, percent: int
) -> None:
    outcome = run("greedy", profile, {"overshoot": percent})
    for name in outcome.funded:
        about = outcome.reasons[name].numbers
        added, cost = about.get("reserve", 0), about["cost"]
        assert isinstance(added, int)
        assert isinstance(cost, int)
        assert 100 * added <= percent * cost
    added_up = [
        outcome.reasons[name].numbers.get("reserve", 0) for name in outcome.funded
    ]
    assert outcome.cost - sum(map(int, added_up)) <= profile.budget  # type: ignore[arg-type] # whole numbers
    if not percent:
        assert outcome.funded == run("greedy", profile).funded


def test_a_thousand_equals_name_no_more_than_the_nearest() -> None:
    names = [f"p{n}" for n in range(1000)]
    profile = Profile.of(dict.fromkeys(names, 1), budget=500, ballots=[names])
    outcome = run("greedy", profile, {"ties": ["order"]})
    lost = outcome.reasons["p999"]
    assert lost.code is ReasonCode.TIE_LOST
    assert lost.numbers["with"] == names[979:999]
    assert len(outcome.ties) == 1
