"""The assisted desk: an official opens the booth for somebody who asks for help.

It is opened in two acts, and that is on purpose. The first writes the log and the
session, and does not touch the roll; the second locks the voter's row and gives the
pass. On PostgreSQL a lock leaves its transaction's number on the row: in one act the
log would say who the voter was. For the same reason the end of a session touches its
pass and its draft, never the roll.

Whoever holds the pass is shown nothing that was chosen elsewhere. Else an official
could read anybody's vote by typing an identity number.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.audit import SYSTEM, Actor, record, round_chain
from voting.assisted_errors import (
    AssistedBusy,
    AssistedHasVoted,
    AssistedOneself,
    AssistedOver,
)
from voting.ballots import lock_voter
from voting.drafts import discard_desk_draft
from voting.electorate import check_open
from voting.entering import check_way, give_pass, pass_of, voters_of_email
from voting.keys import RollKeys, RoundKeys
from voting.manifest import RuleManifest
from voting.models import (
    PAPER,
    AssistedSession,
    BoothPass,
    Ending,
    Round,
    Voter,
    Way,
)

LASTS = timedelta(minutes=30)
# To look at the receipt and to print it; nothing can be chosen any more.
AFTER_CAST = timedelta(minutes=5)
# Between the two acts of an opening: so long a session may be without a pass.
OPENING = timedelta(minutes=1)


class Document(StrEnum):
    """By what an official has seen who somebody is."""

    IDENTITY_CARD = "identity_card"
    PASSPORT = "passport"
    DRIVING_LICENCE = "driving_licence"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Helper:
    """The official: as the log names him, and as the roll might know him."""

    actor: Actor
    account_id: int
    email: str


def check_may_help(
    session: Session,
    round_: Round,
    manifest: RuleManifest,
    voter: Voter,
    helper: Helper,
    *,
    keys: RollKeys,
    now: datetime,
) -> None:
    """Look whether this official may open the booth for this person now.

    Nothing is locked: `open_booth` looks at what may have changed once more.

    Raises:
        VoteNotOpenYet, VotePaused, VoteClosed: outside the vote.
        WayNotOpen: the rules of the round do not name service points.
        AssistedOneself: it is the official's own row of the roll.
        AssistedHasVoted: on paper, or where a vote cannot be changed.
    """
    check_open(round_, manifest, now)
    check_way(manifest, Way.DESK)
    own = voters_of_email(session, round_, helper.email, keys=keys)
    if voter.account_id == helper.account_id or voter.id in {row.id for row in own}:
        raise AssistedOneself
    _check_can_vote(manifest, voter)


def begin_session(
    session: Session,
    round_: Round,
    desk: str,
    document: Document,
    helper: Helper,
    *,
    form_key: str | None,
    now: datetime,
) -> AssistedSession:
    """The first act: the log, and the session without anybody in it.

    The same form again gives the same session, as long as it runs.

    Raises:
        AssistedBusy: the official has another one that runs.
    """
    for row in _running_of(session, helper.account_id):
        settle_session(session, row.id, now=now)
        if not row.ended_at:
            return _same_or_busy(row, round_, form_key)
    began = AssistedSession(
        round_id=round_.id,
        official_id=helper.account_id,
        desk=desk,
        began_at=now,
        ends_at=now + LASTS,
        form_key=form_key,
    )
    try:
        with session.begin_nested():
            session.add(began)
    except IntegrityError:
        # Begun in the same instant; by the time of the refusal it is committed.
        for row in _running_of(session, helper.account_id):
            return _same_or_busy(row, round_, form_key)
        raise AssistedBusy from None
    record(
        session,
        helper.actor,
        "assisted.begun",
        now=now,
        chain=round_chain(round_.slug),
        desk=desk,
        document=document.value,
    )
    return began


def open_booth(
    session: Session,
    round_: Round,
    manifest: RuleManifest,
    voter_id: int,
    number: int,
    *,
    now: datetime,
) -> str:
    """The second act: the token of the voter's pass.

    The round must be held by `electorate.share_round`, and `now` read after that. An
    earlier pass of this person ends: whoever identified himself last is alone in the
    booth.

    Raises:
        VoteNotOpenYet, VotePaused, VoteClosed, WayNotOpen, AssistedHasVoted,
        NotOnTheRoll: as it has become meanwhile.
        AssistedOver: the session has ended between the acts.
    """
    check_open(round_, manifest, now)
    check_way(manifest, Way.DESK)
    voter = lock_voter(session, round_, voter_id)
    _check_can_vote(manifest, voter)
    token = give_pass(session, voter, way=Way.DESK, now=now, lasts=LASTS)
    given = pass_of(session, round_, token, now=now)
    row = _held(session, number)
    if given is None or row is None or row.ended_at or row.ends_at <= now:
        raise AssistedOver
    if session.scalar(select(BoothPass.id).where(BoothPass.assisted_id == number)):
        # The same form for somebody else: each has an entry of his own in the log.
        raise AssistedBusy
    given.assisted_id, given.expires_at = row.id, row.ends_at
    session.flush()
    return token


def hold_session(session: Session, voter: Voter, *, now: datetime) -> AssistedSession:
    """For an act in the booth, when it has locked the voter: the session still runs.

    It cannot be ended before this act has; so nothing is cast or kept in a session
    whose end has been written down.

    Raises:
        AssistedOver: it does not run any more; the act must not happen.
    """
    return _held_pass(session, voter, now)[1]


def note_cast(session: Session, voter: Voter, *, now: datetime) -> None:
    """In the act that casts: what is left of the session is for the receipt.

    Both rows that are written here are gone after the sealing.

    Raises:
        AssistedOver: see `hold_session`.
    """
    given, row = _held_pass(session, voter, now)
    if not row.has_cast:
        latest = row.began_at + LASTS + AFTER_CAST
        row.has_cast = True
        row.ends_at = given.expires_at = min(now + AFTER_CAST, latest)
        session.flush()


def note_withdrawal(session: Session, voter: Voter, *, now: datetime) -> None:
    """In the act that withdraws: there is no receipt any more.

    Raises:
        AssistedOver: see `hold_session`.
    """
    hold_session(session, voter, now=now).has_cast = False
    session.flush()


def has_cast_here(session: Session, voter: Voter) -> bool:
    """Whether the voter's present session has cast a vote."""
    return bool(
        session.scalar(
            select(AssistedSession.has_cast)
            .join(BoothPass, BoothPass.assisted_id == AssistedSession.id)
            .where(BoothPass.voter_id == voter.id)
        )
    )


