from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.chance import Chance
from tests.voting.rules.profiles import again, places, profiles, sets
from voting.errors import MinimumUnreachable, NoAnswerInTime, RuleParameterInvalid
from voting.outcome import Outcome, ReasonCode
from voting.profile import Limit, LimitKind, Profile
from voting.rules import run
from voting.rules.options import Satisfaction, TieOrder, gains, read

quick = settings(max_examples=60, deadline=None)
few = settings(max_examples=30, deadline=None)


def votes(**number: int) -> list[list[str]]:
    """So many ballots for each single project."""
    return [[name] for name, n in number.items() for _ in range(n)]


def test_two_small_ones_beat_a_big_one_that_has_more_votes() -> None:
    profile = Profile.of(
        {"big": 90, "left": 50, "right": 50},
        budget=100,
        ballots=votes(big=5, left=4, right=3),
    )
    outcome = run("max-welfare", profile)
    assert outcome.funded == ("left", "right")
    assert (outcome.objective, outcome.bound, outcome.gap) == (7, 7, 0)
    assert outcome.optimal
    assert outcome.unique
    reason = outcome.reasons["big"]
    assert reason.code is ReasonCode.DISPLACED
    assert reason.numbers["by"] == ["left", "right"]
    assert reason.numbers["by_votes"] == [4, 3]
    assert (reason.numbers["loss"], reason.numbers["missing"]) == (2, 3)


@quick
@given(
    profile=profiles(),
    satisfaction=st.sampled_from(list(Satisfaction)),
    ties=st.permutations(["cost", "votes", "draw"]),
)
def test_equals_enumeration_with_the_first_best_set_by_the_list(
    profile: Profile, satisfaction: Satisfaction, ties: list[str]
) -> None:
    parameters = {"satisfaction": satisfaction.value, "ties": ties, "seed": "dice"}
    outcome = run("max-welfare", profile, parameters)
    worth = gains(profile, satisfaction)
    values = {s: sum(worth[i] for i in s) for s in sets(profile)}
    most = max(values.values())
    best = [s for s, value in values.items() if value == most]
    full = [s for s in best if not any(set(s) < set(other) for other in best)]
    order = TieOrder(profile, read(profile, parameters, own=())).keys
    rank = sorted(range(len(worth)), key=lambda i: order[i])
    first = max(full, key=lambda s: [i in s for i in rank])
    assert outcome.optimal
    assert outcome.objective == most
    assert outcome.unique == (len(full) == 1)
    assert places(profile, outcome.funded) == first
    assert bool(outcome.ties) != outcome.unique


@quick
@given(profile=profiles())
def test_each_reason_is_true_by_counterfactual(profile: Profile) -> None:
    parameters = {"ties": ["order"], "satisfaction": "votes"}
    outcome = run("max-welfare", profile, parameters)
    for name, reason in outcome.reasons.items():
        about, code = reason.numbers, reason.code
        if code is ReasonCode.DISPLACED:
            _displaced(profile, outcome, name)
        elif code is ReasonCode.TIE_LOST:
            ahead = run("max-welfare", again(profile, more={name: 1}), parameters)
            assert name in ahead.funded
        elif code is ReasonCode.CONFLICT:
            freed = run("max-welfare", again(profile, conflicts=[]), parameters)
            assert freed.reasons[name].code is not code
        elif code is ReasonCode.NEEDS:
            freed = run("max-welfare", again(profile, needs=[]), parameters)
            assert freed.reasons[name].code is not code
        elif code is ReasonCode.NO_MONEY:
            fits = again(profile, costs={name: about["cost"] - about["short"]})
            changed = run("max-welfare", fits, parameters).reasons[name]
            assert changed.code is not code
        elif code is ReasonCode.BELOW_THRESHOLD:
            enough = {**parameters, "threshold": about["score"]}
            lower = run("max-welfare", profile, enough).reasons[name]
            assert lower.code is not code


def _displaced(profile: Profile, outcome: Outcome, name: str) -> None:
    about = outcome.reasons[name].numbers
    parameters = {"ties": ["order"], "satisfaction": "votes"}
    missing = int(about["missing"])  # type: ignore[arg-type] # JSON
    ahead = run("max-welfare", again(profile, more={name: missing}), parameters)
    assert name in ahead.funded
    assert not set(about["by"]) & set(ahead.funded)  # type: ignore[arg-type] # JSON
    if missing > 2:
        short = again(profile, more={name: missing - 2})
        assert name not in run("max-welfare", short, parameters).funded


def test_a_full_theme_and_a_rival_are_named() -> None:
    limit = Limit("play", LimitKind.THEME, (0, 1), 0, 40)
    profile = Profile.of(
        {"a": 30, "b": 30, "c": 30},
        budget=100,
        ballots=votes(a=3, b=2, c=1),
        limits=[limit],
    )
    reason = run("max-welfare", profile).reasons["b"]
    assert reason.code is ReasonCode.THEME_LIMIT
    assert (reason.numbers["left"], reason.numbers["short"]) == (10, 20)
    wider = Limit("play", LimitKind.THEME, (0, 1), 0, 60)
    assert "b" in run("max-welfare", again(profile, limits=[wider])).funded


