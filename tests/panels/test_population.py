"""From a statistics office's table to the quotas of a panel."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DomainError
from panels.jsonstat import Cube, read_cubes
from panels.population import (
    Counted,
    Feature,
    Population,
    in_bands,
    merged,
    population_of_csv,
    population_of_cube,
)
from panels.quotas import check_quotas, quotas_for

FOLDER = Path(os.environ.get("JSONSTAT_DIR", "nowhere"))

# Two areas with their total, three ages, two years.
TABLE: dict[str, Any] = {
    "class": "dataset",
    "version": "2.0",
    "label": "Population",
    "id": ["area", "age", "year"],
    "size": [3, 3, 2],
    "role": {"time": ["year"]},
    "dimension": {
        "area": {
            "label": "District",
            "category": {
                "index": {"SSS": 0, "N": 1, "S": 2},
                "label": {"SSS": "WHOLE TOWN", "N": "North", "S": "South"},
            },
        },
        "age": {
            "label": "Age",
            "category": {"index": ["0-15", "16-39", "40+"]},
        },
        "year": {"label": "Year", "category": {"index": ["2024", "2025"]}},
    },
    "value": [30, 31, 60, 62, 70, 73, 10, 11, 20, 21, 25, 26, 20, 20, 40, 41, 45, 47],
}


def cube(**changes: object) -> Cube:
    return read_cubes(json.dumps({**TABLE, **changes}))[0]


def counts(feature: Feature) -> dict[str, int | None]:
    return {one.value: one.count for one in feature.values}


def test_the_last_year_counts_and_nobody_counts_twice() -> None:
    population = population_of_cube(cube(), ["District", "age"])

    district, age = population.features
    assert counts(district) == {"North": 58, "South": 108}
    assert counts(age) == {"0-15": 31, "16-39": 62, "40+": 73}


def test_one_district_alone_can_be_asked_for() -> None:
    population = population_of_cube(cube(), ["age"], {"district": "n"})

    assert counts(population.features[0]) == {"0-15": 11, "16-39": 21, "40+": 26}


def test_the_older_format_says_the_same() -> None:
    old = {
        "numbers": {
            "label": TABLE["label"],
            "value": {str(at): n for at, n in enumerate(TABLE["value"])},
            "dimension": {
                **TABLE["dimension"],
                "id": TABLE["id"],
                "size": TABLE["size"],
                "role": TABLE["role"],
            },
        }
    }

    (read,) = read_cubes(json.dumps(old))

    assert population_of_cube(read, ["area"]) == population_of_cube(cube(), ["area"])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "population_unreadable"),
        ("[1, 2]", "population_unreadable"),
        ('{"error": {"type": "parameter error"}}', "population_unreadable"),
        ("[" * 100_000, "population_unreadable"),
        (json.dumps({**TABLE, "value": [1, 2]}), "dimension_contradicts"),
        (json.dumps({**TABLE, "size": [3, 3, 3]}), "dimension_contradicts"),
        (json.dumps({**TABLE, "id": "area"}), "population_unreadable"),
        (json.dumps({**TABLE, "value": {"99": 1}}), "dimension_contradicts"),
        (json.dumps({**TABLE, "dimension": {"area": []}}), "population_unreadable"),
    ],
)
def test_what_is_no_table_is_refused(text: str, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        read_cubes(text)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("features", "where", "code"),
    [
        (["Shoe size"], {}, "dimension_unknown"),
        (["age"], {"area": "West"}, "category_unknown"),
        (["age"], {"West": "area"}, "dimension_unknown"),
    ],
)
def test_what_the_table_does_not_have_is_named(
    features: list[str], where: dict[str, str], code: str
) -> None:
    with pytest.raises(DomainError) as refused:
        population_of_cube(cube(), features, where)

    assert refused.value.code == code
    assert refused.value.params["known"]


@pytest.mark.parametrize("bad", [None, "..", -1, 2.5])
def test_a_number_that_is_missing_or_broken_is_not_guessed(bad: object) -> None:
    values = list(TABLE["value"])
    values[3] = bad

    with pytest.raises(DomainError) as refused:
        population_of_cube(cube(value=values), ["age"], {"area": "SSS"})

    assert refused.value.code == "count_invalid"


def test_a_table_that_counts_several_things_asks_which() -> None:
    several = cube(role={"metric": ["year"]})

    with pytest.raises(DomainError) as refused:
        population_of_cube(several, ["age"])
    chosen = population_of_cube(several, ["age"], {"year": "2024"})

    assert refused.value.code == "dimension_not_settled"
    assert refused.value.params["known"] == ["2024", "2025"]
    assert counts(chosen.features[0]) == {"0-15": 30, "16-39": 60, "40+": 70}


def test_numbers_that_add_up_by_chance_are_no_total() -> None:
    table = cube(
        id=["age"],
        size=[3],
        role={},
        dimension={"age": TABLE["dimension"]["age"]},
        value=[30, 60, 90],
    )

    assert population_of_cube(table, ["age"]).features[0].total == 180


def test_ages_are_put_together_but_never_cut() -> None:
    age = population_of_cube(cube(), ["age"]).features[0]

    assert counts(in_bands(age, [16, 40])) == {"16\N{EN DASH}39": 62, "40+": 73}
    with pytest.raises(DomainError) as refused:
        in_bands(age, [18, 40])
    assert refused.value.params == {"feature": "Age", "value": "16-39", "first": 18}


def test_values_put_together_know_their_number_only_if_each_does() -> None:
    feature = Feature("g", (Counted("a", 1), Counted("b", 2), Counted("c", None)))

    joined = merged(feature, {"a or b": ["a", "b"], "b or c": ["b", "c"]})

    assert counts(joined) == {"a or b": 3, "b or c": None}


def test_a_table_of_counts_by_hand() -> None:
    population = population_of_csv(
        "\ufeffFeature;Value;Count\ngender;woman;510\nGender;man;490\ngender;other;\n\n"
    )

    (gender,) = population.features
    assert counts(gender) == {"woman": 510, "man": 490, "other": None}
    assert gender.share("woman") == 0.51
    assert gender.share("other") is None


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a,b\n1,2\n", "population_unreadable", None),
        ("feature,value,count\n", "population_unreadable", None),
        ("feature,value,count\nage,old,many\n", "count_line_invalid", 2),
        ("feature,value,count\nage,old\n", "count_line_invalid", 2),
        ("feature,value,count\nage,old,-3\n", "count_line_invalid", 2),
        ("feature,value,count\nage,old,3\nage,OLD ,3\n", "value_twice", 3),
        ("feature,value,count\nage,old,0\n", "feature_empty", None),
        ("feature,value,count\nage,old,\n", "feature_empty", None),
    ],
)
def test_a_line_that_cannot_be_used_is_named(
    text: str, code: str, line: int | None
) -> None:
    with pytest.raises(DomainError) as refused:
        population_of_csv(text)

    assert refused.value.code == code
    assert refused.value.params.get("line") == line


def test_seats_follow_the_population_by_largest_remainder() -> None:
    # 60 seats: 30.6, 28.2 and 1.2 of them; the one left goes to the largest part.
    people = Feature("g", (Counted("w", 510), Counted("m", 470), Counted("o", 20)))

    quotas = quotas_for(Population((people,)), 60, slack=2)

    assert [(q.value, q.least, q.most) for q in quotas] == [
        ("w", 29, 33),
        ("m", 26, 30),
        ("o", 0, 3),
    ]


def test_a_value_that_nobody_has_counted_gets_none_at_least() -> None:
    people = Feature("g", (Counted("w", 1), Counted("m", 1), Counted("x", None)))

    quotas = quotas_for(Population((people,)), 10, uncounted=2)

    assert [(q.least, q.most) for q in quotas] == [(5, 5), (5, 5), (0, 2)]


@given(
    st.lists(st.integers(0, 50), min_size=1, max_size=6).filter(any),
    st.integers(1, 40),
)
def test_the_seats_are_all_given_and_none_is_a_whole_seat_off(
    numbers: list[int], size: int
) -> None:
    people = Feature("f", tuple(Counted(str(i), n) for i, n in enumerate(numbers)))

    quotas = quotas_for(Population((people,)), size)

    check_quotas(quotas, size)
    assert sum(q.least for q in quotas) == size
    for quota, number in zip(quotas, numbers, strict=True):
        assert abs(quota.least * sum(numbers) - size * number) < sum(numbers)


def test_quotas_that_no_panel_fits_are_named() -> None:
    people = Feature("g", (Counted("w", 1), Counted("m", 1)))
    quotas = quotas_for(Population((people,)), 10)

    with pytest.raises(DomainError) as refused:
        check_quotas(quotas, 11)

    assert refused.value.params == {"feature": "g", "least": 10, "most": 10, "size": 11}


@pytest.mark.skipif(
    not FOLDER.is_dir(), reason="JSONSTAT_DIR names no folder with shared tables"
)
@pytest.mark.parametrize(
    ("file", "features", "where", "total"),
    [
        ("QS104EW.json", ["Sex (T003A)"], {}, 56_075_912),
        ("galicia.json", ["gender", "province of residence"], {}, 2_772_927),
        ("galicia-2.0.json", ["age group"], {}, 2_772_927),
        ("statswe.json", ["kön"], {}, 1_372),
        ("us-labor-ds.json", ["year"], {"labor": "Labor Force"}, 156_263_091),
        ("synthetic_municipality.json", ["District", "ålder", "kön"], {}, 51_826),
    ],
)
def test_tables_of_statistics_offices_are_read(
    file: str, features: list[str], where: dict[str, str], total: int
) -> None:
    (table,) = read_cubes((FOLDER / file).read_text(encoding="utf-8"))

    population = population_of_cube(table, features, where)

    assert [feature.total for feature in population.features] == [total] * len(features)
