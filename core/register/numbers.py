"""Identity numbers: one spelling for each person, and the day of birth in it."""

import re
from datetime import date
from enum import StrEnum

from core.register.errors import IdentityInvalid

# Six digits, the century's sign, an individual number, a check character.
_FINNISH = re.compile(r"(\d{2})(\d{2})(\d{2})([-+A-FU-Y])(\d{3})([0-9A-Y])", re.ASCII)
_FINNISH_CHECK = "0123456789ABCDEFHJKLMNPRSTUVWXY"
# Signs added since 2023 because the old ones ran out of numbers.
_CENTURIES = {
    "+": 1800,
    **dict.fromkeys("-UVWXY", 1900),
    **dict.fromkeys("ABCDEF", 2000),
}
_SWEDISH = re.compile(r"(\d{4})(\d{2})(\d{2})[-+]?(\d{3})(\d)", re.ASCII)
# A coordination number has 60 added to its day.
_COORDINATION = 60
# Country of the person, country that asks, and what identifies there.
_EIDAS = re.compile(r"[A-Z]{2}/[A-Z]{2}/\S{1,250}")
LONGEST = 64


class NumberKind(StrEnum):
    """Whose identity numbers a register has."""

    FINNISH = "fi"
    SWEDISH = "se"
    OTHER = "other"


def identity(number: str, kind: NumberKind) -> str:
    """The person as a key takes it: `fi:131052-308T`.

    Raises:
        IdentityInvalid: see `person`.
    """
    return person(number, kind)[0]


def person(number: str, kind: NumberKind) -> tuple[str, date | None]:
    """The person as a key takes it, and the day of birth if it is told.

    An eIDAS identifier (`ES/FI/...`) stands for itself, whatever the kind.

    Raises:
        IdentityInvalid: not a number of this kind, or its check character is wrong.
    """
    number = number.strip()
    if "/" in number and _EIDAS.fullmatch(number):
        return f"eidas:{number}", None
    try:
        if kind is NumberKind.FINNISH:
            number = number.upper()
            day, month, year, sign, _, _ = _finnish(number)
            born = date(_CENTURIES[sign] + int(year), int(month), int(day))
            return f"fi:{number}", born
        if kind is NumberKind.SWEDISH:
            parts = _swedish(number)
            year, month, day, _, _ = parts
            in_month = int(day) - (_COORDINATION if int(day) > _COORDINATION else 0)
            return "se:" + "".join(parts), date(int(year), int(month), in_month)
    except ValueError:
        raise IdentityInvalid from None
    plain = "".join(number.split()).upper()
    if not plain or len(plain) > LONGEST or not plain.isprintable():
        raise IdentityInvalid
    return f"other:{plain}", None


def _finnish(number: str) -> tuple[str, ...]:
    found = _FINNISH.fullmatch(number)
    if found is None:
        raise IdentityInvalid
    parts = found.groups()
    if _FINNISH_CHECK[int("".join((*parts[:3], parts[4]))) % 31] != parts[5]:
        raise IdentityInvalid
    return parts


def _swedish(number: str) -> tuple[str, ...]:
    found = _SWEDISH.fullmatch(number)
    if found is None:
        raise IdentityInvalid
    parts = found.groups()
    # Luhn's scheme over the ten last digits.
    total = 0
    for place, digit in enumerate("".join(parts)[2:]):
        value = int(digit) * (1 if place % 2 else 2)
        total += value // 10 + value % 10
    if total % 10:
        raise IdentityInvalid
    return parts
