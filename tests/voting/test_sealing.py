import hashlib
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.audit import SYSTEM, check_chain, entries, round_chain
from core.db import Base
from core.errors import DomainError
from tests.factories.ballots import (
    CLOSES,
    Vote,
    cast_by,
    open_vote_with,
    voter_in,
    with_ballot,
)
from voting.errors import AlreadySealed, NotReconciled, SealMismatch, VoteStillOpen
from voting.keys import destroy_round_keys
from voting.models import (
    AreaKind,
    BoxBallot,
    BoxCast,
    SealedBallot,
    SealedReceipt,
    Stage,
)
from voting.receipts import receipts_by_area, receipts_hash
from voting.sealing import (
    ballots_in_the_box,
    check_may_seal,
    compare_copy,
    empty_box,
    seal_copy,
    sealed_hash,
)

KINDS = [AreaKind.HOME, AreaKind.EVERYONE]


@pytest.fixture
def vote(session: Session, tmp_path: Path) -> Vote:
    """Twenty voters have cast in two areas, one of them blank."""
    vote = with_ballot(
        open_vote_with(session, tmp_path, kinds=KINDS), blank_allowed=True
    )
    for number in range(20):
        picks = [f"a1-{1 + number % 3}"] if number else []
        voter = voter_in(session, vote, home="area0")
        cast_by(session, vote, voter, area0=["a0-1", "a0-2"], area1=picks)
    vote.round.stage = Stage.RECONCILED
    session.flush()
    return vote


def seal(session: Session, vote: Vote) -> str:
    return seal_copy(session, vote.round, keys=vote.keys, actor=SYSTEM, now=CLOSES)


def whole(session: Session, vote: Vote) -> str:
    digest = seal(session, vote)
    compare_copy(session, vote.round)
    destroy_round_keys(vote.key_dir, vote.slug)
    empty_box(session, vote.round)
    return digest


def choices(session: Session, model: Any) -> list[str]:
    return sorted(map(str, session.scalars(select(model.choices))))


def test_every_ballot_is_copied_blank_ones_too(session: Session, vote: Vote) -> None:
    before = choices(session, BoxBallot)
    whole(session, vote)
    assert choices(session, SealedBallot) == before
    assert before.count("[]") == 1
    assert len(choices(session, SealedBallot)) == 40
    assert ballots_in_the_box(session, vote.round) == 0
    assert vote.round.stage is Stage.SEALED


def test_every_counted_ballot_has_its_receipt_code(
    session: Session, vote: Vote
) -> None:
    vote.round.stage = Stage.VOTING
    voter = voter_in(session, vote, home="area0")
    old = cast_by(session, vote, voter, area0=["a0-1"])
    new = cast_by(session, vote, voter, area0=["a0-2"])
    vote.round.stage = Stage.RECONCILED
    whole(session, vote)
    codes = [(area.slug, code) for area, code in receipts_by_area(session, vote.round)]
    assert len(codes) == 41
    assert codes == sorted(codes)
    assert set(new.codes) <= set(codes)
    assert not set(old.codes) & set(codes)


def test_the_log_holds_count_and_hash_and_no_voter(
    session: Session, vote: Vote
) -> None:
    digest = whole(session, vote)
    chain = round_chain(vote.slug)
    assert check_chain(session, chain) is None
    entry = list(entries(session, chain))[-1]
    assert entry.action == "ballots.sealed"
    assert entry.facts == {
        "ballots": 40,
        "sha256": digest,
        "receipts_sha256": receipts_hash(session, vote.round),
    }


def test_the_hash_can_be_computed_by_hand(session: Session, vote: Vote) -> None:
    digest = whole(session, vote)
    lines = ['["area0",[["a0-1",1],["a0-2",1]]]'] * 20 + ['["area1",[]]']
    lines += [f'["area1",[["a1-{1 + n % 3}",1]]]' for n in range(1, 20)]
    text = "".join(line + "\n" for line in sorted(lines))
    assert digest == hashlib.sha256(text.encode()).hexdigest()
    assert digest == sealed_hash(session, vote.round)


def test_the_new_order_is_another_one(session: Session, tmp_path: Path) -> None:
    vote = open_vote_with(session, tmp_path, projects=40)
    for number in range(40):
        cast_by(session, vote, voter_in(session, vote), area0=[f"a0-{number + 1}"])
    vote.round.stage = Stage.RECONCILED
    seal(session, vote)
    order = [
        row[0][0]
        for row in session.scalars(
            select(SealedBallot.choices).order_by(SealedBallot.id)
        )
    ]
    cast_order = [f"a0-{number + 1}" for number in range(40)]
    assert sorted(order) == sorted(cast_order)
    assert order != cast_order
    box_order = session.scalars(select(BoxBallot.choices).order_by(BoxBallot.id)).all()
    assert [row[0][0] for row in box_order] not in (order, cast_order)


