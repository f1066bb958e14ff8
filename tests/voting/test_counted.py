"""The packed ballots of a result are the very ones that it was counted from."""

from dataclasses import replace

import numpy as np
from sqlalchemy.orm import Session

from core.clock import FixedClock
from tests.factories.results import counted_round
from voting.counted import counted_ballots, keep_ballots
from voting.manifest import RuleManifest
from voting.models import CountedBallots, Result
from voting.results import current_result
from voting.tally import tally


def counted(session: Session, clock: FixedClock) -> tuple[Result, RuleManifest]:
    result = current_result(session, counted_round(session, now=clock.moment))
    assert result
    return result, RuleManifest.from_text(result.manifest.document)


def test_a_count_keeps_its_ballots_and_they_read_back_the_same(
    session: Session, clock: FixedClock
) -> None:
    result, manifest = counted(session, clock)
    found = counted_ballots(session, result, manifest)
    assert found
    again = tally(session, manifest, result.round)
    assert found.digest() == again.digest() == result.profile_digest
    assert found.limits == again.limits
    assert found.votes.tolist() == again.votes.tolist()


def test_ballots_that_are_missing_broken_or_others_are_not_used(
    session: Session, clock: FixedClock
) -> None:
    result, manifest = counted(session, clock)
    kept = session.get_one(CountedBallots, result.id)
    whole = kept.ballots
    for broken in (b"", whole[:-7], b"no ballots"):
        kept.ballots = broken
        assert counted_ballots(session, result, manifest) is None
    kept.ballots = whole
    profile = counted_ballots(session, result, manifest)
    assert profile
    others = replace(profile, weights=np.array(profile.weights) + 1)
    keep_ballots(session, result, others)
    assert counted_ballots(session, result, manifest) is None
    session.delete(kept)
    session.flush()
    assert counted_ballots(session, result, manifest) is None
