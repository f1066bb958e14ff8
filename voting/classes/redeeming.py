"""A pupil with a slip: into the booth, once, while the lesson lasts.

Somebody else has seen the slip, or could have. So a code shows nothing of what its
pupil has chosen elsewhere, neither a draft nor a vote: who comes with it begins on an
empty paper, and what is cast then replaces what was in the box.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select, update
from sqlalchemy.orm import Session

from core.codes import normalized_code
from core.disclosure import MIN_CELL
from voting.class_errors import (
    ClassCodeReplaced,
    ClassCodeUnknown,
    ClassCodeUsed,
    ClassNotNow,
)
from voting.drafts import discard_desk_draft
from voting.electorate import check_open
from voting.entering import check_way, give_pass, pass_of
from voting.errors import VoteNotOpenYet
from voting.keys import RollKeys, RoundKeys
from voting.manifest import RuleManifest
from voting.models import ClassBatch, ClassCode, Round, Voter, Way
from voting.roll_errors import CodeMisread, PassEnded

# Whoever is in the booth when the bell rings may end what he has begun.
FINISHING = timedelta(minutes=15)
# The machine is handed on: after the vote the receipt can be copied, no more.
AFTER_THE_VOTE = timedelta(minutes=5)


def redeem_class_code(
    session: Session,
    round_: Round,
    manifest: RuleManifest,
    text: str,
    *,
    roll_keys: RollKeys,
    keys: Callable[[], RoundKeys],
    now: datetime,
) -> str:
    """The token of a pass for whoever holds the slip; his paper is an empty one.

    The round must be held by `electorate.share_round`, and `now` read after that.
    The round's `keys` are asked for where somebody comes in; before the opening there
    are none.

    Raises:
        VoteClosed, VotePaused: nobody votes now.
        WayNotOpen: no class votes together in this round.
        CodeMisread, ClassCodeUnknown, ClassCodeReplaced: this code opens nothing.
        ClassNotNow: its lesson is at another time; params: opens, ends.
        VoteNotOpenYet: the lesson has begun, and nobody has opened the vote.
        ClassCodeUsed: a vote has been cast with it.
    """
    with suppress(VoteNotOpenYet):
        check_open(round_, manifest, now)
    check_way(manifest, Way.CLASS)
    code, batch = _good_code(session, round_, text, roll_keys)
    if not batch.opens_at <= now < batch.ends_at:
        raise ClassNotNow(opens=batch.opens_at, ends=batch.ends_at)
    check_open(round_, manifest, now)
    # The same row as a cast holds; a new slip, or the end of the class, waits too.
    voter = session.get_one(
        Voter, code.voter_id, with_for_update=True, populate_existing=True
    )
    code, _ = _good_code(session, round_, text, roll_keys)
    if code.used:
        raise ClassCodeUsed
    discard_desk_draft(session, round_, voter.id, keys=keys())
    lasts = batch.ends_at + FINISHING - now
    return give_pass(session, voter, way=Way.CLASS, now=now, lasts=lasts)


def spend_class_code(
    session: Session, round_: Round, voter: Voter, token: str | None, *, now: datetime
) -> None:
    """Use the code up, in the act that casts; the voter's row is locked by then.

    Raises:
        PassEnded: it did while the cast was waiting: the slip was replaced, or the
            class ended. Nothing is cast.
    """
    held = pass_of(session, round_, token or "", now=now)
    if held is None or held.way != Way.CLASS.value or _has_ended(session, voter):
        raise PassEnded
    session.execute(
        update(ClassCode)
        .where(ClassCode.voter_id == voter.id, ~ClassCode.revoked)
        .values(used=True),
        execution_options={"synchronize_session": False},
    )
    held.expires_at = min(held.expires_at, now + AFTER_THE_VOTE)
    session.flush()


def begins_anew(session: Session, voter: Voter) -> bool:
    """Whether nothing has been cast yet with the slip that this voter holds."""
    unused = exists().where(
        ClassCode.voter_id == voter.id, ~ClassCode.revoked, ~ClassCode.used
    )
    return bool(session.scalar(select(unused)))


def votes_of_class(
    session: Session, batch: ClassBatch, *, minimum: int = MIN_CELL, now: datetime
) -> int | None:
    """How many have voted with a slip of this class; None: it cannot be said.

    Not before the last of them has left the booth, because a number that grows says
    who has just voted; and not if few have voted, or few have not. The number stands
    still then, whatever they do at home.
    """
    if now < batch.ends_at + FINISHING + AFTER_THE_VOTE or batch.revoked_at:
        return None
    used = session.scalar(
        select(func.count(ClassCode.voter_id.distinct())).where(
            ClassCode.batch_id == batch.id, ClassCode.used
        )
    )
    return used if used and minimum <= used <= batch.slips - minimum else None


def _good_code(
    session: Session, round_: Round, text: str, keys: RollKeys
) -> tuple[ClassCode, ClassBatch]:
    """The code and its class as they are now, if it is one.

    Raises:
        CodeMisread, ClassCodeUnknown, ClassCodeReplaced: see above.
    """
    written = normalized_code(text)
    if written is None:
        raise CodeMisread
    found = session.execute(
        select(ClassCode, ClassBatch)
        .join(ClassBatch, ClassCode.batch_id == ClassBatch.id)
        .where(
            ClassCode.round_id == round_.id,
            ClassCode.code_key == keys.code_key(written),
        )
        .execution_options(populate_existing=True)
    ).one_or_none()
    # Of a class that has ended the codes are dead, also before they are deleted.
    if found is None or found.ClassBatch.revoked_at is not None:
        raise ClassCodeUnknown
    if found.ClassCode.revoked:
        raise ClassCodeReplaced
    return found.ClassCode, found.ClassBatch


def _has_ended(session: Session, voter: Voter) -> bool:
    """Whether the class of the voter's slip was ended before a vote with it."""
    ended = exists().where(
        ClassCode.voter_id == voter.id,
        ~ClassCode.revoked,
        ~ClassCode.used,
        ClassCode.batch_id == ClassBatch.id,
        ClassBatch.revoked_at.is_not(None),
    )
    return bool(session.scalar(select(ended)))