def test_receipts_and_ballots_do_not_stand_in_one_order(
    session: Session, tmp_path: Path
) -> None:
    vote = open_vote_with(session, tmp_path, projects=40)
    code_of = {}
    for number in range(40):
        receipt = cast_by(
            session, vote, voter_in(session, vote), area0=[f"a0-{number + 1}"]
        )
        code_of[f"a0-{number + 1}"] = receipt.codes[0][1]
    vote.round.stage = Stage.RECONCILED
    seal(session, vote)
    ballots = session.scalars(
        select(SealedBallot.choices).order_by(SealedBallot.id)
    ).all()
    codes = session.scalars(select(SealedReceipt.code).order_by(SealedReceipt.id)).all()
    side_by_side = [code_of[row[0][0]] for row in ballots]
    assert sorted(side_by_side) == sorted(codes)
    assert side_by_side != list(codes)


def test_nothing_in_the_schema_links_a_sealed_ballot(
    session: Session, vote: Vote
) -> None:
    tags = {tag for (tag,) in session.execute(select(BoxBallot.tag))}
    keys = {key for (key,) in session.execute(select(BoxCast.key))}
    whole(session, vote)
    for table in Base.metadata.sorted_tables:
        for row in session.execute(select(table)):
            text = repr(tuple(row))
            assert not any(secret in text for secret in tags | keys), table.name
    columns = {
        model: {column.name: column for column in model.__table__.columns}
        for model in (SealedBallot, SealedReceipt)
    }
    assert set(columns[SealedBallot]) == {
        "id",
        "round_id",
        "area_id",
        "choices",
        "extra",
    }
    assert set(columns[SealedReceipt]) == {"id", "round_id", "area_id", "code"}
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            assert key.column.table.name not in ("sealed_ballot", "sealed_receipt")
    assert set(session.scalars(select(SealedBallot.extra))) == {None}


@pytest.mark.parametrize(
    ("stage", "refusal"),
    [
        (Stage.VOTING, VoteStillOpen),
        (Stage.CLOSED, NotReconciled),
        (Stage.SEALED, AlreadySealed),
        (Stage.PUBLIC, AlreadySealed),
    ],
)
def test_sealing_has_its_one_moment(
    session: Session, vote: Vote, stage: Stage, refusal: type[DomainError]
) -> None:
    vote.round.stage = stage
    session.flush()
    with pytest.raises(refusal):
        check_may_seal(vote.round)
    with pytest.raises(refusal):
        seal(session, vote)
    assert len(choices(session, SealedBallot)) == 0


def test_a_box_that_is_the_only_copy_is_not_emptied(
    session: Session, vote: Vote
) -> None:
    with pytest.raises(NotReconciled):
        empty_box(session, vote.round)
    assert ballots_in_the_box(session, vote.round) == 40


def test_a_copy_that_differs_in_one_ballot_stops_everything(
    session: Session, vote: Vote
) -> None:
    seal(session, vote)
    one = session.scalar(select(func.min(SealedBallot.id)))
    session.execute(
        update(SealedBallot).where(SealedBallot.id == one).values(choices=[["a0-3", 1]])
    )
    with pytest.raises(SealMismatch):
        compare_copy(session, vote.round)
    with pytest.raises(SealMismatch):
        empty_box(session, vote.round)
    assert ballots_in_the_box(session, vote.round) == 40


def test_a_missing_receipt_stops_everything(session: Session, vote: Vote) -> None:
    seal(session, vote)
    session.delete(session.scalars(select(SealedReceipt).limit(1)).one())
    session.flush()
    with pytest.raises(SealMismatch):
        empty_box(session, vote.round)


def test_each_step_may_be_repeated(session: Session, vote: Vote) -> None:
    whole(session, vote)
    compare_copy(session, vote.round)
    destroy_round_keys(vote.key_dir, vote.slug)
    empty_box(session, vote.round)
    assert len(choices(session, SealedBallot)) == 40


def test_another_rounds_box_is_left_alone(
    session: Session, vote: Vote, tmp_path: Path
) -> None:
    other = open_vote_with(session, tmp_path)
    cast_by(session, other, voter_in(session, other), area0=["a0-1"])
    whole(session, vote)
    assert ballots_in_the_box(session, other.round) == 1


def test_an_empty_box_can_be_sealed(session: Session, tmp_path: Path) -> None:
    vote = open_vote_with(session, tmp_path, stage=Stage.RECONCILED)
    whole(session, vote)
    assert len(choices(session, SealedBallot)) == 0
