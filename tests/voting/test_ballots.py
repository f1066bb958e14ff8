from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import AuditEntry
from tests.factories.ballots import (
    CLOSES,
    OPENS,
    Vote,
    cast_by,
    new_key,
    open_vote_with,
    voter_in,
    with_ballot,
)
from voting.ballots import (
    cast,
    current_receipt,
    withdraw,
)
from voting.errors import (
    NothingToWithdraw,
    NotOnTheRoll,
    ReceiptUnknown,
    VoteAlreadyCast,
    VoteClosed,
)
from voting.models import AreaKind, BoxBallot, BoxCast, Stage, Voter
from voting.papers import areas_open_to

HOMES_AND_ALL = [AreaKind.HOME, AreaKind.HOME, AreaKind.EVERYONE]


@pytest.fixture
def vote(session: Session, tmp_path: Path) -> Vote:
    return open_vote_with(session, tmp_path)


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def box(session: Session) -> list[Any]:
    rows = session.scalars(select(BoxBallot).order_by(BoxBallot.area_id))
    return [row.choices for row in rows]


def test_a_cast_puts_one_ballot_into_the_box(session: Session, vote: Vote) -> None:
    voter = voter_in(session, vote)
    moment = OPENS + timedelta(hours=3, minutes=17, seconds=5)
    receipt = cast_by(session, vote, voter, now=moment, area0=["a0-3", "a0-1"])
    assert box(session) == [[["a0-1", 1], ["a0-3", 1]]]
    assert receipt.round == vote.slug
    assert [area for area, _ in receipt.codes] == ["area0"]
    assert receipt.hour == OPENS + timedelta(hours=3)
    assert voter.voted_hour == OPENS + timedelta(hours=3)
    assert voter.channel == "web"


def test_casting_writes_nothing_into_the_log(session: Session, vote: Vote) -> None:
    cast_by(session, vote, voter_in(session, vote), area0=["a0-1"])
    assert count(session, AuditEntry) == 0


def test_the_box_knows_a_tag_and_no_voter(session: Session, vote: Vote) -> None:
    voter = voter_in(session, vote)
    cast_by(session, vote, voter, area0=["a0-1"])
    ballot = session.scalars(select(BoxBallot)).one()
    assert ballot.tag == vote.keys.tag(voter.id)
    assert voter.person_key != ballot.tag
    assert {c.name for c in BoxBallot.__table__.columns} == {
        "id",
        "round_id",
        "area_id",
        "tag",
        "version",
        "choices",
    }


def test_a_changed_vote_replaces_the_ballot_and_voids_the_code(
    session: Session, vote: Vote
) -> None:
    voter = voter_in(session, vote)
    first = cast_by(session, vote, voter, area0=["a0-1"])
    second = cast_by(session, vote, voter, area0=["a0-2"])
    assert box(session) == [[["a0-2", 1]]]
    assert first.codes != second.codes
    assert current_receipt(session, vote.round, voter, keys=vote.keys) == second


def test_the_same_choices_again_have_a_new_code(session: Session, vote: Vote) -> None:
    voter = voter_in(session, vote)
    codes = {cast_by(session, vote, voter, area0=["a0-1"]).codes for _ in range(5)}
    assert len(codes) == 5
    assert count(session, BoxBallot) == 1


def test_an_old_code_is_not_revived_by_leaving_and_coming_back(
    session: Session, tmp_path: Path
) -> None:
    vote = open_vote_with(session, tmp_path, kinds=[AreaKind.FREE, AreaKind.FREE])
    voter = voter_in(session, vote)
    seen = set()
    for area, code in (("area0", "a0-1"), ("area1", "a1-1")) * 3:
        receipt = cast_by(session, vote, voter, **{area: [code]})
        assert count(session, BoxBallot) == 1
        seen.add(receipt.codes)
    assert len(seen) == 6


def test_a_change_can_be_forbidden(session: Session, vote: Vote) -> None:
    vote = with_ballot(vote, change_allowed=False)
    voter = voter_in(session, vote)
    cast_by(session, vote, voter, area0=["a0-1"])
    with pytest.raises(VoteAlreadyCast):
        cast_by(session, vote, voter, area0=["a0-2"])
    assert box(session) == [[["a0-1", 1]]]


def test_a_retry_with_the_same_key_answers_the_first_receipt(
    session: Session, vote: Vote
) -> None:
    voter, key = voter_in(session, vote), new_key()
    first = cast_by(session, vote, voter, key=key, area0=["a0-1"])
    later = OPENS + timedelta(hours=9)
    again = cast_by(session, vote, voter, key=key, now=later, area0=["a0-2"])
    assert again == first
    assert box(session) == [[["a0-1", 1]]]
    assert count(session, BoxCast) == 1


def test_a_retry_is_answered_after_the_close_as_well(
    session: Session, vote: Vote
) -> None:
    voter, key = voter_in(session, vote), new_key()
    first = cast_by(session, vote, voter, key=key, area0=["a0-1"])
    vote.round.stage = Stage.CLOSED
    assert cast_by(session, vote, voter, key=key, now=CLOSES, area0=["a0-1"]) == first
    with pytest.raises(VoteClosed):
        cast_by(session, vote, voter, now=CLOSES, area0=["a0-1"])


