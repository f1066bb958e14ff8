"""Who answered, against who was asked and the population; nobody told from the rest."""

import pytest

from panels.population import population_of_csv
from panels.representativeness import (
    r_indicator,
    representativeness,
    shown_groups,
)
from panels.targets import targets_for

TARGETS = targets_for(
    population_of_csv("feature,value,count\ngender,women,50\ngender,men,50\n"),
    20,
    slack=20,
)


def people(women: int, men: int) -> list[dict[str, str | None]]:
    return [{"gender": "woman"}] * women + [{"gender": "man"}] * men


def test_who_all_answer_alike_are_represented() -> None:
    assert r_indicator(TARGETS, people(40, 40), people(10, 10)) == 1


def test_where_one_half_answers_and_the_other_never_nothing_is_left() -> None:
    found = r_indicator(TARGETS, people(50, 0), people(0, 50))
    assert found == pytest.approx(0, abs=1e-9)
    # Rates 0.8 and 0.4: S = 0.2, and what chance alone would show is taken away.
    found = r_indicator(TARGETS, people(400, 200), people(100, 300))
    assert found == pytest.approx(0.6, abs=0.003)


def test_of_too_few_it_is_not_said() -> None:
    assert r_indicator(TARGETS, people(1, 1), []) is None
    assert r_indicator(TARGETS, [], []) is None


def test_small_groups_are_hidden_with_what_would_tell_them() -> None:
    assert shown_groups({"a": 20, "b": 30, "c": 0}, 0) == {"a", "b", "c"}
    assert shown_groups({"a": 20, "b": 30, "c": 3}, 1) == {"b"}
    found = representativeness(TARGETS, people(20, 3), people(5, 2))
    assert (found.asked, found.answered) == (30, 23)
    assert [each.answered for each in found.features[0].response] == [None, None]
    assert found.features[0].shown == frozenset()
    found = representativeness(TARGETS, people(20, 10), people(5, 10))
    assert [each.share for each in found.features[0].response] == [0.8, 0.5]
    assert found.features[0].respondents.dissimilarity == pytest.approx(1 / 6)
