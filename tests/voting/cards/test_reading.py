"""A card is read twice, and judged by the rules of the booth."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.factories.paper import PaperVote
from voting.cards.batches import MOST_CARDS, issue_batch
from voting.cards.entries import Entry, Verdict, judge
from voting.cards.reading import begin_anew, find_card
from voting.errors import AreaNotYours
from voting.models import (
    CardState,
)
from voting.paper_errors import (
    BatchSizeInvalid,
    CardMisread,
    CardOfOthers,
    CardSettled,
    CardsNotYet,
    CardsUnsettled,
    CardUnknown,
    ThirdPersonNeeded,
)
from voting.profile import BallotType

Begin = Callable[..., PaperVote]


def test_nobody_looks_at_a_card_before_the_close(vote: PaperVote) -> None:
    (card,) = vote.issue(1)
    with pytest.raises(CardsNotYet):
        vote.read(card, "1")
    with pytest.raises(CardsNotYet):
        vote.close_batch(0, 0, 1)


def test_the_first_person_corrects_himself_and_does_not_confirm(
    vote: PaperVote,
) -> None:
    (card,) = vote.issue(1)
    vote.close()
    vote.enter(card, Entry(marks={"1": 1}))
    vote.enter(card, Entry(marks={"2": 1}))
    assert card.state is CardState.ENTERED
    vote.enter(card, Entry(marks={"2": 1}), reader=1)
    assert (card.state, card.choices) == (CardState.VALID, [["2", 1]])
    with pytest.raises(CardSettled):
        vote.enter(card, Entry(), reader=2)


def test_two_entries_that_differ_go_back_to_both(vote: PaperVote) -> None:
    (card,) = vote.issue(1)
    vote.close()
    vote.enter(card, Entry(marks={"1": 1}))
    vote.enter(card, Entry(marks={"2": 1}), reader=1)
    assert card.state is CardState.DISPUTED
    assert not card.counted
    with pytest.raises(CardOfOthers):
        vote.enter(card, Entry(marks={"2": 1}), reader=2)
    with pytest.raises(CardsUnsettled):
        vote.close_batch(1, 0, 0)
    act = (vote.session, vote.round, vote.manifest, card)
    with pytest.raises(ThirdPersonNeeded):
        begin_anew(*act, clerk=vote.readers[1], **vote.act)
    begin_anew(*act, clerk=vote.readers[2], **vote.act)
    assert card.state is CardState.WAITING
    vote.enter(card, Entry(marks={"1": 1}))
    vote.enter(card, Entry(marks={"2": 1}), reader=1)
    vote.enter(card, Entry(marks={"2": 1}))
    assert (card.state, card.counted) == (CardState.VALID, True)


@pytest.mark.parametrize(
    ("rules", "entry", "state", "fault"),
    [
        ({}, Entry(marks={"1": 1, "2": 1}), CardState.VALID, ""),
        ({}, Entry(), CardState.BLANK, ""),
        ({"max_picks": 1}, Entry(marks={"1": 1, "2": 1}), "spoiled", "too_many_picks"),
        ({}, Entry(marks={"3": 1}), "spoiled", "project_not_on_ballot"),
        ({}, Entry(Verdict.UNREADABLE), "spoiled", "unreadable"),
        ({}, Entry(Verdict.TWICE, {"1": 1}), CardState.TWICE, ""),
    ],
)
def test_a_card_is_judged_by_the_rules_of_the_booth(
    begin: Begin, rules: dict[str, Any], entry: Entry, state: str, fault: str
) -> None:
    vote = begin(rules=rules)
    found = judge(vote.manifest, vote.manifest.area("north"), entry)
    assert (found.state, found.fault) == (state, fault)
    assert found.counted is (state == "valid")


def test_a_ranking_on_paper_is_sorted_and_a_place_used_twice_spoils_it(
    begin: Begin,
) -> None:
    vote = begin(
        rules={"ballot_type": BallotType.ORDINAL},
        parameters={"satisfaction": "points"},
    )
    north = vote.manifest.area("north")
    found = judge(vote.manifest, north, Entry(marks={"1": 5, "2": 2}))
    assert found.choices == [["2", 1], ["1", 1]]
    found = judge(vote.manifest, north, Entry(marks={"1": 1, "2": 1}))
    assert (found.state, found.fault) == (CardState.SPOILED, "ranks_repeat")


def test_batches_are_numbered_and_limited(vote: PaperVote) -> None:
    first, second = vote.issue(2), vote.issue(1, "south")
    assert len({card.serial for card in first + second}) == 3
    act = (vote.session, vote.round, vote.manifest)
    for count in (0, MOST_CARDS + 1):
        with pytest.raises(BatchSizeInvalid):
            issue_batch(*act, "north", count, **vote.act)
    with pytest.raises(AreaNotYours):
        issue_batch(*act, "elsewhere", 1, **vote.act)
    serial = first[0].serial
    assert find_card(vote.session, vote.round, serial.lower()).id == first[0].id
    swapped = serial[:-1] + ("0" if serial[-1] != "0" else "1")
    with pytest.raises(CardMisread):
        find_card(vote.session, vote.round, swapped)
    vote.session.delete(first[0])
    vote.session.flush()
    with pytest.raises(CardUnknown):
        find_card(vote.session, vote.round, serial)
