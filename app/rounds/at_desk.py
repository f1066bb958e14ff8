"""A browser at a service point, which an official has opened for one resident.

The browser's cookie says which session it is in; whether that still runs is asked of
the database before each page.
"""

from dataclasses import dataclass
from datetime import datetime

from flask import g
from flask import session as cookie

from app.access import ASSISTED


@dataclass(frozen=True, slots=True)
class Assisted:
    """The session that runs in this browser."""

    slug: str
    number: int
    ends_at: datetime
    seconds_left: int
    has_cast: bool
    # Whether the pages are written larger.
    large: bool


def is_at_desk(slug: str) -> bool:
    """Whether this browser was opened at a service point, for this round."""
    said = cookie.get(ASSISTED)
    return isinstance(said, dict) and said.get("slug") == slug


def assisted_here() -> Assisted | None:
    """What `assisted.watch` has found of the session in this browser."""
    found: Assisted | None = g.get("assisted")
    return found
