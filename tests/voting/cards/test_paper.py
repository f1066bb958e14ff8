"""A vote on paper from the printed card to the sealed ballot."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import SYSTEM, entries, round_chain
from tests.factories.paper import PaperVote
from tests.factories.rolls import hetu
from voting.ballots import keep_draft, withdraw
from voting.cards.balance import (
    balances,
    explain_difference,
    paper_totals,
    sign_difference,
)
from voting.cards.batches import reopen_batch
from voting.cards.duties import take_duty
from voting.cards.entries import Entry, Verdict
from voting.cards.envelopes import (
    envelopes_aside,
    set_aside,
    take_back_acceptance,
    take_back_aside,
)
from voting.closing import reconcile
from voting.entering import VerifiedId
from voting.errors import AreaNotYours, BallotEmpty
from voting.keys import load_round_keys
from voting.models import (
    Duty,
    EnvelopeState,
    PaperCard,
    PaperEnvelope,
    SealedBallot,
    SealedReceipt,
)
from voting.models.rounds import PaperRule
from voting.paper_errors import (
    BatchClosed,
    BatchDoesNotAddUp,
    BatchesOpen,
    CardsDisagree,
    DutyNeeded,
    DutyOther,
    EnvelopeTwice,
    EnvelopeUnknown,
    NoDifference,
    PaperNotUsed,
    PaperSettled,
    PaperUnbalanced,
    SecondPersonNeeded,
    VotedOnPaper,
)
from voting.roll_errors import NotInTheRegister
from voting.sealing import compare_copy, empty_box, seal_copy

Begin = Callable[..., PaperVote]


def sealed(vote: PaperVote) -> list[str]:
    session, round_ = vote.session, vote.round
    reconcile(session, round_, **vote.act)
    keys = load_round_keys(vote.key_dir, round_.slug)
    seal_copy(session, round_, keys=keys, actor=SYSTEM, now=vote.now)
    compare_copy(session, round_)
    empty_box(session, round_)
    compare_copy(session, round_)
    return sorted(map(str, session.scalars(select(SealedBallot.choices))))


def rows(vote: PaperVote, model: Any) -> int:
    return vote.session.scalar(select(func.count()).select_from(model)) or 0


def test_a_vote_on_paper_from_the_card_to_the_count(vote: PaperVote) -> None:
    cards = vote.issue(6)
    vote.cast_online(5, "2")
    for number in (2, 3, 4):
        vote.accept(number)
    vote.put_aside(EnvelopeState.NOT_ON_ROLL)
    vote.close()
    vote.read(cards[0], "1")
    vote.read(cards[1], "1", "2")
    vote.read(cards[2], verdict=Verdict.UNREADABLE)
    vote.read(cards[3], verdict=Verdict.NOT_ON_ROLL)
    vote.close_batch(returned=4, spoiled=1, missing=1)
    assert sealed(vote) == ["[['1', 1], ['2', 1]]", "[['1', 1]]", "[['2', 1]]"]
    # A receipt for the one who voted online; the log says how many have none.
    assert rows(vote, SealedReceipt) == 1
    log = {each.action: each.facts for each in entries(*_chain(vote))}
    assert log["ballots.sealed"]["ballots"] == 3
    assert log["ballots.sealed"]["on_paper"] == {"north": 2}
    # Cards and envelopes are gone, the numbers are left.
    assert rows(vote, PaperCard) == rows(vote, PaperEnvelope) == 0
    totals = paper_totals(vote.session, vote.round)
    assert totals is not None
    assert (totals.voters, totals.valid, totals.spoiled) == (3, 2, 1)
    assert totals.spoiled_share == pytest.approx(1 / 3)
    assert vote.batch().counted_not_on_roll == 1


def _chain(vote: PaperVote) -> tuple[Session, str]:
    return vote.session, round_chain(vote.round.slug)


def test_paper_replaces_what_was_cast_online(vote: PaperVote) -> None:
    (card,) = vote.issue(1)
    vote.cast_online(2, "2")
    vote.accept(2)
    vote.close()
    vote.read(card, "1")
    vote.close_batch(1, 0, 0)
    assert sealed(vote) == ["[['1', 1]]"]
    assert rows(vote, SealedReceipt) == 0


def test_a_mark_taken_back_gives_the_vote_online_back(vote: PaperVote) -> None:
    receipt = vote.cast_online(2, "2")
    vote.accept(2)
    assert vote.voter(2).channel == "paper"
    take_back_acceptance(
        vote.session,
        vote.round,
        vote.manifest,
        VerifiedId(hetu(2)),
        clerk=vote.opener,
        keys=vote.roll_keys,
        **vote.act,
    )
    voter = vote.voter(2)
    assert (voter.channel, voter.voted_hour) == ("web", receipt.hour)
    vote.close()
    assert sealed(vote) == ["[['2', 1]]"]


def test_where_online_counts_the_envelope_is_set_aside(begin: Begin) -> None:
    vote = begin(rule=PaperRule.YIELDS)
    vote.cast_online(2, "2")
    with pytest.raises(EnvelopeTwice):
        vote.accept(2)
    assert vote.voter(2).channel == "web"
    vote.accept(3)
    with pytest.raises(VotedOnPaper):
        vote.cast_online(3)


def test_after_the_envelope_nothing_online_changes(vote: PaperVote) -> None:
    vote.cast_online(2, "2")
    vote.accept(2)
    voter = vote.voter(2)
    act = (vote.session, vote.round, vote.manifest, voter)
    keys = load_round_keys(vote.key_dir, vote.round.slug)
    with pytest.raises(VotedOnPaper):
        vote.cast_online(2)
    with pytest.raises(VotedOnPaper):
        withdraw(*act, now=vote.now, keys=keys)
    with pytest.raises(VotedOnPaper):
        keep_draft(*act, area="north", codes=["1"], now=vote.now, keys=keys)


def test_one_person_has_one_envelope_and_one_press_is_one(vote: PaperVote) -> None:
    first = vote.accept(2, key="k" * 32)
    assert vote.accept(2, key="k" * 32).id == first.id
    with pytest.raises(EnvelopeTwice):
        vote.accept(2)
    with pytest.raises(NotInTheRegister):
        vote.accept(99)
    with pytest.raises(AreaNotYours):
        vote.accept(3, "south")
    assert rows(vote, PaperEnvelope) == 1


def test_an_envelope_that_was_set_aside_can_be_taken_back(vote: PaperVote) -> None:
    envelope = vote.put_aside(EnvelopeState.TWICE)
    with pytest.raises(BallotEmpty):
        set_aside(
            vote.session,
            vote.round,
            vote.manifest,
            EnvelopeState.TWICE,
            (),
            key="n" * 32,
            clerk=vote.opener,
        )
    accepted = vote.accept(2)
    act = {"clerk": vote.opener, **vote.act}
    with pytest.raises(EnvelopeUnknown):
        take_back_aside(vote.session, vote.round, vote.manifest, accepted.key, **act)
    take_back_aside(vote.session, vote.round, vote.manifest, envelope.key, **act)
    assert not envelopes_aside(vote.session, vote.round)


def test_who_opens_envelopes_sees_no_card_and_the_other_way_round(
    vote: PaperVote,
) -> None:
    (card,) = vote.issue(1)
    session, round_ = vote.session, vote.round
    with pytest.raises(DutyOther):
        take_duty(session, round_, vote.opener, Duty.CARDS)
    vote.close()
    opener, reader = vote.opener, vote.readers[0]
    vote.opener = reader
    with pytest.raises(DutyOther):
        vote.accept(2)
    vote.readers = (opener, reader, 0)
    with pytest.raises(DutyOther):
        vote.enter(card, Entry())
    vote.readers = (0, reader, 0)
    with pytest.raises(DutyNeeded):
        vote.enter(card, Entry())


def test_a_blank_card_counts_only_where_a_blank_ballot_may_be_cast(
    begin: Begin,
) -> None:
    vote = begin(rules={"blank_allowed": True})
    (card,) = vote.issue(1)
    vote.accept(2)
    vote.close()
    vote.read(card)
    vote.close_batch(1, 0, 0)
    assert sealed(vote) == ["[]"]


def test_a_batch_closes_only_when_both_sums_come_out(vote: PaperVote) -> None:
    cards = vote.issue(3)
    vote.close()
    vote.read(cards[0], "1")
    with pytest.raises(BatchDoesNotAddUp):
        vote.close_batch(1, 1, 0)
    with pytest.raises(BatchDoesNotAddUp):
        vote.close_batch(4, 0, -1)
    with pytest.raises(CardsDisagree):
        vote.close_batch(2, 1, 0)
    vote.close_batch(1, 1, 1)
    with pytest.raises(BatchClosed):
        vote.read(cards[1], "1")
    with pytest.raises(BatchClosed):
        vote.close_batch(1, 1, 1)
    batch = vote.batch()
    reopen_batch(vote.session, vote.round, vote.manifest, batch, **vote.act)
    assert batch.returned is None
    vote.read(cards[1], "1")


def test_the_round_waits_for_batches_and_for_reasons(vote: PaperVote) -> None:
    cards = vote.issue(2)
    vote.accept(2)
    vote.close()
    for card in cards:
        vote.read(card, "1")
    session, round_, rules = vote.session, vote.round, vote.manifest
    with pytest.raises(BatchesOpen):
        reconcile(session, round_, **vote.act)
    vote.close_batch(2, 0, 0)
    with pytest.raises(PaperUnbalanced):
        reconcile(session, round_, **vote.act)
    (line,) = balances(session, round_)
    assert (line.balance.envelopes, line.balance.cards) == (1, 2)
    why = "Two cards in one envelope"
    difference = explain_difference(
        session, round_, rules, line.area, why, official=vote.opener, **vote.act
    )
    with pytest.raises(PaperUnbalanced):
        reconcile(session, round_, **vote.act)
    sign = (session, round_, rules, difference)
    with pytest.raises(SecondPersonNeeded):
        sign_difference(*sign, official=vote.opener, **vote.act)
    vote.accept(3, key="3" * 32)
    with pytest.raises(NoDifference):
        sign_difference(*sign, official=vote.readers[0], **vote.act)
    envelope = vote.accept(3, key="3" * 32)
    session.delete(envelope)
    sign_difference(*sign, official=vote.readers[0], **vote.act)
    reconcile(session, round_, **vote.act)
    with pytest.raises(PaperSettled):
        vote.accept(4)


def test_a_round_without_paper_has_none(begin: Begin) -> None:
    vote = begin(rule=PaperRule.NONE)
    with pytest.raises(PaperNotUsed):
        vote.issue(1)
    vote.cast_online(2)
    vote.close()
    assert len(sealed(vote)) == 1
    assert paper_totals(vote.session, vote.round) is None


def test_the_log_has_neither_choices_nor_people(vote: PaperVote) -> None:
    cards = vote.issue(2)
    vote.accept(2)
    vote.close()
    vote.read(cards[0], "2")
    vote.close_batch(1, 0, 1)
    acts = [each for each in entries(*_chain(vote)) if each.action.startswith("paper")]
    assert [each.action for each in acts] == [
        "paper.batch_issued",
        "paper.batch_closed",
    ]
    assert set(acts[0].facts) == {"batch", "area", "cards"}
