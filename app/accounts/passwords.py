"""Passwords: hashed with argon2, checked in the same time whether or not they exist."""

import unicodedata
from functools import cache
from secrets import token_urlsafe

from argon2 import PasswordHasher, Type
from argon2.exceptions import Argon2Error, InvalidHashError
from flask import current_app

SHORTEST, LONGEST = 12, 200
# "aaaaaaaaaaaa" is long and still the first guess.
LEAST_DIFFERENT = 5


@cache
def hasher(*, cheap: bool = False) -> PasswordHasher:
    """The hashing in force; the cheap one is for tests, which make hundreds."""
    if cheap:
        return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, type=Type.ID)
    return PasswordHasher()


def _hasher() -> PasswordHasher:
    return hasher(cheap=bool(current_app.config["TESTING"]))


@cache
def _nobodys_hash(hashing: PasswordHasher) -> str:
    return hashing.hash(token_urlsafe())


def hash_password(password: str) -> str:
    """The form in which a password is stored."""
    return _hasher().hash(_one_spelling(password))


def is_right(stored: str | None, password: str) -> bool:
    """Whether this is the password behind a stored hash.

    Where there is none (no such person, or no password yet), one that nobody knows
    is checked instead: the time taken tells nothing.
    """
    hashing = _hasher()
    try:
        hashing.verify(stored or _nobodys_hash(hashing), _one_spelling(password))
    except (Argon2Error, InvalidHashError):
        return False
    return bool(stored)


def is_outdated(stored: str) -> bool:
    """Whether the hash was made with older settings than today's."""
    return _hasher().check_needs_rehash(stored)


def is_too_simple(password: str) -> bool:
    """Whether the first guesses would find it."""
    return len(set(password.casefold())) < LEAST_DIFFERENT


def _one_spelling(password: str) -> str:
    """An ä typed on a Mac and one typed elsewhere are the same letter."""
    return unicodedata.normalize("NFKC", password)
