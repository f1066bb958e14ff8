"""A vote that is paused or given more time: by an official, for a public reason.

The frozen manifest stays as it is: it says when the vote was to end, and these
rows say what became of that. Rules, projects and voters are never touched here.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import Actor, record, round_chain
from core.text import Localized
from voting.electorate import check_open, stop_casting
from voting.errors import (
    EndNotLater,
    ReasonNotTranslated,
    ReturnNotLater,
    TimeIsUp,
    VoteClosed,
    VoteNotOpenYet,
    VoteNotPaused,
)
from voting.models import Extension, Pause, PhaseKind, Round, Stage
from voting.opening import current_manifest, end_of_vote
from voting.round_errors import PhasesOverlap
from voting.rounds import phase_of, phases_in_order


def pause_vote(
    session: Session,
    round_: Round,
    reason: Localized,
    *,
    expected_until: datetime | None = None,
    actor: Actor,
    now: datetime,
) -> Pause:
    """Take no ballots from here on, until somebody lets the vote go on.

    The door waits for the casts that are on their way; whoever comes after it is
    refused. Drafts are kept, and the clock does not close a paused vote.

    Raises:
        VoteNotOpenYet, VotePaused, VoteClosed: there is nothing to pause.
        ReasonNotTranslated: the reason lacks a language.
        ReturnNotLater: it is expected to go on before it stops.
    """
    round_ = stop_casting(session, round_.id)
    if round_.stage.order < Stage.VOTING.order:
        raise VoteNotOpenYet
    check_running(session, round_, now)
    _check_reason(reason)
    if expected_until and expected_until <= now:
        raise ReturnNotLater
    pause = Pause(
        round_id=round_.id,
        began_at=now,
        expected_until=expected_until,
        reason=reason,
    )
    session.add(pause)
    round_.paused_at = now
    _note(session, round_, actor, "vote.paused", now, reason=reason.to_json())
    return pause


def resume_vote(
    session: Session, round_: Round, *, actor: Actor, now: datetime
) -> Pause:
    """Take ballots again.

    Raises:
        VoteNotPaused: somebody was first, or the vote is closed.
        TimeIsUp: the last moment has passed meanwhile; it needs a later end first.
    """
    round_ = stop_casting(session, round_.id)
    if round_.stage is not Stage.VOTING or round_.paused_at is None:
        raise VoteNotPaused
    ends = end_of_vote(round_, current_manifest(session, round_))
    if ends and now >= ends:
        raise TimeIsUp
    pause = end_pause(session, round_, now=now)
    if pause is None:
        raise VoteNotPaused
    _note(session, round_, actor, "vote.resumed", now)
    return pause


def end_pause(session: Session, round_: Round, *, now: datetime) -> Pause | None:
    """Write down that the present pause is over, if there is one."""
    pause = present_pause(session, round_)
    if pause:
        pause.ended_at = now
    round_.paused_at = None
    session.flush()
    return pause


def extend_vote(
    session: Session,
    round_: Round,
    until: datetime,
    reason: Localized,
    *,
    actor: Actor,
    now: datetime,
) -> Extension:
    """Give the vote a later end, while it is running or paused.

    Raises:
        VoteNotOpenYet: it has not been opened.
        VoteClosed: it is over; nothing opens it again.
        ReasonNotTranslated: the reason lacks a language.
        EndNotLater: the new end is no later than the old one, or than now.
        PhasesOverlap: the step named by `kind` would begin before the vote ends.
    """
    round_ = stop_casting(session, round_.id)
    if round_.stage.order < Stage.VOTING.order:
        raise VoteNotOpenYet
    if round_.paused_at is None:
        check_running(session, round_, now)
    elif round_.stage is not Stage.VOTING:
        raise VoteClosed
    old_end = end_of_vote(round_, current_manifest(session, round_))
    if old_end is None:
        raise VoteClosed
    _check_reason(reason)
    if until <= max(old_end, now):
        raise EndNotLater(ends=old_end)
    _move_phase(round_, until)
    extension = Extension(
        round_id=round_.id,
        decided_at=now,
        old_end=old_end,
        new_end=until,
        reason=reason,
    )
    session.add(extension)
    round_.extended_until = until
    _note(
        session,
        round_,
        actor,
        "vote.extended",
        now,
        old_end=old_end.isoformat(),
        new_end=until.isoformat(),
        reason=reason.to_json(),
    )
    return extension


def check_running(session: Session, round_: Round, now: datetime) -> None:
    """Refuse a vote that is over or paused; one whose first moment is to come runs.

    Raises:
        VotePaused, VoteClosed: see `electorate.check_open`.
    """
    try:
        check_open(round_, current_manifest(session, round_), now)
    except VoteNotOpenYet:
        return


def present_pause(session: Session, round_: Round) -> Pause | None:
    """The pause that the round is in."""
    return session.scalar(
        select(Pause).where(Pause.round_id == round_.id, Pause.ended_at.is_(None))
    )


def interruptions_of(session: Session, round_: Round) -> Sequence[Pause | Extension]:
    """Everything that was done to the vote on its way, oldest first."""
    pauses = session.scalars(select(Pause).where(Pause.round_id == round_.id))
    extensions = session.scalars(
        select(Extension).where(Extension.round_id == round_.id)
    )
    return sorted([*pauses, *extensions], key=_moment)


def _moment(act: Pause | Extension) -> datetime:
    return act.began_at if isinstance(act, Pause) else act.decided_at


def _check_reason(reason: Localized) -> None:
    if reason.missing:
        raise ReasonNotTranslated(languages=reason.missing)


def _move_phase(round_: Round, until: datetime) -> None:
    """The calendar's step ends with the vote, and no later one has begun by then."""
    vote = phase_of(round_, PhaseKind.VOTE)
    if vote is None:
        return
    for phase in phases_in_order(round_):
        is_later = phase.position > vote.position
        if is_later and phase.starts_at and phase.starts_at < until:
            raise PhasesOverlap(kind=phase.kind)
    vote.ends_at = until


def _note(
    session: Session,
    round_: Round,
    actor: Actor,
    action: str,
    now: datetime,
    **facts: str | dict[str, str],
) -> None:
    session.flush()
    chain = round_chain(round_.slug)
    record(session, actor, action, now=now, chain=chain, private=None, **facts)
