"""The codes of a class: made for a lesson, replaced one by one, ended.

Each of the three is two acts, and that is on purpose. The first writes the log and the
class, and does not touch the roll; the second holds the rows of the pupils. On
PostgreSQL a lock leaves its transaction's number on a row: in one act the log would
say who was in the class, long after its codes are gone. The log comes first, so that
nothing is done which it does not have.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import Session

from core.audit import Actor, record, round_chain
from core.db import unordered_id
from voting.class_errors import (
    ClassEnded,
    ClassEndsTooSoon,
    ClassLineUnknown,
    ClassMade,
    ClassOutsideVote,
    ClassOvertaken,
    ClassTooLong,
    ClassUndated,
    ClassUnknown,
)
from voting.classes.pupils import taken_pupils
from voting.codes import IssuedCode, hold_codes
from voting.entering import check_way
from voting.errors import VoteClosed
from voting.keys import RollKeys
from voting.manifest import RuleManifest
from voting.models import (
    BoothPass,
    ClassBatch,
    ClassCode,
    Round,
    Stage,
    Voter,
    Way,
)
from voting.opening import current_manifest, end_of_vote
from voting.roll_errors import NotInTheRegister
from voting.round_errors import RoundNotAnnounced

# A school day. Codes that work for longer lie about for longer.
LONGEST = timedelta(hours=8)
QUIETLY = {"synchronize_session": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """Who votes together, and when; `form_key` tells one form from the next."""

    school: str
    name: str
    opens_at: datetime
    ends_at: datetime
    form_key: str | None = None


def check_may_teach(session: Session, round_: Round, *, now: datetime) -> RuleManifest:
    """The rules by which a class votes, where any can.

    Raises:
        RoundNotAnnounced, VoteClosed: too early or too late.
        WayNotOpen: no class votes together in this round.
        ClassUndated: the vote has no dates.
    """
    if round_.stage is Stage.DRAFT:
        raise RoundNotAnnounced
    manifest = current_manifest(session, round_)
    ends = end_of_vote(round_, manifest)
    if round_.stage.order > Stage.VOTING.order or (ends and now >= ends):
        raise VoteClosed
    check_way(manifest, Way.CLASS)
    if manifest.opens is None or ends is None:
        raise ClassUndated
    return manifest


def check_lesson(
    session: Session, round_: Round, lesson: Lesson, *, now: datetime
) -> RuleManifest:
    """The same, and that the lesson lies within the vote.

    Raises:
        ClassMade: the same form has made its slips already.
        ClassEndsTooSoon, ClassTooLong, ClassOutsideVote: not such a lesson.
        others: see `check_may_teach`.
    """
    manifest = check_may_teach(session, round_, now=now)
    _check_not_made(session, round_, lesson)
    if lesson.ends_at <= max(lesson.opens_at, now):
        raise ClassEndsTooSoon
    if lesson.ends_at - lesson.opens_at > LONGEST:
        raise ClassTooLong(hours=LONGEST // timedelta(hours=1))
    opens = datetime.fromisoformat(manifest.opens or "")
    ends = end_of_vote(round_, manifest)
    if lesson.opens_at < opens or ends is None or lesson.ends_at > ends:
        raise ClassOutsideVote(opens=opens, ends=ends)
    return manifest


def begin_class(
    session: Session,
    round_: Round,
    lesson: Lesson,
    voter_ids: Sequence[int],
    *,
    keys: RollKeys,
    actor: Actor,
    now: datetime,
) -> ClassBatch:
    """The first act: the log, and a class without a slip; `fill_class` is the other.

    The log has the number and how many, neither the school nor anybody's name.

    Raises:
        ClassOvertaken: one of these pupils has got a slip in another class meanwhile.
        NotInTheRegister: a row that is not of this round, or not any more.
        others: see `check_lesson`.
    """
    round_ = hold_codes(session, round_, keys)
    check_lesson(session, round_, lesson, now=now)
    _check_pupils(session, round_, voter_ids, now)
    last = session.scalar(
        select(func.max(ClassBatch.number)).where(ClassBatch.round_id == round_.id)
    )
    batch = ClassBatch(
        round_id=round_.id,
        number=(last or 0) + 1,
        school=lesson.school,
        name=lesson.name,
        role=actor.role,
        made_at=now,
        opens_at=lesson.opens_at,
        ends_at=lesson.ends_at,
        slips=len(voter_ids),
        form_key=lesson.form_key,
    )
    session.add(batch)
    session.flush()
    record(
        session,
        actor,
        "class.made",
        now=now,
        chain=_chain(round_),
        number=batch.number,
        count=batch.slips,
    )
    return batch


def fill_class(
    session: Session,
    round_: Round,
    number: int,
    codes: Sequence[IssuedCode],
    *,
    keys: RollKeys,
    now: datetime,
) -> ClassBatch:
    """Make the codes of slips good that have been set already, in the list's order.

    A letter of the same people goes on working: whoever votes last, in whichever way,
    has that one vote. Codes of lessons that are over end for good.

    Raises:
        ClassEnded: somebody has ended the class between the acts.
        others: see `begin_class`.
    """
    round_ = hold_codes(session, round_, keys)
    batch = find_class(session, round_, number)
    if batch.revoked_at is not None:
        raise ClassEnded
    ids = [each.voter_id for each in codes]
    _check_pupils(session, round_, ids, now)
    _revoke_codes(session, ClassCode.voter_id.in_(ids))
    rows = [_row(batch, line, each, keys) for line, each in enumerate(codes, start=1)]
    session.execute(insert(ClassCode), rows)
    return batch


def pupil_at(session: Session, batch: ClassBatch, line: int, *, now: datetime) -> int:
    """The row of the roll at a place of the list, whose slip may be made anew.

    Raises:
        ClassEnded: the lesson is over, or the codes were ended.
        ClassLineUnknown: the list has no such place; params: line.
    """
    if batch.revoked_at is not None or now >= batch.ends_at:
        raise ClassEnded
    found = session.scalar(
        select(ClassCode.voter_id).where(
            ClassCode.batch_id == batch.id, ClassCode.line == line, ~ClassCode.revoked
        )
    )
    if found is None:
        raise ClassLineUnknown(line=line)
    return found


def note_replacement(
    session: Session,
    round_: Round,
    number: int,
    line: int,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """The first act of a new slip: the log says in which class, not whose.

    Raises:
        ClassUnknown: there is no such class.
        others: see `pupil_at` and `check_may_teach`.
    """
    check_may_teach(session, round_, now=now)
    pupil_at(session, find_class(session, round_, number), line, now=now)
    chain = _chain(round_)
    record(session, actor, "class.slip_replaced", now=now, chain=chain, number=number)


def replace_slip(
    session: Session,
    round_: Round,
    number: int,
    line: int,
    code: IssuedCode,
    *,
    keys: RollKeys,
    now: datetime,
) -> ClassBatch:
    """Make a slip good that was set in place of a lost one; the old code is dead.

    So is the pass that it has opened: perhaps the slip is in wrong hands. The new one
    opens the booth also where a vote has been cast with the old one, once.

    Raises:
        ClassUnknown: there is no such class.
        ClassLineUnknown: another pupil stands at this place, or nobody.
        others: see `pupil_at` and `check_may_teach`.
    """
    round_ = hold_codes(session, round_, keys)
    check_may_teach(session, round_, now=now)
    batch = find_class(session, round_, number)
    # In the order of whoever enters: the row of the roll, the code, the pass.
    session.get_one(Voter, code.voter_id, with_for_update=True, populate_existing=True)
    if pupil_at(session, batch, line, now=now) != code.voter_id:
        raise ClassLineUnknown(line=line)
    _revoke_codes(session, ClassCode.voter_id == code.voter_id)
    _end_passes(session, [code.voter_id])
    session.execute(insert(ClassCode), [_row(batch, line, code, keys)])
    return batch


def revoke_class(
    session: Session,
    round_: Round,
    number: int,
    *,
    keys: RollKeys,
    actor: Actor,
    now: datetime,
) -> ClassBatch:
    """The first act of an end: from here on its codes open nothing and cast nothing.

    Whoever has cast with a code keeps the vote, and sees the receipt a little longer.

    Raises:
        ClassUnknown: there is no such class.
    """
    round_ = hold_codes(session, round_, keys)
    batch = find_class(session, round_, number)
    if batch.revoked_at is not None:
        return batch
    batch.revoked_at = now
    good = select(func.count()).where(
        ClassCode.batch_id == batch.id, ~ClassCode.revoked
    )
    record(
        session,
        actor,
        "class.revoked",
        now=now,
        chain=_chain(round_),
        number=batch.number,
        count=session.scalar(good),
    )
    return batch


def clear_class(
    session: Session, round_: Round, number: int, *, keys: RollKeys
) -> None:
    """Delete the codes of a class that has ended, and the passes they have opened.

    Of those who have voted with theirs the pass stays. May be done again.

    Raises:
        ClassUnknown: there is no such class.
    """
    round_ = hold_codes(session, round_, keys)
    batch = find_class(session, round_, number)
    if batch.revoked_at is None:
        return
    good = select(ClassCode.voter_id).where(
        ClassCode.batch_id == batch.id, ~ClassCode.revoked
    )
    # Held before they are looked at: who is casting right now has cast, or has not.
    held = session.scalars(
        select(Voter.id).where(Voter.id.in_(good)).order_by(Voter.id).with_for_update()
    ).all()
    unused = session.scalars(good.where(~ClassCode.used)).all()
    _end_passes(session, [each for each in held if each in set(unused)])
    session.execute(
        delete(ClassCode).where(ClassCode.batch_id == batch.id),
        execution_options=QUIETLY,
    )


def find_class(session: Session, round_: Round, number: int) -> ClassBatch:
    """The class of this number.

    Raises:
        ClassUnknown: there is none.
    """
    found = session.scalar(
        select(ClassBatch).where(
            ClassBatch.round_id == round_.id, ClassBatch.number == number
        )
    )
    if found is None:
        raise ClassUnknown(number=number)
    return found


def _check_not_made(session: Session, round_: Round, lesson: Lesson) -> None:
    if lesson.form_key is None:
        return
    number = session.scalar(
        select(ClassBatch.number).where(
            ClassBatch.round_id == round_.id, ClassBatch.form_key == lesson.form_key
        )
    )
    if number is not None:
        raise ClassMade(number=number)


def _check_pupils(
    session: Session, round_: Round, voter_ids: Sequence[int], now: datetime
) -> None:
    there = select(Voter.id).where(Voter.round_id == round_.id, Voter.id.in_(voter_ids))
    if set(session.scalars(there)) != set(voter_ids):
        raise NotInTheRegister
    if taken_pupils(session, voter_ids, now):
        raise ClassOvertaken


def _chain(round_: Round) -> str:
    return round_chain(round_.slug)


def _row(
    batch: ClassBatch, line: int, code: IssuedCode, keys: RollKeys
) -> dict[str, object]:
    return {
        "id": unordered_id(),
        "round_id": batch.round_id,
        "batch_id": batch.id,
        "voter_id": code.voter_id,
        "line": line,
        "code_key": keys.code_key(code.code),
        "revoked": False,
        "used": False,
    }


def _revoke_codes(session: Session, which: ColumnElement[bool]) -> None:
    session.execute(
        update(ClassCode).where(which, ~ClassCode.revoked).values(revoked=True),
        execution_options=QUIETLY,
    )


def _end_passes(session: Session, voter_ids: Sequence[int]) -> None:
    session.execute(
        delete(BoothPass).where(
            BoothPass.voter_id.in_(voter_ids), BoothPass.way == Way.CLASS.value
        ),
        execution_options=QUIETLY,
    )
