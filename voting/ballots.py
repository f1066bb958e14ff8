"""Casting and taking back: one act, one transaction, one ballot per voter and area."""

import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from voting.drafts import (
    Paper,
    at_home_in,
    discard_draft,
    load_draft,
    save_draft,
    with_area,
)
from voting.electorate import (
    area_id,
    check_draft_may_be_kept,
    check_home_area,
    check_open,
    standing_home,
)
from voting.errors import (
    NothingToWithdraw,
    NotOnTheRoll,
    ReceiptUnknown,
    RoundKeyMissing,
    VoteAlreadyCast,
)
from voting.keys import RoundKeys
from voting.manifest import RuleManifest
from voting.models import PAPER, Area, BoxBallot, BoxCast, Round, Voter
from voting.paper_errors import VotedOnPaper
from voting.papers import Choices, check_ballots, marks
from voting.profile import Choice

_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a voter takes home: it proves that the ballot is in, and shows nothing.

    `codes` are pairs of an area's slug and its code. The time is the hour, because
    that is all that is kept.
    """

    round: str
    hour: datetime
    codes: tuple[tuple[str, str], ...]
    # It was given before: nothing was cast this time, and no mail is due.
    repeated: bool = field(default=False, compare=False)


def cast(
    session: Session,
    round_: Round,
    manifest: RuleManifest,
    voter: Voter,
    choices: Choices,
    *,
    key: str,
    now: datetime,
    keys: RoundKeys,
    home: str | None = None,
    channel: str = "web",
) -> Receipt:
    """Put a voter's ballots into the box; they replace all that he cast before.

    The round must be held by `electorate.share_round`, and `now` read after that.
    Everything is looked at again here, under the voter's lock. Casting writes no
    entry into the audit log: it would say who voted when.

    Args:
        session: the act's session.
        round_: held against closing.
        manifest: the frozen rules; nothing else decides what is valid.
        voter: whose ballots they are.
        choices: by area; an empty list is a blank ballot.
        key: random, made with the page that has the button: pressing twice, or
            again after an answer that never came, gives the first receipt.
        now: from the clock, after the round was held.
        keys: the round's.
        home: where the voter says now that he lives; None: as on the roll.
        channel: the way in, for the turnout.

    Raises:
        ReceiptUnknown: the key is not a key, or it is another voter's.
        VoteNotOpenYet, VotePaused, VoteClosed: outside the vote.
        NotOnTheRoll: the row is of another round.
        VotedOnPaper: an envelope of this voter has been opened; that vote stands.
        VoteAlreadyCast: the manifest allows no change.
        HomeFromRegister: another home than the register's.
        RoundKeyMissing: the roll says that he voted, and under this key he has not.
        and whatever `papers.check_ballots` raises.
    """
    if not _KEY.fullmatch(key):
        raise ReceiptUnknown
    voter = lock_voter(session, round_, voter.id)
    check_not_on_paper(voter)
    tag = keys.tag(voter.id)
    if earlier := _find_cast(session, round_, key):
        if earlier.tag != tag:
            raise ReceiptUnknown
        return replace(_receipt(session, round_, earlier, keys), repeated=True)
    check_open(round_, manifest, now)
    version = _last_version(session, round_, tag) + 1
    if version == 1 and voter.voted_hour is not None:
        # Under another key the first ballot would not be found, and be doubled.
        raise RoundKeyMissing(round=round_.slug)
    if version > 1 and not manifest.ballot.change_allowed:
        raise VoteAlreadyCast
    home = standing_home(manifest, home_of(session, voter), home)
    ballots = check_ballots(manifest, choices, home=home)
    act = BoxCast(
        round_id=round_.id,
        key=key,
        tag=tag,
        version=version,
        areas=_replace_ballots(session, round_, tag, version, ballots),
        cast_hour=truncated(now),
    )
    session.add(act)
    try:
        session.flush()
    except IntegrityError:
        # Two voters with one key in one instant: for the second it is not there.
        raise ReceiptUnknown from None
    voter.home_area_id = area_id(session, round_, home)
    voter.voted_hour, voter.channel = act.cast_hour, channel
    discard_draft(session, round_, voter, tag, keys.desk_tag(voter.id))
    return _receipt(session, round_, act, keys)


def withdraw(
    session: Session,
    round_: Round,
    manifest: RuleManifest,
    voter: Voter,
    *,
    now: datetime,
    keys: RoundKeys,
) -> None:
    """Take all of a voter's ballots, and his draft, out of the box again.

    The round must be held, as for `cast`. His codes are void for good, and the roll
    says no longer that he voted; until the close he may vote anew.

    Raises:
        VoteNotOpenYet, VoteClosed, NotOnTheRoll, VotedOnPaper: as `cast`.
        VoteAlreadyCast: the manifest allows no change.
        NothingToWithdraw: there is no ballot of his, or not any more.
    """
    voter = lock_voter(session, round_, voter.id)
    check_not_on_paper(voter)
    check_open(round_, manifest, now)
    tag = keys.tag(voter.id)
    if current_receipt(session, round_, voter, keys=keys) is None:
        raise NothingToWithdraw
    if not manifest.ballot.change_allowed:
        raise VoteAlreadyCast
    version = _last_version(session, round_, tag) + 1
    act = BoxCast(
        round_id=round_.id,
        key=secrets.token_urlsafe(24),
        tag=tag,
        version=version,
        areas=_replace_ballots(session, round_, tag, version, {}),
        cast_hour=truncated(now),
    )
    session.add(act)
    voter.voted_hour = voter.channel = None
    discard_draft(session, round_, voter, tag, keys.desk_tag(voter.id))


def keep_draft(
    session: Session,
    round_: Round,
    manifest: RuleManifest,
    voter: Voter,
    *,
    area: str | None = None,
    codes: Sequence[Choice] | None = None,
    home: str | None = None,
    now: datetime,
    keys: RoundKeys,
    at_desk: bool = False,
) -> Paper:
    """Write one area (or the home) of a voter's paper anew, and keep it.

    The round must be held, as for `cast`. A paper that says what is in the box
    already is no draft: nothing of it is unfinished. A pause keeps drafts, too.
    `codes` come with their points where the ballot has points, and best first where
    it is a ranking. At a service point (`at_desk`) it is a draft of its own.

    Raises:
        VoteNotOpenYet, VoteClosed, NotOnTheRoll, VotedOnPaper: as `cast`.
        AreaNotYours: this voter has no vote there.
        HomeAreaNeeded: the home is none of the round's home areas.
        HomeFromRegister: the register says where this voter lives.
    """
    voter = lock_voter(session, round_, voter.id)
    check_not_on_paper(voter)
    check_draft_may_be_kept(round_, manifest, now)
    paper = (paper_at_desk if at_desk else paper_of)(session, round_, voter, keys=keys)
    if home is not None:
        check_home_area(manifest, home)
        standing_home(manifest, home_of(session, voter), home)
        paper = at_home_in(manifest, paper, home)
    if area is not None:
        paper = with_area(manifest, paper, area, codes)
    is_cast = not at_desk and paper == cast_paper(session, round_, voter, keys=keys)
    if is_cast:
        discard_draft(session, round_, voter, keys.tag(voter.id))
    else:
        save_draft(session, round_, voter, paper, keys=keys, at_desk=at_desk)
    return paper


def paper_of(
    session: Session, round_: Round, voter: Voter, *, keys: RoundKeys
) -> Paper:
    """What the voter sees in the booth: the draft, else what is in the box."""
    return load_draft(session, round_, voter, keys=keys) or cast_paper(
        session, round_, voter, keys=keys
    )


def paper_at_desk(
    session: Session, round_: Round, voter: Voter, *, keys: RoundKeys
) -> Paper:
    """What is seen at a service point: what was begun there, and nothing else.

    Somebody who helps looks on; and an official who came in without the voter would
    read his vote.
    """
    begun = load_draft(session, round_, voter, keys=keys, at_desk=True)
    return begun or Paper(home=home_of(session, voter))


def cast_paper(
    session: Session, round_: Round, voter: Voter, *, keys: RoundKeys
) -> Paper:
    """The voter's ballots in the box; no areas where he has not voted."""
    rows = session.execute(
        select(Area.slug, BoxBallot.choices)
        .join(Area, BoxBallot.area_id == Area.id)
        .where(BoxBallot.round_id == round_.id, BoxBallot.tag == keys.tag(voter.id))
        .order_by(Area.position, Area.id)
    )
    return Paper(
        home=home_of(session, voter),
        choices={slug: marks(choices) for slug, choices in rows},
    )


