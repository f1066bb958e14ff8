"""The days that META states, as moments and back."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

FORMAT = "%d.%m.%Y"


def vote_dates(meta: Mapping[str, str]) -> tuple[datetime | None, datetime | None]:
    """Beginning and end of the vote, where both are days and in their order."""
    begin, end = _day(meta.get("date_begin", "")), _day(meta.get("date_end", ""))
    if begin is None or end is None or end < begin:
        return None, None
    return begin, end + timedelta(days=1)


def written(moment: str | None) -> str:
    """A manifest's moment as META writes days; `1970` is never needed but valid."""
    if moment is None:
        return "1970"
    return datetime.fromisoformat(moment).strftime(FORMAT)


def _day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None
