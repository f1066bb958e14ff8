"""The end of the vote: closed, one way, and then reconciled."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import SYSTEM, Actor, record, round_chain
from voting.cards.balance import settle_paper
from voting.drafts import discard_all_drafts
from voting.electorate import stop_casting
from voting.errors import (
    AlreadyReconciled,
    ReasonNeeded,
    VoteAlreadyClosed,
    VoteNotOpenYet,
    VoteStillOpen,
)
from voting.exclusions import check_all_decided
from voting.interruptions import end_pause
from voting.manifest import RuleManifest
from voting.models import Round, Stage
from voting.opening import current_manifest, end_of_vote
from voting.rounds import locked


def close_vote(
    session: Session,
    round_: Round,
    *,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> Round:
    """Close for good: nothing leads back, not even a clock that is set back.

    The lock waits for the casts that are on their way; whoever comes after it is
    refused. Before the time, or out of a pause, this is an exception, and takes a
    reason that everybody can read. The drafts are forgotten here.

    Raises:
        VoteNotOpenYet: there is nothing to close.
        VoteAlreadyClosed: somebody, or the clock, was first.
        ReasonNeeded: it is early, and no reason is given.
    """
    round_ = stop_casting(session, round_.id)
    if round_.stage.order < Stage.VOTING.order:
        raise VoteNotOpenYet
    if round_.stage is not Stage.VOTING:
        raise VoteAlreadyClosed
    early = not is_due(round_, current_manifest(session, round_), now)
    reason = reason.strip()
    if early and not reason:
        raise ReasonNeeded
    round_.stage, round_.closed_at = Stage.CLOSED, now
    end_pause(session, round_, now=now)
    discard_all_drafts(session, round_)
    chain = round_chain(round_.slug)
    if early:
        record(session, actor, "vote.closed_early", now=now, chain=chain, reason=reason)
    else:
        record(session, actor, "vote.closed", now=now, chain=chain)
    return round_


def close_if_due(session: Session, slug: str, *, now: datetime) -> bool:
    """Close a round whose time is up; may be repeated. Whether it was this act."""
    round_ = session.scalar(select(Round).where(Round.slug == slug))
    # Whoever is late meets a vote that is closed already; no lock is needed to see it.
    if round_ is None or round_.stage is not Stage.VOTING:
        return False
    round_ = stop_casting(session, round_.id)
    if round_.stage is not Stage.VOTING:
        return False
    if not is_due(round_, current_manifest(session, round_), now):
        return False
    close_vote(session, round_, actor=SYSTEM, now=now)
    return True


def is_due(round_: Round, manifest: RuleManifest, now: datetime) -> bool:
    """Whether the last moment has come; that of a paused vote waits for its end."""
    ends = end_of_vote(round_, manifest)
    return round_.paused_at is None and ends is not None and now >= ends


def reconcile(session: Session, round_: Round, *, actor: Actor, now: datetime) -> Round:
    """Say that roll and box agree and nothing is waiting to be decided.

    Paper has to add up; for the rest this is an official's word that the box may be
    sealed. After it no ballot can be added or taken out.

    Raises:
        VoteStillOpen: before the close.
        AlreadyReconciled: somebody was first.
        BatchesOpen, PaperUnbalanced: paper is not settled.
        ProposalsOpen: a proposal to leave ballots out waits for a second person.
    """
    round_ = locked(session, round_.id)
    if round_.stage.order < Stage.CLOSED.order:
        raise VoteStillOpen
    if round_.stage is not Stage.CLOSED:
        raise AlreadyReconciled
    settle_paper(session, round_, current_manifest(session, round_))
    check_all_decided(session, round_, now=now)
    round_.stage = Stage.RECONCILED
    record(
        session,
        actor,
        "vote.reconciled",
        now=now,
        chain=round_chain(round_.slug),
    )
    return round_
