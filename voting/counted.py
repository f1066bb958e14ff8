"""The ballots of a count, packed beside its result: read in a moment, not a minute.

Who asks what would have been otherwise waits for nothing but the rule.
"""

import io
import zlib
from dataclasses import replace

import numpy as np
from sqlalchemy.orm import Session

from voting.errors import ProfileInvalid
from voting.manifest import RuleManifest
from voting.models import CountedBallots, Result
from voting.profile import Profile

ARRAYS = ("indptr", "indices", "points", "weights")


def keep_ballots(session: Session, result: Result, profile: Profile) -> None:
    """Write down the distinct ballots that a result was counted from.

    They are what anybody may read of ballots once the result is public: merged and
    sorted, so that nothing is left of who cast them or when.
    """
    session.merge(CountedBallots(result_id=result.id, ballots=packed(profile)))
    session.flush()


def counted_ballots(
    session: Session, result: Result, manifest: RuleManifest
) -> Profile | None:
    """The profile of a result; None where it was not kept or is not the one counted."""
    found = session.get(CountedBallots, result.id)
    if found is None:
        return None
    try:
        profile = unpacked(found.ballots, manifest.profile(()))
    except (ValueError, KeyError, zlib.error, ProfileInvalid):
        return None
    return profile if profile.digest() == result.profile_digest else None


def packed(profile: Profile) -> bytes:
    """The rows of a profile, without the projects that they are about."""
    out = io.BytesIO()
    np.savez(out, **{name: getattr(profile, name) for name in ARRAYS})
    return zlib.compress(out.getvalue(), 1)


def unpacked(stored: bytes, without_ballots: Profile) -> Profile:
    """The profile that was packed, over the projects of an empty one.

    Raises:
        ValueError, KeyError, zlib.error, ProfileInvalid: it is something else.
    """
    with np.load(io.BytesIO(zlib.decompress(stored)), allow_pickle=False) as arrays:
        rows = {name: arrays[name] for name in ARRAYS}
    return replace(without_ballots, **rows)
