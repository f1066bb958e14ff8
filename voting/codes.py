"""One-time codes for letters: made once, kept as an HMAC, used up by the first vote.

Until the person has voted, the code may be entered again, on any device: whoever is
interrupted goes on with the draft. Afterwards the letter opens nothing more; a change
is made in the same browser, in another way in, or with a new code, which opens the
booth once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from core.audit import Actor, record, round_chain
from core.codes import new_code, normalized_code
from core.db import unordered_id
from voting.electorate import check_open, share_round
from voting.entering import check_way, give_pass
from voting.keys import RollKeys
from voting.manifest import RuleManifest
from voting.models import (
    BoothPass,
    LetterBatch,
    Roll,
    RollCode,
    Round,
    Voter,
    Way,
)
from voting.roll.stored import check_roll_key, needed_roll
from voting.roll_errors import (
    CodeMisread,
    CodeReplaced,
    CodeUnknown,
    CodeUsed,
    NotInTheRegister,
)

BATCH = 500


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A code for a letter: shown here once, and never again."""

    voter_id: int
    code: str = field(repr=False)


def new_codes(voter_ids: Iterable[int]) -> list[IssuedCode]:
    """Codes that open nothing yet: `store_codes` makes them good."""
    return [IssuedCode(voter_id, new_code()) for voter_id in voter_ids]


def hold_codes(session: Session, round_: Round, keys: RollKeys) -> Round:
    """The round, held so that nobody else makes codes in it before this act has ended.

    Whoever casts does not wait for it.

    Raises:
        RollMissing, RollKeyChanged: there is no roll that the codes could open.
    """
    round_ = share_round(session, round_.slug) or round_
    session.get(Roll, round_.id, with_for_update=True, populate_existing=True)
    check_roll_key(needed_roll(session, round_), keys, slug=round_.slug)
    return round_


def issue_codes(
    session: Session,
    round_: Round,
    voter_ids: Iterable[int],
    *,
    keys: RollKeys,
    actor: Actor,
    now: datetime,
) -> list[IssuedCode]:
    """New codes for these rows of the roll; the older ones of the same rows end.

    Before the vote or during it. The log says how many, not whose.

    Raises:
        RollMissing, RollKeyChanged: there is no roll that the codes could open.
        NotInTheRegister: a row that is not of this round.
    """
    round_ = hold_codes(session, round_, keys)
    issued = new_codes(dict.fromkeys(voter_ids))
    store_codes(session, round_, issued, keys=keys)
    chain = round_chain(round_.slug)
    record(session, actor, "codes.issued", now=now, chain=chain, count=len(issued))
    return issued


def store_codes(
    session: Session,
    round_: Round,
    codes: Sequence[IssuedCode],
    *,
    keys: RollKeys,
    batch: LetterBatch | None = None,
) -> None:
    """Make these codes good, in a round held by `hold_codes`.

    The older codes of the same people end, and so does a pass into the booth that
    one of them has opened: perhaps the letter is in wrong hands.

    Raises:
        NotInTheRegister: a row that is not of this round.
    """
    for start in range(0, len(codes), BATCH):
        _store(session, round_, codes[start : start + BATCH], keys, batch)


def redeem_code(
    session: Session,
    round_: Round,
    manifest: RuleManifest,
    text: str,
    *,
    keys: RollKeys,
    now: datetime,
    lasts: timedelta,
) -> str:
    """The token of a pass for whoever holds the letter.

    The round must be held by `electorate.share_round`, and `now` read after that.

    Raises:
        VoteNotOpenYet, VoteClosed: outside the vote.
        WayNotOpen: nobody votes by code in this round.
        CodeMisread, CodeUnknown, CodeReplaced: this code opens nothing.
        CodeUsed: the person has voted.
    """
    check_open(round_, manifest, now)
    check_way(manifest, Way.CODE)
    code = _good_code(session, round_, text, keys)
    # The same row as a cast holds: either the vote is in before, or after. The same
    # is true of a new code that is being made.
    voter = session.get_one(
        Voter, code.voter_id, with_for_update=True, populate_existing=True
    )
    session.refresh(code, with_for_update=True)
    if code.revoked:
        raise CodeReplaced
    if voter.voted_hour is not None:
        if not code.after_vote:
            raise CodeUsed
        code.after_vote = False
    return give_pass(session, voter, way=Way.CODE, now=now, lasts=lasts)


def voter_of_code(
    session: Session, round_: Round, text: str, *, keys: RollKeys
) -> Voter:
    """Whose code this is; nothing is used up by asking.

    Raises:
        CodeMisread, CodeUnknown, CodeReplaced: nobody's.
    """
    return session.get_one(Voter, _good_code(session, round_, text, keys).voter_id)


def _good_code(session: Session, round_: Round, text: str, keys: RollKeys) -> RollCode:
    written = normalized_code(text)
    if written is None:
        raise CodeMisread
    code = session.scalar(
        select(RollCode).where(
            RollCode.round_id == round_.id,
            RollCode.code_key == keys.code_key(written),
        )
    )
    if code is None:
        raise CodeUnknown
    if code.revoked:
        raise CodeReplaced
    return code


def _store(
    session: Session,
    round_: Round,
    codes: Sequence[IssuedCode],
    keys: RollKeys,
    batch: LetterBatch | None,
) -> None:
    voter_ids = [each.voter_id for each in codes]
    # Held in one order, and before the passes: whoever enters holds them so.
    there = session.execute(
        select(Voter.id, Voter.voted_hour)
        .where(Voter.round_id == round_.id, Voter.id.in_(voter_ids))
        .order_by(Voter.id)
        .with_for_update()
    )
    has_voted = {voter_id: hour is not None for voter_id, hour in there}
    if set(has_voted) != set(voter_ids):
        raise NotInTheRegister
    quietly = {"synchronize_session": False}
    session.execute(
        update(RollCode)
        .where(RollCode.voter_id.in_(voter_ids), ~RollCode.revoked)
        .values(revoked=True),
        execution_options=quietly,
    )
    session.execute(
        delete(BoothPass).where(
            BoothPass.voter_id.in_(voter_ids), BoothPass.way == Way.CODE.value
        ),
        execution_options=quietly,
    )
    rows: list[dict[str, Any]] = [
        {
            "id": unordered_id(),
            "round_id": round_.id,
            "voter_id": each.voter_id,
            "code_key": keys.code_key(each.code),
            "revoked": False,
            "batch_id": batch.id if batch else None,
            "after_vote": has_voted[each.voter_id],
        }
        for each in codes
    ]
    session.execute(insert(RollCode), rows)
