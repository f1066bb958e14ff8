"""What is said of a register extract, and what of it the roll takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from core.register.errors import ColumnUnknown
from core.register.numbers import NumberKind

FIELDS = (
    "identity",
    "birth",
    "municipality",
    "area",
    "postcode",
    "email",
    "name",
    "street",
    "town",
    "language",
    "protected",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """What is said of a register extract besides its rows.

    `columns` names those of the file that are called otherwise than we know them;
    `postcodes` says to which area (by its slug) a postal code belongs;
    `municipality` is what the file calls ours, where it is not the round's word.
    """

    source: str
    as_of: date
    numbers: NumberKind = NumberKind.FINNISH
    columns: Mapping[str, str] = field(default_factory=dict)
    postcodes: Mapping[str, str] = field(default_factory=dict)
    municipality: str = ""


def read_postcodes(text: str, areas: Mapping[str, str]) -> dict[str, str]:
    """Lines such as `north: 00100 00120`, as postal code -> slug.

    Args:
        text: as an official wrote it.
        areas: slug by every name that an area goes by, in small letters.

    Raises:
        ColumnUnknown: an area that is none, or a postal code of two areas.
    """
    found: dict[str, str] = {}
    for line in text.splitlines():
        name, _, codes = line.partition(":")
        if not line.strip():
            continue
        slug = areas.get(name.strip().casefold())
        if slug is None:
            raise ColumnUnknown(value=name.strip()[:80])
        for code in codes.replace(",", " ").split():
            if found.setdefault(code, slug) != slug:
                raise ColumnUnknown(value=code[:80])
    return found
