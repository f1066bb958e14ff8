"""Rounds after the vote: sealed, counted, published."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core.audit import Actor
from tests.factories.rounds import OFFICIAL, open_round
from voting.models import Round, SealedBallot, Stage, Voter
from voting.results import count_round, publish_result

# Area, choices: 1 and 2 are in the north (60 000 e), 3 and 4 in the south (40 000 e).
BALLOTS: tuple[tuple[str, Sequence[str]], ...] = (
    ("north", ["1", "2"]),
    ("north", ["2"]),
    ("north", ["2"]),
    ("south", ["3", "4"]),
    ("south", ["4"]),
    ("south", []),
)


def sealed_round(
    session: Session,
    *,
    now: datetime,
    ballots: Sequence[tuple[str, Sequence[str]]] = BALLOTS,
    people: int = 4,
    **options: Any,
) -> Round:
    """An open round taken straight to its sealed ballots; `people` voted."""
    round_ = open_round(session, now=now, **options)
    areas = {area.slug: area.id for area in round_.areas}
    session.add_all(
        SealedBallot(
            round_id=round_.id,
            area_id=areas[area],
            choices=[[code, 1] for code in codes],
        )
        for area, codes in ballots
    )
    session.add_all(
        Voter(round_id=round_.id, person_key=f"{n:064}", voted_hour=now)
        for n in range(people)
    )
    round_.stage, round_.sealed_at = Stage.SEALED, now
    session.flush()
    return round_


def counted_round(
    session: Session, *, now: datetime, actor: Actor = OFFICIAL, **options: Any
) -> Round:
    """Sealed and counted; options as of `sealed_round`."""
    round_ = sealed_round(session, now=now, **options)
    count_round(session, round_, actor=actor, now=now)
    return round_


def published_round(
    session: Session,
    *,
    now: datetime,
    embargo_until: datetime | None = None,
    **options: Any,
) -> Round:
    """Everybody may read the result, from a moment on."""
    round_ = counted_round(session, now=now, **options)
    publish_result(
        session, round_, actor=OFFICIAL, now=now, embargo_until=embargo_until
    )
    return round_
