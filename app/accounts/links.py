"""Settings, and which addresses may be followed after logging in."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import current_app

if TYPE_CHECKING:
    from app.config import Config


def settings() -> "Config":
    """The application's settings."""
    found: Config = current_app.extensions["puistokatu"]
    return found


def own_path(address: str | None) -> str | None:
    r"""The address, if it is a path of this very site; else nothing.

    Browsers read a backslash as a slash and skip control characters, which makes
    "/\evil.example" somebody else's site.
    """
    if not address or not address.startswith("/") or address.startswith("//"):
        return None
    if "\\" in address or not address.isprintable():
        return None
    parts = urlsplit(address)
    return None if parts.scheme or parts.netloc else address
