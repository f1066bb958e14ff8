from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from core.audit import SYSTEM
from tests.factories.ballots import (
    CLOSES,
    Vote,
    cast_by,
    open_vote_with,
    voter_in,
    with_ballot,
)
from voting.errors import ProfileInvalid
from voting.models import AreaKind, Project, SealedBallot, Stage
from voting.sealing import seal_copy
from voting.tally import tally


@pytest.fixture
def vote(session: Session, tmp_path: Path) -> Vote:
    kinds = [AreaKind.HOME, AreaKind.EVERYONE]
    return with_ballot(
        open_vote_with(session, tmp_path, kinds=kinds), blank_allowed=True
    )


def put(session: Session, vote: Vote, *ballots: list[list[object]]) -> None:
    rows = [
        {"round_id": vote.round.id, "area_id": None, "choices": ballot}
        for ballot in ballots
    ]
    session.execute(insert(SealedBallot), rows)


def test_what_was_cast_is_what_is_counted(session: Session, vote: Vote) -> None:
    for picks in (["a0-1"], ["a0-1", "a0-3"], []):
        voter = voter_in(session, vote, home="area0")
        cast_by(session, vote, voter, area0=picks, area1=["a1-2"])
    vote.round.stage = Stage.RECONCILED
    seal_copy(session, vote.round, keys=vote.keys, actor=SYSTEM, now=CLOSES)
    profile = tally(session, vote.manifest, vote.round)
    votes = dict(zip(profile.projects, profile.votes.tolist(), strict=True))
    assert votes == {
        "a0-1": 2,
        "a0-2": 0,
        "a0-3": 1,
        "a1-1": 0,
        "a1-2": 3,
        "a1-3": 0,
    }
    assert profile.voters == 6
    assert profile.budget == 200_000_00
    assert [limit.maximum for limit in profile.limits] == [100_000_00] * 2


def test_the_order_of_the_ballots_does_not_matter(
    session: Session, vote: Vote, tmp_path: Path
) -> None:
    ballots: list[list[list[object]]] = [[["a0-1", 1]], [["a1-2", 1]], []]
    put(session, vote, *ballots)
    other = open_vote_with(session, tmp_path, kinds=[AreaKind.HOME, AreaKind.EVERYONE])
    put(session, other, *reversed(ballots))
    first = tally(session, vote.manifest, vote.round).digest()
    assert first == tally(session, other.manifest, other.round).digest()


def test_no_ballots_are_a_profile_too(session: Session, vote: Vote) -> None:
    profile = tally(session, vote.manifest, vote.round)
    assert profile.voters == 0
    assert profile.votes.tolist() == [0] * 6


def test_live_rows_change_nothing(session: Session, vote: Vote) -> None:
    put(session, vote, [["a0-1", 1]])
    before = tally(session, vote.manifest, vote.round).digest()
    for project in session.query(Project):
        project.cost_cents += 1
    vote.round.budget_cents = 1
    session.flush()
    assert tally(session, vote.manifest, vote.round).digest() == before


def test_a_ballot_for_an_unknown_project_is_refused(
    session: Session, vote: Vote
) -> None:
    put(session, vote, [["x", 1]])
    with pytest.raises(ProfileInvalid) as raised:
        tally(session, vote.manifest, vote.round)
    assert raised.value.params == {"why": "unknown_project", "project": "x"}


def test_many_ballots_are_streamed(session: Session, vote: Vote) -> None:
    put(session, vote, *([["a0-1", 1], ["a1-3", 1]] for _ in range(12_001)))
    profile = tally(session, vote.manifest, vote.round)
    assert profile.voters == 12_001
    assert profile.votes.sum() == 24_002
