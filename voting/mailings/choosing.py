"""Who gets a letter, and whether any may be written now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session

from voting.entering import check_way
from voting.errors import VoteClosed
from voting.letter_errors import (
    BatchUnknown,
    LettersMade,
    LettersUndated,
    NobodyToWriteTo,
)
from voting.manifest import RuleManifest
from voting.models import (
    LetterBatch,
    LetterKind,
    RollCode,
    RollContact,
    Round,
    Stage,
    Voter,
    Way,
)
from voting.opening import current_manifest, end_of_vote
from voting.round_errors import RoundNotAnnounced


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """Which letters are asked for.

    `area` is a slug, None for everybody; `instead_of` the number of a batch that is
    made anew, for the same people; `form_key` tells one filling-in of a form from
    the next: it makes one batch.
    """

    kind: LetterKind
    area: str | None = None
    most: int | None = None
    instead_of: int | None = None
    form_key: str | None = None


@dataclass(frozen=True, slots=True)
class LettersDue:
    """Who of the roll gets a letter still, by area; nothing here is from the box."""

    due: dict[int | None, int]
    with_code: dict[int | None, int]
    without_address: int


def letters_due(session: Session, round_: Round) -> LettersDue:
    """Count the roll. Who has no address is counted for the whole round only."""
    has_code = exists().where(RollCode.voter_id == Voter.id, ~RollCode.revoked)
    rows = session.execute(
        select(Voter.home_area_id, has_code, _has_address(), func.count())
        .where(Voter.round_id == round_.id)
        .group_by(Voter.home_area_id, has_code, _has_address())
    )
    due: dict[int | None, int] = {}
    with_code: dict[int | None, int] = {}
    without = 0
    for area, coded, addressed, count in rows:
        if coded:
            with_code[area] = with_code.get(area, 0) + count
        elif addressed:
            due[area] = due.get(area, 0) + count
        without += 0 if addressed else count
    return LettersDue(due, with_code, without)


def list_batches(session: Session, round_: Round) -> Sequence[LetterBatch]:
    """All batches, the newest first."""
    return session.scalars(
        select(LetterBatch)
        .where(LetterBatch.round_id == round_.id)
        .order_by(LetterBatch.number.desc())
    ).all()


def check_may_write(session: Session, round_: Round, *, now: datetime) -> RuleManifest:
    """The rules by which letters are written, where any can be.

    Raises:
        RoundNotAnnounced, VoteClosed: too early or too late.
        WayNotOpen: nobody votes by code in this round.
        LettersUndated: the vote has no dates.
    """
    if round_.stage is Stage.DRAFT:
        raise RoundNotAnnounced
    manifest = current_manifest(session, round_)
    ends = end_of_vote(round_, manifest)
    if round_.stage.order > Stage.VOTING.order or (ends and now >= ends):
        raise VoteClosed
    check_way(manifest, Way.CODE)
    if manifest.opens is None or ends is None:
        raise LettersUndated
    return manifest


def recipients(session: Session, round_: Round, mailing: Mailing) -> list[int]:
    """The rows of the roll that get these letters.

    Raises:
        LettersMade: the same form has made its batch already.
        BatchUnknown: there is no batch that could be made anew.
        NobodyToWriteTo: there are no such rows.
    """
    check_not_made(session, round_, mailing)
    old = None
    if mailing.instead_of is not None:
        old = find_batch(session, round_, mailing.instead_of)
    of_others: ColumnElement[bool] = ~RollCode.revoked
    if old is not None:
        is_other = or_(RollCode.batch_id.is_(None), RollCode.batch_id != old.id)
        of_others = of_others & is_other
    query = (
        select(Voter.id)
        .where(
            Voter.round_id == round_.id,
            _has_address(),
            ~exists().where(RollCode.voter_id == Voter.id, of_others),
        )
        .order_by(Voter.id)
        .limit(mailing.most)
    )
    if old is not None:
        # Not correlated: a batch is long, and its index is no way to one person.
        of_old = select(RollCode.voter_id).where(RollCode.batch_id == old.id)
        query = query.where(Voter.id.in_(of_old))
    elif mailing.area is not None:
        ids = [area.id for area in round_.areas if area.slug == mailing.area]
        query = query.where(Voter.home_area_id.in_(ids))
    found = list(session.scalars(query))
    if not found:
        raise NobodyToWriteTo
    return found


def find_batch(session: Session, round_: Round, number: int) -> LetterBatch:
    """The batch of this number.

    Raises:
        BatchUnknown: there is none.
    """
    found = session.scalar(
        select(LetterBatch).where(
            LetterBatch.round_id == round_.id, LetterBatch.number == number
        )
    )
    if found is None:
        raise BatchUnknown(number=number)
    return found


def check_not_made(session: Session, round_: Round, mailing: Mailing) -> None:
    """Refuse a second click on the same form.

    Raises:
        LettersMade: it has made a batch already; params: number.
    """
    if mailing.form_key is None:
        return
    number = session.scalar(
        select(LetterBatch.number).where(
            LetterBatch.round_id == round_.id,
            LetterBatch.form_key == mailing.form_key,
        )
    )
    if number is not None:
        raise LettersMade(number=number)


def _has_address() -> ColumnElement[bool]:
    return exists().where(
        RollContact.round_id == Voter.round_id,
        RollContact.person_key == Voter.person_key,
        RollContact.letter.is_not(None),
    )
