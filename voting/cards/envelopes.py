"""Envelopes: whose they are, and that the roll says so; what is inside stays unseen.

An accepted envelope marks its voter as having voted on paper. What he had cast online
stays in the box until the sealing leaves it out, so that a mark made by mistake can
be taken back without a loss. Nothing here is written into the log but that.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import Actor, record, round_chain
from voting.ballots import home_of, lock_voter, truncated
from voting.cards.duties import check_duty, check_paper
from voting.entering import VerifiedId, voter_of_identity
from voting.errors import AreaNotYours, BallotEmpty
from voting.keys import RollKeys
from voting.manifest import RuleManifest
from voting.models import (
    PAPER,
    Duty,
    EnvelopeState,
    PaperEnvelope,
    Round,
    Voter,
)
from voting.models.rounds import PaperRule
from voting.paper_errors import EnvelopeTwice, EnvelopeUnknown
from voting.papers import check_areas
from voting.roll_errors import NotInTheRegister

ASIDE = (EnvelopeState.NOT_ON_ROLL, EnvelopeState.TWICE)


class Accepted(NamedTuple):
    """An envelope that has been marked, and what that has changed for its voter."""

    envelope: PaperEnvelope
    # Whether it counts from now on in place of a vote sent online.
    replaces: bool


def accept_envelope(
    session: Session,
    round_: Round,
    manifest: RuleManifest,
    who: VerifiedId,
    areas: Collection[str],
    *,
    key: str,
    clerk: int,
    keys: RollKeys,
    now: datetime,
) -> Accepted:
    """Mark on the roll that this person has voted on paper.

    The round must be held by `electorate.share_round`. The voter's row is locked as
    for a cast, so of an envelope and a cast at one moment one is first, and the rules
    say which counts.

    Args:
        session: the act's session.
        round_: held.
        manifest: the frozen rules.
        who: the identity number on the outer envelope.
        areas: the areas that stand on the inner envelopes, by slug.
        key: one filling-in of the form; a second press is the first envelope.
        clerk: whoever opens it.
        keys: the roll's.
        now: when; the roll keeps the hour.

    Raises:
        PaperNotUsed, PaperNotYet, PaperSettled: not in this round, or not now.
        DutyNeeded, DutyOther: this person does not open envelopes.
        NotInTheRegister: nobody on the roll has the number.
        EnvelopeTwice: has voted on paper; or online, where paper yields to it.
        BallotEmpty, AreaNotYours, HomeAreaNeeded: the voter has no vote there.
    """
    _check(session, round_, manifest, clerk)
    if earlier := _of_key(session, round_, key):
        return Accepted(earlier, replaces=False)
    voter = voter_of_identity(session, round_, who, keys=keys)
    if voter is None:
        raise NotInTheRegister
    voter = lock_voter(session, round_, voter.id)
    # Whoever waited here for the same press finds it done.
    if earlier := _of_key(session, round_, key):
        return Accepted(earlier, replaces=False)
    _check_first(manifest, voter)
    check_areas(manifest, areas, home=home_of(session, voter))
    envelope = PaperEnvelope(
        round_id=round_.id,
        key=key,
        state=EnvelopeState.ACCEPTED,
        voter_id=voter.id,
        areas=_ids(round_, areas),
        channel_before=voter.channel,
        hour_before=voter.voted_hour,
    )
    session.add(envelope)
    voter.channel, voter.voted_hour = PAPER, truncated(now)
    # Nobody is reminded of a draft that cannot be cast any more.
    voter.has_draft = False
    session.flush()
    return Accepted(envelope, replaces=envelope.hour_before is not None)


def set_aside(
    session: Session,
    round_: Round,
    manifest: RuleManifest,
    state: EnvelopeState,
    areas: Collection[str],
    *,
    key: str,
    clerk: int,
) -> PaperEnvelope:
    """Note an envelope that does not count; nobody's name or number is kept.

    Raises:
        PaperNotUsed, PaperNotYet, PaperSettled, DutyNeeded, DutyOther: see above.
        BallotEmpty, AreaNotYours: the round has no such areas.
    """
    _check(session, round_, manifest, clerk)
    if state not in ASIDE:
        raise ValueError(state)
    if earlier := _of_key(session, round_, key):
        return earlier
    if not areas:
        raise BallotEmpty
    envelope = PaperEnvelope(
        round_id=round_.id, key=key, state=state, areas=_ids(round_, areas)
    )
    session.add(envelope)
    session.flush()
    return envelope


def take_back_acceptance(
    session: Session,
    round_: Round,
    manifest: RuleManifest,
    who: VerifiedId,
    *,
    clerk: int,
    keys: RollKeys,
    actor: Actor,
    now: datetime,
) -> bool:
    """Undo a mark: the roll says again what it said before, and so does the box.

    Returns:
        Whether a vote that was sent online counts again.

    Raises:
        PaperNotUsed, PaperNotYet, PaperSettled, DutyNeeded, DutyOther: see above.
        EnvelopeUnknown: nothing of this person has been accepted.
    """
    _check(session, round_, manifest, clerk)
    voter = voter_of_identity(session, round_, who, keys=keys)
    if voter is None:
        raise EnvelopeUnknown
    voter = lock_voter(session, round_, voter.id)
    envelope = session.scalar(
        select(PaperEnvelope).where(PaperEnvelope.voter_id == voter.id)
    )
    if envelope is None:
        raise EnvelopeUnknown
    voter.channel, voter.voted_hour = envelope.channel_before, envelope.hour_before
    _remove(session, round_, envelope, actor=actor, now=now)
    return voter.voted_hour is not None


def take_back_aside(
    session: Session,
    round_: Round,
    manifest: RuleManifest,
    key: str,
    *,
    clerk: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Undo the note of an envelope that was set aside.

    Raises:
        PaperNotUsed, PaperNotYet, PaperSettled, DutyNeeded, DutyOther: see above.
        EnvelopeUnknown: there is none, or it was accepted.
    """
    _check(session, round_, manifest, clerk)
    envelope = _of_key(session, round_, key)
    if envelope is None or envelope.state not in ASIDE:
        raise EnvelopeUnknown
    _remove(session, round_, envelope, actor=actor, now=now)


