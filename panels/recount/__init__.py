"""The check of a published draw: one file that needs nothing but Python, and README."""

from pathlib import Path

from panels.recount.verify import LIST, SUMS, Draw, check, is_draw, place, unpack

__all__ = [
    "LIST",
    "SUMS",
    "Draw",
    "check",
    "is_draw",
    "place",
    "program_files",
    "unpack",
]

_HERE = Path(__file__).parent


def program_files() -> dict[str, bytes]:
    """README.txt and verify.py of this version, as they go into a bundle."""
    return {name: (_HERE / name).read_bytes() for name in ("README.txt", "verify.py")}
