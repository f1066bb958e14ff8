"""The turnout as it is counted from the roll and kept from day to day."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import SYSTEM
from core.clock import FixedClock
from tests.factories import rolls
from tests.factories.ballots import (
    CLOSES,
    OPENS,
    Vote,
    cast_by,
    open_vote_with,
    voter_in,
)
from voting.ballots import withdraw
from voting.electorate import share_round
from voting.models import AreaKind, Round, Stage, TurnoutTables, Voter
from voting.opening import current_manifest
from voting.sealing import seal_copy
from voting.turnout import (
    daily_of,
    final_of,
    freeze_day,
    settle_turnout,
    tables_of,
    turnout_of,
)

KINDS = [AreaKind.HOME, AreaKind.HOME]
DAY = OPENS.date()
NIGHT = OPENS + timedelta(days=1)


@pytest.fixture
def vote(session: Session, tmp_path: Path) -> Vote:
    vote = open_vote_with(session, tmp_path, kinds=KINDS)
    vote.round.areas[0].population = 900
    return vote


def vote_at(
    session: Session, vote: Vote, home: int, count: int, *, day: int = 0
) -> None:
    now = OPENS + timedelta(days=day)
    for _ in range(count):
        voter = voter_in(session, vote, home=f"area{home}", now=now)
        cast_by(
            session,
            vote,
            voter,
            now=now,
            home=f"area{home}",
            **{f"area{home}": [f"a{home}-1"]},
        )


def shown(found: TurnoutTables | None, name: str) -> dict[str, int | None]:
    return {"/".join(c.key): c.voters for c in tables_of(found).get(name, ())}


def freeze(session: Session, vote: Vote, day: int = 0) -> TurnoutTables | None:
    now = NIGHT + timedelta(days=day)
    return freeze_day(session, vote.round, day=DAY + timedelta(days=day), now=now)


def test_a_day_is_frozen_once(session: Session, vote: Vote) -> None:
    vote_at(session, vote, 0, 7)
    vote_at(session, vote, 1, 6)
    first = freeze(session, vote)
    assert shown(first, "all") == {"": 13}
    assert shown(first, "area") == {"area0": 7, "area1": 6}
    vote_at(session, vote, 0, 9)
    assert freeze(session, vote) is first
    assert session.scalar(select(func.count()).select_from(TurnoutTables)) == 1


def test_only_the_days_that_are_over_count(session: Session, vote: Vote) -> None:
    vote_at(session, vote, 0, 7)
    vote_at(session, vote, 1, 6, day=1)
    assert shown(freeze(session, vote), "all") == {"": 7}
    assert shown(freeze(session, vote, 1), "all") == {"": 13}
    assert shown(daily_of(session, vote.round), "area") == {"area0": 7, "area1": 6}


def test_before_five_have_voted_there_is_nothing_to_show(
    session: Session, vote: Vote
) -> None:
    vote_at(session, vote, 0, 4)
    assert freeze(session, vote) is None


def test_a_vote_that_was_taken_back_is_not_counted(
    session: Session, vote: Vote
) -> None:
    vote_at(session, vote, 0, 6)
    voter = session.scalars(select(Voter).limit(1)).one()
    share_round(session, vote.slug)
    withdraw(session, vote.round, vote.manifest, voter, now=OPENS, keys=vote.keys)
    counts = turnout_of(session, vote.round, vote.manifest)
    assert sum(counts.voters.values()) == 5
    assert counts.people is None


def test_after_the_close_no_day_is_frozen(session: Session, vote: Vote) -> None:
    vote_at(session, vote, 0, 7)
    vote.round.stage = Stage.CLOSED
    assert freeze(session, vote) is None


def test_the_sealing_keeps_the_last_tables(session: Session, vote: Vote) -> None:
    vote_at(session, vote, 0, 7)
    vote_at(session, vote, 1, 2)
    vote.round.stage = Stage.RECONCILED
    seal_copy(session, vote.round, keys=vote.keys, actor=SYSTEM, now=CLOSES)
    found = final_of(session, vote.round)
    assert shown(found, "all") == {"": 9}
    assert shown(found, "area") == {"area0": None, "area1": None}
    # One channel says no more than the total.
    assert set(tables_of(found)) == {"all", "area"}


def roll_of(session: Session, clock: FixedClock, folder: Path) -> Round:
    """Ten people born in 1960, eight in 1999, in two areas; six and five have voted."""
    round_ = rolls.register_round(session, now=clock.moment)
    lines = [rolls.line(n) for n in range(2, 12)]
    young = [rolls.hetu(n, born="010199") for n in range(2, 10)]
    lines += [
        rolls.line(n, identity=number, area="south")
        for n, number in enumerate(young, 20)
    ]
    path = rolls.register(folder / "register.csv", *lines)
    rolls.read_into(session, round_, path, key_dir=folder, now=clock.moment)
    round_.stage = Stage.VOTING
    for area, channel in (("north", "code"), ("south", "strong")):
        ids = {each.slug: each.id for each in round_.areas}
        voters = session.scalars(
            select(Voter)
            .where(Voter.home_area_id == ids[area])
            .limit(6 if area == "north" else 5)
        )
        for voter in voters:
            voter.voted_hour, voter.channel = clock.moment, channel
    session.flush()
    return round_


def test_a_register_gives_ages_and_the_people_who_could_vote(
    session: Session, clock: FixedClock, tmp_path: Path
) -> None:
    round_ = roll_of(session, clock, tmp_path)
    manifest = current_manifest(session, round_)
    counts = turnout_of(session, round_, manifest)
    assert counts.people == {("north", "65-74"): 10, ("south", "25-34"): 8}
    assert counts.voters == {
        ("north", "65-74", "code"): 6,
        ("south", "25-34", "strong"): 5,
    }
    # 10 - 6 and 8 - 5 stayed at home: too few to be told.
    found = settle_turnout(session, round_, now=clock.moment)
    assert set(shown(found, "area").values()) == {None}
    assert {c.people for c in tables_of(found)["age"]} == {10, 8}
    assert date.fromisoformat(tables_of(found)["all"][0].day) == clock.moment.date()
