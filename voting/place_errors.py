"""What is refused of places and outlines on the map."""

from typing import ClassVar

from core.errors import DomainError


class OutlinesUnreadable(DomainError):
    """Not a GeoJSON file of polygons."""

    code: ClassVar[str] = "outlines_unreadable"


class OutlinesTooLarge(DomainError):
    """A file of more bytes than anybody needs; params: megabytes."""

    code: ClassVar[str] = "outlines_too_large"


class OutlinesElsewhere(DomainError):
    """Not degrees of WGS 84, or not in the Nordic countries."""

    code: ClassVar[str] = "outlines_elsewhere"


class OutlinesOfNoArea(DomainError):
    """No feature is called as an area of the round is; params: names (of the file)."""

    code: ClassVar[str] = "outlines_of_no_area"
