from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voting.rules import twins
from tests.voting.rules.profiles import again, places, profiles
from voting.errors import RuleParameterInvalid, RuleWithoutMinimum
from voting.outcome import Outcome, ReasonCode
from voting.profile import BallotType, Limit, LimitKind, Profile
from voting.rules import run

quick = settings(max_examples=60, deadline=None)


def test_a_minority_gets_its_share_where_greedy_gives_it_nothing() -> None:
    profile = Profile.of(
        {"a1": 50, "a2": 50, "b": 40},
        budget=100,
        ballots=[["a1", "a2"]] * 6 + [["b"]] * 4,
    )
    assert run("greedy", profile).funded == ("a1", "a2")
    outcome = run("equal-shares", profile, {"ties": "order"})
    assert outcome.funded == ("a1", "b")
    assert outcome.shares == {"": "10"}
    assert outcome.payments == {"a1": round(50 / 6, 6), "b": 10.0}
    lost = outcome.reasons["a2"]
    # Level with a1 until a1 was bought; the ballot paper decided.
    assert lost.code is ReasonCode.TIE_LOST
    assert (lost.numbers["with"], lost.numbers["held"]) == (["a1"], 10)


def test_who_has_too_little_pays_the_last_of_it_and_the_others_the_rest() -> None:
    profile = Profile.of(
        {"first": 24, "second": 10},
        budget=40,
        ballots=[["first", "second"], ["first"], ["first"], ["second"]],
    )
    outcome = run("equal-shares", profile)
    # Each has 10; first takes 8 from three; second gets 2 and 8.
    assert outcome.funded == ("first", "second")
    assert outcome.payments == {"first": 8.0, "second": 8.0}
    paid = outcome.reasons["second"].numbers
    assert (paid["each"], paid["full"], paid["partly"]) == (8, 1, 1)


def test_satisfaction_decides_between_the_dear_and_the_cheap() -> None:
    profile = Profile.of(
        {"dear": 90, "cheap": 20},
        budget=100,
        ballots=[["dear", "cheap"]] * 3 + [["dear"]],
    )

    def first(**parameters: str) -> str:
        return run("equal-shares", profile, parameters).steps[0].project

    assert first() == "dear"  # rho 1/4 against 1/3
    assert first(satisfaction="votes") == "cheap"  # 20/3 against 90/4


def test_points_say_how_much_a_voter_is_ready_to_pay() -> None:
    profile = Profile.of(
        {"a": 30, "b": 30},
        budget=40,
        ballots=[[("a", 3), ("b", 1)], [("b", 2), ("a", 1)]],
        ballot_type=BallotType.CUMULATIVE,
    )
    outcome = run("equal-shares", profile, {"ties": "order"})
    # a: 20 of the first, who has no more, and 10; level 10 a point. b: 10 a point.
    assert outcome.parameters["satisfaction"] == "points"
    assert outcome.steps[0].project == "a"
    assert outcome.payments["a"] == 10.0


def test_add_one_raises_every_share_until_the_money_is_spent() -> None:
    profile = Profile.of(
        {"a": 60, "b": 35}, budget=100, ballots=[["a"]] * 3 + [["b"]] * 2
    )
    assert run("equal-shares", profile).funded == ("a", "b")
    dear = again(profile, costs={"a": 60, "b": 40, "c": 1}, budget=90)
    assert run("equal-shares", dear).funded == ()
    outcome = run("equal-shares", dear, {"completion": "add1"})
    # 18 each at first; 20 buy both, which is too much.
    assert outcome.funded == ()
    assert outcome.shares == {"": "19"}
    assert run("equal-shares", dear, {"completion": "add1u"}).funded == ("a",)


def test_far_steps_are_jumped_over() -> None:
    profile = Profile.of(
        {"a": 9 * 10**9, "b": 9 * 10**8}, budget=10**10, ballots=[["a"], ["b"]]
    )
    outcome = run("equal-shares", profile, {"completion": "add1"})
    assert outcome.funded == ("a", "b")
    assert outcome.shares == {"": str(9 * 10**9)}


def test_the_cities_go_past_an_exhaustive_outcome_and_the_books_do_not() -> None:
    # 20 each: c alone. Exhaustive at 30 with b and c; only at 45 a takes b's place.
    profile = Profile.of(
        {"a": 90, "b": 30, "c": 20},
        budget=60,
        ballots=[["a"], ["b"], ["c"]],
    )
    books = run("equal-shares", profile, {"completion": "add1", "practice": "books"})
    assert (books.funded, books.shares[""]) == (("b", "c"), "30")
    cities = run("equal-shares", profile, {"completion": "add1"})
    assert (cities.funded, cities.shares[""]) == (("b", "c"), "89")


def test_more_voters_may_prefer_greedy() -> None:
    profile = Profile.of(
        {"a1": 50, "a2": 50, "b": 40},
        budget=100,
        ballots=[["a1", "a2"]] * 6 + [["b"]] * 4,
    )
    kept = run("equal-shares", profile, {"ties": "order"})
    outcome = run("equal-shares", profile, {"comparison": True, "ties": "order"})
    assert kept.preferred is None
    assert outcome.preferred == (4, 6)
    assert outcome.funded == ("a1", "a2")
    assert Outcome.from_json(outcome.to_json()) == outcome
    words = run("equal-shares", profile, {"comparison": "satisfaction"})
    assert words.parameters["comparison"] is True
    with pytest.raises(RuleParameterInvalid):
        run("equal-shares", profile, {"comparison": "joy"})


