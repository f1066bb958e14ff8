"""From a sign to ballots that are left out: two people, a reason, a number."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import SYSTEM, Actor, check_chain, entries, round_chain
from core.errors import DomainError
from tests.factories.anomalies import (
    ATTACKER,
    LIBRARY,
    an_official,
    burst_of,
    close,
    quiet_votes,
    votes_from,
)
from tests.factories.ballots import CLOSES, OPENS, Vote, open_vote_with
from voting.anomaly_errors import (
    DecisionClosed,
    DecisionNotNow,
    DecisionOfTheProposer,
    DecisionTooLate,
    NetworkInvalid,
    NobodyToExclude,
    ProposalsOpen,
    SignDecided,
    SignUnknown,
)
from voting.closing import reconcile
from voting.errors import ReasonNeeded
from voting.exclusions import (
    decide,
    decide_by,
    excluded_ballots,
    open_proposals,
    propose,
    signs_of,
)
from voting.models import (
    AnomalyDecision,
    AnomalyVoter,
    BoxBallot,
    CastSource,
    Ground,
    RefusedTry,
    SealedBallot,
    SealedReceipt,
    Stage,
    Verdict,
    Voter,
)
from voting.sealing import compare_copy, empty_box, seal_copy
from voting.sources import (
    forget_cast,
    name_source,
    network_of,
    note_cast,
    note_refusal,
)
from voting.turnout import final_of, tables_of

LATER = CLOSES + timedelta(days=1)


@pytest.fixture
def vote(session: Session, tmp_path: Path) -> Vote:
    """Fourteen people vote from anywhere, and twelve from one network."""
    vote = open_vote_with(session, tmp_path)
    quiet_votes(session, vote)
    votes_from(session, vote, ATTACKER, 12)
    close(session, vote)
    return vote


@pytest.fixture
def first(session: Session) -> Actor:
    return an_official(session, "Olli")


@pytest.fixture
def second(session: Session) -> Actor:
    return an_official(session, "Saara")


def proposal(
    session: Session, vote: Vote, actor: Actor, verdict: Verdict = Verdict.EXCLUDE
) -> AnomalyDecision:
    return propose(
        session,
        vote.round,
        burst_of(session, vote),
        verdict=verdict,
        ground=Ground.MACHINE,
        reason="All within a quarter of an hour.",
        actor=actor,
        now=LATER,
    )


def word(
    session: Session, vote: Vote, number: int, actor: Actor, *, confirm: bool = True
) -> AnomalyDecision:
    return decide(session, vote.round, number, confirm=confirm, actor=actor, now=LATER)


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def seal(session: Session, vote: Vote) -> None:
    reconcile(session, vote.round, actor=SYSTEM, now=LATER)
    seal_copy(session, vote.round, keys=vote.keys, actor=SYSTEM, now=LATER)


def test_what_two_people_exclude_is_left_out_and_its_number_stays(
    session: Session, vote: Vote, first: Actor, second: Actor
) -> None:
    decision = proposal(session, vote, first)
    word(session, vote, decision.id, second)
    seal(session, vote)
    compare_copy(session, vote.round)
    empty_box(session, vote.round)
    assert (count(session, SealedBallot), count(session, SealedReceipt)) == (14, 14)
    assert excluded_ballots(session, vote.round) == [(Ground.MACHINE, 12)]
    left_out = session.scalars(select(Voter).where(Voter.excluded)).all()
    assert len(left_out) == 12
    # Who was left out has not taken part in what was counted.
    (total,) = tables_of(final_of(session, vote.round))["all"]
    assert total.voters == 14
    for model in (CastSource, RefusedTry, AnomalyVoter, BoxBallot):
        assert count(session, model) == 0


def test_the_log_has_counts_and_reasons_and_no_person(
    session: Session, vote: Vote, first: Actor, second: Actor
) -> None:
    decision = proposal(session, vote, first)
    word(session, vote, decision.id, second)
    seal(session, vote)
    chain = round_chain(vote.slug)
    assert check_chain(session, chain) is None
    log = {entry.action: entry.facts for entry in entries(session, chain)}
    said = {
        "number": decision.id,
        "kind": "burst",
        "verdict": "exclude",
        "voters": 12,
        "reason": "All within a quarter of an hour.",
    }
    assert log["anomaly.proposed"] == log["anomaly.confirmed"] == said
    assert log["ballots.excluded"] == {"ballots": 12, "grounds": {"machine": 12}}
    assert log["ballots.sealed"]["ballots"] == 14


def test_nothing_wrong_counts_everything(
    session: Session, vote: Vote, first: Actor, second: Actor
) -> None:
    decision = proposal(session, vote, first, Verdict.NOTHING_WRONG)
    word(session, vote, decision.id, second)
    seal(session, vote)
    assert count(session, SealedBallot) == 26
    assert excluded_ballots(session, vote.round) == []


def test_what_nobody_decides_about_is_counted(session: Session, vote: Vote) -> None:
    assert burst_of(session, vote)
    seal(session, vote)
    assert count(session, SealedBallot) == 26


def test_nobody_confirms_himself_and_nobody_decides_twice(
    session: Session, vote: Vote, first: Actor, second: Actor
) -> None:
    decision = proposal(session, vote, first)
    for nobody in (first, SYSTEM):
        with pytest.raises(DecisionOfTheProposer):
            word(session, vote, decision.id, nobody)
    with pytest.raises(SignDecided):
        proposal(session, vote, second)
    word(session, vote, decision.id, second)
    with pytest.raises(DecisionClosed):
        word(session, vote, decision.id, second, confirm=False)


def test_half_decided_the_round_is_not_reconciled(
    session: Session, vote: Vote, first: Actor, second: Actor
) -> None:
    decision = proposal(session, vote, first)
    with pytest.raises(ProposalsOpen):
        reconcile(session, vote.round, actor=SYSTEM, now=LATER)
    word(session, vote, decision.id, first, confirm=False)
    assert count(session, AnomalyVoter) == 0
    reconcile(session, vote.round, actor=SYSTEM, now=LATER)
    # Rejected once, it may be proposed again, but not any more.
    with pytest.raises(DecisionNotNow):
        proposal(session, vote, second)


def test_after_the_last_day_nothing_is_decided_and_nothing_waits(
    session: Session, vote: Vote, first: Actor, second: Actor
) -> None:
    decision = proposal(session, vote, first)
    last = decide_by(session, vote.round)
    assert last == CLOSES + timedelta(days=14)
    assert open_proposals(session, vote.round, now=LATER) == 1
    with pytest.raises(DecisionTooLate):
        decide(session, vote.round, decision.id, confirm=True, actor=second, now=last)
    reconcile(session, vote.round, actor=SYSTEM, now=last)
    seal_copy(session, vote.round, keys=vote.keys, actor=SYSTEM, now=last)
    assert count(session, SealedBallot) == 26


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"reason": " "}, ReasonNeeded),
        ({"ground": None}, ReasonNeeded),
    ],
)
def test_a_proposal_has_a_reason_and_a_ground(
    session: Session,
    vote: Vote,
    first: Actor,
    said: dict[str, object],
    refusal: type[DomainError],
) -> None:
    options = {"reason": "So.", "ground": Ground.OTHER} | said
    with pytest.raises(refusal):
        propose(
            session,
            vote.round,
            burst_of(session, vote),
            verdict=Verdict.EXCLUDE,
            actor=first,
            now=LATER,
            **options,  # type: ignore[arg-type] # a test's table
        )


def test_while_the_vote_is_open_signs_are_seen_and_not_decided(
    session: Session, vote: Vote, first: Actor
) -> None:
    vote.round.stage, vote.round.closed_at = Stage.VOTING, None
    assert burst_of(session, vote)
    with pytest.raises(DecisionNotNow):
        proposal(session, vote, first)


def test_another_rounds_proposal_is_not_here(
    session: Session, vote: Vote, first: Actor, second: Actor, tmp_path: Path
) -> None:
    decision = proposal(session, vote, first)
    other = open_vote_with(session, tmp_path)
    close(session, other)
    with pytest.raises(SignUnknown):
        word(session, other, decision.id, second)


def test_a_named_network_is_no_sign_on_any_day(
    session: Session, tmp_path: Path, first: Actor
) -> None:
    vote = open_vote_with(session, tmp_path)
    quiet_votes(session, vote)
    for day in range(2):
        now = OPENS + timedelta(days=day)
        votes_from(session, vote, LIBRARY, 12, now=now)
    found = signs_of(session, vote.round, keys=vote.keys)
    assert [sign.kind.value for sign in found].count("burst") == 2
    act = {"actor": first, "now": OPENS}
    name_source(session, vote.round, "192.0.2.200", "Kirjasto", **act)
    assert signs_of(session, vote.round, keys=vote.keys) == []
    with pytest.raises(NetworkInvalid):
        name_source(session, vote.round, "kirjasto", "Kirjasto", **act)


def test_refused_codes_are_counted_and_lead_to_nobody(
    session: Session, tmp_path: Path, first: Actor
) -> None:
    vote = open_vote_with(session, tmp_path)
    for _ in range(20):
        note_refusal(session, vote.round, address=ATTACKER, keys=vote.keys, now=OPENS)
    assert count(session, RefusedTry) == 1
    close(session, vote)
    (sign,) = signs_of(session, vote.round, keys=vote.keys)
    assert (sign.kind.value, sign.number, sign.voters) == ("refused", 20, frozenset())
    with pytest.raises(NobodyToExclude):
        propose(
            session,
            vote.round,
            sign,
            verdict=Verdict.EXCLUDE,
            ground=Ground.GUESSED_CODES,
            reason="Guessed.",
            actor=first,
            now=LATER,
        )


def test_of_an_address_little_is_kept_and_not_for_long(
    session: Session, tmp_path: Path
) -> None:
    vote = open_vote_with(session, tmp_path)
    (voter,) = votes_from(
        session, vote, ATTACKER, 1, now=OPENS + timedelta(minutes=7, seconds=9)
    )
    kept = session.get_one(CastSource, voter.id)
    assert kept.at == OPENS
    assert "198" not in kept.source
    assert len(kept.source) == 32
    # The same network is somebody else tomorrow, and in another round.
    assert kept.source == vote.keys.source(OPENS.date().isoformat(), "198.51.100.0/24")
    again = {"address": "198.51.100.99", "keys": vote.keys}
    note_cast(
        session,
        vote.round,
        voter,
        channel="account",
        now=OPENS + timedelta(days=1),
        **again,
    )
    before = kept.source
    session.refresh(kept)
    assert kept.source != before
    note_cast(session, vote.round, voter, channel="desk", now=OPENS, **again)
    assert count(session, CastSource) == 0
    (other,) = votes_from(session, vote, ATTACKER, 1)
    forget_cast(session, other)
    assert count(session, CastSource) == 0


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.0/24"),
        ("::ffff:192.0.2.7", "192.0.2.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("library", None),
        ("", None),
    ],
)
def test_a_network_is_as_wide_as_a_house(address: str, network: str | None) -> None:
    assert network_of(address) == network
