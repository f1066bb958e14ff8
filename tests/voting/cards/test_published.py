"""What everybody sees of votes on paper, and the bundle that an outsider checks."""

import pytest

from tests.factories.bundles import bundle_of
from tests.factories.paper import PaperVote
from tests.factories.rounds import OFFICIAL
from tests.support.client import Client
from tests.voting.cards.conftest import Begin
from voting.cards.entries import Verdict
from voting.closing import reconcile
from voting.keys import load_round_keys
from voting.models import EnvelopeState
from voting.recount import check
from voting.results import count_round, publish_result
from voting.sealing import seal_copy


def published(vote: PaperVote, *, spoiled: int) -> None:
    """Six on paper, one of whom had voted online; two more online."""
    cards = vote.issue(7)
    for number in (2, 8, 9):
        vote.cast_online(number, "1")
    for number in range(2, 8):
        vote.accept(number)
    vote.put_aside(EnvelopeState.TWICE)
    vote.close()
    for card in cards[spoiled:6]:
        vote.read(card, "2")
    for card in cards[:spoiled]:
        vote.read(card, verdict=Verdict.UNREADABLE)
    vote.read(cards[6], verdict=Verdict.TWICE)
    vote.close_batch(7, 0, 0)
    act = {"actor": OFFICIAL, "now": vote.now}
    reconcile(vote.session, vote.round, **act)
    keys = load_round_keys(vote.key_dir, vote.round.slug)
    seal_copy(vote.session, vote.round, keys=keys, **act)
    count_round(vote.session, vote.round, **act)
    publish_result(vote.session, vote.round, **act)


def test_a_bundle_with_votes_on_paper_holds(begin: Begin) -> None:
    vote = begin(people=8)
    published(vote, spoiled=1)
    files = bundle_of(vote.session, vote.round)
    assert len(files["receipts.txt"].splitlines()) == 2
    assert len(files["ballots.csv"].splitlines()) == 1 + 2 + 5
    found = check(files)
    assert (found.wrong, found.unproven) == ([], [])


@pytest.mark.parametrize(
    ("people", "spoiled", "sentence"),
    [
        (8, 0, "How many is not said here"),
        (12, 0, "Of their 6 cards 0 were spoiled"),
        (12, 2, "How many of their cards were spoiled is not said here"),
    ],
)
def test_the_result_page_says_what_may_be_said_of_paper(
    client: Client, begin: Begin, people: int, spoiled: int, sentence: str
) -> None:
    vote = begin(people=people)
    for number in range(10, people + 2):
        vote.cast_online(number, "1")
    published(vote, spoiled=spoiled)
    page = client.get(f"/en/rounds/{vote.round.slug}/result").get_data(as_text=True)
    assert sentence in page
