"""From the sealed ballots and the frozen manifest to the profile that rules see."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from voting.manifest import RuleManifest
from voting.models import Round, SealedBallot
from voting.profile import Profile

CHUNK = 5000


def tally(session: Session, manifest: RuleManifest, round_: Round) -> Profile:
    """Count: one row for each sealed ballot, blank ones included.

    Reads nothing but the sealed ballots and the manifest: no live project, area or
    rule. A voter's ballots in two areas are two rows; an imported ballot may span
    areas.

    Raises:
        ProfileInvalid: a ballot names a project that the manifest does not have.
    """
    query = select(SealedBallot.choices).where(SealedBallot.round_id == round_.id)
    ballots = session.scalars(query.execution_options(yield_per=CHUNK))
    return manifest.profile(ballots)
