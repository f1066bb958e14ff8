import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.voting.rules.profiles import profiles
from voting.outcome import ReasonCode
from voting.pabulib import parse_election, write_election
from voting.profile import Profile
from voting.replay import Answer, Replay, Why, replay
from voting.rules import RULES, run

quick = settings(max_examples=60, deadline=None)

CITIES = Path(__file__).parents[2] / "data" / "cities"
GREEDY = ("greedy", "greedy-no-skip", "greedy-threshold", "greedy-custom")
# What each invented city decided; no two alike, so no rule passes for another.
WINNERS = {
    "greedy": {"ford", "gate", "isle", "jetty"},
    "greedy-no-skip": {"ford", "jetty"},
    "greedy-threshold": {"ford", "isle", "jetty"},
    "greedy-custom": {"ford", "jetty", "kiln"},
}


def text_of(name: str) -> str:
    return (CITIES / f"{name}.pb").read_text(encoding="utf-8")


def decided(text: str, **meta: str | None) -> Replay:
    """The answer for a file whose META has been changed; None removes a key."""
    for key, value in meta.items():
        text = re.sub(rf"^{key};.*\n", "", text, flags=re.MULTILINE)
        if value is not None:
            text = text.replace("PROJECTS\n", f"{key};{value}\nPROJECTS\n")
    return replay(parse_election(text))


def marked(text: str, **marks: str) -> str:
    """The file with other cells of `selected`."""
    for project, mark in marks.items():
        text = re.sub(
            rf"^({project};.*;)\w*$", rf"\g<1>{mark}", text, flags=re.MULTILINE
        )
    return text


def selected(text: str, winners: set[str]) -> str:
    names = re.findall(r"^(\w+);\d+;\d+;", text, flags=re.MULTILINE)
    return marked(text, **{name: str(int(name in winners)) for name in names})


@pytest.mark.parametrize("rule", GREEDY)
def test_a_city_that_kept_its_rule_is_the_same(rule: str) -> None:
    assert decided(text_of(rule)).answer is Answer.SAME


@pytest.mark.parametrize("rule", GREEDY)
@pytest.mark.parametrize("other", GREEDY)
def test_no_rule_passes_for_another(rule: str, other: str) -> None:
    found = decided(selected(text_of(rule), WINNERS[other]))
    same = Answer.SAME if rule == other else Answer.DIFFERENT
    assert found.answer is same


def test_a_difference_names_the_project_the_side_and_the_reason() -> None:
    found = decided(marked(text_of("greedy"), gate="0", kiln="1"), comment="#1: So.")
    assert found.answer is Answer.DIFFERENT
    gate, kiln = found.differences
    assert (gate.project, gate.ours, gate.mark) == ("gate", True, 0)
    assert gate.reason
    assert gate.reason.code is ReasonCode.FUNDED
    assert (kiln.project, kiln.ours, kiln.mark) == ("kiln", False, 1)
    assert kiln.reason
    assert kiln.reason.numbers["short"] == 10
    assert found.comment == "#1: So."


def test_the_threshold_is_reached_by_equality() -> None:
    text = text_of("greedy-threshold")
    assert decided(text, min_project_score_threshold="2").answer is Answer.SAME
    assert decided(text, min_project_score_threshold="3").answer is Answer.DIFFERENT


def test_a_stated_threshold_holds_under_every_rule() -> None:
    text = selected(text_of("greedy"), WINNERS["greedy-threshold"])
    assert decided(text).answer is Answer.DIFFERENT
    assert decided(text, min_project_score_threshold="2").answer is Answer.SAME


def test_eighty_per_cent_exactly_are_enough_and_a_cent_less_is_not() -> None:
    text = text_of("greedy-custom")
    assert decided(text, budget="99.99").answer is Answer.DIFFERENT
    assert decided(text, budget="100.00").answer is Answer.SAME
    short = marked(text, kiln="0")
    assert decided(short, budget="99.99").answer is Answer.SAME