def test_a_minimum_is_kept_at_the_price_of_satisfaction() -> None:
    limit = Limit("quiet", LimitKind.THEME, (2,), 30, None)
    profile = Profile.of(
        {"a": 50, "b": 50, "c": 30},
        budget=100,
        ballots=votes(a=3, b=2, c=1),
        limits=[limit],
    )
    outcome = run("max-welfare", profile)
    assert outcome.funded == ("a", "c")
    reason = outcome.reasons["b"]
    assert reason.code is ReasonCode.DISPLACED
    assert reason.numbers["by"] == ["a"]


def test_money_that_a_minimum_reserves_is_not_left_for_others() -> None:
    limit = Limit("quiet", LimitKind.THEME, (1,), 30, None)
    profile = Profile.of(
        {"a": 80, "b": 30}, budget=100, ballots=votes(a=3, b=1), limits=[limit]
    )
    outcome = run("max-welfare", profile)
    assert outcome.funded == ("b",)
    reason = outcome.reasons["a"]
    assert reason.code is ReasonCode.NO_MONEY
    assert (reason.numbers["left"], reason.numbers["short"]) == (70, 10)
    cheaper = again(profile, costs={"a": 70})
    assert run("max-welfare", cheaper).funded == ("a", "b")


def test_an_impossible_minimum_is_refused() -> None:
    limit = Limit("quiet", LimitKind.THEME, (0,), 50, None)
    profile = Profile.of({"a": 30}, budget=100, ballots=[["a"]], limits=[limit])
    with pytest.raises(MinimumUnreachable):
        run("max-welfare", profile)


def test_dear_needs_are_named() -> None:
    profile = Profile.of(
        {"roof": 10, "house": 200},
        budget=100,
        ballots=votes(roof=3, house=1),
        needs=[("roof", "house")],
    )
    reasons = run("max-welfare", profile).reasons
    assert reasons["roof"].code is ReasonCode.NEEDS
    assert reasons["roof"].numbers["what"] == ["house"]
    assert reasons["house"].code is ReasonCode.NO_MONEY
    assert reasons["house"].numbers["short"] == 100


def test_long_numbers_that_a_float_cannot_hold_are_told_apart() -> None:
    """Values differ in the last of 18 digits; related, so no plain knapsack."""
    big = 10**12
    costs = {"a": 3 * big, "b": 3 * big + 1, "c": 4 * big, "d": 5 * big}
    profile = Profile.of(
        costs,
        budget=7 * big + 1,
        ballots=[["a", "b", "c", "d"]] * 1000,
        conflicts=[("a", "b")],
    )
    outcome = run("max-welfare", profile, {"satisfaction": "cost"})
    assert outcome.funded == ("b", "c")
    assert outcome.objective == 1000 * (7 * big + 1)
    assert outcome.optimal
    assert outcome.unique


def hard(many: int) -> Profile:
    """A strongly correlated knapsack (value = cost + constant) with a conflict."""
    chance = Chance("hard")
    costs = {f"p{i}": 1000 + chance.below(100_000) for i in range(many)}
    ballots = [[name] for name in costs]
    weights = [cost + 10_000 for cost in costs.values()]
    return Profile.of(
        costs,
        budget=sum(costs.values()) // 3,
        ballots=ballots,
        weights=weights,
        conflicts=[("p0", "p1")],
    )


def test_a_time_limit_gives_the_best_found_with_its_bound_and_no_claim() -> None:
    outcome = run("max-welfare", hard(300), {"time_limit": 0.05})
    assert not outcome.optimal
    assert not outcome.unique
    assert outcome.bound is not None
    assert outcome.gap == outcome.bound - outcome.objective
    assert outcome.gap > 0
    assert outcome.cost <= hard(300).budget
    assert len(outcome.reasons) == 300


@pytest.mark.parametrize("wrong", [0, -1, "soon", True, float("nan"), float("inf")])
def test_a_time_limit_is_a_positive_number(wrong: object) -> None:
    with pytest.raises(RuleParameterInvalid):
        run("max-welfare", Profile.of({}, budget=0), {"time_limit": wrong})


def test_no_answer_in_time_says_how_long() -> None:
    assert NoAnswerInTime(seconds=2.0).params == {"seconds": 2.0}


def test_of_several_variants_at_most_one_is_built() -> None:
    """Three sizes of one pool: the solver gets one row for three conflicts."""
    sizes = {"pool-50": 50, "pool-70": 70, "pool-90": 90, "path": 40}
    profile = Profile.of(
        sizes,
        budget=160,
        ballots=votes(**{"pool-50": 4, "pool-70": 6, "pool-90": 5, "path": 3}),
        conflicts=[
            ("pool-50", "pool-70"),
            ("pool-70", "pool-90"),
            ("pool-50", "pool-90"),
        ],
    )
    outcome = run("max-welfare", profile)
    assert outcome.funded == ("path", "pool-70")
    assert outcome.unique
    assert outcome.reasons["pool-50"].code is ReasonCode.CONFLICT