def test_every_area_is_an_election_of_its_own() -> None:
    limits = [
        Limit("north", LimitKind.AREA, (0, 1), 0, 60),
        Limit("south", LimitKind.AREA, (2,), 0, 30),
    ]
    profile = Profile.of(
        {"n1": 60, "n2": 20, "s": 30, "both": 10},
        budget=100,
        ballots=[["n1", "both"]] * 2 + [["n2"]] + [["s", "n1"]] + [[]],
        limits=limits,
    )
    outcome = run("equal-shares", profile)
    assert outcome.shares == {"north": "15", "south": "30", "": "5"}
    # The one who asked for s has 30 there, and 15 in the north.
    assert outcome.funded == ("both", "s")
    assert outcome.reasons["n1"].numbers["area"] == "north"
    more = run("equal-shares", profile, {"completion": "add1"})
    assert more.shares["north"] == "19"


def test_constraints_bar_and_needs_wait() -> None:
    profile = Profile.of(
        {"roof": 10, "house": 40, "shed": 20, "tent": 30},
        budget=100,
        ballots=[["roof", "house", "shed"]] * 4 + [["house", "tent"]],
        conflicts=[("house", "shed")],
        needs=[("roof", "house")],
        limits=[Limit("cloth", LimitKind.THEME, (3,), 0, 20)],
    )
    outcome = run("equal-shares", profile)
    assert [step.project for step in outcome.steps] == ["house", "roof"]
    assert outcome.reasons["shed"].code is ReasonCode.CONFLICT
    assert outcome.reasons["tent"].code is ReasonCode.THEME_LIMIT
    floor = [Limit("cloth", LimitKind.THEME, (3,), 5, 20)]
    for rule in ("equal-shares", "phragmen"):
        with pytest.raises(RuleWithoutMinimum):
            run(rule, again(profile, limits=floor))


@quick
@given(profile=profiles(), satisfaction=st.sampled_from(["cost", "votes"]))
def test_each_reason_is_true_by_counterfactual(
    profile: Profile, satisfaction: str
) -> None:
    parameters = {"satisfaction": satisfaction, "ties": ["order"]}
    outcome = run("equal-shares", profile, parameters)
    for name, reason in outcome.reasons.items():
        about, code = reason.numbers, reason.code
        if code is ReasonCode.SUPPORTERS_SHORT:
            fits = again(profile, costs={name: int(about["cost"]) - about["short"]})
            cheaper = run("equal-shares", fits, parameters).reasons[name]
            assert cheaper.code is not code
        elif code is ReasonCode.CONFLICT:
            freed = run("equal-shares", again(profile, conflicts=[]), parameters)
            assert freed.reasons[name].code is not code
        elif code is ReasonCode.NEEDS:
            freed = run("equal-shares", again(profile, needs=[]), parameters)
            assert freed.reasons[name].code is not code
        elif code is ReasonCode.BELOW_THRESHOLD:
            lower = {**parameters, "threshold": 0}
            assert run("equal-shares", profile, lower).reasons[name].code is not code


@quick
@given(profile=profiles(), rule=st.sampled_from(["equal-shares", "phragmen"]))
def test_unique_means_that_no_draw_changes_the_set(profile: Profile, rule: str) -> None:
    drawn = [run(rule, profile, {"ties": "draw", "seed": str(n)}) for n in range(8)]
    if any(outcome.unique for outcome in drawn):
        assert len({outcome.funded for outcome in drawn}) == 1


@quick
@given(profile=profiles(plain=True))
def test_payments_cover_the_costs_and_nobody_overspends(profile: Profile) -> None:
    outcome = run("equal-shares", profile, {"satisfaction": "votes"})
    share = float(Fraction(outcome.shares[""]))
    for name, each in outcome.payments.items():
        about = outcome.reasons[name].numbers
        assert each <= share * (1 + 1e-12) + 1e-6
        cost = int(about["cost"]) * (1 + 1e-12)
        assert int(about["full"]) * each <= cost + 1e-6 * profile.voters


@quick
@given(profile=profiles(plain=True), satisfaction=st.sampled_from(["cost", "votes"]))
def test_groups_get_what_is_theirs_up_to_one_project(
    profile: Profile, satisfaction: str
) -> None:
    """EJR up to one for count, up to any for cost, over every group and every set."""
    outcome = run("equal-shares", profile, {"satisfaction": satisfaction})
    won = set(places(profile, outcome.funded))
    costs = profile.costs.tolist()
    voters = twins.voters_of(profile)

    def worth(projects: set[int]) -> int:
        return sum(costs[i] if satisfaction == "cost" else 1 for i in projects)

    for size in range(1, len(costs) + 1):
        for wanted in combinations(range(len(costs)), size):
            group = [v for v in voters if all(i in v for i in wanted)]
            money = sum(costs[i] for i in wanted)
            if not group or money * len(voters) > profile.budget * len(group):
                continue
            asked = worth(set(wanted))
            # Up to any of the missing projects: up to the one worth least.
            least = min((worth({i}) for i in set(wanted) - won), default=0)
            best = max(worth(won & set(v)) for v in group)
            assert best >= asked or best + least > asked
