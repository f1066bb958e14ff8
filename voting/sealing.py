"""Sealing: the ballots leave the box in random order, and the way back is burnt.

Seven steps, each of which may be repeated after a crash: copy (with count and hash,
in one transaction), compare the copy with the box, write the round out, read that back
into an empty database (`copies`), destroy the key, empty the box, and make the
database forget what was deleted. Nothing is destroyed before both copies stand.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from secrets import SystemRandom
from typing import Any

from sqlalchemy import Engine, delete, func, insert, select
from sqlalchemy.orm import Session

from core.audit import Actor, record, round_chain
from voting.errors import (
    AlreadySealed,
    NotReconciled,
    RollAndBoxDiffer,
    SealMismatch,
    VoteStillOpen,
)
from voting.exclusions import settle_exclusions
from voting.keys import RoundKeys, has_box_key
from voting.models import (
    PAPER,
    AnomalyVoter,
    AssistedSession,
    BoothPass,
    BoxBallot,
    BoxCast,
    CastSource,
    ClassBatch,
    ClassCode,
    Draft,
    PaperBatch,
    PaperCard,
    PaperEnvelope,
    RefusedTry,
    RollCode,
    RollContact,
    Round,
    SealedBallot,
    SealedReceipt,
    Stage,
    Voter,
)
from voting.receipts import receipts_hash
from voting.rounds import locked
from voting.turnout import settle_turnout

CHUNK = 2000
# What is emptied, and then, with the ways in, written anew without the old rows.
BOX = (
    *(BoxBallot, BoxCast, Draft, PaperCard, PaperEnvelope),
    *(CastSource, RefusedTry, AnomalyVoter),
)
# What nobody needs any more: codes, passes, addresses. They lead to the roll only.
# A pass names its session at a service point, so it goes before that.
WAYS_IN = (
    *(RollCode, ClassCode, ClassBatch),
    *(BoothPass, AssistedSession, RollContact),
)


def check_may_seal(round_: Round) -> None:
    """Refuse to begin where the box is not ready.

    Raises:
        VoteStillOpen, NotReconciled, AlreadySealed: by how far the round has come.
    """
    if round_.stage.order < Stage.CLOSED.order:
        raise VoteStillOpen
    if round_.stage is Stage.CLOSED:
        raise NotReconciled
    if round_.stage is not Stage.RECONCILED:
        raise AlreadySealed


def is_broken_off(session: Session, round_: Round, key_dir: Path) -> bool:
    """Whether a sealing has begun and not ended: the key or the box is still there."""
    if round_.stage.order < Stage.SEALED.order:
        return False
    return has_box_key(key_dir, round_.slug) or bool(
        ballots_in_the_box(session, round_)
    )


def seal_copy(
    session: Session,
    round_: Round,
    *,
    keys: RoundKeys,
    actor: Actor,
    now: datetime,
) -> str:
    """Copy ballots and receipts out, each list in a random order of its own.

    First the ballots are left out whose voters have voted on paper since; then roll
    and box are compared. Those on
    paper come among the others, without card and batch and without a receipt; the log
    says how many they are in each area. Ids follow the random order. The stage and
    the log entry with count and hash are of the same transaction: there is a whole
    copy or none.

    Raises:
        VoteStillOpen, NotReconciled, AlreadySealed: see `check_may_seal`.
        RollAndBoxDiffer: see `check_roll_and_box`.
        SealMismatch: the copy does not hold what the box holds.
    """
    round_ = locked(session, round_.id)
    check_may_seal(round_)
    _leave_out_replaced(session, round_, keys)
    check_roll_and_box(session, round_, keys)
    settle_exclusions(session, round_, keys=keys, actor=actor, now=now)
    rows = session.execute(
        select(
            BoxBallot.area_id, BoxBallot.choices, BoxBallot.tag, BoxBallot.version
        ).where(BoxBallot.round_id == round_.id)
    ).all()
    slugs = {area.id: area.slug for area in round_.areas}
    ballots: list[dict[str, Any]] = [
        {"round_id": round_.id, "area_id": row.area_id, "choices": row.choices}
        for row in rows
    ]
    on_paper: Counter[str] = Counter()
    for area, choices in _cards(session, round_):
        ballots.append({"round_id": round_.id, "area_id": area, "choices": choices})
        on_paper[slugs[area]] += 1
    receipts: list[dict[str, Any]] = [
        {
            "round_id": round_.id,
            "area_id": row.area_id,
            "code": keys.receipt_code(row.tag, slugs[row.area_id], row.version),
        }
        for row in rows
    ]
    _write(session, SealedBallot, ballots)
    _write(session, SealedReceipt, receipts)
    compare_copy(session, round_)
    settle_turnout(session, round_, now=now)
    digest = sealed_hash(session, round_)
    facts: dict[str, Any] = {
        "ballots": len(ballots),
        "sha256": digest,
        "receipts_sha256": receipts_hash(session, round_),
    }
    if on_paper:
        facts["on_paper"] = dict(sorted(on_paper.items()))
    round_.stage, round_.sealed_at = Stage.SEALED, now
    record(
        session,
        actor,
        "ballots.sealed",
        now=now,
        chain=round_chain(round_.slug),
        **facts,
    )
    return digest


def check_roll_and_box(session: Session, round_: Round, keys: RoundKeys) -> None:
    """Who voted by the roll, and not on paper, has ballots in the box, and nobody else.

    Whatever went wrong before, with a wrong key file or by hand in the database, is
    seen here, where the key can still tell whose ballots are whose.

    Raises:
        RollAndBoxDiffer: params: without_ballot, without_voter.
    """
    voted = session.scalars(
        select(Voter.id).where(
            Voter.round_id == round_.id,
            Voter.voted_hour.is_not(None),
            func.coalesce(Voter.channel, "") != PAPER,
        )
    )
    by_the_roll = {keys.tag(voter) for voter in voted}
    in_the_box = set(
        session.scalars(
            select(BoxBallot.tag).where(BoxBallot.round_id == round_.id).distinct()
        )
    )
    if by_the_roll != in_the_box:
        raise RollAndBoxDiffer(
            without_ballot=len(by_the_roll - in_the_box),
            without_voter=len(in_the_box - by_the_roll),
        )


def compare_copy(
    session: Session, round_: Round, *, sealed: Session | None = None
) -> None:
    """Ballot for ballot: the copy holds what the box and the counted cards hold.

    There is a receipt for each ballot of the box, and none for a card. Where the box
    has been emptied already there is nothing to compare.

    Args:
        session: where the box is.
        round_: whose.
        sealed: where the copy is, if it is in another database.

    Raises:
        SealMismatch: params: box, sealed (how many).
    """
    box = _counted(session, BoxBallot, round_)
    cast = box.total()
    box.update(_line(str(area), choices) for area, choices in _cards(session, round_))
    if not box:
        return
    there = sealed or session
    ballots = _counted(there, SealedBallot, round_)
    receipts = there.scalar(
        select(func.count())
        .select_from(SealedReceipt)
        .where(SealedReceipt.round_id == round_.id)
    )
    if box != ballots or receipts != cast:
        raise SealMismatch(box=box.total(), sealed=ballots.total())


def empty_box(session: Session, round_: Round) -> None:
    """Delete the box, the casts and the drafts of a sealed round; may be repeated.

    With them go the cards and envelopes of those who voted on paper, the codes of
    letters and of school classes, the passes into the booth and the addresses.

    Raises:
        NotReconciled: the round is not sealed: its box is the only copy.
        SealMismatch: the copy is not the box.
    """
    round_ = locked(session, round_.id)
    if round_.stage.order < Stage.SEALED.order:
        raise NotReconciled
    compare_copy(session, round_)
    for model in (*BOX, *WAYS_IN):
        session.execute(delete(model).where(model.round_id == round_.id))


def forget_deleted_rows(engine: Engine) -> bool:
    """Write the emptied tables anew, so that no deleted row stays in their files.

    Outside of any transaction, and short: other rounds' ballots are copied along.

    Returns:
        Whether it is done. A reader of an SQLite file can keep its log from being
        emptied for a moment; then it has to be asked for again.
    """
    if engine.dialect.name == "postgresql":
        outside = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        with outside as postgres:
            for model in (*BOX, *WAYS_IN):
                postgres.exec_driver_sql(f"VACUUM FULL {model.__tablename__}")
        return True
    # Past SQLAlchemy, which would begin a transaction, and VACUUM takes none.
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (busy, *_) = cursor.fetchone() or (1,)
        return not busy
    finally:
        connection.close()


def sealed_hash(session: Session, round_: Round) -> str:
    """SHA-256 over the sorted lines `["area",[["code",points],...]]` of all ballots.

    Whoever has the published ballots can compute it; the order says nothing.
    """
    slugs = {area.id: area.slug for area in round_.areas}
    lines = sorted(
        _line(slugs.get(area, ""), choices)
        for area, choices in _rows(session, SealedBallot, round_)
    )
    total = hashlib.sha256()
    for line in lines:
        total.update(line.encode() + b"\n")
    return total.hexdigest()


def ballots_in_the_box(session: Session, round_: Round) -> int:
    """How many ballots wait to be sealed."""
    return (
        session.scalar(
            select(func.count())
            .select_from(BoxBallot)
            .where(BoxBallot.round_id == round_.id)
        )
        or 0
    )


def _leave_out_replaced(session: Session, round_: Round, keys: RoundKeys) -> None:
    """Take out of the box whatever a voter cast whose envelope was accepted."""
    voters = session.scalars(
        select(PaperEnvelope.voter_id).where(
            PaperEnvelope.round_id == round_.id, PaperEnvelope.voter_id.is_not(None)
        )
    )
    tags = [keys.tag(voter) for voter in voters if voter is not None]
    for start in range(0, len(tags), CHUNK):
        session.execute(
            delete(BoxBallot).where(
                BoxBallot.round_id == round_.id,
                BoxBallot.tag.in_(tags[start : start + CHUNK]),
            )
        )


def _cards(session: Session, round_: Round) -> Iterable[tuple[int, list[Any]]]:
    """(area, choices) of the cards that two people have found to be ballots."""
    rows = session.execute(
        select(PaperBatch.area_id, PaperCard.choices)
        .join(PaperBatch, PaperCard.batch_id == PaperBatch.id)
        .where(PaperCard.round_id == round_.id, PaperCard.counted)
        .execution_options(yield_per=CHUNK)
    )
    return ((row[0], row[1]) for row in rows)


def _write(
    session: Session,
    model: type[SealedBallot | SealedReceipt],
    rows: list[dict[str, Any]],
) -> None:
    SystemRandom().shuffle(rows)
    for start in range(0, len(rows), CHUNK):
        session.execute(insert(model), rows[start : start + CHUNK])


def _rows(
    session: Session, model: type[BoxBallot | SealedBallot], round_: Round
) -> Iterable[tuple[int, list[Any]]]:
    query = select(model.area_id, model.choices).where(model.round_id == round_.id)
    result = session.execute(query.execution_options(yield_per=CHUNK))
    return ((row[0], row[1]) for row in result)


def _counted(
    session: Session, model: type[BoxBallot | SealedBallot], round_: Round
) -> Counter[str]:
    return Counter(
        _line(str(area), choices) for area, choices in _rows(session, model, round_)
    )


def _line(area: str, choices: list[Any]) -> str:
    return json.dumps([area, choices], ensure_ascii=False, separators=(",", ":"))
