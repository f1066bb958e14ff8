"""Features and values that every panel has, by the words that tables use for them.

What is known here comes out in three languages and finds its column in a register;
whatever else a table counts keeps the words that it has.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from core.text import Localized
from panels.jsonstat import plain


class Column(StrEnum):
    """The column of a register that tells a feature; `SAID`: only the person can."""

    GENDER = "gender"
    BIRTH = "birth"
    AREA = "area"
    LANGUAGE = "language"
    SAID = "said"


# Whatever no other value of the feature means.
REST = "*"


@dataclass(frozen=True, slots=True)
class Known:
    """A name in three languages, with what else tables and registers call it."""

    key: str
    name: Localized
    words: tuple[str, ...] = ()


_FEATURES: tuple[tuple[Column, Known], ...] = (
    (
        Column.GENDER,
        Known(
            "gender",
            Localized("Sukupuoli", "Kön", "Gender"),
            ("sex", "sukupuoli", "kön", "gender"),
        ),
    ),
    (
        Column.BIRTH,
        Known(
            "age",
            Localized("Ikä", "Ålder", "Age"),
            ("age", "age band", "age group", "ikä", "ikäryhmä", "ålder"),
        ),
    ),
    (
        Column.AREA,
        Known(
            "area",
            Localized("Alue", "Område", "Area"),
            ("area", "district", "alue", "kaupunginosa", "område", "stadsdel"),
        ),
    ),
    (
        Column.LANGUAGE,
        Known(
            "language",
            Localized("Äidinkieli", "Modersmål", "First language"),
            ("language", "kieli", "äidinkieli", "språk", "modersmål"),
        ),
    ),
    (
        Column.SAID,
        Known(
            "education",
            Localized("Koulutus", "Utbildning", "Education"),
            ("education", "koulutus", "koulutusaste", "utbildning", "utbildningsnivå"),
        ),
    ),
)
_VALUES: dict[str, tuple[Known, ...]] = {
    "gender": (
        Known(
            "woman",
            Localized("Nainen", "Kvinna", "Woman"),
            (
                "woman",
                "women",
                "female",
                "nainen",
                "naiset",
                "kvinna",
                "kvinnor",
                "f",
                "n",
                "k",
                "2",
            ),
        ),
        Known(
            "man",
            Localized("Mies", "Man", "Man"),
            ("man", "men", "male", "males", "mies", "miehet", "män", "m", "1"),
        ),
        Known(
            "other",
            Localized("Muu", "Annat", "Other"),
            ("other", "muu", "annat", "non-binary", "muunsukupuolinen"),
        ),
    ),
    "language": (
        Known(
            "fi",
            Localized("Suomi", "Finska", "Finnish"),
            ("fi", "finnish", "suomi", "finska"),
        ),
        Known(
            "sv",
            Localized("Ruotsi", "Svenska", "Swedish"),
            ("sv", "se", "swedish", "ruotsi", "svenska"),
        ),
        Known(
            "other",
            Localized("Muu kieli", "Annat språk", "Another language"),
            ("other", "others", "muu", "muut", "muu kieli", "annat", "övriga", REST),
        ),
    ),
    "education": (
        Known(
            "basic",
            Localized("Perusaste", "Grundnivå", "Basic"),
            ("basic", "primary", "perusaste", "grundnivå", "förgymnasial"),
        ),
        Known(
            "secondary",
            Localized("Toinen aste", "Andra stadiet", "Secondary"),
            (
                "secondary",
                "upper secondary",
                "toinen aste",
                "keskiaste",
                "andra stadiet",
                "gymnasial",
            ),
        ),
        Known(
            "higher",
            Localized("Korkea-aste", "Högre utbildning", "Higher"),
            (
                "higher",
                "tertiary",
                "korkea-aste",
                "korkeakoulu",
                "högre",
                "eftergymnasial",
            ),
        ),
    ),
}
_NUMBER = re.compile(r"\d+")


def known_feature(name: str) -> tuple[Column, Known]:
    """What a table calls `name`; something that only people can say where unknown."""
    word = plain(name)
    for column, known in _FEATURES:
        if word == known.key or word in known.words:
            return column, known
    return Column.SAID, Known(slug_of(name), Localized.same(name.strip()))


def known_value(feature: str, name: str) -> Known:
    """What a table calls `name` among the values of a feature (its key)."""
    word = plain(name)
    for known in _VALUES.get(feature, ()):
        if word == known.key or word in known.words:
            return known
    return Known(slug_of(name), Localized.same(name.strip()), (word,))


def ages_of(name: str) -> tuple[int, int | None] | None:
    """The first and the last age of a band (`18-29`, `65+`); None where it is none."""
    numbers = [int(number) for number in _NUMBER.findall(name)]
    if len(numbers) == 1:
        return numbers[0], None if "+" in name or "-" in name else numbers[0]
    if len(numbers) == 2 and numbers[0] <= numbers[1]:  # noqa: PLR2004 - from and to
        return numbers[0], numbers[1]
    return None


def slug_of(name: str) -> str:
    """A key out of words: small letters and digits of any script, and hyphens."""
    return re.sub(r"[\W_]+", "-", plain(name)).strip("-")[:40] or "value"
