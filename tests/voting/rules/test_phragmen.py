from tests.voting.rules.profiles import again
from voting.outcome import ReasonCode
from voting.profile import Limit, LimitKind, Profile
from voting.rules import run


def test_supporters_pay_together_as_soon_as_they_can() -> None:
    profile = Profile.of(
        {"a1": 40, "a2": 40, "b": 30},
        budget=110,
        ballots=[["a1", "a2"]] * 4 + [["b"]] * 2,
    )
    outcome = run("phragmen", profile, {"ties": "order"})
    # a1 at 10, b at 15, a2 at 20.
    assert [step.project for step in outcome.steps] == ["a1", "b", "a2"]
    assert [step.left for step in outcome.steps] == [110, 70, 40]


def test_it_differs_from_greedy_and_stops_at_what_does_not_fit() -> None:
    profile = Profile.of(
        {"a1": 39, "a2": 40, "b": 30, "c": 10},
        budget=80,
        ballots=[["a1", "a2"]] * 4 + [["b"]] * 2 + [["c"]],
    )
    outcome = run("phragmen", profile)
    assert run("greedy", profile).funded == ("a1", "a2")
    # a1 at 9.75, c at 10, b at 15; a2 at 19.75 is too dear.
    assert [step.project for step in outcome.steps] == ["a1", "c", "b"]
    assert outcome.reasons["a2"].code is ReasonCode.NO_MONEY
    assert outcome.reasons["a2"].numbers["short"] == 39
    lower = run("phragmen", again(profile, budget=75))
    assert lower.funded == ("a1", "c")
    assert lower.reasons["b"].numbers["short"] == 4
    assert lower.reasons["a2"].code is ReasonCode.BEHIND_STOP
    assert lower.reasons["a2"].numbers["stop"] == "b"


def test_level_projects_that_do_not_both_fit_end_the_count() -> None:
    profile = Profile.of(
        {"a": 10, "b": 10, "c": 5},
        budget=15,
        ballots=[["a"]] * 2 + [["b"]] * 2 + [["c"]],
    )
    outcome = run("phragmen", profile, {"ties": "order"})
    assert outcome.funded == ("a",)
    assert outcome.reasons["b"].code is ReasonCode.TIE_LOST
    assert not outcome.unique


def test_every_area_comes_to_an_end_of_its_own() -> None:
    limits = [
        Limit("north", LimitKind.AREA, (0, 1), 0, 50),
        Limit("south", LimitKind.AREA, (2, 3), 0, 50),
    ]
    profile = Profile.of(
        {"n1": 40, "n2": 20, "s1": 25, "s2": 25},
        budget=100,
        ballots=[["n1", "s1", "s2"]] * 4 + [["n2"]],
        limits=limits,
    )
    outcome = run("phragmen", profile, {"ties": "order"})
    assert outcome.funded == ("n1", "s1", "s2")
    assert outcome.reasons["n2"].numbers["area"] == "north"