def test_poznan_needs_no_comment_and_another_city_a_known_one() -> None:
    text = text_of("greedy-custom")
    unknown = decided(text, comment=None)
    assert (unknown.answer, unknown.why) == (Answer.NOT_DECIDABLE, Why.CUSTOM_RULE)
    assert decided(text, comment=None, unit="Poznań").answer is Answer.SAME
    stricter = "#1: at least 81% of that project"
    assert decided(text, comment=stricter).answer is Answer.DIFFERENT
    assert decided(marked(text, kiln="0"), comment=stricter).answer is Answer.SAME


def test_poznans_reserve_is_not_the_rules_doing() -> None:
    text = text_of("greedy-custom")
    assert decided(marked(text, hall="3")).answer is Answer.SAME
    found = decided(marked(text, kiln="3"))
    assert found.answer is Answer.DIFFERENT
    (kiln,) = found.differences
    assert (kiln.project, kiln.ours, kiln.topped_up) == ("kiln", True, True)


def test_elsewhere_two_means_paid_from_outside_the_budget() -> None:
    text = text_of("greedy-no-skip")
    # Two more are paid from elsewhere; the rule alone funds neither.
    assert decided(marked(text, kiln="2", gate="2")).answer is Answer.SAME
    # The city's first choice is; then the rule goes on with the money.
    moved = marked(text, jetty="2", kiln="1")
    assert decided(moved).answer is Answer.DIFFERENT
    explained = decided(moved, budget="60", comment="#1: jetty is paid by the state.")
    assert (explained.answer, explained.outside) == (Answer.SAME, True)


def test_exclusions_that_are_not_listed_are_never_called_a_difference() -> None:
    text = text_of("greedy-exclusive")
    found = decided(text)
    assert (found.answer, found.why) == (
        Answer.NOT_DECIDABLE,
        Why.EXCLUSIONS_NOT_LISTED,
    )
    kept = selected(text, WINNERS["greedy"])
    assert decided(kept).answer is Answer.SAME


def test_a_tie_may_be_broken_otherwise_but_only_among_the_level() -> None:
    level = {
        "budget": 10,
        "ballots": [["a"], ["a"], ["b"], ["b"], ["c"], ["c"], ["d"]],
    }
    costs = {"a": 6, "b": 7, "c": 8, "d": 3}
    profile = Profile.of(costs, **level)
    meta = dict.fromkeys(
        ("description", "country", "unit", "instance", "date_begin", "date_end"), "2027"
    )
    answers = {}
    for name in costs:
        for winners in ({name}, {name, "d"}):
            text = write_election(
                profile, meta={**meta, "rule": "greedy"}, selected=winners
            )
            found = replay(parse_election(text))
            answers["".join(sorted(winners))] = (found.answer, found.tied)
    same, different = Answer.SAME, Answer.DIFFERENT
    assert answers == {
        "a": (different, False),
        "ad": (same, False),
        "b": (different, False),
        "bd": (same, True),
        "c": (same, True),
        "cd": (different, False),
        "d": (different, False),
    }


@quick
@given(profiles(plain=True), st.sampled_from(["skip", "no-skip"]), st.text(max_size=3))
def test_every_draw_of_a_tie_is_the_same(
    profile: Profile, variant: str, seed: str
) -> None:
    drawn = run("greedy", profile, {"variant": variant, "ties": "draw", "seed": seed})
    rule = "greedy" if variant == "skip" else "greedy-no-skip"
    meta = dict.fromkeys(
        ("description", "country", "unit", "instance", "date_begin", "date_end"), "2027"
    )
    text = write_election(profile, meta={**meta, "rule": rule}, selected=drawn.funded)
    assert replay(parse_election(text)).answer is Answer.SAME


def test_the_stated_scores_count_where_the_ballots_are_not_all() -> None:
    # Three more votes on paper for the kiln, which comes before the ford then.
    text = text_of("greedy").replace("kiln;50;4", "kiln;50;7")
    text = selected(text, {"jetty", "kiln"})
    found = decided(text)
    assert (found.answer, found.stated_scores) == (Answer.SAME, True)
    assert decided(text.replace("kiln;50;7", "kiln;50;x")).answer is Answer.DIFFERENT


