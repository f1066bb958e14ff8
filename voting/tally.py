"""From the sealed ballots and the frozen manifest to the profile that rules see."""

from array import array

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from voting.errors import ProfileInvalid
from voting.manifest import RuleManifest
from voting.models import Round, SealedBallot
from voting.profile import Profile

CHUNK = 5000


def tally(session: Session, manifest: RuleManifest, round_: Round) -> Profile:
    """Count: one row for each sealed ballot, blank ones included.

    Reads nothing but the sealed ballots and the manifest: no live project, area or
    rule. A voter's ballots in two areas are two rows; an imported ballot may span
    areas. The ballots are streamed, so memory holds three numbers for each choice.

    Raises:
        ProfileInvalid: a ballot names a project that the manifest does not have.
    """
    place = manifest.place()
    ballot, choice, points = array("q"), array("q"), array("q")
    number = 0
    query = select(SealedBallot.choices).where(SealedBallot.round_id == round_.id)
    for choices in session.scalars(query.execution_options(yield_per=CHUNK)):
        for code, given in choices:
            if code not in place:
                raise ProfileInvalid(why="unknown_project", project=code)
            ballot.append(number)
            choice.append(place[code])
            points.append(given)
        number += 1
    return Profile.from_choices(
        projects=[project.code for project in manifest.projects],
        costs=[project.cost for project in manifest.projects],
        budget=manifest.budget,
        unit=manifest.unit,
        ballot_type=manifest.ballot.type,
        ballot=np.frombuffer(ballot, np.int64),
        choice=np.frombuffer(choice, np.int64),
        points=np.frombuffer(points, np.int64),
        ballots=number,
        limits=manifest.limits(),
        conflicts=[(place[a], place[b]) for a, b in manifest.conflicts],
        needs=[(place[a], place[b]) for a, b in manifest.needs],
    )
