"""Whether paper adds up: as many cards as envelopes, or two people say why not."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import Actor, record, round_chain
from voting.cards.batches import SETTLED
from voting.cards.duties import check_paper, uses_paper
from voting.errors import ReasonNeeded
from voting.manifest import RuleManifest
from voting.models import (
    PAPER,
    Area,
    BatchState,
    EnvelopeState,
    PaperBatch,
    PaperCard,
    PaperDifference,
    PaperEnvelope,
    PaperTotal,
    Round,
    Voter,
)
from voting.paper_errors import (
    BatchesOpen,
    NoDifference,
    PaperUnbalanced,
    SecondPersonNeeded,
)


@dataclass(frozen=True, slots=True)
class Balance:
    """An area's envelopes and cards, side by side.

    An envelope is counted in every area of its inner envelopes. A spoiled card came
    in an accepted envelope, so it stands on that side.
    """

    envelopes: int = 0
    envelopes_not_on_roll: int = 0
    envelopes_twice: int = 0
    valid: int = 0
    blank: int = 0
    spoiled: int = 0
    not_on_roll: int = 0
    twice: int = 0

    @property
    def cards(self) -> int:
        """The cards that came in accepted envelopes."""
        return self.valid + self.blank + self.spoiled

    @property
    def is_even(self) -> bool:
        """Whether both sides are the same."""
        return (
            self.envelopes == self.cards
            and self.envelopes_not_on_roll == self.not_on_roll
            and self.envelopes_twice == self.twice
        )

    @property
    def numbers(self) -> list[int]:
        """What a reason is given for."""
        return list(astuple(self))


@dataclass(frozen=True, slots=True)
class Line:
    """An area with its balance and, where it is uneven, what was said about it."""

    area: Area
    balance: Balance
    difference: PaperDifference | None

    @property
    def is_settled(self) -> bool:
        """Even, or explained by two people."""
        return self.balance.is_even or bool(
            self.difference and self.difference.signed_at
        )


@dataclass(frozen=True, slots=True)
class PaperTotals:
    """What came on paper, over all areas. `counted` cards are ballots."""

    voters: int
    valid: int
    blank: int
    spoiled: int

    @property
    def cards(self) -> int:
        """The cards of accepted envelopes."""
        return self.valid + self.blank + self.spoiled

    @property
    def spoiled_share(self) -> float:
        """Of 1."""
        return self.spoiled / self.cards if self.cards else 0.0


def balances(session: Session, round_: Round) -> list[Line]:
    """Every area that has an envelope, a card or a batch, in the areas' order."""
    sides = _envelopes(session, round_)
    sides.update(dict(_cards(session, round_)))
    issued = set(
        session.scalars(
            select(PaperBatch.area_id).where(PaperBatch.round_id == round_.id)
        )
    )
    lines = []
    for area in round_.areas:
        found = {name: n for (where, name), n in sides.items() if where == area.id}
        balance = Balance(**found)
        if found or area.id in issued:
            difference = _difference(session, round_, area, balance)
            lines.append(Line(area, balance, difference))
    return lines


def explain_difference(
    session: Session,
    round_: Round,
    manifest: RuleManifest,
    area: Area,
    reason: str,
    *,
    official: int,
    actor: Actor,
    now: datetime,
) -> PaperDifference:
    """Say why cards and envelopes of an area differ; another person has to sign it.

    Raises:
        PaperNotUsed, PaperNotYet, PaperSettled: not in this round, or not now.
        ReasonNeeded: nothing is said.
        NoDifference: there is nothing to explain.
    """
    check_paper(round_, manifest)
    if not reason.strip():
        raise ReasonNeeded
    line = _line(session, round_, area)
    if line.balance.is_even:
        raise NoDifference
    difference = PaperDifference(
        round_id=round_.id,
        area_id=area.id,
        numbers=line.balance.numbers,
        reason=reason.strip(),
        first_by=official,
    )
    session.add(difference)
    _note(
        session,
        round_,
        line,
        difference,
        action="paper.difference_explained",
        actor=actor,
        now=now,
    )
    return difference


def sign_difference(
    session: Session,
    round_: Round,
    manifest: RuleManifest,
    difference: PaperDifference,
    *,
    official: int,
    actor: Actor,
    now: datetime,
) -> PaperDifference:
    """The second signature under a reason.

    Raises:
        PaperNotUsed, PaperNotYet, PaperSettled: not in this round, or not now.
        NoDifference: the numbers are others by now.
        SecondPersonNeeded: the same person as the first.
    """
    check_paper(round_, manifest)
    session.refresh(difference, with_for_update=True)
    line = _line(session, round_, session.get_one(Area, difference.area_id))
    if difference.numbers != line.balance.numbers:
        raise NoDifference
    if difference.first_by in (None, official):
        raise SecondPersonNeeded
    if difference.signed_at is None:
        difference.second_by, difference.signed_at = official, now
        _note(
            session,
            round_,
            line,
            difference,
            action="paper.difference_signed",
            actor=actor,
            now=now,
        )
    return difference


