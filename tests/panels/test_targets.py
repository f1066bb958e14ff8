import pytest

from core.text import Localized
from panels.panel_errors import PanelNotWidened, PanelTargetsLimit
from panels.population import Counted, Feature, Population, population_of_csv
from panels.population_errors import QuotasContradictSize, ValueTwice
from panels.targets import Targets, targets_for, widened_by
from panels.vocabulary import Column, ages_of
from tests.factories.panels import TABLE


@pytest.fixture
def targets() -> Targets:
    return targets_for(population_of_csv(TABLE), 60)


def test_known_features_find_their_column_and_their_names(targets: Targets) -> None:
    columns = [(feature.key, feature.column) for feature in targets.features]
    assert columns == [
        ("gender", Column.GENDER),
        ("age", Column.BIRTH),
        ("area", Column.AREA),
        ("education", Column.SAID),
    ]
    gender = targets.features[0]
    assert [value.name.fi for value in gender.values] == ["Nainen", "Mies", "Muu"]
    assert [feature.key for feature in targets.in_register] == ["gender", "age", "area"]


def test_seats_follow_the_population_and_uncounted_values_may_stay_empty(
    targets: Targets,
) -> None:
    seats = {
        f"{feature.key} {value.key}": (value.least, value.most)
        for feature, value in targets.cells()
    }
    assert seats["gender woman"] == (31, 31)
    assert seats["gender man"] == (29, 29)
    assert seats["gender other"] == (0, 1)
    assert seats["age 16-34"] == (18, 18)


def test_the_document_comes_back_as_it_was(targets: Targets) -> None:
    assert Targets.from_json(targets.to_json()) == targets
    assert Targets.from_json({}).features == ()


@pytest.mark.parametrize(
    ("feature", "word", "value"),
    [
        ("gender", "2", "woman"),
        ("gender", "Mies", "man"),
        ("gender", "", None),
        ("gender", "?", None),
        ("area", "ETELÄ", "etelä"),
        ("area", "Muualla", None),
    ],
)
def test_a_register_s_words_mean_values(
    targets: Targets, feature: str, word: str, value: str | None
) -> None:
    found = targets.feature(feature)
    assert found is not None
    assert found.value_of(word) == value


def test_another_language_is_whatever_is_not_named() -> None:
    table = "feature,value,count\nlanguage,fi,80\nlanguage,sv,10\nlanguage,other,10\n"
    (language,) = targets_for(population_of_csv(table), 10).features
    assert [language.value_of(word) for word in ("sv", "so", "")] == [
        "sv",
        "other",
        None,
    ]


def test_ages_fall_into_bands(targets: Targets) -> None:
    age = targets.feature("age")
    assert age is not None
    found = [age.value_at(years) for years in (15, 16, 34, 35, 64, 65, 101)]
    assert found == [None, "16-34", "16-34", "35-64", "35-64", "65", "65"]


def test_bands_are_read_in_every_spelling() -> None:
    assert ages_of("18\N{EN DASH}29") == (18, 29)
    assert ages_of("65+ år") == (65, None)
    assert ages_of("40") == (40, 40)
    assert ages_of("unknown") is None


def test_a_quota_is_widened(targets: Targets) -> None:
    changed = widened_by(targets, {("gender", "woman"): (28, 33)}, 60)
    woman = changed.features[0].values[0]
    assert (woman.least, woman.most) == (28, 33)
    assert changed.features[1:] == targets.features[1:]


@pytest.mark.parametrize("seats", [(33, 28), (-1, 31), (31, 61)])
def test_a_quota_the_wrong_way_round_is_refused(
    targets: Targets, seats: tuple[int, int]
) -> None:
    with pytest.raises(PanelNotWidened) as refusal:
        widened_by(targets, {("gender", "woman"): seats}, 60)
    assert refusal.value.params["value"] == Localized("Nainen", "Kvinna", "Woman")


def test_quotas_that_leave_seats_empty_are_refused(targets: Targets) -> None:
    with pytest.raises(QuotasContradictSize):
        widened_by(targets, {("gender", "woman"): (0, 10)}, 60)


def test_a_hundred_features_are_too_many() -> None:
    values = (Counted("yes", 1), Counted("no", 1))
    features = tuple(Feature(f"feature {n}", values) for n in range(100))
    with pytest.raises(PanelTargetsLimit):
        targets_for(Population(features), 10)


def test_two_spellings_of_one_value_are_refused() -> None:
    table = "feature,value,count\ngender,women,5\ngender,female,5\n"
    with pytest.raises(ValueTwice):
        targets_for(population_of_csv(table), 10)
