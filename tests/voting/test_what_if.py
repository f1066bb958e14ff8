"""A question makes another manifest and another profile, never the official one."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voting.errors import ProfileInvalid
from voting.manifest import (
    BallotRules,
    Eligibility,
    ManifestArea,
    ManifestProject,
    ManifestTheme,
    RuleManifest,
)
from voting.profile import BallotType, Profile
from voting.rules import run
from voting.what_if import Changes, changed, counted_by, takes_long, tidied

MANIFEST = RuleManifest(
    round="r",
    version=1,
    title={},
    currency="EUR",
    unit=100,
    budget=100,
    opens=None,
    closes=None,
    areas=(
        ManifestArea("north", {}, "free", 1, 60),
        ManifestArea("south", {}, "free", 1, 40),
    ),
    themes=(ManifestTheme("green", {}, 0, 50),),
    projects=(
        ManifestProject("1", {}, 30, "north", "green"),
        ManifestProject("2", {}, 40, "north"),
        ManifestProject("3", {}, 20, "south"),
        ManifestProject("4", {}, 30, "south", "green"),
    ),
    ballot=BallotRules(),
    eligibility=Eligibility(),
    rule="greedy",
    rule_parameters={"satisfaction": "votes", "threshold": 1, "variant": "skip"},
    needs=(("4", "3"),),
    conflicts=(("1", "2"),),
)
BALLOTS = [["1", "3"], ["1", "2"], ["2", "4"], ["3"], []]


def profile_of(manifest: RuleManifest, ballots: list[list[str]]) -> Profile:
    return Profile.of(
        {p.code: p.cost for p in manifest.projects},
        budget=manifest.budget,
        ballots=ballots,
        unit=manifest.unit,
        limits=manifest.limits(),
        conflicts=manifest.conflicts,
        needs=manifest.needs,
    )


OFFICIAL = profile_of(MANIFEST, BALLOTS)


def test_no_change_is_the_official_profile() -> None:
    assert changed(MANIFEST, Changes()) == MANIFEST
    assert counted_by(OFFICIAL, MANIFEST).digest() == OFFICIAL.digest()


def test_a_larger_budget_is_shared_by_the_areas_as_before() -> None:
    other = changed(MANIFEST, Changes(budget=151))
    assert [area.budget for area in other.areas] == [91, 60]
    assert other.budget == 151
    assert MANIFEST.budget == 100


def test_the_whole_grows_with_an_area_unless_it_is_given() -> None:
    assert changed(MANIFEST, Changes(areas={"north": 70})).budget == 110
    other = changed(MANIFEST, Changes(budget=100, areas={"north": 70}))
    assert (other.budget, other.areas[1].budget) == (100, 40)


def test_the_whole_that_stays_while_an_area_grows_is_a_change_of_its_own() -> None:
    asked = tidied(Changes(budget=100, areas={"north": 70}), MANIFEST)
    assert asked.budget == 100
    assert tidied(Changes(budget=100, areas={"north": 60}), MANIFEST) == Changes()


def test_a_dropped_project_takes_with_it_what_needs_it() -> None:
    asked = tidied(Changes(dropped=("3",), prices={"4": 1, "1": 30}), MANIFEST)
    assert asked == Changes(dropped=("3", "4"))
    other = changed(MANIFEST, asked)
    assert [p.code for p in other.projects] == ["1", "2"]
    assert (other.needs, other.conflicts) == ((), (("1", "2"),))
    again = counted_by(OFFICIAL, other)
    assert again.voters == OFFICIAL.voters
    alone = profile_of(other, [[c for c in b if c in "12"] for b in BALLOTS])
    assert again.digest() == alone.digest()


def test_prices_and_themes_reach_the_profile() -> None:
    asked = Changes(prices={"1": 55}, themes={"green": (0, 10)})
    again = counted_by(OFFICIAL, changed(MANIFEST, asked))
    assert again.costs.tolist() == [55, 40, 20, 30]
    assert [x.maximum for x in again.limits if x.name == "green"] == [10]
    assert OFFICIAL.costs.tolist() == [30, 40, 20, 30]


def test_a_floor_above_the_money_is_refused() -> None:
    asked = Changes(budget=10, themes={"green": (30, None)})
    with pytest.raises(ProfileInvalid):
        counted_by(OFFICIAL, changed(MANIFEST, asked))


def test_another_rule_keeps_what_it_reads_and_begins_with_its_own() -> None:
    other = changed(MANIFEST, Changes(rule="equal-shares"))
    assert other.rule_parameters == {"threshold": 1}
    outcome = run(other.rule, counted_by(OFFICIAL, other), other.rule_parameters)
    assert outcome.parameters["satisfaction"] == "cost"
    kept = changed(MANIFEST, Changes(parameters={"threshold": 3}))
    assert kept.rule_parameters == {**MANIFEST.rule_parameters, "threshold": 3}


def test_equal_questions_have_one_key_and_another_result_has_another() -> None:
    one = tidied(Changes(prices={"1": 55, "2": 40}, rule="greedy"), MANIFEST)
    two = tidied(Changes(prices={"1": 55}, parameters={"threshold": 1}), MANIFEST)
    assert one == two
    assert one.key(7) == two.key(7)
    assert one.key(7) != one.key(8)
    assert one.key(7) != Changes(prices={"1": 56}).key(7)


@given(
    st.builds(
        Changes,
        budget=st.none() | st.integers(0, 10**9),
        areas=st.dictionaries(st.sampled_from(["north", "south"]), st.integers(0, 99)),
        themes=st.dictionaries(st.just("green"), st.just((0, None))),
        prices=st.dictionaries(st.sampled_from("1234"), st.integers(0, 99)),
        dropped=st.lists(st.sampled_from("1234"), unique=True).map(tuple),
        rule=st.none() | st.sampled_from(["phragmen", "max-welfare"]),
        parameters=st.dictionaries(st.just("threshold"), st.integers(0, 5)),
    )
)
def test_a_question_survives_being_stored_and_tidying_keeps_its_meaning(
    asked: Changes,
) -> None:
    assert Changes.from_json(asked.to_json()) == asked
    tidy = tidied(asked, MANIFEST)
    assert changed(MANIFEST, tidy) == changed(MANIFEST, asked)
    assert tidied(tidy, MANIFEST) == tidy


def test_only_some_rules_take_longer_than_a_person_waits() -> None:
    many = Profile.of(
        {"a": 1, "b": 1},
        budget=1,
        ballots=[[("a", n)] for n in range(1, 6000)],
        ballot_type=BallotType.CUMULATIVE,
    )
    raising = {"completion": "add1"}
    shares = replace(MANIFEST, rule="equal-shares", rule_parameters=raising)
    assert takes_long(many, shares)
    assert not takes_long(many, replace(shares, rule_parameters={}))
    assert not takes_long(OFFICIAL, shares)
    assert not takes_long(many, MANIFEST)
    best = replace(MANIFEST, rule="max-welfare")
    assert not takes_long(OFFICIAL, best)
    places = [str(n) for n in range(100)]
    plain = Profile.of(dict.fromkeys(places, 1), budget=9)
    assert not takes_long(plain, best)
    assert takes_long(replace(plain, conflicts=((0, 1),)), best)
