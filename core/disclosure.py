"""The smallest number of people that a published cell may speak of."""

MIN_CELL = 5


def shown(count: int, total: int, minimum: int = MIN_CELL) -> int | None:
    """A count that may be shown, or None: neither it nor the rest may be small.

    A cell of 0 says nothing about a person who took part, so it is shown.
    """
    if count == 0:
        return 0
    if count < minimum or 0 < total - count < minimum:
        return None
    return count