def settle_paper(session: Session, round_: Round, manifest: RuleManifest) -> None:
    """Before the vote is reconciled: everything adds up, and the numbers are kept.

    The round must be locked. Rounds without paper have nothing to settle.

    Raises:
        BatchesOpen: params: numbers.
        PaperUnbalanced: params: area.
    """
    if not uses_paper(manifest):
        return
    still_open = session.scalars(
        select(PaperBatch.number)
        .where(PaperBatch.round_id == round_.id, PaperBatch.state == BatchState.OPEN)
        .order_by(PaperBatch.number)
    ).all()
    if still_open:
        raise BatchesOpen(numbers=list(still_open))
    for line in balances(session, round_):
        if not line.is_settled:
            raise PaperUnbalanced(area=line.area.name)
        session.add(
            PaperTotal(
                round_id=round_.id,
                area_id=line.area.id,
                envelopes=line.balance.envelopes,
                valid=line.balance.valid,
                blank=line.balance.blank,
                spoiled=line.balance.spoiled,
                not_on_roll=line.balance.not_on_roll,
                twice=line.balance.twice,
            )
        )
    session.flush()


def paper_totals(session: Session, round_: Round) -> PaperTotals | None:
    """What came on paper in a reconciled round; None where nothing did.

    Small numbers are in it: a page that shows them asks `core.disclosure` first.
    """
    rows: Sequence[PaperTotal] = session.scalars(
        select(PaperTotal).where(PaperTotal.round_id == round_.id)
    ).all()
    if not rows:
        return None
    return PaperTotals(
        voters=_voters(session, round_),
        valid=sum(row.valid for row in rows),
        blank=sum(row.blank for row in rows),
        spoiled=sum(row.spoiled for row in rows),
    )


def _voters(session: Session, round_: Round) -> int:
    voters = select(func.count()).select_from(Voter)
    voters = voters.where(Voter.round_id == round_.id, Voter.channel == PAPER)
    return session.scalar(voters) or 0


def _line(session: Session, round_: Round, area: Area) -> Line:
    for line in balances(session, round_):
        if line.area.id == area.id:
            return line
    raise NoDifference


def _envelopes(session: Session, round_: Round) -> Counter[tuple[int, str]]:
    names = {
        EnvelopeState.ACCEPTED: "envelopes",
        EnvelopeState.NOT_ON_ROLL: "envelopes_not_on_roll",
        EnvelopeState.TWICE: "envelopes_twice",
    }
    rows = session.execute(
        select(PaperEnvelope.state, PaperEnvelope.areas).where(
            PaperEnvelope.round_id == round_.id
        )
    )
    return Counter((area, names[state]) for state, areas in rows for area in areas)


def _cards(session: Session, round_: Round) -> Iterator[tuple[tuple[int, str], int]]:
    rows = session.execute(
        select(PaperBatch.area_id, PaperCard.state, func.count())
        .join(PaperBatch, PaperCard.batch_id == PaperBatch.id)
        .where(PaperCard.round_id == round_.id)
        .group_by(PaperBatch.area_id, PaperCard.state)
    )
    for area, state, count in rows:
        if state in SETTLED:
            yield (area, state.value), count


def _difference(
    session: Session, round_: Round, area: Area, balance: Balance
) -> PaperDifference | None:
    """What was last said for exactly these numbers, signed or not."""
    found = session.scalars(
        select(PaperDifference)
        .where(
            PaperDifference.round_id == round_.id, PaperDifference.area_id == area.id
        )
        .order_by(PaperDifference.id.desc())
    )
    same = [each for each in found if each.numbers == balance.numbers]
    return next((each for each in same if each.signed_at), same[0] if same else None)


def _note(
    session: Session,
    round_: Round,
    line: Line,
    difference: PaperDifference,
    *,
    action: str,
    actor: Actor,
    now: datetime,
) -> None:
    session.flush()
    record(
        session,
        actor,
        action,
        now=now,
        chain=round_chain(round_.slug),
        area=line.area.slug,
        envelopes=line.balance.envelopes,
        cards=line.balance.cards,
        reason=difference.reason,
    )
