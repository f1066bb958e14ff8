"""A card is entered by one person and, unseen, once more by another."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import Actor, record, round_chain
from voting.cards.batches import hold_batch
from voting.cards.duties import check_duty, check_paper
from voting.cards.entries import Entry, judge
from voting.keys import normalized_serial
from voting.manifest import RuleManifest
from voting.models import (
    Area,
    BatchState,
    CardState,
    Duty,
    PaperBatch,
    PaperCard,
    Round,
    Stage,
)
from voting.paper_errors import (
    BatchClosed,
    CardMisread,
    CardNotDisputed,
    CardOfOthers,
    CardSettled,
    CardsNotYet,
    CardUnknown,
    ThirdPersonNeeded,
)

UNSETTLED = (CardState.WAITING, CardState.ENTERED, CardState.DISPUTED)


def check_cards_open(
    session: Session, round_: Round, manifest: RuleManifest, clerk: int
) -> None:
    """Refuse who may not look at cards, and anybody before the close.

    Raises:
        PaperNotUsed, PaperNotYet, PaperSettled: not in this round, or not now.
        CardsNotYet: the vote goes on, and nobody may know how people vote.
        DutyNeeded, DutyOther: this person enters no cards.
    """
    check_paper(round_, manifest)
    if round_.stage is Stage.VOTING:
        raise CardsNotYet
    check_duty(session, round_, clerk, Duty.CARDS)


def find_card(session: Session, round_: Round, serial: str) -> PaperCard:
    """The card of a serial, as it is typed or read from the square code.

    Raises:
        CardMisread: it is not one of our serials.
        CardUnknown: it is none of this round's.
    """
    written = normalized_serial(serial)
    if written is None:
        raise CardMisread
    found = session.scalar(
        select(PaperCard).where(
            PaperCard.round_id == round_.id, PaperCard.serial == written
        )
    )
    if found is None:
        raise CardUnknown
    return found


def enter_card(
    session: Session,
    round_: Round,
    manifest: RuleManifest,
    card: PaperCard,
    entry: Entry,
    *,
    clerk: int,
) -> PaperCard:
    """Write down what one person reads on a card.

    The round must be held by `electorate.share_round`. The first person's entry
    waits; another's is compared with it: equal, and the card is settled; else both
    are shown to both, and either may correct his own. Two at once are a first and a
    second entry.

    Raises:
        PaperNotUsed, PaperNotYet, PaperSettled, CardsNotYet, DutyNeeded, DutyOther:
            see `check_cards_open`.
        BatchClosed: the card's batch is.
        CardSettled: two people have agreed about it.
        CardOfOthers: two others have entered it.
    """
    check_cards_open(session, round_, manifest, clerk)
    card, area = _hold(session, card)
    if card.state not in UNSETTLED:
        raise CardSettled
    stored = entry.to_json()
    if card.first_entry is None or card.first_by == clerk:
        card.first_by, card.first_entry = clerk, stored
    elif card.second_entry is None or card.second_by == clerk:
        card.second_by, card.second_entry = clerk, stored
    else:
        raise CardOfOthers
    if card.second_entry is None:
        card.state = CardState.ENTERED
    elif card.first_entry != card.second_entry:
        card.state = CardState.DISPUTED
    else:
        found = judge(manifest, manifest.area(area.slug), entry)
        card.state, card.counted = found.state, found.counted
        card.choices, card.fault = found.choices, found.fault
    session.flush()
    return card


def begin_anew(
    session: Session,
    round_: Round,
    manifest: RuleManifest,
    card: PaperCard,
    *,
    clerk: int,
    actor: Actor,
    now: datetime,
) -> PaperCard:
    """A third person has a disputed or a settled card read again by two people.

    Raises:
        PaperNotUsed, PaperNotYet, PaperSettled, CardsNotYet, DutyNeeded, DutyOther,
            BatchClosed: see `enter_card`.
        CardNotDisputed: nobody, or only one, has entered it.
        ThirdPersonNeeded: one of the two asks.
    """
    check_cards_open(session, round_, manifest, clerk)
    card, _ = _hold(session, card)
    if card.second_entry is None:
        raise CardNotDisputed
    if clerk in (card.first_by, card.second_by):
        raise ThirdPersonNeeded
    batch = session.get_one(PaperBatch, card.batch_id)
    card.state, card.counted = CardState.WAITING, False
    card.choices, card.fault = [], ""
    card.first_by = card.first_entry = card.second_by = card.second_entry = None
    record(
        session,
        actor,
        "paper.card_begun_anew",
        now=now,
        chain=round_chain(round_.slug),
        batch=batch.number,
    )
    return card


def _hold(session: Session, card: PaperCard) -> tuple[PaperCard, Area]:
    """The card locked, in a batch that cannot close meanwhile; and its area."""
    batch = hold_batch(session, card.batch_id, alone=False)
    if batch.state is BatchState.CLOSED:
        raise BatchClosed(number=batch.number)
    card = session.get_one(
        PaperCard, card.id, with_for_update=True, populate_existing=True
    )
    return card, session.get_one(Area, batch.area_id)