def current_receipt(
    session: Session, round_: Round, voter: Voter, *, keys: RoundKeys
) -> Receipt | None:
    """The receipt of what is in the box now; None where nothing is that counts."""
    if voter.channel == PAPER:
        return None
    act = session.scalar(
        select(BoxCast)
        .where(BoxCast.round_id == round_.id, BoxCast.tag == keys.tag(voter.id))
        .order_by(BoxCast.version.desc())
        .limit(1)
    )
    return _receipt(session, round_, act, keys) if act and act.areas else None


def key_fits(session: Session, round_: Round, keys: RoundKeys) -> bool:
    """Whether the box was filled under this key: one of those who voted can tell."""
    voter = session.scalar(
        select(Voter.id)
        .where(
            Voter.round_id == round_.id,
            Voter.voted_hour.is_not(None),
            Voter.channel != PAPER,
        )
        .limit(1)
    )
    return voter is None or _last_version(session, round_, keys.tag(voter)) > 0


def lock_voter(session: Session, round_: Round, voter_id: int) -> Voter:
    """The voter's row as it is now; his other acts wait until this one ends.

    Raises:
        NotOnTheRoll: there is no such row in this round.
    """
    voter = session.get(Voter, voter_id, with_for_update=True, populate_existing=True)
    if voter is None or voter.round_id != round_.id:
        raise NotOnTheRoll
    return voter


