"""Building Puistola: once, and only into a database that holds nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import exists, select, text
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.demo import votes
from app.demo.content import Content, day, read
from app.demo.other_ballots import build_other_ballots
from app.demo.people import actor, add_people, add_residents
from app.demo.proposals import propose
from app.demo.rounds import (
    EVENING,
    MORNING,
    Plan,
    add_projects,
    announce,
    area_plans,
    vote_begins,
    vote_ends,
)
from app.jobs.closing import schedule_close
from app.jobs.reminders import schedule_reminders
from app.jobs.studies import schedule_study
from app.jobs.turnout import schedule_turnout
from core.audit import SYSTEM, Actor
from voting.closing import close_vote, reconcile
from voting.keys import load_round_keys
from voting.models import AreaKind, PhaseKind, Project, Round
from voting.opening import current_manifest, open_vote
from voting.results import count_round, publish_result
from voting.rounds import BallotPlan
from voting.sealing import empty_box, seal_copy
from voting.turnout import freeze_day

CURRENT, LAST_YEAR, SHORES = "meidan-puistola", "puoli-miljoonaa", "rannat"
VOTERS_NOW, VOTERS_LAST_YEAR = 212, 1640
# All accounts are older than the oldest round.
FOUNDED = -640
YOUNGEST = 12

K = PhaseKind
VOTING_NOW = {
    K.CRITERIA: (-220, -200),
    K.MARKETING: (-199, -170),
    K.IDEAS: (-169, -120),
    K.VALUATION: (-119, -30),
    K.VOTE: (-12, 9),
    K.DECISION: (12, 26),
    K.IMPLEMENTATION: (40, 390),
    K.FOLLOW_UP: (391, 440),
}
VOTED_LAST_YEAR = {
    K.CRITERIA: (-600, -580),
    K.MARKETING: (-579, -550),
    K.IDEAS: (-549, -510),
    K.VALUATION: (-509, -400),
    K.VOTE: (-385, -364),
    K.DECISION: (-360, -345),
    K.IMPLEMENTATION: (-330, 30),
    K.FOLLOW_UP: (31, 90),
}
IDEAS_NOW = {
    K.CRITERIA: (-60, -40),
    K.MARKETING: (-39, -17),
    K.IDEAS: (-16, 20),
    K.VALUATION: (21, 80),
    K.VOTE: (95, 116),
    K.DECISION: (120, 135),
    K.IMPLEMENTATION: (150, 450),
    K.FOLLOW_UP: (451, 500),
}


class NotEmpty(Exception):
    """The database holds something that is not the demo."""


@dataclass(frozen=True, slots=True)
class Builder:
    """What every round of the town is built with."""

    session: Session
    town: Content
    people: Mapping[str, Account]
    residents: list[Account]
    key_dir: Path
    now: datetime

    @property
    def official(self) -> Actor:
        """Who runs the rounds."""
        return actor(self.people["official"])


def be_alone(session: Session) -> None:
    """Let a second build at the same moment wait for this one, and then find it.

    On SQLite the transaction itself does that.
    """
    if session.get_bind().dialect.name == "postgresql":
        table = Account.__tablename__
        session.execute(text(f"LOCK TABLE {table} IN EXCLUSIVE MODE"))


def is_built(session: Session) -> bool:
    """Whether Puistola stands in this database, whatever has been done in it since.

    Raises:
        NotEmpty: something else stands there.
    """
    if session.scalar(select(exists().where(Account.demo))):
        return True
    for table in (Account, Round):
        if session.scalar(select(select(table.id).exists())):
            raise NotEmpty
    return False


def build(session: Session, *, secret_key: str, key_dir: Path, now: datetime) -> None:
    """The whole town, in the transaction that is open."""
    town = read("town")
    founded = day(now, FOUNDED, MORNING)
    builder = Builder(
        session=session,
        town=town,
        people=add_people(session, town, secret_key=secret_key, now=founded),
        residents=add_residents(session, town, VOTERS_NOW, now=founded),
        key_dir=key_dir,
        now=now,
    )
    build_last_year(builder)
    build_shores(builder)
    build_other_ballots(read, town, lambda *plan: _begin(builder, *plan))
    build_current(builder)


def _begin(builder: Builder, plan: Plan, content: Content) -> votes.Poll:
    """A vote that is on, with what the clock does to it."""
    poll = _open(builder, plan, content)
    schedule_close(builder.session, poll.round, now=builder.now)
    schedule_reminders(builder.session, poll.round, now=builder.now)
    schedule_turnout(builder.session, poll.round, now=builder.now)
    return poll


def build_current(builder: Builder) -> Round:
    """A vote that closes in nine days, with some hundred ballots in the box."""
    content, now = read("current"), builder.now
    plan = Plan(
        slug=CURRENT,
        calendar=VOTING_NOW,
        ballot=_ballot(builder.town, knapsack=True),
        areas=area_plans(builder.town["areas"]),
    )
    poll = _begin(builder, plan, content)
    people = builder.people
    voters = [*builder.residents, people["emil"]]
    votes.cast_one_by_one(builder.session, poll, voters, until=now)
    home = plan.areas[0].slug
    votes.begin_and_stop(builder.session, poll, people["grace"], home, now=now)
    for past in range(VOTING_NOW[K.VOTE][0], 0):
        over = day(now, past, EVENING).date()
        freeze_day(builder.session, poll.round, day=over, now=now)
    return poll.round


def build_last_year(builder: Builder) -> Round:
    """A round whose result was published and is being built."""
    session, official = builder.session, builder.official
    content = read("last_year")
    everyone = area_plans([content["whole_town"]], AreaKind.EVERYONE)
    plan = Plan(
        slug=LAST_YEAR,
        calendar=VOTED_LAST_YEAR,
        ballot=_ballot(builder.town, max_picks=votes.MOST_PICKS),
        areas=[*everyone, *area_plans(builder.town["areas"])],
        threshold=content["threshold"],
    )
    poll = _open(builder, plan, content)
    end = vote_ends(plan, builder.now)
    votes.cast_many(session, poll, VOTERS_LAST_YEAR, until=end)
    close_vote(session, poll.round, actor=SYSTEM, now=end)
    next_day = day(end, 1, MORNING)
    reconcile(session, poll.round, actor=official, now=next_day)
    seal_copy(session, poll.round, keys=poll.keys, actor=official, now=next_day)
    empty_box(session, poll.round)
    noon = next_day + timedelta(hours=3)
    count_round(session, poll.round, actor=official, now=noon)
    second = actor(builder.people["second"])
    publication = noon + timedelta(hours=1)
    result = publish_result(session, poll.round, actor=second, now=publication)
    schedule_study(session, result, now=builder.now)
    return poll.round


def build_shores(builder: Builder) -> Round:
    """A round that collects ideas, with ideas in every state."""
    content = read("shores")
    plan = Plan(
        slug=SHORES,
        calendar=IDEAS_NOW,
        ballot=_ballot(builder.town, max_picks=votes.MOST_PICKS),
        areas=area_plans(content["areas"], AreaKind.FREE),
    )
    round_ = announce(
        builder.session,
        plan,
        content,
        builder.town,
        actor=builder.official,
        now=builder.now,
    )
    ideas = sorted(content["proposals"], key=lambda idea: -idea["day"])
    for number, idea in enumerate(ideas):
        authors = {**builder.people, "other": builder.residents[number]}
        propose(
            builder.session,
            round_,
            idea,
            authors,
            official=builder.official,
            now=builder.now,
        )
    return round_


def _open(builder: Builder, plan: Plan, content: Content) -> votes.Poll:
    """Announce, fill the ballot paper, freeze the rules."""
    session, official, now = builder.session, builder.official, builder.now
    round_ = announce(session, plan, content, builder.town, actor=official, now=now)
    assessed = day(now, plan.calendar[K.VALUATION][1], EVENING)
    projects = add_projects(
        session, round_, content["projects"], actor=official, now=assessed
    )
    begins = vote_begins(plan, now)
    open_vote(session, round_, actor=official, now=begins, key_dir=builder.key_dir)
    return votes.Poll(
        round=round_,
        manifest=current_manifest(session, round_),
        keys=load_round_keys(builder.key_dir, plan.slug),
        liked=_liked(content, projects),
        begins=begins,
    )


def _liked(content: Content, projects: Mapping[str, Project]) -> dict[str, int]:
    return {
        projects[each["key"]].code: each["liked"]
        for each in content["projects"]
        if "liked" in each
    }


def _ballot(
    town: Content, *, knapsack: bool = False, max_picks: int | None = None
) -> BallotPlan:
    return BallotPlan(
        knapsack=knapsack,
        max_picks=max_picks,
        municipality=town["municipality"],
        min_age=YOUNGEST,
    )
