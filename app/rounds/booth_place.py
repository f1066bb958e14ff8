"""Who stands in which booth, with which paper; and who may not stand there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from flask import abort, current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.access import booth_token, person_or_none
from app.accounts.models import Account
from app.extensions import clock, db
from app.locale import content
from app.messages import sentence
from app.rounds.at_desk import is_at_desk
from app.rounds.pause_page import pause_page
from app.rounds.visible import visible_round
from core.errors import DomainError
from voting.assisted import has_cast_here
from voting.assisted_errors import AssistedOver
from voting.ballots import (
    cast_paper,
    check_not_on_paper,
    lock_voter,
    paper_at_desk,
    paper_of,
)
from voting.classes.redeeming import begins_anew
from voting.drafts import Paper
from voting.electorate import check_open, find_voter, localized, share_round
from voting.entering import pass_of
from voting.errors import NotOnTheRoll, VotePaused
from voting.keys import RoundKeys, load_round_keys
from voting.manifest import ManifestArea, RuleManifest
from voting.models import Round, Stage, Voter, VoterSource, Way
from voting.opening import current_manifest, end_of_vote
from voting.papers import areas_left, areas_open_to, free_areas
from voting.roll_errors import PassEnded

# Somebody else may look on: what was chosen elsewhere is not shown there.
APART = (Way.DESK, Way.CLASS)


@dataclass(frozen=True, slots=True)
class Booth:
    """A voter in the booth of a round, with the paper in front of him."""

    round: Round
    manifest: RuleManifest
    keys: RoundKeys
    voter: Voter
    way: Way
    paper: Paper
    in_the_box: Paper

    @property
    def has_cast(self) -> bool:
        """Whether there is a ballot in the box."""
        return bool(self.in_the_box.choices)

    @property
    def is_cast(self) -> bool:
        """Whether what stands on the paper is what is in the box."""
        return self.has_cast and self.paper == self.in_the_box

    @property
    def areas(self) -> tuple[ManifestArea, ...]:
        """Where this voter may vote."""
        return areas_open_to(self.manifest, self.paper.home)

    @property
    def left(self) -> tuple[ManifestArea, ...]:
        """Where nothing stands on the paper yet."""
        return areas_left(self.manifest, self.paper.home, self.paper.choices)

    @property
    def free(self) -> tuple[ManifestArea, ...]:
        """The areas of which the voter picks one."""
        slugs = free_areas(self.manifest)
        return tuple(area for area in self.areas if area.slug in slugs)

    def area(self, slug: str) -> ManifestArea:
        """One of the voter's areas; anything else is not found."""
        found = [area for area in self.areas if area.slug == slug]
        return found[0] if found else abort(404)

    def name(self, area: ManifestArea) -> str:
        """The area's name in the page's language."""
        return content(localized(area))

    def next_area(self) -> ManifestArea | None:
        """Where to go on: what is left, else the first; None: choose a free one."""
        free = self.free
        for area in self.left or self.areas:
            if area not in free or len(free) == 1:
                return area
        if self.left:
            return None
        return next((a for a in self.areas if a.slug in self.paper.choices), None)


def key_dir() -> Path:
    """Where the keys of the rounds are."""
    folder: Path = current_app.extensions["puistokatu"].key_dir
    return folder


def the_voter(session: Session, round_: Round) -> tuple[Voter, Way] | None:
    """Whoever acts in this request, on the roll of the round, and the way in.

    A pass comes before an account: whoever uses a letter in somebody else's browser
    votes for himself.
    """
    if token := booth_token(round_.slug):
        found = pass_of(session, round_, token, now=clock().now(session))
        if found:
            return session.get_one(Voter, found.voter_id), Way(found.way)
    who = person_or_none()
    voter = find_voter(session, round_, who.id) if who else None
    if voter is None:
        return None
    by_register = round_.voter_source is VoterSource.REGISTER
    return voter, Way.EMAIL if by_register else Way.ACCOUNT


def way_in(session: Session, round_: Round) -> Way:
    """The way in of whoever acts in this request; the roll calls it the channel."""
    found = the_voter(session, round_)
    return found[1] if found else Way.ACCOUNT


def address_for_mail(way: Way) -> Account | None:
    """To whom a receipt goes by mail.

    Nobody, where a pass opened the booth: who is logged in may be another person.
    """
    return person_or_none() if way in (Way.ACCOUNT, Way.EMAIL) else None


