"""The ballots of counted rounds, ready for a rule, kept in memory for a while.

Sealed ballots never change and a manifest is frozen, so what was read once is right
as long as the process lives. A town has few rounds that people ask about at once.
"""

from collections import OrderedDict
from threading import Lock

from sqlalchemy.orm import Session

from voting.counted import counted_ballots
from voting.manifest import RuleManifest
from voting.models import Result
from voting.profile import Profile
from voting.tally import tally

MOST = 4

_kept: OrderedDict[tuple[str, str], Profile] = OrderedDict()
_lock = Lock()


def counted_profile(session: Session, result: Result) -> tuple[RuleManifest, Profile]:
    """The frozen rules of a result, and the very ballots that it was counted from."""
    manifest = RuleManifest.from_text(result.manifest.document)
    key = (result.profile_digest, result.manifest.sha256)
    with _lock:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
            return manifest, found
    found = counted_ballots(session, result, manifest)
    if found is None:
        found = tally(session, manifest, result.round)
    with _lock:
        _kept[key] = found
        while len(_kept) > MOST:
            _kept.popitem(last=False)
    return manifest, found
