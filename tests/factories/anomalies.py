"""Votes in which one network casts for many."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.audit import Actor
from tests.factories.accounts import official
from tests.factories.ballots import CLOSES, OPENS, Vote, cast_by, voter_in
from voting.anomalies import Sign
from voting.exclusions import signs_of
from voting.models import Stage, Voter
from voting.sources import note_cast

LIBRARY, ATTACKER = "192.0.2.7", "198.51.100.20"


def votes_from(
    session: Session,
    vote: Vote,
    address: str,
    count: int,
    *,
    now: datetime = OPENS,
    channel: str = "account",
) -> list[Voter]:
    """So many voters cast from one address, as the booth does it."""
    found = []
    for _ in range(count):
        voter = voter_in(session, vote, now=now)
        cast_by(session, vote, voter, now=now, area0=["a0-1"])
        note_cast(
            session,
            vote.round,
            voter,
            address=address,
            channel=channel,
            keys=vote.keys,
            now=now,
        )
        found.append(voter)
    return found


def quiet_votes(session: Session, vote: Vote, count: int = 14) -> list[Voter]:
    """Voters from networks of their own."""
    return [
        votes_from(session, vote, f"203.0.{number}.1", 1)[0] for number in range(count)
    ]


def close(session: Session, vote: Vote) -> None:
    """The vote is over."""
    vote.round.stage, vote.round.closed_at = Stage.CLOSED, CLOSES
    session.flush()


def an_official(session: Session, name: str) -> Actor:
    """Somebody who may decide."""
    account = official(session)
    return Actor(role="official", name=name, account_id=account.id)


def burst_of(session: Session, vote: Vote) -> Sign:
    """The one burst that there is to see."""
    found = signs_of(session, vote.round, keys=vote.keys)
    return next(sign for sign in found if sign.kind.value == "burst")
