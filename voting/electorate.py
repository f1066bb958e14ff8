"""The electoral roll: who may vote in a round, and one row for each of them."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.clock import COUNTRY
from core.text import Localized
from voting.eligibility import is_old_enough
from voting.errors import (
    HomeAreaNeeded,
    RollFromRegister,
    RollTaken,
    TooYoung,
    VoteClosed,
    VoteNotOpenYet,
    VotePaused,
    VoterNotVerified,
    WrongMunicipality,
)
from voting.keys import RoundKeys
from voting.manifest import ManifestArea, RuleManifest
from voting.models import Area, AreaKind, Round, Stage, Voter
from voting.models.rounds import AgeBy, VoterSource
from voting.opening import end_of_vote
from voting.roll_errors import HomeFromRegister
from voting.rounds import locked

# The advisory locks of PostgreSQL that are the doors of rounds.
DOOR = 7001

# The day on which an age is reached is a day of this country.


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who asks to be put on the roll: an account and its confirmed address."""

    account_id: int
    email: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Declaration:
    """What a self-declared voter says; only the area is kept."""

    lives_here: bool
    old_enough: bool
    home_area: str | None = None


def localized(area: ManifestArea) -> Localized:
    """The area's name, as a page or a refusal shows it."""
    return Localized.from_json(area.name)


def check_open(round_: Round, manifest: RuleManifest, now: datetime) -> None:
    """Refuse outside the vote: the stage and the vote's own times both count.

    A pause holds the end as well: whoever asks after the last moment of a paused
    vote is told of the pause, because it may still be extended.

    Raises:
        VoteNotOpenYet: before the opening, or before its first moment.
        VotePaused: an official has stopped it for a while.
        VoteClosed: the stage is past the vote, or its last moment is.
    """
    if round_.stage.order > Stage.VOTING.order:
        raise VoteClosed
    if round_.paused_at:
        raise VotePaused
    ends = end_of_vote(round_, manifest)
    if ends and now >= ends:
        raise VoteClosed
    if round_.stage is not Stage.VOTING:
        raise VoteNotOpenYet
    if manifest.opens and now < datetime.fromisoformat(manifest.opens):
        raise VoteNotOpenYet


def check_draft_may_be_kept(
    round_: Round, manifest: RuleManifest, now: datetime
) -> None:
    """As `check_open`, but a pause takes no choice away: only casting has to wait.

    Raises:
        VoteNotOpenYet, VoteClosed: see `check_open`.
    """
    with suppress(VotePaused):
        check_open(round_, manifest, now)


def share_round(session: Session, slug: str) -> Round | None:
    """The round, held so that it cannot close before this act has ended.

    Read the clock after this, not before: the wait for a closing may be long. On
    SQLite the act has the write lock already.
    """
    round_id = session.scalar(select(Round.id).where(Round.slug == slug))
    if round_id is None:
        return None
    _queue(session, round_id, "pg_advisory_xact_lock_shared")
    return session.scalar(
        select(Round)
        .where(Round.id == round_id)
        .with_for_update(read=True)
        .execution_options(populate_existing=True)
    )


def stop_casting(session: Session, round_id: int) -> Round:
    """The round, held alone: those who are casting end first, others wait behind.

    To be called before anything else locks the round in this act.
    """
    _queue(session, round_id, "pg_advisory_xact_lock")
    return locked(session, round_id)


def _queue(session: Session, round_id: int, lock: str) -> None:
    """Stand in line at the round's door.

    Row locks alone have no line: under steady casting PostgreSQL lets sharers pass
    a waiting closer for as long as they overlap.
    """
    if session.get_bind().dialect.name == "postgresql":
        door = {"space": DOOR, "round": round_id}
        session.execute(text(f"SELECT {lock}(:space, CAST(:round AS integer))"), door)


def home_areas(manifest: RuleManifest) -> tuple[ManifestArea, ...]:
    """The areas in which only their own people vote."""
    return areas_of_kind(manifest, AreaKind.HOME)


def areas_of_kind(manifest: RuleManifest, kind: AreaKind) -> tuple[ManifestArea, ...]:
    """The areas of one kind that have something to vote on, in their order."""
    return tuple(
        area
        for area in manifest.areas
        if area.kind == kind.value and manifest.projects_of(area.slug)
    )


def age_day(manifest: RuleManifest) -> date:
    """The day on which the age is looked at: as stated, else the vote's last.

    The last as it was frozen: a later end gives nobody the vote who had none.
    """
    rules = manifest.eligibility
    if rules.age_on:
        return date.fromisoformat(rules.age_on)
    if manifest.closes is None:
        raise ValueError("a vote without a close has no day for the age")
    # A vote until midnight ends on the day before.
    last = datetime.fromisoformat(manifest.closes) - timedelta(microseconds=1)
    return last.astimezone(COUNTRY).date()


def check_residence(manifest: RuleManifest, *, lives_here: bool) -> None:
    """Refuse who lives elsewhere.

    Raises:
        WrongMunicipality: params: municipality.
    """
    if manifest.eligibility.municipality and not lives_here:
        raise WrongMunicipality(municipality=manifest.eligibility.municipality)


