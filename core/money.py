"""Money is integer cents; nothing here is ever a float."""

import re
from collections.abc import Sequence

_AMOUNT = re.compile(r"([0-9]+)(?:[.,]([0-9]{1,2}))?")
_SPACES = str.maketrans("", "", " \u00a0\u202f")


def parse_euros(text: str) -> int:
    """Cents in "12 400", "12400,50" or "12400.5 €".

    Raises:
        ValueError: it is not an amount of money, or negative.
    """
    match = _AMOUNT.fullmatch(text.translate(_SPACES).removesuffix("€"))
    if match is None:
        raise ValueError(text)
    euros, cents = match.groups(default="")
    return int(euros) * 100 + int(cents.ljust(2, "0"))


def split_by_weight(amount: int, weights: Sequence[int]) -> list[int]:
    """Split an amount in proportion to weights, to the cent, by largest remainder.

    Hamilton's method: everybody gets the whole part of the exact share; the cents
    that are left go to the largest fractions, the earlier of equal ones first.

    Args:
        amount: cents to split, at least 0.
        weights: one per part, at least 0 and not all 0 (inhabitants, say).

    Raises:
        ValueError: there is no weight to split by, or a negative one.
    """
    total = sum(weights)
    if total <= 0 or min(weights) < 0 or amount < 0:
        raise ValueError("nothing to split by")
    parts = [amount * weight // total for weight in weights]
    remainders = [amount * weight % total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-remainders[i], i))
    for index in by_remainder[: amount - sum(parts)]:
        parts[index] += 1
    return parts