def test_another_voter_with_the_key_finds_nothing(session: Session, vote: Vote) -> None:
    key = new_key()
    cast_by(session, vote, voter_in(session, vote), key=key, area0=["a0-1"])
    with pytest.raises(ReceiptUnknown):
        cast_by(session, vote, voter_in(session, vote), key=key, area0=["a0-1"])
    assert count(session, BoxBallot) == 1


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "with spaces in the key"])
def test_a_key_that_no_page_of_ours_made_is_refused(
    session: Session, vote: Vote, key: str
) -> None:
    voter = voter_in(session, vote)
    with pytest.raises(ReceiptUnknown):
        cast(
            session,
            vote.round,
            vote.manifest,
            voter,
            {"area0": ["a0-1"]},
            key=key,
            now=OPENS,
            keys=vote.keys,
        )


def test_a_row_of_another_round_is_not_on_this_roll(
    session: Session, vote: Vote, tmp_path: Path
) -> None:
    stranger = voter_in(session, open_vote_with(session, tmp_path))
    with pytest.raises(NotOnTheRoll):
        cast_by(session, vote, stranger, area0=["a0-1"])


def test_a_blank_ballot_counts_where_it_is_allowed(
    session: Session, vote: Vote
) -> None:
    vote = with_ballot(vote, blank_allowed=True)
    receipt = cast_by(session, vote, voter_in(session, vote), area0=[])
    assert box(session) == [[]]
    assert len(receipt.codes) == 1


def test_somebody_votes_at_home_and_where_everyone_does(
    session: Session, tmp_path: Path
) -> None:
    vote = open_vote_with(session, tmp_path, kinds=HOMES_AND_ALL)
    voter = voter_in(session, vote, home="area0")
    open_to = areas_open_to(vote.manifest, "area0")
    assert [area.slug for area in open_to] == ["area0", "area2"]
    receipt = cast_by(session, vote, voter, area0=["a0-1"], area2=["a2-2"])
    assert len(receipt.codes) == 2
    assert len({code for _, code in receipt.codes}) == 2


def test_moving_to_the_right_home_moves_the_ballot(
    session: Session, tmp_path: Path
) -> None:
    vote = open_vote_with(session, tmp_path, kinds=HOMES_AND_ALL)
    voter = voter_in(session, vote, home="area0")
    cast_by(session, vote, voter, area0=["a0-1"], area2=["a2-1"])
    cast_by(session, vote, voter, home="area1", area1=["a1-1"], area2=["a2-1"])
    assert box(session) == [[["a1-1", 1]], [["a2-1", 1]]]
    assert voter.home_area_id == vote.round.areas[1].id


def test_a_change_takes_out_what_is_no_longer_chosen(
    session: Session, tmp_path: Path
) -> None:
    vote = open_vote_with(session, tmp_path, kinds=HOMES_AND_ALL)
    voter = voter_in(session, vote, home="area0")
    cast_by(session, vote, voter, area0=["a0-1"], area2=["a2-1"])
    receipt = cast_by(session, vote, voter, area2=["a2-2"])
    assert box(session) == [[["a2-2", 1]]]
    assert [area for area, _ in receipt.codes] == ["area2"]


def take_back(session: Session, vote: Vote, voter: Voter) -> None:
    withdraw(session, vote.round, vote.manifest, voter, now=OPENS, keys=vote.keys)


def test_a_withdrawn_vote_leaves_nothing_and_its_code_never_counts(
    session: Session, vote: Vote
) -> None:
    voter = voter_in(session, vote)
    key = new_key()
    first = cast_by(session, vote, voter, key=key, area0=["a0-1"])
    take_back(session, vote, voter)
    assert box(session) == []
    assert (voter.voted_hour, voter.channel, voter.has_draft) == (None, None, False)
    assert current_receipt(session, vote.round, voter, keys=vote.keys) is None
    # The button of the old review page brings nothing back.
    assert cast_by(session, vote, voter, key=key, area0=["a0-1"]).repeated
    assert box(session) == []
    second = cast_by(session, vote, voter, area0=["a0-1"])
    assert box(session) == [[["a0-1", 1]]]
    assert set(first.codes).isdisjoint(second.codes)


def test_what_was_not_cast_or_cannot_change_is_not_withdrawn(
    session: Session, vote: Vote
) -> None:
    voter = voter_in(session, vote)
    with pytest.raises(NothingToWithdraw):
        take_back(session, vote, voter)
    cast_by(session, vote, voter, area0=["a0-1"])
    with pytest.raises(VoteAlreadyCast):
        take_back(session, with_ballot(vote, change_allowed=False), voter)
    vote.round.stage = Stage.CLOSED
    with pytest.raises(VoteClosed):
        take_back(session, vote, voter)
    assert box(session) == [[["a0-1", 1]]]