@few
@given(profile=profiles(), chain=st.integers(2, 5))
def test_variants_and_other_conflicts_equal_enumeration(
    profile: Profile, chain: int
) -> None:
    names = profile.projects[:chain]
    everyone = again(profile, conflicts=list(combinations(names, 2)))
    outcome = run("max-welfare", everyone, {"ties": ["order"]})
    worth = gains(everyone, Satisfaction(outcome.parameters["satisfaction"]))
    most = max(sum(worth[i] for i in s) for s in sets(everyone))
    assert (outcome.objective, outcome.optimal) == (most, True)
    assert places(everyone, outcome.funded) in set(sets(everyone))


def areas(profile: Profile) -> Profile:
    """Two areas of their own, which share all projects and all of the money."""
    many = range(len(profile.projects))
    half, rest = tuple(i for i in many if i % 2), tuple(i for i in many if not i % 2)
    money = profile.budget // 2
    limits = [
        Limit("odd", LimitKind.AREA, half, 0, money),
        Limit("even", LimitKind.AREA, rest, 0, profile.budget - money),
    ]
    return again(profile, limits=limits)


@few
@given(profile=profiles(plain=True), ties=st.permutations(["cost", "votes", "order"]))
def test_areas_of_their_own_equal_enumeration(
    profile: Profile, ties: list[str]
) -> None:
    split = areas(profile)
    outcome = run("max-welfare", split, {"ties": ties})
    worth = gains(split, Satisfaction(outcome.parameters["satisfaction"]))
    values = {s: sum(worth[i] for i in s) for s in sets(split)}
    best = [s for s, value in values.items() if value == max(values.values())]
    full = [s for s in best if not any(set(s) < set(other) for other in best)]
    order = TieOrder(split, read(split, {"ties": ties}, own=())).keys
    rank = sorted(range(len(worth)), key=lambda i: order[i])
    assert outcome.objective == max(values.values())
    assert outcome.unique == (len(full) == 1)
    assert places(split, outcome.funded) == max(
        full, key=lambda s: [i in s for i in rank]
    )


def test_thousands_of_equals_are_parted_by_the_list() -> None:
    names = [f"p{n}" for n in range(2000)]
    profile = Profile.of(dict.fromkeys(names, 7), budget=7 * 300 + 3, ballots=[names])
    outcome = run("max-welfare", profile, {"ties": ["order"]})
    assert outcome.funded == tuple(sorted(names[:300]))
    assert not outcome.unique
    assert len(outcome.ties) == 1
    assert outcome.reasons["p300"].numbers["with"] == ["p299"]


@st.composite
def crowds(draw: st.DrawFn) -> Profile:
    """Nine projects, many relations, limits and floors; numbers short or long."""
    names = list("abcdefghi")
    scale = draw(st.sampled_from([1, 10**11 + 1]))
    below = draw(st.randoms(use_true_random=False)).randrange
    costs = {name: below(9) * scale for name in names}
    pairs = list(combinations(names, 2))
    places = tuple(range(len(names)))
    limits = [
        Limit("odd", LimitKind.THEME, places[::2], below(4) * scale, 12 * scale),
        Limit("low", LimitKind.THEME, places[:4], 0, below(9) * scale),
    ]
    if draw(st.booleans()):
        money = below(12) * scale
        limits.append(Limit("north", LimitKind.AREA, places[:5], 0, money))
        limits.append(Limit("south", LimitKind.AREA, places[5:], 0, 20 * scale - money))
    return Profile.of(
        costs,
        budget=20 * scale,
        ballots=[[n] for n in names],
        weights=[below(6) for _ in names],
        limits=[x for x in limits if below(2)],
        conflicts=[pairs[below(len(pairs))] for _ in range(below(6))],
        needs=[pairs[below(len(pairs))] for _ in range(below(4))],
    )


@quick
@given(profile=crowds(), satisfaction=st.sampled_from(["votes", "cost"]))
def test_crowded_rounds_equal_enumeration(profile: Profile, satisfaction: str) -> None:
    parameters = {"satisfaction": satisfaction, "ties": ["cost", "order"]}
    worth = gains(profile, Satisfaction(satisfaction))
    values = {s: sum(worth[i] for i in s) for s in sets(profile)}
    if not values:
        with pytest.raises(MinimumUnreachable):
            run("max-welfare", profile, parameters)
        return
    outcome = run("max-welfare", profile, parameters)
    best = [s for s, value in values.items() if value == max(values.values())]
    full = [s for s in best if not any(set(s) < set(other) for other in best)]
    order = TieOrder(profile, read(profile, parameters, own=())).keys
    rank = sorted(range(len(worth)), key=lambda i: order[i])
    assert (outcome.objective, outcome.optimal) == (max(values.values()), True)
    assert outcome.unique == (len(full) == 1)
    assert places(profile, outcome.funded) == max(
        full, key=lambda s: [i in s for i in rank]
    )
