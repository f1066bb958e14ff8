from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pabutools.analysis.category import category_proportionality as their_category
from pabutools.analysis.fairshare import (
    average_capped_fair_share_ratio,
    average_normalised_distance_to_fair_share,
)
from pabutools.election import ApprovalBallot, ApprovalProfile, Instance, Project

from tests.voting.rules.profiles import profiles
from voting.measures import (
    GroupShare,
    category_proportionality,
    fair_share,
    money_against_votes,
)
from voting.profile import Profile

quick = settings(max_examples=60, deadline=None)

Case = tuple[Profile, list[str], list[set[str]]]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    profile = draw(profiles(plain=True))
    funded = draw(st.lists(st.sampled_from(profile.projects), unique=True))
    kinds = st.sets(st.sampled_from(["x", "y", "z"]), max_size=3)
    return profile, funded, [draw(kinds) for _ in profile.projects]


def theirs(case: Case) -> tuple[Instance, ApprovalProfile, list[Project]]:
    """The same for pabutools, without the voters who chose nothing of any cost."""
    profile, funded, kinds = case
    zipped = zip(profile.projects, profile.costs.tolist(), kinds, strict=True)
    projects = [Project(p, c, k) for p, c, k in zipped]
    instance = Instance(projects, budget_limit=profile.budget)
    instance.categories = {k for each in kinds for k in each}
    ballots = ApprovalProfile()
    ends = profile.indptr.tolist()
    for row, weight in enumerate(profile.weights.tolist()):
        mine = profile.indices[ends[row] : ends[row + 1]].tolist()
        for _ in range(weight):
            ballots.append(ApprovalBallot(projects[i] for i in mine))
    return instance, ballots, [p for p in projects if p.name in funded]


@quick
@given(cases())
def test_category_proportionality_is_that_of_pabutools(case: Case) -> None:
    profile, funded, kinds = case
    instance, ballots, mine = theirs(case)
    paying = ApprovalProfile(b for b in ballots if sum(p.cost for p in b))
    ours = category_proportionality(profile, funded, kinds)
    if not instance.categories:
        assert ours is None
    elif not paying or not sum(p.cost for p in mine):
        assert ours == 0
    else:
        assert ours == pytest.approx(their_category(instance, paying, mine))


@quick
@given(cases())
def test_fair_share_is_that_of_pabutools(case: Case) -> None:
    profile, funded, _ = case
    instance, ballots, mine = theirs(case)
    supported = {p for ballot in ballots for p in ballot}
    instance = Instance(supported, budget_limit=profile.budget)
    paying = all(sum(p.cost for p in ballot) for ballot in ballots)
    ours = fair_share(profile, funded)
    assert ours.closeness <= 1
    assert 0 <= ours.capped_ratio <= 1 + 1e-12
    if not ballots or not paying or not profile.budget:
        return
    asked = (instance, ballots, [p for p in mine if p in supported])
    near = average_normalised_distance_to_fair_share(*asked)
    assert ours.closeness == pytest.approx(float(near))
    ratio = average_capped_fair_share_ratio(*asked)
    assert ours.capped_ratio == pytest.approx(float(ratio))


def test_who_chose_nothing_has_a_fair_share() -> None:
    profile = Profile.of({"a": 4}, budget=4, ballots=[["a"], []])
    assert fair_share(profile, []).capped_ratio == 0.5
    # The only supporter gets 4, twice the fair half of the budget.
    assert fair_share(profile, ["a"]).closeness == 0.5
    assert fair_share(Profile.of({"a": 4}, budget=4), ["a"]).closeness == 1


def test_a_balanced_outcome_has_full_category_proportionality() -> None:
    profile = Profile.of({"a": 4, "b": 4}, budget=8, ballots=[["a"], ["b"], []])
    kinds = [{"green"}, {"grey"}]
    assert category_proportionality(profile, ["a", "b"], kinds) == 1
    assert (category_proportionality(profile, ["a"], kinds) or 0) < 1
    assert category_proportionality(profile, ["a"], [(), ()]) is None


def test_money_is_set_against_votes() -> None:
    profile = Profile.of(
        {"a": 6, "b": 2, "c": 4}, budget=8, ballots=[["a"], ["b", "c"], ["c"]]
    )
    groups = {"north": (0,), "south": (1, 2)}
    assert money_against_votes(profile, ["a", "b"], groups) == [
        GroupShare("north", Fraction(3, 4), Fraction(1, 4)),
        GroupShare("south", Fraction(1, 4), Fraction(3, 4)),
    ]
    nothing = money_against_votes(Profile.of({"a": 1}, budget=1), [], {"x": (0,)})
    assert nothing == [GroupShare("x", Fraction(0), Fraction(0))]
