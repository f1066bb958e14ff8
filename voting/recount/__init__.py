"""The bundle with which an outsider recounts a published round, and our own check."""

from core.zips import packed
from voting.recount.bundle import (
    Published,
    bundle_files,
    own_program,
    sums_sha256,
)
from voting.recount.engine import recompute
from voting.recount.verify import SUMS, Bundle, check, place, unpack

__all__ = [
    "SUMS",
    "Bundle",
    "Published",
    "bundle_files",
    "check",
    "own_program",
    "packed",
    "place",
    "recompute",
    "sums_sha256",
    "unpack",
]