def envelopes_aside(session: Session, round_: Round) -> Sequence[PaperEnvelope]:
    """Those that do not count; their numbers say nothing about their order."""
    return session.scalars(
        select(PaperEnvelope)
        .where(PaperEnvelope.round_id == round_.id, PaperEnvelope.state.in_(ASIDE))
        .order_by(PaperEnvelope.state, PaperEnvelope.id)
    ).all()


def _check(session: Session, round_: Round, manifest: RuleManifest, clerk: int) -> None:
    check_paper(round_, manifest)
    check_duty(session, round_, clerk, Duty.ENVELOPES)


def _check_first(manifest: RuleManifest, voter: Voter) -> None:
    yields = manifest.ballot.paper == PaperRule.YIELDS.value
    if voter.voted_hour and (yields or voter.channel == PAPER):
        raise EnvelopeTwice(hour=voter.voted_hour)


def _ids(round_: Round, areas: Collection[str]) -> list[int]:
    places = {area.slug: area.id for area in round_.areas}
    if any(slug not in places for slug in areas):
        raise AreaNotYours
    return sorted({places[slug] for slug in areas})


def _of_key(session: Session, round_: Round, key: str) -> PaperEnvelope | None:
    return session.scalar(
        select(PaperEnvelope)
        .where(PaperEnvelope.round_id == round_.id, PaperEnvelope.key == key)
        .with_for_update()
    )


def _remove(
    session: Session,
    round_: Round,
    envelope: PaperEnvelope,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    session.delete(envelope)
    session.flush()
    chain = round_chain(round_.slug)
    record(session, actor, "paper.envelope_taken_back", now=now, chain=chain)
