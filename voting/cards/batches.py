"""Batches of printed cards: issued by number, closed when every card is accounted for.

Two sums must come out: `issued = returned + spoiled + missing`, told by the official
who has counted the paper, and `returned = valid + blank + spoiled at the count + not
on the roll + twice`, counted from the cards.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from core.audit import Actor, record, round_chain
from voting.cards.duties import check_paper
from voting.electorate import stop_casting
from voting.errors import AreaNotYours
from voting.keys import new_serial
from voting.manifest import RuleManifest
from voting.models import (
    Area,
    BatchState,
    CardState,
    PaperBatch,
    PaperCard,
    Round,
    Stage,
)
from voting.paper_errors import (
    BatchClosed,
    BatchDoesNotAddUp,
    BatchOpen,
    BatchSizeInvalid,
    BatchUnknown,
    CardsDisagree,
    CardsNotYet,
    CardsUnsettled,
)

MOST_CARDS = 500
SETTLED = (
    CardState.VALID,
    CardState.BLANK,
    CardState.SPOILED,
    CardState.NOT_ON_ROLL,
    CardState.TWICE,
)


def issue_batch(
    session: Session,
    round_: Round,
    manifest: RuleManifest,
    area: str,
    count: int,
    *,
    actor: Actor,
    now: datetime,
) -> PaperBatch:
    """Give numbers to cards of one area that are to be printed.

    The serials are random: whoever copies or invents a card has none that fits, and
    no list says which serial lay where in a pile.

    Raises:
        PaperNotUsed, PaperNotYet, PaperSettled: not in this round, or not now.
        AreaNotYours: the round has no such area.
        BatchSizeInvalid: fewer than one, or more than one batch holds.
    """
    # In line with the casts, which a bare row lock could wait behind for long.
    round_ = stop_casting(session, round_.id)
    check_paper(round_, manifest)
    if not 0 < count <= MOST_CARDS:
        raise BatchSizeInvalid(most=MOST_CARDS)
    places = {each.slug: each.id for each in round_.areas}
    if area not in places or not manifest.projects_of(area):
        raise AreaNotYours
    numbers = select(func.max(PaperBatch.number)).where(
        PaperBatch.round_id == round_.id
    )
    batch = PaperBatch(
        round_id=round_.id,
        area_id=places[area],
        number=(session.scalar(numbers) or 0) + 1,
        issued=count,
        issued_at=now,
    )
    session.add(batch)
    session.flush()
    cards = [
        {
            "round_id": round_.id,
            "batch_id": batch.id,
            "place": place,
            "serial": serial,
            "state": CardState.WAITING,
        }
        for place, serial in enumerate(_serials(session, round_, count), start=1)
    ]
    session.execute(insert(PaperCard), cards)
    record(
        session,
        actor,
        "paper.batch_issued",
        now=now,
        chain=round_chain(round_.slug),
        batch=batch.number,
        area=area,
        cards=count,
    )
    return batch


def list_batches(session: Session, round_: Round) -> Sequence[PaperBatch]:
    """All batches, by number."""
    return session.scalars(
        select(PaperBatch)
        .where(PaperBatch.round_id == round_.id)
        .order_by(PaperBatch.number)
    ).all()


def batch_of(session: Session, round_: Round, number: int) -> PaperBatch:
    """The batch of this number.

    Raises:
        BatchUnknown: there is none.
    """
    found = session.scalar(
        select(PaperBatch).where(
            PaperBatch.round_id == round_.id, PaperBatch.number == number
        )
    )
    if found is None:
        raise BatchUnknown
    return found


def area_of(session: Session, batch: PaperBatch) -> Area:
    """The area whose projects stand on the cards."""
    return session.get_one(Area, batch.area_id)


def serials_of(
    session: Session, batch: PaperBatch, first: int, last: int
) -> Sequence[tuple[int, str]]:
    """(place, serial) of the cards from the first to the last place."""
    rows = session.execute(
        select(PaperCard.place, PaperCard.serial)
        .where(
            PaperCard.batch_id == batch.id,
            PaperCard.place >= first,
            PaperCard.place <= last,
        )
        .order_by(PaperCard.place)
    )
    return [(row.place, row.serial) for row in rows]


def card_counts(session: Session, batch: PaperBatch) -> Mapping[CardState, int]:
    """How many cards of the batch are in each state."""
    rows = session.execute(
        select(PaperCard.state, func.count())
        .where(PaperCard.batch_id == batch.id)
        .group_by(PaperCard.state)
    )
    found: dict[CardState, int] = {row[0]: row[1] for row in rows}
    return {state: found.get(state, 0) for state in CardState}


def hold_batch(session: Session, batch_id: int, *, alone: bool) -> PaperBatch:
    """The batch as it is now: shared by those who enter, alone for its closing."""
    return session.get_one(
        PaperBatch,
        batch_id,
        with_for_update=True if alone else {"read": True},
        populate_existing=True,
    )


def close_batch(
    session: Session,
    round_: Round,
    manifest: RuleManifest,
    batch: PaperBatch,
    *,
    returned: int,
    spoiled: int,
    missing: int,
    actor: Actor,
    now: datetime,
) -> PaperBatch:
    """Say what became of every card; after this none of them changes.

    The round must be held by `electorate.share_round`.

    Args:
        session: the act's session.
        round_: held.
        manifest: the frozen rules.
        batch: any state of it; it is read again.
        returned: cards that came back, counted by hand.
        spoiled: cards that were destroyed before, as misprints or exchanged ones.
        missing: cards that never came back.
        actor: who has counted.
        now: when.

    Raises:
        PaperNotUsed, PaperNotYet, PaperSettled: not in this round, or not now.
        CardsNotYet: the vote goes on.
        BatchClosed: it is, already.
        BatchDoesNotAddUp: the three are not all that were issued.
        CardsUnsettled: a card waits for its second entry, or for its entries to agree.
        CardsDisagree: not as many cards were entered as came back.
    """
    check_paper(round_, manifest)
    if round_.stage is Stage.VOTING:
        raise CardsNotYet
    batch = hold_batch(session, batch.id, alone=True)
    if batch.state is BatchState.CLOSED:
        raise BatchClosed(number=batch.number)
    told = (returned, spoiled, missing)
    if min(told) < 0 or sum(told) != batch.issued:
        raise BatchDoesNotAddUp(issued=batch.issued, told=sum(told))
    counts = card_counts(session, batch)
    unsettled = counts[CardState.ENTERED] + counts[CardState.DISPUTED]
    if unsettled:
        raise CardsUnsettled(count=unsettled)
    entered = sum(counts[state] for state in SETTLED)
    if entered != returned:
        raise CardsDisagree(returned=returned, entered=entered)
    batch.returned, batch.spoiled, batch.missing = told
    for state in SETTLED:
        setattr(batch, f"counted_{state.value}", counts[state])
    batch.state, batch.closed_at = BatchState.CLOSED, now
    record(
        session,
        actor,
        "paper.batch_closed",
        now=now,
        chain=round_chain(round_.slug),
        batch=batch.number,
        issued=batch.issued,
        returned=returned,
        spoiled=spoiled,
        missing=missing,
    )
    return batch


def reopen_batch(
    session: Session,
    round_: Round,
    manifest: RuleManifest,
    batch: PaperBatch,
    *,
    actor: Actor,
    now: datetime,
) -> PaperBatch:
    """Take the closing back, because a card or a number was wrong.

    Raises:
        PaperNotUsed, PaperNotYet, PaperSettled: not in this round, or not now.
        BatchOpen: it is not closed.
    """
    check_paper(round_, manifest)
    batch = hold_batch(session, batch.id, alone=True)
    if batch.state is BatchState.OPEN:
        raise BatchOpen(number=batch.number)
    batch.state, batch.closed_at = BatchState.OPEN, None
    batch.returned = batch.spoiled = batch.missing = None
    for state in SETTLED:
        setattr(batch, f"counted_{state.value}", None)
    record(
        session,
        actor,
        "paper.batch_reopened",
        now=now,
        chain=round_chain(round_.slug),
        batch=batch.number,
    )
    return batch


def _serials(session: Session, round_: Round, count: int) -> list[str]:
    """New ones, in no order; of 34 thousand million, the round's own are left out."""
    found: set[str] = set()
    while len(found) < count:
        fresh = {new_serial() for _ in range(count - len(found))}
        taken = session.scalars(
            select(PaperCard.serial).where(
                PaperCard.round_id == round_.id, PaperCard.serial.in_(fresh)
            )
        )
        found |= fresh - set(taken)
    return list(found)
