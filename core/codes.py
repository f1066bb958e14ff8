"""Codes on paper: printed in groups, read aloud and typed without mistakes."""

import secrets

# Crockford's alphabet: no I, L, O, U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("ILO", "110", "- ")
# 15 characters of five bits and a check character, in groups of four.
CODE_LENGTH = 15
GROUP = 4


def new_code(length: int = CODE_LENGTH) -> str:
    """A code for a letter: 75 random bits and a check character."""
    return written_code(secrets.randbits(5 * length), length)


def normalized_code(text: str, length: int = CODE_LENGTH) -> str | None:
    """A code as we write it; None where it was misread."""
    code = text.upper().translate(_MISREAD)
    if len(code) != length + 1 or set(code) - set(ALPHABET):
        return None
    if _check_character(code[:-1]) != code[-1]:
        return None
    return _grouped(code)


def written_code(number: int, length: int = CODE_LENGTH) -> str:
    """The last 75 bits of a number as a code: `7K3Q-0ZXV-M9RT-2B4F`."""
    data = "".join(ALPHABET[number >> 5 * i & 31] for i in range(length))
    return _grouped(data + _check_character(data))


def _grouped(code: str) -> str:
    return "-".join(code[i : i + GROUP] for i in range(0, len(code), GROUP))


def _check_character(data: str) -> str:
    """Luhn's scheme over our 32 characters: sees every single misread one."""
    total = 0
    for place, character in enumerate(reversed(data)):
        value = ALPHABET.index(character) * (2 if place % 2 == 0 else 1)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]
