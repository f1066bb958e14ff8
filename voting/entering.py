"""Into the booth: whoever is identified in any way gets one row of the roll.

A way in ends here in one of three functions: `enter_by_identity` (somebody else has
made sure of the identity number: strong identification, a service point),
`enter_by_email` (an account), and `codes.redeem_code` (a letter). Without an account,
a pass opens the booth: a random token in the browser, of which we keep a hash.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.register.errors import IdentityInvalid
from core.register.numbers import NumberKind, identity
from voting.electorate import Applicant, check_open, find_voter
from voting.errors import RollTaken, VoterNotVerified
from voting.keys import RollKeys
from voting.manifest import RuleManifest
from voting.models import BoothPass, RollContact, Round, Voter, VoterSource, Way
from voting.roll_errors import NotInTheRegister, WayNotOpen

TOKEN_BYTES = 32


@dataclass(frozen=True, slots=True)
class VerifiedId:
    """An identity number that a provider has verified, or an eIDAS identifier."""

    number: str
    kind: NumberKind = NumberKind.FINNISH


def ways_into(manifest: RuleManifest) -> tuple[Way, ...]:
    """The ways that the rules name, in their order."""
    if manifest.eligibility.source != VoterSource.REGISTER.value:
        return (Way.ACCOUNT,)
    return tuple(Way(name) for name in manifest.eligibility.ways)


def check_way(manifest: RuleManifest, way: Way) -> None:
    """Refuse a way that the rules do not name.

    Raises:
        WayNotOpen: they do not.
    """
    if way not in ways_into(manifest):
        raise WayNotOpen


def enter_by_identity(
    session: Session,
    round_: Round,
    manifest: RuleManifest,
    who: VerifiedId,
    *,
    way: Way,
    keys: RollKeys,
    now: datetime,
    lasts: timedelta,
) -> str:
    """The token of a pass for whoever this number belongs to.

    The round must be held by `electorate.share_round`, and `now` read after that.

    Raises:
        VoteNotOpenYet, VoteClosed: outside the vote.
        WayNotOpen: the rules do not name this way.
        NotInTheRegister: nobody on the roll has this number.
    """
    check_open(round_, manifest, now)
    check_way(manifest, way)
    voter = voter_of_identity(session, round_, who, keys=keys)
    if voter is None:
        raise NotInTheRegister
    return give_pass(session, voter, way=way, now=now, lasts=lasts)


def voter_of_identity(
    session: Session, round_: Round, who: VerifiedId, *, keys: RollKeys
) -> Voter | None:
    """The row of an identified person; also the answer to "am I on the roll?"."""
    try:
        person_key = keys.person_key(identity(who.number, who.kind))
    except IdentityInvalid:
        return None
    return session.scalar(
        select(Voter).where(Voter.round_id == round_.id, Voter.person_key == person_key)
    )


def enter_by_email(
    session: Session,
    round_: Round,
    manifest: RuleManifest,
    applicant: Applicant,
    *,
    keys: RollKeys,
    now: datetime,
) -> Voter:
    """The row of the one person whose register has this confirmed address.

    The account is bound to the row, and finds it from then on.

    Raises:
        VoteNotOpenYet, VoteClosed, WayNotOpen: see above.
        VoterNotVerified: the address has not been confirmed.
        NotInTheRegister: nobody on the roll has it, or several share it.
        RollTaken: the row belongs to another account.
    """
    check_open(round_, manifest, now)
    check_way(manifest, Way.EMAIL)
    if not applicant.verified:
        raise VoterNotVerified
    if voter := find_voter(session, round_, applicant.account_id):
        return voter
    found = voters_of_email(session, round_, applicant.email, keys=keys)
    if len(found) != 1:
        raise NotInTheRegister
    voter = found[0]
    session.refresh(voter, with_for_update=True)
    if voter.account_id not in (None, applicant.account_id):
        raise RollTaken
    voter.account_id = applicant.account_id
    session.flush()
    return voter


def voters_of_email(
    session: Session, round_: Round, email: str, *, keys: RollKeys
) -> Sequence[Voter]:
    """At most two rows whose register has this address: one is the person."""
    return session.scalars(
        select(Voter)
        .join(
            RollContact,
            (RollContact.round_id == Voter.round_id)
            & (RollContact.person_key == Voter.person_key),
        )
        .where(
            RollContact.round_id == round_.id,
            RollContact.email_key == keys.person_key(f"email:{email.casefold()}"),
        )
        .limit(2)
    ).all()


def give_pass(
    session: Session, voter: Voter, *, way: Way, now: datetime, lasts: timedelta
) -> str:
    """A new pass into the booth; an earlier one of this voter ends.

    So whoever identified himself last is alone in the booth.
    """
    # Whoever is second waits here for the first.
    session.refresh(voter, with_for_update=True)
    session.execute(delete(BoothPass).where(BoothPass.voter_id == voter.id))
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(
        BoothPass(
            round_id=voter.round_id,
            voter_id=voter.id,
            token_hash=_hashed(token),
            way=way.value,
            expires_at=now + lasts,
        )
    )
    session.flush()
    return token


def pass_of(
    session: Session, round_: Round, token: str, *, now: datetime
) -> BoothPass | None:
    """The pass of a token, as long as it is good."""
    return session.scalar(
        select(BoothPass).where(
            BoothPass.round_id == round_.id,
            BoothPass.token_hash == _hashed(token),
            BoothPass.expires_at > now,
        )
    )


def end_pass(session: Session, round_: Round, token: str) -> None:
    """Out of the booth; what was cast and drafted stays."""
    found = select(BoothPass.voter_id).where(
        BoothPass.round_id == round_.id, BoothPass.token_hash == _hashed(token)
    )
    # A cast on its way ends first: it must not lose its way in at half.
    session.scalar(select(Voter.id).where(Voter.id.in_(found)).with_for_update())
    session.execute(
        delete(BoothPass).where(
            BoothPass.round_id == round_.id, BoothPass.token_hash == _hashed(token)
        )
    )


def _hashed(token: str) -> str:
    # The token has 256 random bits: nothing to guess, so no key is needed.
    return hashlib.sha256(token.encode()).hexdigest()