def check_not_on_paper(voter: Voter) -> None:
    """Refuse whatever would change the vote of somebody whose envelope is opened.

    Raises:
        VotedOnPaper: the roll says so; nobody can find that card again.
    """
    if voter.channel == PAPER:
        raise VotedOnPaper


def home_of(session: Session, voter: Voter) -> str | None:
    """The slug of the voter's home area on the roll."""
    area = session.get(Area, voter.home_area_id) if voter.home_area_id else None
    return area.slug if area else None


def truncated(moment: datetime) -> datetime:
    """The hour, so that the roll's order says nothing about the box's."""
    return moment.replace(minute=0, second=0, microsecond=0)


def _find_cast(session: Session, round_: Round, key: str) -> BoxCast | None:
    return session.scalar(
        select(BoxCast).where(BoxCast.round_id == round_.id, BoxCast.key == key)
    )


def _last_version(session: Session, round_: Round, tag: str) -> int:
    return (
        session.scalar(
            select(func.max(BoxCast.version)).where(
                BoxCast.round_id == round_.id, BoxCast.tag == tag
            )
        )
        or 0
    )


def _replace_ballots(
    session: Session,
    round_: Round,
    tag: str,
    version: int,
    ballots: Mapping[str, list[list[str | int]]],
) -> list[int]:
    """Update, add and take out; the ids of the areas that have a ballot now."""
    places = {area.slug: area.id for area in round_.areas}
    wanted = {places[slug]: choices for slug, choices in ballots.items()}
    there = session.scalars(
        select(BoxBallot).where(BoxBallot.round_id == round_.id, BoxBallot.tag == tag)
    )
    for ballot in there:
        if ballot.area_id in wanted:
            ballot.choices = wanted.pop(ballot.area_id)
            ballot.version = version
        else:
            session.delete(ballot)
    session.add_all(
        BoxBallot(
            round_id=round_.id, area_id=area, tag=tag, version=version, choices=choices
        )
        for area, choices in wanted.items()
    )
    return sorted(places[slug] for slug in ballots)


def _receipt(session: Session, round_: Round, act: BoxCast, keys: RoundKeys) -> Receipt:
    slugs = session.scalars(
        select(Area.slug).where(Area.id.in_(act.areas)).order_by(Area.position, Area.id)
    )
    codes = [(slug, keys.receipt_code(act.tag, slug, act.version)) for slug in slugs]
    return Receipt(round=round_.slug, hour=act.cast_hour, codes=tuple(codes))
