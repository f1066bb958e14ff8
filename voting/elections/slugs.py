"""Addresses made of names in any European language."""

import re
import unicodedata
from collections.abc import Iterator

LONGEST = 60
# Letters that Unicode does not take apart.
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
)


def slugify(name: str) -> str:
    """Small letters, digits and hyphens; empty where nothing of a name remains."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode())
    return "-".join(words)[:LONGEST].strip("-")


def numbered(base: str) -> Iterator[str]:
    """base, base-2, base-3, ... without an end."""
    yield base
    number = 1
    while True:
        number += 1
        yield f"{base}-{number}"


class Slugs:
    """Gives each name an address of its own."""

    def __init__(self, default: str) -> None:
        self.default, self.given = default, set[str]()

    def of(self, name: str) -> str:
        """A new address; equal names get different ones."""
        base = slugify(name) or self.default
        slug = next(each for each in numbered(base) if each not in self.given)
        self.given.add(slug)
        return slug
