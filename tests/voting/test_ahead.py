"""The votes that would have brought a project its turn in time."""

from hypothesis import given, settings

from tests.voting.rules.profiles import again, profiles
from voting.ahead import Ahead, ahead
from voting.outcome import ReasonCode
from voting.profile import Profile
from voting.rules import run


def votes(**numbers: int) -> list[list[str]]:
    return [[name] for name, many in numbers.items() for _ in range(many)]


def test_it_names_the_last_turn_at_which_there_was_money() -> None:
    profile = Profile.of(
        {"a": 50, "b": 30, "c": 10, "d": 40},
        budget=100,
        ballots=votes(a=9, b=6, c=4, d=2),
    )
    outcome = run("greedy", profile)
    # Before b there was 50, before c 20.
    assert ahead(outcome, "d", profile.projects) == Ahead("b", 5, 50)


def test_nothing_is_said_where_more_than_votes_decides() -> None:
    profile = Profile.of({"a": 50, "b": 60}, budget=100, ballots=votes(a=2, b=1))
    every = profile.projects
    assert ahead(run("greedy", profile), "b", every) == Ahead("a", 2, 100)
    assert ahead(run("greedy", profile, {"order": "per-cost"}), "b", every) is None
    assert ahead(run("greedy", profile, {"satisfaction": "cost"}), "a", every) is None
    assert ahead(run("max-welfare", profile), "b", every) is None
    assert ahead(run("greedy", profile), "a", every) is None


def test_what_never_fits_needs_more_than_votes() -> None:
    profile = Profile.of({"a": 50, "b": 160}, budget=100, ballots=votes(a=2, b=1))
    assert ahead(run("greedy", profile), "b", profile.projects) is None


@settings(max_examples=40)
@given(profile=profiles(plain=True))
def test_with_the_missing_votes_it_wins_and_with_fewer_it_does_not(
    profile: Profile,
) -> None:
    how = {"ties": ["order"], "satisfaction": "votes"}
    outcome = run("greedy", profile, how)
    for name, reason in outcome.reasons.items():
        if reason.code is not ReasonCode.NO_MONEY:
            continue
        found = ahead(outcome, name, profile.projects)
        if found is None:
            assert int(str(reason.numbers["cost"])) > profile.budget
            continue
        enough = again(profile, more={name: found.missing})
        assert name in run("greedy", enough, how).funded
        if found.missing > 2:
            fewer = again(profile, more={name: found.missing - 2})
            assert name not in run("greedy", fewer, how).funded