def enter_booth(session: Session, round_: Round) -> Booth | None:
    """The voter's place in the booth; None: he is not on the roll yet.

    Raises:
        RoundKeyMissing: nobody can vote until the key is back.
    """
    found = the_voter(session, round_)
    if found is None:
        return None
    voter, way = found
    keys = load_round_keys(key_dir(), round_.slug)
    paper, in_the_box = _papers(session, round_, voter, way, keys)
    return Booth(
        round=round_,
        manifest=current_manifest(session, round_),
        keys=keys,
        voter=voter,
        way=way,
        paper=paper,
        in_the_box=in_the_box,
    )


def _papers(
    session: Session, round_: Round, voter: Voter, way: Way, keys: RoundKeys
) -> tuple[Paper, Paper]:
    """What stands in front of the voter, and what he has cast.

    Where others may look on, whatever was chosen elsewhere is as if it were not there.
    """
    if way not in APART:
        paper = paper_of(session, round_, voter, keys=keys)
        return paper, cast_paper(session, round_, voter, keys=keys)
    paper = paper_at_desk(session, round_, voter, keys=keys)
    if not comes_anew(session, voter, way):
        return paper, cast_paper(session, round_, voter, keys=keys)
    return paper, Paper(home=paper.home)


def comes_anew(session: Session, voter: Voter, way: Way) -> bool:
    """Whether others may look on, and nothing has been cast before their eyes yet."""
    if way is Way.CLASS:
        return begins_anew(session, voter)
    return way is Way.DESK and not has_cast_here(session, voter)


def closing_time(round_: Round, manifest: RuleManifest) -> datetime | None:
    """The vote's last moment; an official may have moved it since the opening."""
    return end_of_vote(round_, manifest)


def opening_time(manifest: RuleManifest) -> datetime | None:
    """The vote's first moment."""
    return datetime.fromisoformat(manifest.opens) if manifest.opens else None


def place_in(slug: str, *, withdrawing: bool = False) -> Booth | ResponseReturnValue:
    """The person's place in an open booth, or the answer that says why there is none.

    Not open, or voted on paper: a page that says so. Not on the roll: the questions.
    Voted, and no change allowed: the receipt. So it is when somebody has voted at a
    service point or in class: nobody sees there again what was cast; it can be
    withdrawn, though.
    """
    session = db.session()
    round_ = visible_round(slug)
    if reason := why_not_open(round_, current_manifest(session, round_)):
        return closed_page(round_, reason)
    place = enter_booth(session, round_)
    if place is None:
        return redirect(url_for("rounds.may_vote", slug=slug))
    if reason := refusal_of(lambda: check_not_on_paper(place.voter)):
        return closed_page(round_, reason)
    is_settled = place.way in APART and not withdrawing
    if place.has_cast and (is_settled or not place.manifest.ballot.change_allowed):
        return redirect(url_for("rounds.receipt", slug=slug))
    return place


def why_not_open(round_: Round, manifest: RuleManifest) -> DomainError | None:
    """The refusal of whoever would vote now; None while the vote is open."""
    now = clock().now(db.session())
    return refusal_of(lambda: check_open(round_, manifest, now))


def closed_page(round_: Round, reason: DomainError) -> str:
    """Nobody can vote now, and why."""
    if isinstance(reason, VotePaused):
        return pause_page(round_)
    return render_template(
        "rounds/booth/closed.html", round=round_, reason=sentence(reason)
    )


def hold(session: Session, slug: str) -> tuple[Round, RuleManifest, Voter]:
    """For an act: the round held against closing, its rules, the person's row.

    With a pass, the row is held too, and the pass looked at once more: a new code, or
    whoever comes in by it, may have ended it while this act was waiting.

    Raises:
        NotOnTheRoll: the person has not answered the questions yet.
        PassEnded: there was a pass, and it is good no more.
        AssistedOver: the time at the service point ran out in this very moment.
    """
    round_ = share_round(session, slug)
    if round_ is None or round_.stage is Stage.DRAFT:
        abort(404)
    found = the_voter(session, round_)
    if found is None:
        raise _not_here(slug)
    if booth_token(slug):
        lock_voter(session, round_, found[0].id)
        if the_voter(session, round_) != found:
            raise _not_here(slug)
    return round_, current_manifest(session, round_), found[0]


def _not_here(slug: str) -> DomainError:
    """Why nobody acts in this request."""
    if is_at_desk(slug):
        return AssistedOver()
    return PassEnded() if booth_token(slug) else NotOnTheRoll()


def refusal_of(check: Callable[[], object]) -> DomainError | None:
    """What a check says no with; to be shown beside what it is about."""
    try:
        check()
    except DomainError as refusal:
        return refusal
    return None