def is_running(
    session: Session, round_: Round, token: str, number: int, *, now: datetime
) -> bool:
    """Whether this browser's token still opens the booth in this session."""
    given = pass_of(session, round_, token, now=now)
    return given is not None and given.assisted_id == number


def end_session(
    session: Session,
    round_: Round,
    number: int,
    how: Ending,
    *,
    actor: Actor = SYSTEM,
    keys: RoundKeys | None = None,
    now: datetime,
) -> bool:
    """Close the booth of a session, and write that into the log.

    With `keys` the draft goes as well: whoever ends it in the browser is done.

    Returns:
        Whether it ran until now.
    """
    voters = session.scalars(
        select(BoothPass.voter_id).where(BoothPass.assisted_id == number)
    ).all()
    # The pass before the session, as whoever casts holds them.
    session.execute(delete(BoothPass).where(BoothPass.assisted_id == number))
    row = _held(session, number)
    if row is None or row.round_id != round_.id or row.ended_at:
        return False
    # One that was given meanwhile.
    session.execute(delete(BoothPass).where(BoothPass.assisted_id == number))
    if keys:
        for voter_id in voters:
            discard_desk_draft(session, round_, voter_id, keys=keys)
    row.ended_at = min(now, row.ends_at) if how is Ending.TIME else now
    row.ended_how = how
    record(
        session,
        actor,
        "assisted.ended",
        now=now,
        chain=round_chain(round_.slug),
        desk=row.desk,
        ending=how.value,
    )
    return True


def settle_session(session: Session, number: int, *, now: datetime) -> timedelta | None:
    """End a session whose time is up, or whose voter is in the booth elsewhere.

    Returns:
        How long it still runs, if it does.
    """
    row = session.get(AssistedSession, number, populate_existing=True)
    if row is None or row.ended_at:
        return None
    how = _how_it_ended(session, row, now)
    if how is None:
        return row.ends_at - now
    round_ = session.get_one(Round, row.round_id)
    end_session(session, round_, number, how, now=now)
    return None


def state_of(session: Session, row: AssistedSession, *, now: datetime) -> Ending | None:
    """How a session ended, also if nobody has written it down yet; None: it runs."""
    return row.ended_how or _how_it_ended(session, row, now)


def last_desk_of(session: Session, account_id: int) -> str:
    """Where the official helped last: probably he is there still."""
    query = (
        select(AssistedSession.desk)
        .where(AssistedSession.official_id == account_id)
        .order_by(AssistedSession.began_at.desc())
        .limit(1)
    )
    return session.scalar(query) or ""


def list_sessions(session: Session, round_: Round) -> list[AssistedSession]:
    """All sessions of a round, the newest first; none after its sealing."""
    return list(
        session.scalars(
            select(AssistedSession)
            .where(AssistedSession.round_id == round_.id)
            .order_by(AssistedSession.began_at.desc(), AssistedSession.id)
        )
    )


def _check_can_vote(manifest: RuleManifest, voter: Voter) -> None:
    has_voted = voter.voted_hour is not None and not manifest.ballot.change_allowed
    if has_voted or voter.channel == PAPER:
        raise AssistedHasVoted


def _same_or_busy(
    row: AssistedSession, round_: Round, form_key: str | None
) -> AssistedSession:
    if form_key is None or (row.round_id, row.form_key) != (round_.id, form_key):
        raise AssistedBusy
    return row


def _running_of(session: Session, account_id: int) -> list[AssistedSession]:
    return list(
        session.scalars(
            select(AssistedSession).where(
                AssistedSession.official_id == account_id,
                AssistedSession.ended_at.is_(None),
            )
        )
    )


def _how_it_ended(
    session: Session, row: AssistedSession, now: datetime
) -> Ending | None:
    if row.ends_at <= now:
        return Ending.TIME
    inside = session.scalar(
        select(BoothPass.id).where(BoothPass.assisted_id == row.id).limit(1)
    )
    is_opening = now - row.began_at < OPENING
    return None if inside or is_opening else Ending.ELSEWHERE


def _held_pass(
    session: Session, voter: Voter, now: datetime
) -> tuple[BoothPass, AssistedSession]:
    """The pass and the session of whoever is in the booth at a desk, both locked."""
    given = session.scalar(
        select(BoothPass)
        .where(BoothPass.voter_id == voter.id, BoothPass.assisted_id.is_not(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    row = _held(session, given.assisted_id) if given and given.assisted_id else None
    if given is None or row is None or row.ended_at or given.expires_at <= now:
        raise AssistedOver
    return given, row


def _held(session: Session, number: int) -> AssistedSession | None:
    return session.get(
        AssistedSession, number, with_for_update=True, populate_existing=True
    )
