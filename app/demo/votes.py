"""How Puistola votes: what people like, and ballots cast by them."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.demo.content import chance, draw
from core.chance import Chance
from voting.ballots import cast, keep_draft, truncated
from voting.electorate import Applicant, Declaration, enter_roll
from voting.keys import RoundKeys
from voting.manifest import RuleManifest
from voting.models import BoxBallot, BoxCast, Round, Voter
from voting.papers import areas_open_to, check_ballots

# Of a hundred people, so many fill in a paper that is open to them.
FILL_IN = 92
MOST_PICKS = 5


@dataclass(frozen=True, slots=True)
class Poll:
    """A vote with everything that casting takes.

    `liked` says by project code how dear it is to people; twice as dear is chosen
    four times as often.
    """

    round: Round
    manifest: RuleManifest
    keys: RoundKeys
    liked: Mapping[str, int]
    begins: datetime


def cast_one_by_one(
    session: Session, poll: Poll, people: Sequence[Account], *, until: datetime
) -> None:
    """Each goes through the roll and the booth, at times spread over the vote."""
    minutes = int((until - poll.begins).total_seconds()) // 60
    luck = chance(f"{poll.round.slug}, booth")
    hours = sorted(luck.below(max(1, minutes)) for _ in people)
    for person, minute in zip(people, hours, strict=True):
        then = poll.begins + timedelta(minutes=minute)
        home = _home(luck, poll.manifest)
        voter = enter(session, poll, person, home, now=then)
        cast(
            session,
            poll.round,
            poll.manifest,
            voter,
            _choices(luck, poll, home),
            key=_key(poll, person.email),
            now=then,
            keys=poll.keys,
            home=home,
        )


def enter(
    session: Session, poll: Poll, person: Account, home: str, *, now: datetime
) -> Voter:
    """Put a person on the roll."""
    return enter_roll(
        session,
        poll.round,
        poll.manifest,
        Applicant(account_id=person.id, email=person.email, verified=True),
        Declaration(lives_here=True, old_enough=True, home_area=home),
        keys=poll.keys,
        now=now,
    )


def begin_and_stop(
    session: Session, poll: Poll, person: Account, home: str, *, now: datetime
) -> None:
    """A person chooses two projects and does not cast."""
    voter = enter(session, poll, person, home, now=now)
    paper = poll.manifest.projects_of(home)
    keep_draft(
        session,
        poll.round,
        poll.manifest,
        voter,
        area=home,
        codes=[project.code for project in paper[1:3]],
        home=home,
        now=now,
        keys=poll.keys,
    )


def cast_many(session: Session, poll: Poll, count: int, *, until: datetime) -> None:
    """Fill roll and box with the rows that as many casts would leave.

    The ballots pass the same check as in the booth; only the statements are fewer.
    """
    luck = chance(f"{poll.round.slug}, box")
    hours = int((until - poll.begins).total_seconds()) // 3600
    places = {area.slug: area.id for area in poll.round.areas}
    homes = [_home(luck, poll.manifest) for _ in range(count)]
    voters = [
        Voter(
            round_id=poll.round.id,
            person_key=poll.keys.person_key(f"demo:{number}"),
            home_area_id=places[home],
            channel="web",
            voted_hour=truncated(poll.begins + timedelta(hours=luck.below(hours))),
        )
        for number, home in enumerate(homes)
    ]
    session.add_all(voters)
    session.flush()
    ballots, acts = [], []
    for voter, home in zip(voters, homes, strict=True):
        tag = poll.keys.tag(voter.id)
        paper = check_ballots(poll.manifest, _choices(luck, poll, home), home=home)
        for slug, choices in paper.items():
            ballots.append(_ballot(poll, tag, places[slug], choices))
        acts.append(_act(poll, voter, tag, sorted(places[slug] for slug in paper)))
    session.execute(insert(BoxBallot), ballots)
    session.execute(insert(BoxCast), acts)


def _ballot(
    poll: Poll, tag: str, area: int, choices: list[list[str | int]]
) -> dict[str, object]:
    return {
        "round_id": poll.round.id,
        "area_id": area,
        "tag": tag,
        "version": 1,
        "choices": choices,
    }


def _act(poll: Poll, voter: Voter, tag: str, areas: list[int]) -> dict[str, object]:
    return {
        "round_id": poll.round.id,
        "key": _key(poll, voter.person_key),
        "tag": tag,
        "version": 1,
        "areas": areas,
        "cast_hour": voter.voted_hour,
    }


def _key(poll: Poll, who: str) -> str:
    return hashlib.sha256(f"{poll.round.slug}|{who}".encode()).hexdigest()


def _home(luck: Chance, manifest: RuleManifest) -> str:
    people = {a.slug: a.population for a in manifest.areas if a.kind == "home"}
    return draw(luck, people)


def _choices(luck: Chance, poll: Poll, home: str) -> dict[str, list[str]]:
    """A paper for each area that is this person's, at least one filled in."""
    areas = [area.slug for area in areas_open_to(poll.manifest, home)]
    filled = [slug for slug in areas if luck.below(100) < FILL_IN] or areas[:1]
    return {slug: list(_picks(luck, poll, slug)) for slug in filled}


def _picks(luck: Chance, poll: Poll, area: str) -> Iterator[str]:
    rules = poll.manifest.ballot
    left = {p.code: p.cost for p in poll.manifest.projects_of(area)}
    money = poll.manifest.area(area).budget
    most = min(rules.max_picks or MOST_PICKS, len(left))
    # The smaller of two draws: many choose a few, some choose as many as they may.
    wanted = 1 + min(luck.below(most), luck.below(most))
    while left and wanted:
        code = draw(luck, {name: poll.liked[name] ** 2 for name in left})
        cost = left.pop(code)
        if rules.knapsack and money is not None:
            if cost > money:
                continue
            money -= cost
        wanted -= 1
        yield code
