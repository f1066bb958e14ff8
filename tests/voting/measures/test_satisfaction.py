from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pabutools.analysis import (
    avg_satisfaction,
    gini_coefficient_of_satisfaction,
    percent_non_empty_handed,
)
from pabutools.election import (
    ApprovalBallot,
    ApprovalProfile,
    Cardinality_Sat,
    Cost_Sat,
    Instance,
    Project,
)

from tests.voting.measures.outcomes import outcomes, voters
from voting.measures import Utility, covered, gini, mean_satisfaction
from voting.profile import Profile

quick = settings(max_examples=60, deadline=None)

PEERS = {Utility.COUNT: Cardinality_Sat, Utility.COST: Cost_Sat}


def satisfied(profile: Profile, funded: list[str], utility: Utility) -> list[int]:
    """Each voter's satisfaction, added up the slow way."""
    mine = {i for i, p in enumerate(profile.projects) if p in funded}
    costs = profile.costs.tolist()
    return [
        sum(costs[i] if utility is Utility.COST else 1 for i in mine & ballot)
        for ballot in voters(profile)
    ]


@quick
@given(outcomes(), st.sampled_from(Utility))
def test_the_measures_are_what_the_slow_sums_say(
    outcome: tuple[Profile, list[str]], utility: Utility
) -> None:
    profile, funded = outcome
    each = satisfied(profile, funded, utility)
    n = len(each) or 1
    some = [u for u in satisfied(profile, funded, Utility.COUNT) if u]
    assert covered(profile, funded) == Fraction(len(some), n)
    assert mean_satisfaction(profile, funded, utility) == Fraction(sum(each), n)
    apart = sum(abs(a - b) for a in each for b in each)
    wanted = Fraction(apart, 2 * n * sum(each)) if sum(each) else 0
    assert gini(profile, funded, utility) == wanted


@quick
@given(outcomes(), st.sampled_from(Utility))
def test_pabutools_agrees(outcome: tuple[Profile, list[str]], utility: Utility) -> None:
    profile, funded = outcome
    names, costs = profile.projects, profile.costs.tolist()
    projects = [Project(p, c) for p, c in zip(names, costs, strict=True)]
    theirs = [p for p in projects if p.name in funded]
    instance = Instance(projects, budget_limit=profile.budget)
    ballots = ApprovalProfile(
        ApprovalBallot(projects[i] for i in ballot) for ballot in voters(profile)
    )
    if not len(ballots):
        return
    asked = (instance, ballots, theirs)
    assert covered(profile, funded) == pytest.approx(percent_non_empty_handed(*asked))
    assert float(mean_satisfaction(profile, funded, utility)) == pytest.approx(
        float(avg_satisfaction(*asked, PEERS[utility]))
    )
    assert float(gini(profile, funded, utility)) == pytest.approx(
        float(gini_coefficient_of_satisfaction(*asked, PEERS[utility]))
    )


def test_who_has_everything_and_who_has_nothing() -> None:
    profile = Profile.of({"a": 3, "b": 4}, budget=9, ballots=[["a"], ["b"], [], ["b"]])
    assert covered(profile, ["b"]) == Fraction(1, 2)
    assert mean_satisfaction(profile, ["b"], Utility.COST) == 2
    assert gini(profile, ["b"], Utility.COUNT) == Fraction(1, 2)
    assert gini(profile, [], Utility.COUNT) == 0


def test_without_voters_nobody_is_satisfied() -> None:
    empty = Profile.of({"a": 1}, budget=1)
    assert covered(empty, ["a"]) == 0
    assert mean_satisfaction(empty, ["a"], Utility.COUNT) == 0
    assert gini(empty, ["a"], Utility.COST) == 0


def test_long_amounts_stay_exact() -> None:
    dear = 2**60 - 1
    ballots = [["a", "b"]] * 3 + [["a"]] * 4 + [["b"]] * 5
    profile = Profile.of({"a": dear, "b": dear}, budget=2 * dear, ballots=ballots)
    mean = mean_satisfaction(profile, ["a", "b"], Utility.COST)
    assert mean == Fraction(15 * dear, 12)
    assert gini(profile, ["a", "b"], Utility.COST) == gini(
        profile, ["a", "b"], Utility.COUNT
    )
