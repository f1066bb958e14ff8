"""Equal shares and Phragmen against their slow twins on random rounds."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voting.rules import twins
from tests.voting.rules.profiles import crowded, profiles
from voting.profile import Profile
from voting.rules import run

many = settings(max_examples=40, deadline=None)
satisfactions = st.sampled_from(["cost", "votes", "points"])
ties = st.permutations(["cost", "votes", "draw"])


def names(profile: Profile, bought: list[int]) -> list[str]:
    return [profile.projects[i] for i in bought]


@many
@given(profile=profiles(), satisfaction=satisfactions, order=ties)
def test_equal_shares_buys_what_its_twin_buys_in_the_same_order(
    profile: Profile, satisfaction: str, order: list[str]
) -> None:
    parameters = {"satisfaction": satisfaction, "ties": order, "seed": "dice"}
    rank = twins.ranks(profile, {"ties": order, "seed": "dice"})
    bought = twins.equal_shares(profile, satisfaction, rank)
    outcome = run("equal-shares", profile, parameters)
    assert [step.project for step in outcome.steps] == names(profile, bought)


@many
@given(profile=profiles(), satisfaction=satisfactions, practice=st.booleans())
def test_add_one_stops_where_its_twin_stops(
    profile: Profile, satisfaction: str, *, practice: bool
) -> None:
    if profile.costs.max() > 7 or len(twins.pots_of(profile)[1]) > 1:
        return
    parameters = {
        "satisfaction": satisfaction,
        "ties": "order",
        "completion": "add1",
        "practice": "books" if practice else "cities",
    }
    rank = twins.ranks(profile, {"ties": "order"})
    bought, _ = twins.add_one(profile, satisfaction, rank, books=practice)
    outcome = run("equal-shares", profile, parameters)
    assert [step.project for step in outcome.steps] == names(profile, bought)


@many
@given(profile=profiles(), order=ties)
def test_phragmen_buys_what_its_twin_buys_in_the_same_order(
    profile: Profile, order: list[str]
) -> None:
    parameters = {"ties": order, "seed": "dice"}
    bought = twins.phragmen(profile, twins.ranks(profile, parameters))
    outcome = run("phragmen", profile, parameters)
    assert [step.project for step in outcome.steps] == names(profile, bought)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), satisfaction=satisfactions, areas=st.booleans())
def test_many_level_projects_are_bought_in_the_same_order(
    seed: int, satisfaction: str, *, areas: bool
) -> None:
    profile = crowded(seed, areas=areas)
    parameters = {"ties": "draw", "seed": "dice"}
    rank = twins.ranks(profile, parameters)
    ours = run("equal-shares", profile, {**parameters, "satisfaction": satisfaction})
    theirs = twins.equal_shares(profile, satisfaction, rank)
    assert [step.project for step in ours.steps] == names(profile, theirs)
    ours = run("phragmen", profile, parameters)
    assert [step.project for step in ours.steps] == names(
        profile, twins.phragmen(profile, rank)
    )
