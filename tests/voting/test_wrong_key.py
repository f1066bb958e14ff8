"""A round's key file is replaced by another: nobody votes twice, nothing is sealed."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from core.audit import SYSTEM
from tests.factories.ballots import CLOSES, Vote, cast_by, open_vote_with, voter_in
from voting.ballots import cast_paper, withdraw
from voting.errors import RollAndBoxDiffer, RoundKeyMissing
from voting.keys import create_round_keys, destroy_round_keys, load_round_keys
from voting.models import BoxBallot, SealedBallot, Stage, Voter
from voting.sealing import seal_copy


@pytest.fixture
def vote(session: Session, tmp_path: Path) -> Vote:
    """Three people have voted, a fourth took it back, a fifth has not."""
    vote = open_vote_with(session, tmp_path)
    voters = [voter_in(session, vote) for _ in range(5)]
    for voter in voters[:4]:
        cast_by(session, vote, voter, area0=["a0-1"])
    given_up = {"now": vote.round.opened_at, "keys": vote.keys}
    withdraw(session, vote.round, vote.manifest, voters[3], **given_up)  # type: ignore[arg-type]
    return vote


def under_another_key(vote: Vote) -> Vote:
    destroy_round_keys(vote.key_dir, vote.slug)
    create_round_keys(vote.key_dir, vote.slug)
    return replace(vote, keys=load_round_keys(vote.key_dir, vote.slug))


def voters(session: Session) -> list[Voter]:
    return list(session.scalars(select(Voter).order_by(Voter.id)))


def seal(session: Session, vote: Vote) -> str:
    vote.round.stage = Stage.RECONCILED
    session.flush()
    return seal_copy(session, vote.round, keys=vote.keys, actor=SYSTEM, now=CLOSES)


def test_who_has_voted_is_no_second_voter_under_another_key(
    session: Session, vote: Vote
) -> None:
    other = under_another_key(vote)
    with pytest.raises(RoundKeyMissing):
        cast_by(session, other, voters(session)[0], area0=["a0-2"])
    assert session.scalar(select(func.count()).select_from(BoxBallot)) == 3
    # With the right one back it is a change, as it would have been.
    cast_by(session, vote, voters(session)[0], area0=["a0-2"])
    paper = cast_paper(session, vote.round, voters(session)[0], keys=vote.keys)
    assert paper.choices == {"area0": (("a0-2", 1),)}
    # Who took the vote back, and who has not voted, may.
    for voter in voters(session)[3:]:
        cast_by(session, vote, voter, area0=["a0-3"])
    assert seal(session, vote)


def test_under_another_key_nothing_is_sealed(session: Session, vote: Vote) -> None:
    with pytest.raises(RollAndBoxDiffer) as refused:
        seal(session, under_another_key(vote))
    assert refused.value.params == {"without_ballot": 3, "without_voter": 3}
    assert session.scalars(select(SealedBallot)).all() == []
    assert seal(session, vote)


def test_a_ballot_of_nobody_is_not_sealed(session: Session, vote: Vote) -> None:
    stranger = {"tag": "0" * 64, "choices": [["a0-1", 1]], "version": 1}
    (area,) = vote.round.areas
    session.add(BoxBallot(round_id=vote.round.id, area_id=area.id, **stranger))
    with pytest.raises(RollAndBoxDiffer) as refused:
        seal(session, vote)
    assert refused.value.params == {"without_ballot": 0, "without_voter": 1}


def test_a_ballot_that_has_gone_stops_the_sealing(session: Session, vote: Vote) -> None:
    tag = vote.keys.tag(voters(session)[0].id)
    session.execute(delete(BoxBallot).where(BoxBallot.tag == tag))
    with pytest.raises(RollAndBoxDiffer) as refused:
        seal(session, vote)
    assert refused.value.params == {"without_ballot": 1, "without_voter": 0}


def test_a_roll_that_forgot_a_voter_stops_the_sealing(
    session: Session, vote: Vote
) -> None:
    first = voters(session)[0].id
    session.execute(update(Voter).where(Voter.id == first).values(voted_hour=None))
    with pytest.raises(RollAndBoxDiffer):
        seal(session, vote)
