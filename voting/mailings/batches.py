"""Batches of letters: begun, filled, finished, revoked; and one letter by itself.

What writes the log does not touch the roll, and what holds its rows writes no log: on
PostgreSQL one number would say who got a letter from whom, also when the codes are
gone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from core.audit import Actor, record, round_chain
from core.register.letters import Letter
from core.text import Localized
from voting.codes import IssuedCode, hold_codes, new_codes, store_codes
from voting.keys import RollKeys
from voting.letter_errors import (
    BatchRevoked,
    LettersBeingMade,
    LettersOvertaken,
    NoAddress,
)
from voting.mailings.choosing import (
    Mailing,
    check_may_write,
    check_not_made,
    find_batch,
)
from voting.models import (
    BoothPass,
    LetterBatch,
    RollCode,
    Round,
    Voter,
    Way,
)
from voting.roll.letters import letters_of
from voting.roll_errors import NotInTheRegister


@dataclass(frozen=True, slots=True)
class AddressedCode:
    """What goes into one envelope."""

    code: str = field(repr=False)
    letter: Letter = field(repr=False)
    area: Localized | None


def address_codes(
    session: Session, round_: Round, codes: Sequence[IssuedCode], *, keys: RollKeys
) -> list[AddressedCode]:
    """Codes with the addresses they go to, in their order; some thousand at most.

    Raises:
        NoAddress: one of these people has none.
    """
    ids = [each.voter_id for each in codes]
    addresses = letters_of(session, round_, ids, keys=keys)
    areas = {area.id: area.name for area in round_.areas}
    rows = select(Voter.id, Voter.home_area_id).where(Voter.id.in_(ids))
    homes = {row.id: row.home_area_id for row in session.execute(rows)}
    if set(ids) - set(addresses):
        raise NoAddress
    return [
        AddressedCode(
            each.code,
            addresses[each.voter_id],
            areas.get(homes[each.voter_id] or 0),
        )
        for each in codes
    ]


def begin_batch(
    session: Session,
    round_: Round,
    mailing: Mailing,
    *,
    people: Sequence[int] = (),
    keys: RollKeys,
    actor: Actor,
    now: datetime,
) -> LetterBatch:
    """A batch without letters; the one that it replaces ends here.

    `people`: whose letters have been set already, if they have.

    Raises:
        RollMissing, RollKeyChanged, BatchUnknown, LettersMade: see there.
        LettersBeingMade: somebody else is at the same letters; params: number.
        RoundNotAnnounced, VoteClosed, WayNotOpen, LettersUndated: see
            `check_may_write`.
        LettersOvertaken: one of these people has got another code meanwhile.
    """
    round_ = hold_codes(session, round_, keys)
    check_may_write(session, round_, now=now)
    check_not_made(session, round_, mailing)
    old = None
    if mailing.instead_of is not None:
        old = find_batch(session, round_, mailing.instead_of)
        _revoke(session, round_, old, actor, now)
    area = old.area if old else mailing.area
    _check_not_being_made(session, round_, area)
    _check_not_overtaken(session, people)
    last = session.scalar(
        select(func.max(LetterBatch.number)).where(LetterBatch.round_id == round_.id)
    )
    batch = LetterBatch(
        round_id=round_.id,
        number=(last or 0) + 1,
        kind=mailing.kind,
        role=actor.role,
        area=area,
        instead_of=old.number if old else None,
        made_at=now,
        letters=0,
        form_key=mailing.form_key,
    )
    session.add(batch)
    session.flush()
    return batch


def fill_batch(
    session: Session,
    round_: Round,
    batch_id: int,
    codes: Sequence[IssuedCode],
    *,
    keys: RollKeys,
) -> None:
    """All letters of a batch at once, where they have been set already.

    Raises:
        BatchRevoked: the batch has ended; params: number.
        LettersOvertaken: one of these people has got another code meanwhile.
    """
    round_ = hold_codes(session, round_, keys)
    batch = _being_written(session, batch_id)
    _check_not_overtaken(session, [each.voter_id for each in codes])
    store_codes(session, round_, codes, keys=keys, batch=batch)
    batch.letters = len(codes)


def issue_part(
    session: Session,
    round_: Round,
    batch_id: int,
    voter_ids: Sequence[int],
    *,
    keys: RollKeys,
) -> list[AddressedCode]:
    """Some letters of a batch that is being written; `voter_ids` as `recipients` says.

    Who has got a code meanwhile, at the desk or in another batch, is passed over.

    Raises:
        BatchRevoked: the batch has ended; params: number.
    """
    round_ = hold_codes(session, round_, keys)
    batch = _being_written(session, batch_id)
    passed = _with_good_code(session, voter_ids)
    codes = new_codes(each for each in voter_ids if each not in passed)
    found = address_codes(session, round_, codes, keys=keys)
    store_codes(session, round_, codes, keys=keys, batch=batch)
    batch.letters += len(codes)
    return found


def finish_batch(
    session: Session, round_: Round, batch_id: int, *, actor: Actor, now: datetime
) -> LetterBatch:
    """Say that a batch is whole. The log has its number and its count.

    Raises:
        BatchRevoked: it has ended before.
    """
    batch = _being_written(session, batch_id)
    batch.finished_at = now
    record(
        session,
        actor,
        "letters.made",
        now=now,
        chain=round_chain(round_.slug),
        batch=batch.number,
        count=batch.letters,
    )
    return batch


def revoke_batch(
    session: Session,
    round_: Round,
    number: int,
    *,
    keys: RollKeys,
    actor: Actor,
    now: datetime,
) -> LetterBatch:
    """End the codes of a batch that are still good, and the passes they have opened.

    Raises:
        BatchUnknown: there is no such batch.
    """
    round_ = hold_codes(session, round_, keys)
    batch = find_batch(session, round_, number)
    _revoke(session, round_, batch, actor, now)
    return batch


def note_reissue(
    session: Session, round_: Round, voter_id: int, *, actor: Actor, now: datetime
) -> None:
    """The first act of a new code: the log, which does not say whose.

    Raises:
        RoundNotAnnounced, VoteClosed, WayNotOpen, LettersUndated: see
            `check_may_write`.
        NotInTheRegister: nobody has this row in this round.
    """
    check_may_write(session, round_, now=now)
    row = select(Voter.id).where(Voter.round_id == round_.id, Voter.id == voter_id)
    if session.scalar(row) is None:
        raise NotInTheRegister
    record(session, actor, "code.reissued", now=now, chain=round_chain(round_.slug))


def reissue_code(
    session: Session, round_: Round, code: IssuedCode, *, keys: RollKeys, now: datetime
) -> None:
    """The second act: a code for one person in place of a lost one.

    Raises:
        RoundNotAnnounced, VoteClosed, WayNotOpen, LettersUndated: see
            `check_may_write`.
        NoAddress: this person gets no letter.
    """
    round_ = hold_codes(session, round_, keys)
    check_may_write(session, round_, now=now)
    address_codes(session, round_, [code], keys=keys)
    store_codes(session, round_, [code], keys=keys)


def _check_not_being_made(session: Session, round_: Round, area: str | None) -> None:
    """Two at once would share the people between two files, one perhaps empty."""
    begun = session.execute(
        select(LetterBatch.number, LetterBatch.area)
        .where(
            LetterBatch.round_id == round_.id,
            LetterBatch.finished_at.is_(None),
            LetterBatch.revoked_at.is_(None),
        )
        .order_by(LetterBatch.number)
    )
    for number, where in begun:
        if area is None or where in (None, area):
            raise LettersBeingMade(number=number)


def _check_not_overtaken(session: Session, voter_ids: Sequence[int]) -> None:
    if _with_good_code(session, voter_ids):
        raise LettersOvertaken


def _with_good_code(session: Session, voter_ids: Sequence[int]) -> set[int]:
    query = select(RollCode.voter_id).where(
        RollCode.voter_id.in_(voter_ids), ~RollCode.revoked
    )
    return set(session.scalars(query))


def _being_written(session: Session, batch_id: int) -> LetterBatch:
    batch = session.get_one(
        LetterBatch, batch_id, with_for_update=True, populate_existing=True
    )
    if batch.revoked_at is not None:
        raise BatchRevoked(number=batch.number)
    return batch


def _revoke(
    session: Session, round_: Round, batch: LetterBatch, actor: Actor, now: datetime
) -> None:
    session.refresh(batch, with_for_update=True)
    if batch.revoked_at is not None:
        return
    batch.revoked_at = now
    session.flush()
    quietly = {"synchronize_session": False}
    ended = session.execute(
        update(RollCode)
        .where(RollCode.batch_id == batch.id, ~RollCode.revoked)
        .values(revoked=True)
        .returning(RollCode.voter_id),
        execution_options=quietly,
    )
    people = len(ended.all())
    of_batch = select(RollCode.voter_id).where(RollCode.batch_id == batch.id)
    still_good = select(RollCode.voter_id).where(~RollCode.revoked)
    session.execute(
        delete(BoothPass).where(
            BoothPass.way == Way.CODE.value,
            BoothPass.voter_id.in_(of_batch),
            BoothPass.voter_id.not_in(still_good),
        ),
        execution_options=quietly,
    )
    record(
        session,
        actor,
        "letters.revoked",
        now=now,
        chain=round_chain(round_.slug),
        batch=batch.number,
        count=people,
    )
