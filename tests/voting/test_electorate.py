from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories.accounts import resident
from tests.factories.ballots import (
    CLOSES,
    OPENS,
    Vote,
    cast_by,
    open_vote_with,
    voter_in,
)
from voting.electorate import (
    Applicant,
    Declaration,
    check_age,
    check_open,
    enter_roll,
    may_vote,
)
from voting.errors import (
    HomeAreaNeeded,
    RollFromRegister,
    RollTaken,
    TooYoung,
    VoteClosed,
    VoteNotOpenYet,
    VoterNotVerified,
    WrongMunicipality,
)
from voting.manifest import RuleManifest
from voting.models import AreaKind, Stage, Voter
from voting.models.rounds import VoterSource

YES = Declaration(lives_here=True, old_enough=True)


def enter(
    session: Session,
    vote: Vote,
    account_id: int,
    email: str,
    declaration: Declaration = YES,
) -> Voter:
    return enter_roll(
        session,
        vote.round,
        vote.manifest,
        Applicant(account_id, email, verified=True),
        declaration,
        keys=vote.keys,
        now=OPENS,
    )


def with_eligibility(vote: Vote, **rules: object) -> RuleManifest:
    eligibility = replace(vote.manifest.eligibility, **rules)  # type: ignore[arg-type] # any rule
    return replace(vote.manifest, eligibility=eligibility)


def rows(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Voter)) or 0


def test_entering_twice_gives_one_row(session: Session, tmp_path: Path) -> None:
    vote = open_vote_with(session, tmp_path)
    account = resident(session)
    first = enter(session, vote, account.id, account.email)
    assert enter(session, vote, account.id, account.email.upper()) is first
    assert rows(session) == 1


def test_the_roll_does_not_say_who_it_is(session: Session, tmp_path: Path) -> None:
    vote = open_vote_with(session, tmp_path)
    voter = voter_in(session, vote)
    assert len(voter.person_key) == 64
    assert voter.person_key != voter_in(session, vote).person_key


def test_a_changed_address_keeps_the_row(session: Session, tmp_path: Path) -> None:
    vote = open_vote_with(session, tmp_path)
    account = resident(session)
    first = enter(session, vote, account.id, "old@example.org")
    assert enter(session, vote, account.id, "new@example.org") is first


def test_an_account_made_again_finds_its_old_row(
    session: Session, tmp_path: Path
) -> None:
    vote = open_vote_with(session, tmp_path)
    account = resident(session, email="liisa@example.org")
    first = enter(session, vote, account.id, account.email)
    session.delete(account)
    session.flush()
    session.refresh(first)
    assert first.account_id is None
    again = resident(session, email="liisa@example.org")
    assert enter(session, vote, again.id, again.email) is first
    assert first.account_id == again.id


def test_an_address_that_entered_under_another_account_is_refused(
    session: Session, tmp_path: Path
) -> None:
    vote = open_vote_with(session, tmp_path)
    one, other = resident(session), resident(session)
    enter(session, vote, one.id, "shared@example.org")
    with pytest.raises(RollTaken):
        enter(session, vote, other.id, "shared@example.org")


def test_an_unconfirmed_address_is_refused(session: Session, tmp_path: Path) -> None:
    vote = open_vote_with(session, tmp_path)
    account = resident(session)
    with pytest.raises(VoterNotVerified):
        enter_roll(
            session,
            vote.round,
            vote.manifest,
            Applicant(account.id, account.email, verified=False),
            YES,
            keys=vote.keys,
            now=OPENS,
        )


def test_the_roll_is_open_while_the_vote_is(session: Session, tmp_path: Path) -> None:
    vote = open_vote_with(session, tmp_path)
    check_open(vote.round, vote.manifest, OPENS)
    check_open(vote.round, vote.manifest, CLOSES - timedelta(microseconds=1))
    with pytest.raises(VoteClosed):
        check_open(vote.round, vote.manifest, CLOSES)
    with pytest.raises(VoteNotOpenYet):
        check_open(vote.round, vote.manifest, OPENS - timedelta(seconds=1))
    vote.round.stage = Stage.ANNOUNCED
    with pytest.raises(VoteNotOpenYet):
        check_open(vote.round, vote.manifest, OPENS)


