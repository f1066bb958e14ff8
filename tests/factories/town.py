"""A town with a round of each sort, and visitors who walk through it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.access import BOOTH
from app.accounts.models import Account, Role, TokenKind
from app.accounts.tokens import issue_token
from tests.factories.accounts import PASSWORD_HASH, official, resident
from tests.factories.ballots import Vote, cast_by, open_vote_with
from tests.factories.results import published_round
from tests.factories.rolls import (
    code_of_person,
    line,
    open_register_round,
    read_into,
    register,
    register_round,
)
from tests.factories.rounds import ideas_round
from tests.support.client import Client
from voting.ballots import keep_draft
from voting.codes import redeem_code
from voting.electorate import Applicant, Declaration, enter_roll, share_round
from voting.keys import RollKeys
from voting.models import AreaKind, Round, Voter
from voting.opening import current_manifest
from voting.profile import BallotType
from voting.proposals import ProposalPlan, write_proposal

KINDS = (AreaKind.HOME, AreaKind.HOME, AreaKind.EVERYONE)
RULES: dict[str, Any] = {"max_picks": 2, "municipality": "Puistola", "min_age": 12}


@dataclass
class Visitor:
    """Somebody with a browser, and the pages that nothing on the site links to."""

    account: Account | None = None
    second_factor: bool = False
    # What the browser remembers besides.
    cookie: dict[str, Any] = field(default_factory=dict)
    starts: list[str] = field(default_factory=list)
    # Where links are followed; nowhere else.
    under: tuple[str, ...] = ()

    def arrive(self, client: Client) -> None:
        """Sit down at a browser that has seen nobody."""
        with client.session_transaction() as cookie:
            cookie.clear()
            cookie.update(self.cookie)
        if self.account:
            client.log_in(self.account, second_factor=self.second_factor)


@dataclass
class Town:
    """Its rounds, and who comes to see them."""

    vote: Vote
    points: Vote
    ranking: Vote
    visitors: dict[str, Visitor]
    slugs: tuple[str, ...]


def town_with(
    session: Session, key_dir: Path, folder: Path, *, now: datetime, lang: str = "sv"
) -> Town:
    """Votes of three kinds, a register, ideas and a result; and its visitors.

    Of these `voter` has a ballot in every box and another one begun, `newcomer` is
    on no roll, `letter` came in by a code, `half` has shown a password only, `whole`
    a second factor too, and `bare` has none.
    """
    vote = open_vote_with(session, key_dir, kinds=KINDS, **RULES)
    points = open_vote_with(
        session,
        key_dir,
        ballot_type=BallotType.CUMULATIVE,
        points=10,
        most_points=10,
    )
    ranking = open_vote_with(session, key_dir, ballot_type=BallotType.ORDINAL)
    by_register: dict[str, Any] = {"key_dir": key_dir, "folder": folder, "now": now}
    letters, keys = open_register_round(session, slug="letters", **by_register)
    code = code_of_person(session, letters, 2, keys=keys, now=now)
    token = _pass(session, letters, code, keys, now)
    coming = register_round(session, now=now, slug="coming")
    people = register(folder / "people.csv", line(2))
    read_into(session, coming, people, key_dir=key_dir, now=now)
    ideas = ideas_round(session, now=now)
    published_round(session, now=now, slug="past")
    voter = resident(session, language=lang)
    for each, home in ((vote, "area0"), (points, None), (ranking, None)):
        _have_voted(session, each, voter, home, now)
    _idea(session, ideas, voter, now)
    visitors = _visitors(session, vote, voter, now, lang)
    visitors["letter"] = Visitor(cookie={BOOTH: {"letters": token}})
    votes = (vote, points, ranking)
    slugs = (*(each.slug for each in votes), "letters", "coming", "ideas", "past")
    return Town(*votes, visitors, slugs)


def _pass(
    session: Session, round_: Round, code: str, keys: RollKeys, now: datetime
) -> str:
    """Of whoever has typed a code."""
    held = share_round(session, round_.slug)
    assert held
    manifest = current_manifest(session, held)
    hour = timedelta(hours=1)
    return redeem_code(session, held, manifest, code, keys=keys, now=now, lasts=hour)


def _have_voted(
    session: Session, vote: Vote, who: Account, home: str | None, now: datetime
) -> Voter:
    """With a ballot in the box, and another one begun."""
    voter = enter_roll(
        session,
        vote.round,
        vote.manifest,
        Applicant(who.id, who.email, verified=True),
        Declaration(lives_here=True, old_enough=True, home_area=home),
        keys=vote.keys,
        now=now,
    )
    ballot: dict[str, Any] = {"home": home} if home else {}
    one = 10 if vote.manifest.ballot.type.has_points else 1
    cast_by(session, vote, voter, now=now, area0=[("a0-1", one)], **ballot)
    held = share_round(session, vote.slug)
    assert held
    keep_draft(
        session,
        held,
        vote.manifest,
        voter,
        area="area0",
        codes=[("a0-2", one)],
        now=now,
        keys=vote.keys,
    )
    return voter


def _idea(session: Session, round_: Round, author: Account, now: datetime) -> None:
    """A draft, that nobody but its author sees."""
    plan = ProposalPlan(title="An idea", text="As long as it is", language="sv")
    write_proposal(session, round_, plan, author_id=author.id, now=now)


def _visitors(
    session: Session, vote: Vote, voter: Account, now: datetime, lang: str
) -> dict[str, Visitor]:
    invited = resident(session, email="invited@example.org", language=lang)

    def link(page: str, kind: TokenKind, **said: Any) -> str:
        secret = issue_token(session, kind, now=now, **said)
        return f"/{lang}/account/{page}/{secret}"

    role: dict[str, Any] = {
        "name": "Somebody",
        "role": str(Role.OFFICIAL),
        "scope": "house",
        "language": lang,
    }
    new = {"email": "new@example.org", "name": "New", "language": lang}
    everywhere = (f"/{lang}/rounds/", f"/{lang}/account/")
    door = f"{everywhere[0]}{vote.slug}/may-vote"
    nobody = [
        f"/{lang}/account/log-in",
        f"/{lang}/account/forgot",
        link("confirm", TokenKind.VERIFY_EMAIL, password_hash=PASSWORD_HASH, **new),
        link("reset", TokenKind.RESET_PASSWORD, account_id=voter.id),
        link("invitation", TokenKind.INVITATION, **(role | new)),
    ]
    moving = {"account_id": voter.id, "email": "other@example.org"}
    invitation = link("invitation", TokenKind.INVITATION, email=invited.email, **role)
    factor = f"/{lang}/account/second-factor"
    own_factor = f"/{lang}/account/settings/second-factor"
    return {
        "nobody": Visitor(starts=nobody, under=everywhere[1:]),
        "voter": Visitor(
            voter,
            starts=[
                f"/{lang}/account/settings",
                everywhere[0],
                link("confirm-email", TokenKind.CHANGE_EMAIL, **moving),
            ],
            under=everywhere,
        ),
        "newcomer": Visitor(
            invited,
            starts=[invitation, door],
            under=(invitation, door),
        ),
        "half": Visitor(
            official(session, language=lang), starts=[factor], under=(factor,)
        ),
        "whole": Visitor(
            official(session, language=lang),
            second_factor=True,
            starts=[own_factor],
            under=(own_factor,),
        ),
        "bare": Visitor(
            resident(session, language=lang), starts=[factor], under=(factor,)
        ),
    }
