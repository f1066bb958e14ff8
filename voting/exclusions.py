"""What becomes of a sign: one official proposes, another one decides, before the seal.

Nothing is excluded by a machine. What two people have confirmed is settled at the
sealing, in the act that copies the ballots: those of the people concerned stay behind,
and their number is kept, in the log too.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from core.audit import Actor, record, round_chain
from voting.anomalies import CastMark, Sign, TryMark, find_signs
from voting.anomaly_errors import (
    DecisionClosed,
    DecisionNotNow,
    DecisionOfTheProposer,
    DecisionTooLate,
    NobodyToExclude,
    ProposalsOpen,
    SignDecided,
    SignUnknown,
)
from voting.errors import ReasonNeeded
from voting.keys import RoundKeys
from voting.models import (
    AnomalyDecision,
    AnomalyVoter,
    BoxBallot,
    CastSource,
    DecisionState,
    Ground,
    RefusedTry,
    Round,
    Stage,
    Verdict,
    Voter,
    VoterSource,
)
from voting.opening import current_manifest
from voting.rounds import locked
from voting.sources import hashes_of, known_sources

CHUNK = 500


def signs_of(
    session: Session,
    round_: Round,
    *,
    keys: RoundKeys,
    shapes: Mapping[int, str] | None = None,
) -> list[Sign]:
    """Everything to look at, as it is now; may change as long as people vote.

    Args:
        session: to read from.
        round_: whose.
        keys: to know the named networks by.
        shapes: of self-declared rounds, the shape of each account's address.
    """
    casts = _casts(session, round_, shapes or {})
    tries = [
        TryMark(row.source, row.at, row.tries)
        for row in session.scalars(
            select(RefusedTry).where(RefusedTry.round_id == round_.id)
        )
    ]
    moments = {mark.at for mark in casts} | {mark.at for mark in tries}
    known = hashes_of(known_sources(session, round_), moments, keys)
    return find_signs(casts, tries, known)


def propose(
    session: Session,
    round_: Round,
    sign: Sign,
    *,
    verdict: Verdict,
    reason: str,
    actor: Actor,
    now: datetime,
    ground: Ground | None = None,
) -> AnomalyDecision:
    """Say what should become of a sign; nothing happens until another one agrees.

    Raises:
        DecisionNotNow, DecisionTooLate: before the close, or after the last day.
        ReasonNeeded: no reason, or no ground for leaving ballots out.
        NobodyToExclude: no voter belongs to it.
        SignDecided: there is a proposal or a decision about it.
    """
    round_ = _held(session, round_, now)
    reason = reason.strip()
    if not reason or (verdict is Verdict.EXCLUDE and ground is None):
        raise ReasonNeeded
    if verdict is Verdict.EXCLUDE and not sign.voters:
        raise NobodyToExclude
    if any(
        each.sign == sign.name and each.state is not DecisionState.REJECTED
        for each in decisions_of(session, round_)
    ):
        raise SignDecided
    decision = AnomalyDecision(
        round_id=round_.id,
        sign=sign.name,
        kind=sign.kind.value,
        facts=_facts(sign),
        verdict=verdict,
        ground=ground if verdict is Verdict.EXCLUDE else None,
        reason=reason,
        proposed_by=actor.account_id,
        proposed_at=now,
    )
    session.add(decision)
    session.flush()
    if verdict is Verdict.EXCLUDE:
        session.add_all(
            AnomalyVoter(decision_id=decision.id, voter_id=voter, round_id=round_.id)
            for voter in sorted(sign.voters)
        )
    _log(session, round_, decision, "anomaly.proposed", actor=actor, now=now)
    return decision


def decide(
    session: Session,
    round_: Round,
    number: int,
    *,
    confirm: bool,
    actor: Actor,
    now: datetime,
) -> AnomalyDecision:
    """A second official's yes or no; the proposer may only take it back.

    Raises:
        DecisionNotNow, DecisionTooLate: as `propose`.
        SignUnknown: there is no such proposal in this round.
        DecisionClosed: it has been decided.
        DecisionOfTheProposer: nobody confirms himself.
    """
    round_ = _held(session, round_, now)
    decision = session.get(
        AnomalyDecision, number, with_for_update=True, populate_existing=True
    )
    if decision is None or decision.round_id != round_.id:
        raise SignUnknown
    if decision.state is not DecisionState.PROPOSED:
        raise DecisionClosed
    if confirm and actor.account_id in (None, decision.proposed_by):
        raise DecisionOfTheProposer
    decision.state = DecisionState.CONFIRMED if confirm else DecisionState.REJECTED
    decision.decided_by, decision.decided_at = actor.account_id, now
    if not confirm:
        _forget_voters(session, decision)
    act = "anomaly.confirmed" if confirm else "anomaly.rejected"
    _log(session, round_, decision, act, actor=actor, now=now)
    return decision


def decisions_of(session: Session, round_: Round) -> Sequence[AnomalyDecision]:
    """All proposals and decisions, oldest first."""
    return session.scalars(
        select(AnomalyDecision)
        .where(AnomalyDecision.round_id == round_.id)
        .order_by(AnomalyDecision.id)
    ).all()


def decide_by(session: Session, round_: Round) -> datetime | None:
    """The last moment for decisions, by the frozen rules; None: the vote is on."""
    if round_.closed_at is None:
        return None
    days = current_manifest(session, round_).decide_days
    return round_.closed_at + timedelta(days=days)


def open_proposals(session: Session, round_: Round, *, now: datetime) -> int:
    """How many wait for a second person; after the last day they have lapsed."""
    last = decide_by(session, round_)
    if last is not None and now >= last:
        return 0
    return sum(
        each.state is DecisionState.PROPOSED for each in decisions_of(session, round_)
    )


def check_all_decided(session: Session, round_: Round, *, now: datetime) -> None:
    """Refuse to go on while something is half decided; what nobody took up may stay.

    Raises:
        ProposalsOpen: params: count.
    """
    if count := open_proposals(session, round_, now=now):
        raise ProposalsOpen(count=count)


def settle_exclusions(
    session: Session, round_: Round, *, keys: RoundKeys, actor: Actor, now: datetime
) -> int:
    """Leave the ballots of confirmed exclusions behind, in the act that seals.

    The number of ballots that were taken out of the box. Whose they were stays on the
    roll: the person can be told, and is not among those who voted.
    """
    total = 0
    grounds: Counter[str] = Counter()
    for decision in decisions_of(session, round_):
        is_confirmed = decision.state is DecisionState.CONFIRMED
        if is_confirmed and decision.verdict is Verdict.EXCLUDE and decision.ground:
            decision.people, decision.ballots = _take_out(session, decision, keys)
            total += decision.ballots
            grounds[decision.ground.value] += decision.ballots
    if total:
        record(
            session,
            actor,
            "ballots.excluded",
            now=now,
            chain=round_chain(round_.slug),
            ballots=total,
            grounds=dict(sorted(grounds.items())),
        )
    return total


def excluded_ballots(session: Session, round_: Round) -> list[tuple[Ground, int]]:
    """What was left out at the sealing, by its ground; for everybody to read."""
    rows = session.execute(
        select(AnomalyDecision.ground, func.sum(AnomalyDecision.ballots))
        .where(
            AnomalyDecision.round_id == round_.id,
            AnomalyDecision.ballots > 0,
            AnomalyDecision.ground.is_not(None),
        )
        .group_by(AnomalyDecision.ground)
        .order_by(AnomalyDecision.ground)
    )
    return [(ground, int(number or 0)) for ground, number in rows if ground]


def _held(session: Session, round_: Round, now: datetime) -> Round:
    round_ = locked(session, round_.id)
    if round_.stage is not Stage.CLOSED:
        raise DecisionNotNow
    last = decide_by(session, round_)
    if last is not None and now >= last:
        raise DecisionTooLate(day=last)
    return round_


def _casts(
    session: Session, round_: Round, shapes: Mapping[int, str]
) -> list[CastMark]:
    """Those who have voted; where no place is kept, at the hour of the roll."""
    # An outer join: more can be missing than the columns say.
    rows: Iterable[Any] = session.execute(
        select(
            Voter.id,
            Voter.account_id,
            Voter.voted_hour,
            CastSource.source,
            CastSource.at,
        )
        .outerjoin(CastSource, CastSource.voter_id == Voter.id)
        .where(Voter.round_id == round_.id, Voter.voted_hour.is_not(None))
        .execution_options(yield_per=CHUNK)
    )
    by_account = round_.voter_source is VoterSource.SELF_DECLARED
    return [
        CastMark(
            voter=voter,
            source=source,
            at=hour if at is None else at,
            place=(account or voter) if by_account else voter,
            shape=shapes.get(account) if account else None,
        )
        for voter, account, hour, source, at in rows
    ]


def _take_out(
    session: Session, decision: AnomalyDecision, keys: RoundKeys
) -> tuple[int, int]:
    """Delete the ballots of one decision; how many people and ballots there were."""
    query = select(Voter).join(AnomalyVoter, AnomalyVoter.voter_id == Voter.id)
    people = ballots = 0
    for voter in session.scalars(query.where(AnomalyVoter.decision_id == decision.id)):
        where = (
            BoxBallot.round_id == decision.round_id,
            BoxBallot.tag == keys.tag(voter.id),
        )
        there = session.scalar(
            select(func.count()).select_from(BoxBallot).where(*where)
        )
        if there:
            session.execute(delete(BoxBallot).where(*where))
            voter.excluded = True
            people, ballots = people + 1, ballots + there
    return people, ballots


def _forget_voters(session: Session, decision: AnomalyDecision) -> None:
    session.execute(delete(AnomalyVoter).where(AnomalyVoter.decision_id == decision.id))


def _facts(sign: Sign) -> dict[str, object]:
    return {
        "first": sign.first.isoformat(),
        "last": sign.last.isoformat(),
        "voters": len(sign.voters),
        "number": sign.number,
        "usual": round(sign.usual, 2),
    }


def _log(
    session: Session,
    round_: Round,
    decision: AnomalyDecision,
    action: str,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Counts, kind and reason; never a voter, never a network."""
    record(
        session,
        actor,
        action,
        now=now,
        chain=round_chain(round_.slug),
        number=decision.id,
        kind=decision.kind,
        verdict=decision.verdict.value,
        voters=decision.facts["voters"],
        reason=decision.reason,
    )
