"""One-time codes for letters: made once, kept as an HMAC, used up by the first vote.

Until the person has voted, the code may be entered again, on any device: whoever is
interrupted goes on with the draft. Afterwards the letter opens nothing more; a change
is made in the same browser, in another way in, or with a new code.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from core.audit import Actor, record, round_chain
from voting.electorate import check_open
from voting.entering import check_way, give_pass
from voting.keys import RollKeys, new_code, normalized_code
from voting.manifest import RuleManifest
from voting.models import RollCode, Round, Voter, Way
from voting.models.box import unordered_id
from voting.roll.stored import check_roll_key, needed_roll
from voting.roll_errors import (
    CodeMisread,
    CodeReplaced,
    CodeUnknown,
    CodeUsed,
    NotInTheRegister,
)
from voting.rounds import locked

BATCH = 500


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A code for a letter: shown here once, and never again."""

    voter_id: int
    code: str = field(repr=False)


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
    round_ = locked(session, round_.id)
    check_roll_key(needed_roll(session, round_), keys, slug=round_.slug)
    wanted = iter(dict.fromkeys(voter_ids))
    issued: list[IssuedCode] = []
    while batch := list(islice(wanted, BATCH)):
        issued += _issue(session, round_, batch, keys)
    chain = round_chain(round_.slug)
    record(session, actor, "codes.issued", now=now, chain=chain, count=len(issued))
    return issued


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
    voter = voter_of_code(session, round_, text, keys=keys)
    # The same row as a cast holds: either the vote is in before, or after.
    session.refresh(voter, with_for_update=True)
    if voter.voted_hour is not None:
        raise CodeUsed
    return give_pass(session, voter, way=Way.CODE, now=now, lasts=lasts)


def voter_of_code(
    session: Session, round_: Round, text: str, *, keys: RollKeys
) -> Voter:
    """Whose code this is; nothing is used up by asking.

    Raises:
        CodeMisread, CodeUnknown, CodeReplaced: nobody's.
    """
    code = normalized_code(text)
    if code is None:
        raise CodeMisread
    found = session.execute(
        select(Voter, RollCode.revoked)
        .join(RollCode, RollCode.voter_id == Voter.id)
        .where(RollCode.round_id == round_.id, RollCode.code_key == keys.code_key(code))
    ).one_or_none()
    if found is None:
        raise CodeUnknown
    voter, revoked = found
    if revoked:
        raise CodeReplaced
    return voter


def _issue(
    session: Session, round_: Round, voter_ids: list[int], keys: RollKeys
) -> list[IssuedCode]:
    there = session.scalars(
        select(Voter.id).where(Voter.round_id == round_.id, Voter.id.in_(voter_ids))
    )
    if set(there) != set(voter_ids):
        raise NotInTheRegister
    session.execute(
        update(RollCode)
        .where(RollCode.voter_id.in_(voter_ids), ~RollCode.revoked)
        .values(revoked=True),
        execution_options={"synchronize_session": False},
    )
    issued = [IssuedCode(voter_id, new_code()) for voter_id in voter_ids]
    rows: list[dict[str, Any]] = [
        {
            "id": unordered_id(),
            "round_id": round_.id,
            "voter_id": each.voter_id,
            "code_key": keys.code_key(each.code),
            "revoked": False,
        }
        for each in issued
    ]
    session.execute(insert(RollCode), rows)
    return issued
