"""Days and years of birth, as registers write them."""

from datetime import date

OLDEST_YEAR = 1880
_DAYS = {"-": (0, 1, 2), ".": (2, 1, 0)}


def read_birth(written: str) -> date | int | None:
    """A day (`2001-05-14`, `14.5.2001`, `20010514`), a year, or None."""
    try:
        if written.isascii() and written.isdigit():
            if len(written) == 4:  # noqa: PLR2004 - the digits of a year
                year = int(written)
                return year if year >= OLDEST_YEAR else None
            return date.fromisoformat(written)
        for mark, order in _DAYS.items():
            if written.count(mark) == 2:  # noqa: PLR2004 - day, month, year
                parts = [int(part) for part in written.split(mark)]
                found = date(*(parts[i] for i in order))
                return found if found.year >= OLDEST_YEAR else None
    except ValueError:
        return None
    return None


def agree(told: date, born: date | int) -> bool:
    """Whether a day and a day, or a year, say the same."""
    return (told.year if isinstance(born, int) else told) == born
