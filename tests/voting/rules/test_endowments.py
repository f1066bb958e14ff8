"""Many endowments at once buy what each of them buys on its own."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voting.rules import twins
from tests.voting.rules.profiles import crowded
from voting.profile import BallotType, Limit, LimitKind, Profile
from voting.rules import options, run
from voting.rules.equal_shares.completion import judge
from voting.rules.equal_shares.count import Count, Practice, Setting
from voting.rules.equal_shares.endowments import Endowments, at_once
from voting.rules.equal_shares.rule import setting_of

quick = settings(max_examples=40, deadline=None)
seeds = st.integers(0, 10**6)


def setting(profile: Profile, satisfaction: str, practice: Practice) -> Setting:
    parameters = {"satisfaction": satisfaction, "ties": "cost,votes,draw"}
    read = options.read(profile, parameters, own=())
    return setting_of(profile, read, set(), practice)


@quick
@given(
    seed=seeds,
    satisfaction=st.sampled_from(["cost", "votes", "points"]),
    practice=st.sampled_from(Practice),
    areas=st.booleans(),
)
def test_every_row_buys_what_a_count_of_its_own_buys(
    seed: int, satisfaction: str, practice: Practice, *, areas: bool
) -> None:
    profile = crowded(seed, areas=areas)
    of = setting(profile, satisfaction, practice)
    assert at_once(of)[0] > 1
    pots = range(len(of.purses.pots))
    raised = [[n + 2 * g for g in pots] for n in range(12)]
    for each, found in zip(raised, Endowments(of).count(raised), strict=True):
        assert found in (None, judge(Count(of, each).run()))


def test_floats_alone_decide_nearly_everything() -> None:
    unsure = 0
    for seed in range(20):
        of = setting(crowded(seed), "cost", Practice.CITIES)
        unsure += Endowments(of).count([[n] for n in range(20)]).count(None)
    assert unsure < 20


@settings(max_examples=16, deadline=None)
@given(
    seed=seeds,
    satisfaction=st.sampled_from(["cost", "votes", "points"]),
    books=st.booleans(),
)
def test_add_one_stops_where_its_twin_stops(
    seed: int, satisfaction: str, *, books: bool
) -> None:
    profile = crowded(seed)
    parameters = {
        "satisfaction": satisfaction,
        "ties": "order",
        "completion": "add1",
        "practice": "books" if books else "cities",
    }
    rank = twins.ranks(profile, {"ties": "order"})
    bought, _ = twins.add_one(profile, satisfaction, rank, books=books)
    outcome = run("equal-shares", profile, parameters)
    names = [profile.projects[i] for i in bought]
    assert [step.project for step in outcome.steps] == names


def test_constraints_large_numbers_and_large_rounds_are_counted_one_by_one() -> None:
    def together(profile: Profile) -> bool:
        return at_once(setting(profile, "cost", Practice.CITIES))[1] > 1

    plain = crowded(1)
    assert together(plain)
    assert together(crowded(1, areas=True))
    costs = dict(zip(plain.projects, plain.costs.tolist(), strict=True))
    pair = [(plain.projects[0], plain.projects[1])]
    theme = [Limit("green", LimitKind.THEME, (0,), 0, 10)]
    for settings_ in ({"conflicts": pair}, {"needs": pair}, {"limits": theme}):
        assert not together(Profile.of(costs, budget=10, ballots=[["p0"]], **settings_))
    dear = Profile.of({"a": 2**52}, budget=2**52, ballots=[["a"]])
    assert not together(dear)
    large = Profile.of(
        {f"p{n}": 1 for n in range(20)},
        budget=10,
        ballots=[[("p0", n + 1)] for n in range(70_000)],
        ballot_type=BallotType.SCORING,
    )
    assert not together(large)
