"""Whom a letter goes to."""

import json
from typing import NamedTuple

from core.keys import Cipher

LANGUAGE_CODES = {"fi": "fi", "sv": "sv", "se": "sv", "en": "en"}


class Letter(NamedTuple):
    """The address on an envelope, and the language inside ("" where unknown)."""

    name: str
    street: str
    postcode: str
    town: str
    language: str


def encrypt_letter(key: Cipher, person_key: str, letter: Letter) -> bytes:
    """As it is stored; it opens only beside its own person."""
    return key.encrypt(person_key, json.dumps(letter, ensure_ascii=False))


def read_letter(key: Cipher, person_key: str, stored: bytes) -> Letter:
    """What `encrypt_letter` has stored.

    Raises:
        TextUnreadable: it was changed, or the key is another.
    """
    return Letter(*json.loads(key.decrypt(person_key, stored)))
