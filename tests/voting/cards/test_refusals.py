"""What officials cannot do with paper, each refused and nothing changed."""

import pytest
from sqlalchemy import func, select

from tests.factories.paper import PaperVote
from tests.factories.rolls import hetu
from voting.cards.batches import reopen_batch
from voting.cards.envelopes import set_aside, take_back_acceptance
from voting.cards.reading import begin_anew
from voting.entering import VerifiedId
from voting.errors import AreaNotYours
from voting.models import CardState, EnvelopeState, PaperEnvelope, Stage
from voting.paper_errors import (
    BatchOpen,
    CardNotDisputed,
    EnvelopeUnknown,
    PaperNotYet,
)


def test_before_the_rules_are_frozen_nothing_is_printed(vote: PaperVote) -> None:
    vote.round.stage = Stage.ANNOUNCED
    with pytest.raises(PaperNotYet):
        vote.issue(1)


def test_a_card_that_nobody_disputes_is_not_begun_anew(vote: PaperVote) -> None:
    (card,) = vote.issue(1)
    vote.close()
    with pytest.raises(CardNotDisputed):
        begin_anew(
            vote.session,
            vote.round,
            vote.manifest,
            card,
            clerk=vote.readers[2],
            **vote.act,
        )
    assert card.state is CardState.WAITING


def test_an_open_batch_is_not_opened_again(vote: PaperVote) -> None:
    vote.issue(1)
    with pytest.raises(BatchOpen):
        reopen_batch(vote.session, vote.round, vote.manifest, vote.batch(), **vote.act)


@pytest.mark.parametrize("number", [2, 99])
def test_a_mark_that_is_not_there_is_not_taken_back(
    vote: PaperVote, number: int
) -> None:
    with pytest.raises(EnvelopeUnknown):
        take_back_acceptance(
            vote.session,
            vote.round,
            vote.manifest,
            VerifiedId(hetu(number)),
            clerk=vote.opener,
            keys=vote.roll_keys,
            **vote.act,
        )


def test_an_envelope_of_no_area_and_one_that_counts_are_not_put_aside(
    vote: PaperVote,
) -> None:
    with pytest.raises(AreaNotYours):
        vote.put_aside(EnvelopeState.TWICE, "the moon")
    with pytest.raises(ValueError, match="accepted"):
        set_aside(
            vote.session,
            vote.round,
            vote.manifest,
            EnvelopeState.ACCEPTED,
            ["north"],
            key="n" * 32,
            clerk=vote.opener,
        )
    number = vote.session.scalar(select(func.count()).select_from(PaperEnvelope))
    assert number == 0
