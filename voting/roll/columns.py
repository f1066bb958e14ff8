"""The columns of a register extract: what they are called, and where they stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from core.register.numbers import NumberKind
from voting.project_rows import Fault
from voting.roll_errors import RollColumnUnknown

# What registers call the columns; an official may name others.
NAMES: Mapping[str, tuple[str, ...]] = {
    "identity": (
        "identity",
        "henkilötunnus",
        "hetu",
        "personbeteckning",
        "personnummer",
    ),
    "birth": ("birth", "birth_date", "syntymäaika", "syntymävuosi", "födelsetid"),
    "municipality": ("municipality", "kunta", "kotikunta", "kommun", "hemkommun"),
    "area": ("area", "alue", "område"),
    "postcode": ("postcode", "postinumero", "postnummer"),
    "email": ("email", "e-mail", "sähköposti", "e-post"),
    "name": ("name", "nimi", "namn"),
    "street": ("street", "address", "katuosoite", "osoite", "adress", "gatuadress"),
    "town": ("town", "postitoimipaikka", "ort", "postort"),
    "language": ("language", "kieli", "äidinkieli", "språk", "modersmål"),
    "protected": ("protected", "turvakielto", "spärrmarkering"),
}
FIELDS = tuple(NAMES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """What is said of a register extract besides its rows.

    `columns` names the file's columns where they are not called as in `NAMES`;
    `postcodes` says to which area (by its slug) a postal code belongs;
    `municipality` is what the file calls ours, where it is not the round's word.
    """

    source: str
    as_of: date
    numbers: NumberKind = NumberKind.FINNISH
    columns: Mapping[str, str] = field(default_factory=dict)
    postcodes: Mapping[str, str] = field(default_factory=dict)
    municipality: str = ""


def places(head: Sequence[str], columns: Mapping[str, str]) -> dict[str, int]:
    """Where each of our fields stands in the file; those that are not there lack.

    Raises:
        RollColumnUnknown: a field, or a column that was named, does not exist.
    """
    there = {name.strip().casefold(): i for i, name in reversed(list(enumerate(head)))}
    found: dict[str, int] = {}
    for name, called in columns.items():
        if name not in NAMES or called.strip().casefold() not in there:
            raise RollColumnUnknown(value=called or name)
        found[name] = there[called.strip().casefold()]
    for name, known in NAMES.items():
        if name not in found:
            at = [there[each] for each in known if each in there]
            found |= {name: at[0]} if at else {}
    return found


def head_faults(head: Sequence[str], found: Mapping[str, int]) -> list[Fault]:
    """What is wrong with the first line."""
    faults = []
    if "identity" not in found:
        faults.append(Fault(1, "column_missing", "identity"))
    plain = [name.strip().casefold() for name in head]
    used = {plain[i] for i in found.values()}
    twice = sorted(name for name in used if plain.count(name) > 1)
    return faults + [Fault(1, "column_twice", name[:40]) for name in twice]


def read_postcodes(text: str, areas: Mapping[str, str]) -> dict[str, str]:
    """Lines such as `north: 00100 00120`, as postal code -> slug.

    Args:
        text: as an official wrote it.
        areas: slug by every name that an area goes by, in small letters.

    Raises:
        RollColumnUnknown: an area that is none, or a postal code of two areas.
    """
    found: dict[str, str] = {}
    for line in text.splitlines():
        name, _, codes = line.partition(":")
        if not line.strip():
            continue
        slug = areas.get(name.strip().casefold())
        if slug is None:
            raise RollColumnUnknown(value=name.strip()[:80])
        for code in codes.replace(",", " ").split():
            if found.setdefault(code, slug) != slug:
                raise RollColumnUnknown(value=code[:80])
    return found
