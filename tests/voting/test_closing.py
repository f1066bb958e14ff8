from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import Actor, check_chain, entries, round_chain
from tests.factories.ballots import CLOSES, OPENS, Vote, open_vote_with, voter_in
from voting.ballots import keep_draft
from voting.closing import close_if_due, close_vote, reconcile
from voting.errors import (
    AlreadyReconciled,
    ReasonNeeded,
    VoteAlreadyClosed,
    VoteNotOpenYet,
    VoteStillOpen,
)
from voting.models import Draft, Stage

OFFICIAL = Actor(role="official", name="Olli")


@pytest.fixture
def vote(session: Session, tmp_path: Path) -> Vote:
    return open_vote_with(session, tmp_path)


def log(session: Session, vote: Vote) -> list[tuple[str, str, dict[str, object]]]:
    chain = round_chain(vote.slug)
    assert check_chain(session, chain) is None
    return [(e.role, e.action, e.facts) for e in entries(session, chain)]


def test_closing_after_the_time_needs_no_reason(session: Session, vote: Vote) -> None:
    close_vote(session, vote.round, actor=OFFICIAL, now=CLOSES)
    assert vote.round.stage is Stage.CLOSED
    assert vote.round.closed_at == CLOSES
    assert log(session, vote) == [("official", "vote.closed", {})]


def test_closing_early_needs_a_public_reason(session: Session, vote: Vote) -> None:
    for nothing in ("", "   "):
        with pytest.raises(ReasonNeeded):
            close_vote(session, vote.round, actor=OFFICIAL, now=OPENS, reason=nothing)
    close_vote(session, vote.round, actor=OFFICIAL, now=OPENS, reason=" Storm ")
    assert log(session, vote) == [
        ("official", "vote.closed_early", {"reason": "Storm"})
    ]


def test_closing_twice_is_one_act_and_one_entry(session: Session, vote: Vote) -> None:
    close_vote(session, vote.round, actor=OFFICIAL, now=CLOSES)
    with pytest.raises(VoteAlreadyClosed):
        close_vote(session, vote.round, actor=OFFICIAL, now=CLOSES)
    assert len(log(session, vote)) == 1


def test_what_is_not_open_cannot_be_closed(session: Session, tmp_path: Path) -> None:
    vote = open_vote_with(session, tmp_path, stage=Stage.ANNOUNCED)
    with pytest.raises(VoteNotOpenYet):
        close_vote(session, vote.round, actor=OFFICIAL, now=OPENS)


def test_the_clock_closes_once(session: Session, vote: Vote) -> None:
    before = CLOSES - timedelta(seconds=1)
    assert not close_if_due(session, vote.slug, now=before)
    assert close_if_due(session, vote.slug, now=CLOSES)
    assert not close_if_due(session, vote.slug, now=CLOSES)
    assert not close_if_due(session, "no-such-round", now=CLOSES)
    assert [(role, action) for role, action, _ in log(session, vote)] == [
        ("system", "vote.closed")
    ]


def test_the_close_forgets_the_drafts(session: Session, vote: Vote) -> None:
    voter = voter_in(session, vote)
    keep_draft(
        session,
        vote.round,
        vote.manifest,
        voter,
        area="area0",
        codes=["a0-1"],
        now=OPENS,
        keys=vote.keys,
    )
    close_vote(session, vote.round, actor=OFFICIAL, now=CLOSES)
    session.expire_all()
    assert session.scalars(select(Draft)).all() == []
    assert not voter.has_draft


def test_reconciling_follows_the_close_and_happens_once(
    session: Session, vote: Vote
) -> None:
    with pytest.raises(VoteStillOpen):
        reconcile(session, vote.round, actor=OFFICIAL, now=CLOSES)
    close_vote(session, vote.round, actor=OFFICIAL, now=CLOSES)
    reconcile(session, vote.round, actor=OFFICIAL, now=CLOSES)
    with pytest.raises(AlreadyReconciled):
        reconcile(session, vote.round, actor=OFFICIAL, now=CLOSES)
    assert vote.round.stage is Stage.RECONCILED
    assert [action for _, action, _ in log(session, vote)] == [
        "vote.closed",
        "vote.reconciled",
    ]