def check_age(manifest: RuleManifest, *, born: date | int) -> None:
    """Refuse who is too young; what was said is looked at and forgotten.

    Args:
        manifest: its eligibility says which day, and whether the year is enough.
        born: a day, or a year where the manifest goes by the year.

    Raises:
        TooYoung: params: age.
    """
    rules = manifest.eligibility
    if not is_old_enough(
        born,
        least=rules.min_age,
        by_date=rules.age_by == AgeBy.DATE.value,
        day=age_day(manifest),
    ):
        raise TooYoung(age=rules.min_age)


def check_home_area(manifest: RuleManifest, slug: str | None) -> None:
    """Refuse a home that is none of the round's home areas.

    Raises:
        HomeAreaNeeded: there are home areas, and this is none of them.
    """
    homes = [area.slug for area in home_areas(manifest)]
    if homes and slug not in homes:
        raise HomeAreaNeeded


def standing_home(
    manifest: RuleManifest, registered: str | None, said: str | None
) -> str | None:
    """Where a voter votes as at home: as he says, but never against a register.

    Raises:
        HomeFromRegister: the register says otherwise.
    """
    if manifest.eligibility.source != VoterSource.REGISTER.value:
        return said or registered
    if said and said != registered:
        raise HomeFromRegister
    return registered


def may_vote(manifest: RuleManifest, declaration: Declaration) -> None:
    """Answer "can I vote?", before the vote opens as well as during it.

    Raises:
        RollFromRegister: nobody enters this roll by declaring.
        WrongMunicipality: lives elsewhere.
        TooYoung: below the least age.
        HomeAreaNeeded: no home area, or one that is not in the round.
    """
    rules = manifest.eligibility
    if rules.source != VoterSource.SELF_DECLARED.value:
        raise RollFromRegister
    check_residence(manifest, lives_here=declaration.lives_here)
    if not declaration.old_enough:
        raise TooYoung(age=rules.min_age)
    check_home_area(manifest, declaration.home_area)


def is_by_register(session: Session, slug: str) -> bool:
    """Whether people get into this round's booth by a roll from a register."""
    query = select(Round.voter_source).where(Round.slug == slug)
    return session.scalar(query) is VoterSource.REGISTER


def find_voter(session: Session, round_: Round, account_id: int) -> Voter | None:
    """The account's row on the roll."""
    return session.scalar(
        select(Voter).where(Voter.round_id == round_.id, Voter.account_id == account_id)
    )


def enter_roll(
    session: Session,
    round_: Round,
    manifest: RuleManifest,
    applicant: Applicant,
    declaration: Declaration,
    *,
    keys: RoundKeys,
    now: datetime,
) -> Voter:
    """Put a self-declared resident on the roll; parallel entries give one row.

    Who is there already keeps his row; as long as he has not voted, his home area
    follows what he says now. An account that was deleted and made again under
    the same confirmed address finds its old row, and so cannot vote twice.

    Raises:
        VoteNotOpenYet, VotePaused, VoteClosed: the roll is open while the vote is.
        VoterNotVerified: the address has not been confirmed.
        RollTaken: the address entered under another account that still exists.
        RollFromRegister, WrongMunicipality, TooYoung, HomeAreaNeeded: may not vote.
    """
    check_open(round_, manifest, now)
    if not applicant.verified:
        raise VoterNotVerified
    may_vote(manifest, declaration)
    voter = find_voter(session, round_, applicant.account_id)
    if voter is None:
        voter = _row_of_the_person(session, round_, applicant, keys)
        session.flush()
    session.refresh(voter, with_for_update=True)
    if voter.voted_hour is None:
        voter.home_area_id = area_id(session, round_, declaration.home_area)
    session.flush()
    return voter


def area_id(session: Session, round_: Round, slug: str | None) -> int | None:
    """The row of an area of this round."""
    return session.scalar(
        select(Area.id).where(Area.round_id == round_.id, Area.slug == slug)
    )


def _row_of_the_person(
    session: Session, round_: Round, applicant: Applicant, keys: RoundKeys
) -> Voter:
    insert = (
        postgresql.insert
        if session.get_bind().dialect.name == "postgresql"
        else sqlite.insert
    )
    person_key = keys.person_key("email:" + applicant.email.casefold())
    # Whoever is second waits here for the first, and then finds the same row.
    session.execute(
        insert(Voter)
        .values(
            round_id=round_.id,
            person_key=person_key,
            account_id=applicant.account_id,
            has_draft=False,
            remind=False,
        )
        .on_conflict_do_nothing()
    )
    voter = session.scalar(
        select(Voter)
        .where(Voter.round_id == round_.id, Voter.person_key == person_key)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if voter is None:
        # The account had entered under an address that it has changed since.
        voter = find_voter(session, round_, applicant.account_id)
    if voter is None:
        raise RollTaken
    if voter.account_id is None:
        voter.account_id = applicant.account_id
    if voter.account_id != applicant.account_id:
        raise RollTaken
    return voter
