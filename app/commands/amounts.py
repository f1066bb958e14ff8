"""Amounts as a .pb file writes them: in its own unit, whole or with decimals."""

from decimal import Decimal
from typing import Any

from voting.outcome import MONEY, Reason


def amount(smallest: int, unit: int) -> int | float:
    """In the file's own unit: whole, or with its decimals."""
    whole, rest = divmod(smallest, unit)
    return whole if not rest else float(Decimal(smallest) / unit)


def in_units(reason: Reason, unit: int) -> dict[str, Any]:
    """The code and the numbers of a reason, its money in the file's own unit."""
    numbers = {
        key: amount(value, unit) if key in MONEY and isinstance(value, int) else value
        for key, value in reason.numbers.items()
    }
    return {"code": reason.code.value, **numbers}
