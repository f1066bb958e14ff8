"""The correction desk: "I am not on the roll", decided before the vote opens."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import Actor, record, round_chain
from core.register.letters import Letter, encrypt_letter
from core.register.numbers import identity, person
from voting.eligibility import age_counts_by_date, is_old_enough, roll_rules
from voting.errors import HomeAreaNeeded, ReasonNeeded
from voting.keys import RollKeys
from voting.models import (
    RequestState,
    Roll,
    RollContact,
    RollRequest,
    Round,
    Voter,
)
from voting.roll.importing import hold_roll
from voting.roll.stored import check_roll_key, needed_roll
from voting.roll_errors import RequestDecided, RequestNotEntitled


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What somebody says who misses himself, or a right area, on the roll."""

    number: str
    name: str
    street: str = ""
    postcode: str = ""
    town: str = ""
    area: str = ""
    email: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What the official puts on the roll.

    `protected`: neither area nor address of this person is kept.
    """

    area: str | None = None
    born: date | int | None = None
    protected: bool = False


def ask_for_correction(
    session: Session,
    round_: Round,
    claim: Claim,
    *,
    language: str,
    keys: RollKeys,
    now: datetime,
) -> RollRequest:
    """Keep a request, encrypted; whether the person is on the roll is not looked at.

    So the form tells nobody who is on the roll.

    Raises:
        RollFrozen: the vote has been opened.
        RollMissing: no register has been read yet.
        IdentityInvalid: not an identity number of the register's kind.
    """
    round_ = hold_roll(session, round_)
    identity(claim.number, needed_roll(session, round_).numbers)
    request = RollRequest(round_id=round_.id, language=language, sent_at=now)
    session.add(request)
    session.flush()
    text = json.dumps(asdict(claim), ensure_ascii=False)
    request.details = keys.encrypt(_about(request), text)
    session.flush()
    return request


def list_requests(session: Session, round_: Round) -> Sequence[RollRequest]:
    """All requests, the open ones first, each part oldest first."""
    is_decided = RollRequest.state != RequestState.OPEN
    return session.scalars(
        select(RollRequest)
        .where(RollRequest.round_id == round_.id)
        .order_by(is_decided, RollRequest.id)
    ).all()


def requests_open(session: Session, round_: Round) -> int:
    """How many wait for an official."""
    query = select(func.count()).select_from(RollRequest)
    query = query.where(
        RollRequest.round_id == round_.id, RollRequest.state == RequestState.OPEN
    )
    return session.scalar(query) or 0


def read_claim(request: RollRequest, *, keys: RollKeys) -> Claim | None:
    """What was said; None once it has been decided.

    Raises:
        TextUnreadable: it was changed, or the key is another.
    """
    if request.details is None:
        return None
    return Claim(**json.loads(keys.decrypt(_about(request), request.details)))


def row_of(
    session: Session, round_: Round, claim: Claim, *, keys: RollKeys
) -> Voter | None:
    """The person's row, if there is one; the official sees whether it is right."""
    roll = needed_roll(session, round_)
    person_key = keys.person_key(identity(claim.number, roll.numbers))
    return _find(session, round_, person_key)


def accept_request(
    session: Session,
    request: RollRequest,
    ruling: Ruling,
    *,
    keys: RollKeys,
    actor: Actor,
    now: datetime,
) -> Voter:
    """Put the person on the roll, or right on it; what was said is forgotten.

    Raises:
        RollFrozen: the vote has been opened.
        RequestDecided: somebody was faster.
        RequestNotEntitled: too young by the round's rules, or of unknown age.
        HomeAreaNeeded: the round has home areas, and the ruling none of them.
    """
    round_, roll, claim = _open_request(session, request, keys)
    who, told = person(claim.number, roll.numbers)
    born = told or ruling.born
    _check_age(round_, roll, born)
    person_key = keys.person_key(who)
    voter = _find(session, round_, person_key)
    if voter is None:
        voter = Voter(round_id=round_.id, person_key=person_key, extract=0)
        session.add(voter)
        roll.size += 1
    voter.home_area_id = None if ruling.protected else _area_id(round_, ruling.area)
    voter.birth_year = born if isinstance(born, int) else born.year if born else None
    voter.by_desk = True
    session.flush()
    letter = None
    if claim.street and not ruling.protected:
        letter = Letter(claim.name, claim.street, claim.postcode, claim.town, "")
    _write_letter(session, voter, letter, keys)
    # The opening computes it anew.
    roll.sha256 = None
    request.state = RequestState.ACCEPTED
    _forget_claim(session, request, now)
    record(
        session,
        actor,
        "roll.request_accepted",
        now=now,
        chain=round_chain(round_.slug),
        request=request.id,
    )
    return voter


def refuse_request(
    session: Session,
    request: RollRequest,
    reason: str,
    *,
    keys: RollKeys,
    actor: Actor,
    now: datetime,
) -> None:
    """Say no, and why; what was said is forgotten.

    Raises:
        RollFrozen: the vote has been opened.
        RequestDecided: somebody was faster.
        ReasonNeeded: nobody is refused without one.
    """
    if not reason.strip():
        raise ReasonNeeded
    round_, _, _ = _open_request(session, request, keys)
    request.state, request.reason = RequestState.REFUSED, reason.strip()
    _forget_claim(session, request, now)
    record(
        session,
        actor,
        "roll.request_refused",
        now=now,
        chain=round_chain(round_.slug),
        request=request.id,
    )


def _open_request(
    session: Session, request: RollRequest, keys: RollKeys
) -> tuple[Round, Roll, Claim]:
    round_ = hold_roll(session, session.get_one(Round, request.round_id))
    session.refresh(request, with_for_update=True)
    claim = read_claim(request, keys=keys)
    if request.state is not RequestState.OPEN or claim is None:
        raise RequestDecided
    roll = needed_roll(session, round_)
    check_roll_key(roll, keys, slug=round_.slug)
    return round_, roll, claim


def _check_age(round_: Round, roll: Roll, born: date | int | None) -> None:
    rules = roll_rules(round_)
    if not rules.min_age:
        return
    by_date = age_counts_by_date(rules)
    day = round_.age_on or roll.as_of
    if born is None or (by_date and isinstance(born, int)):
        raise RequestNotEntitled(why="birth_missing")
    if not is_old_enough(born, least=rules.min_age, by_date=by_date, day=day):
        raise RequestNotEntitled(why="too_young")


def _area_id(round_: Round, slug: str | None) -> int | None:
    found = {area.slug: area.id for area in round_.areas}.get(slug or "")
    if found is None and roll_rules(round_).homes:
        raise HomeAreaNeeded
    return found


def _find(session: Session, round_: Round, person_key: str) -> Voter | None:
    return session.scalar(
        select(Voter).where(Voter.round_id == round_.id, Voter.person_key == person_key)
    )


def _write_letter(
    session: Session, voter: Voter, letter: Letter | None, keys: RollKeys
) -> None:
    """The address in place of an older one.

    The address for mail is not put on the roll: nobody has confirmed that it is this
    person's.
    """
    where = voter.round_id, voter.person_key
    old = session.get(RollContact, where)
    if old is not None:
        session.delete(old)
        session.flush()
    if letter:
        stored = encrypt_letter(keys, voter.person_key, letter)
        session.add(RollContact(round_id=where[0], person_key=where[1], letter=stored))
        session.flush()


def _forget_claim(session: Session, request: RollRequest, now: datetime) -> None:
    request.details, request.decided_at = None, now
    session.flush()


def _about(request: RollRequest) -> str:
    return f"request {request.id}"
