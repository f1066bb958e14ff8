from datetime import date

import pytest

from core.register.errors import IdentityInvalid
from core.register.numbers import NumberKind, identity, person
from tests.factories.rolls import hetu

FI, SE, OTHER = NumberKind.FINNISH, NumberKind.SWEDISH, NumberKind.OTHER


@pytest.mark.parametrize(
    ("number", "kind", "who", "born"),
    [
        # The example of the Digital and Population Data Services Agency.
        ("131052-308T", FI, "fi:131052-308T", date(1952, 10, 13)),
        (" 131052-308t ", FI, "fi:131052-308T", date(1952, 10, 13)),
        # A sign of the reform of 2023: the same century as the hyphen, another person.
        (hetu(2, born="010594", sign="Y"), FI, "fi:010594Y0020", date(1994, 5, 1)),
        (hetu(2, born="010103", sign="A"), FI, None, date(2003, 1, 1)),
        (hetu(2, born="010103", sign="F"), FI, None, date(2003, 1, 1)),
        # A well-known example, with and without its hyphen.
        ("19811218-9876", SE, "se:198112189876", date(1981, 12, 18)),
        ("198112189876", SE, "se:198112189876", date(1981, 12, 18)),
        # A coordination number: 60 added to the day.
        ("19701063-2391", SE, "se:197010632391", date(1970, 10, 3)),
        ("ab 12", OTHER, "other:AB12", None),
        ("ES/FI/ab-12", FI, "eidas:ES/FI/ab-12", None),
    ],
)
def test_a_number_has_one_spelling_and_tells_the_birth(
    number: str, kind: NumberKind, who: str | None, born: date | None
) -> None:
    found = person(number, kind)
    assert found[1] == born
    assert who is None or found[0] == who


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("131052-308S", FI),
        ("131052-3080T", FI),
        ("310299-1234", FI),
        ("131052_308T", FI),
        ("", FI),
        ("１３１０５２-308T", FI),  # noqa: RUF001 - digits of another script
        ("19811218-9877", SE),
        ("811218-9876", SE),
        ("", OTHER),
        ("x" * 65, OTHER),
        ("a\x00b", OTHER),
    ],
)
def test_what_is_no_number_is_refused(number: str, kind: NumberKind) -> None:
    with pytest.raises(IdentityInvalid):
        identity(number, kind)


def test_a_day_that_does_not_exist_is_refused() -> None:
    with pytest.raises(IdentityInvalid):
        identity(hetu(2, born="310299"), FI)