def test_a_clock_set_back_does_not_reopen(session: Session, tmp_path: Path) -> None:
    vote = open_vote_with(session, tmp_path, stage=Stage.CLOSED)
    with pytest.raises(VoteClosed):
        check_open(vote.round, vote.manifest, OPENS)


def test_where_somebody_lives_decides(session: Session, tmp_path: Path) -> None:
    vote = open_vote_with(session, tmp_path, municipality="Puistola")
    with pytest.raises(WrongMunicipality) as refusal:
        may_vote(vote.manifest, Declaration(lives_here=False, old_enough=True))
    assert refusal.value.params == {"municipality": "Puistola"}
    may_vote(vote.manifest, YES)


def test_age_by_year_counts_the_whole_year(session: Session, tmp_path: Path) -> None:
    manifest = with_eligibility(
        open_vote_with(session, tmp_path), min_age=12, age_by="birth_year"
    )
    check_age(manifest, born=2015)
    with pytest.raises(TooYoung):
        check_age(manifest, born=2016)


def test_age_by_date_counts_the_day(session: Session, tmp_path: Path) -> None:
    manifest = with_eligibility(
        open_vote_with(session, tmp_path),
        min_age=16,
        age_by="date",
        age_on="2027-06-30",
    )
    check_age(manifest, born=date(2011, 6, 30))
    with pytest.raises(TooYoung) as refusal:
        check_age(manifest, born=date(2011, 7, 1))
    assert refusal.value.params == {"age": 16}


def test_without_a_stated_day_the_last_day_of_the_vote_counts(
    session: Session, tmp_path: Path
) -> None:
    # Midnight of 15 May in Finland: the last day is 14 May.
    vote = open_vote_with(
        session, tmp_path, closes=datetime(2027, 5, 14, 21, 0, tzinfo=UTC)
    )
    manifest = with_eligibility(vote, min_age=16, age_by="date")
    check_age(manifest, born=date(2011, 5, 14))
    with pytest.raises(TooYoung):
        check_age(manifest, born=date(2011, 5, 15))


def test_too_young_stays_too_young_at_the_roll(
    session: Session, tmp_path: Path
) -> None:
    vote = open_vote_with(session, tmp_path, min_age=12)
    with pytest.raises(TooYoung):
        may_vote(vote.manifest, Declaration(lives_here=True, old_enough=False))


def test_a_home_area_is_one_of_the_rounds(session: Session, tmp_path: Path) -> None:
    vote = open_vote_with(session, tmp_path, kinds=[AreaKind.HOME, AreaKind.HOME])
    for home in (None, "area7"):
        with pytest.raises(HomeAreaNeeded):
            voter_in(session, vote, home=home)
    voter = voter_in(session, vote, home="area1")
    assert voter.home_area_id == vote.round.areas[1].id


def test_the_home_area_follows_until_the_first_vote(
    session: Session, tmp_path: Path
) -> None:
    vote = open_vote_with(session, tmp_path, kinds=[AreaKind.HOME, AreaKind.HOME])
    account = resident(session)
    in_area = [replace(YES, home_area=f"area{i}") for i in range(2)]
    voter = enter(session, vote, account.id, account.email, in_area[0])
    enter(session, vote, account.id, account.email, in_area[1])
    assert voter.home_area_id == vote.round.areas[1].id
    cast_by(session, vote, voter, area1=["a1-1"])
    enter(session, vote, account.id, account.email, in_area[0])
    assert voter.home_area_id == vote.round.areas[1].id


def test_nobody_declares_himself_onto_a_register(
    session: Session, tmp_path: Path
) -> None:
    vote = open_vote_with(session, tmp_path, voter_source=VoterSource.REGISTER)
    with pytest.raises(RollFromRegister):
        voter_in(session, vote)