def test_a_withdrawn_project_stops_nothing() -> None:
    text = text_of("greedy-no-skip").replace("jetty;50;6", "jetty;999999999;6")
    assert decided(selected(text, {"ford", "kiln"})).answer is Answer.SAME
    found = decided(selected(text, {"ford", "jetty"}))
    assert {d.project: d.reason for d in found.differences}["jetty"] is None


MISSING = [
    ({"rule": None}, Why.NO_RULE),
    ({"rule": "unknown"}, Why.RULE_UNKNOWN),
    ({"rule": "lottery"}, Why.RULE_NOT_KNOWN_TO_US),
    ({"rule": "greedy-threshold"}, Why.NO_THRESHOLD),
    ({"min_project_score_threshold": "many"}, Why.THRESHOLD_UNREADABLE),
    ({"min_project_score_threshold": "2.5"}, Why.THRESHOLD_UNREADABLE),
    ({"min_project_score_threshold": "-2"}, Why.THRESHOLD_UNREADABLE),
]


@pytest.mark.parametrize(("meta", "why"), MISSING)
def test_what_is_missing_is_named(meta: dict[str, str | None], why: Why) -> None:
    found = decided(text_of("greedy"), **meta)
    assert (found.answer, found.why) == (Answer.NOT_DECIDABLE, why)


def test_an_unclear_use_of_the_rest_makes_a_difference_undecidable() -> None:
    text = selected(text_of("greedy"), WINNERS["greedy-no-skip"])
    unclear = decided(text, leftover_budget="Partially fund one more project")
    assert unclear.why is Why.LEFTOVER_RULE
    skip = "Fund additional projects that fit within leftover budget ordered by score"
    assert decided(text, leftover_budget=skip).answer is Answer.DIFFERENT


@pytest.mark.parametrize("cell", ["x", "4", "-1", "1.0", ""])
def test_a_mark_that_means_nothing_is_named(cell: str) -> None:
    text = text_of("greedy").replace("kiln;50;4;A kiln for potters;0", "")
    line = f"kiln;50;4;A kiln for potters;{cell}\nVOTES"
    found = decided(text.replace("\nVOTES", line))
    assert found.why is Why.SELECTED_UNREADABLE
    assert found.missing == {"project": "kiln", "value": cell}


def test_without_the_column_nothing_is_compared() -> None:
    text = text_of("greedy").replace(";selected", ";chosen")
    assert decided(text).why is Why.NO_SELECTED
    names = ("ford", "gate", "hall", "isle", "jetty", "kiln")
    empty = marked(text_of("greedy"), **dict.fromkeys(names, ""))
    assert decided(empty).why is Why.NO_SELECTED


# In the first comparison more voters prefer greedy, in the two others fewer do.
EQUAL_SHARES = {
    "equalshares": {"jetty"},
    "equalshares-add1": {"ford", "gate", "jetty"},
    "equalshares-add1-comparison": WINNERS["greedy"],
    "equalshares-comparison-kept": {"arbour", "dock", "easel"},
    "equalshares-add1-comparison-kept": {"arbour", "cellar", "dock", "easel"},
}


@pytest.mark.skipif("equal-shares" not in RULES, reason="no such rule here yet")
@pytest.mark.parametrize("name", EQUAL_SHARES)
def test_equal_shares_and_its_variants_pass_for_nothing_else(name: str) -> None:
    assert decided(text_of(name)).answer is Answer.SAME
    others = [*EQUAL_SHARES.values(), *WINNERS.values(), {"dock", "forge"}]
    for other in others:
        if other != EQUAL_SHARES[name]:
            found = decided(selected(text_of(name), other))
            assert found.answer is Answer.DIFFERENT


@pytest.mark.skipif("equal-shares" not in RULES, reason="no such rule here yet")
def test_equal_shares_asks_what_a_rank_is_worth() -> None:
    text = text_of("equalshares").replace("vote_type;approval", "vote_type;ordinal")
    assert decided(text).why is Why.UTILITY_NOT_STATED
