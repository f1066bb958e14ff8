"""What a sceptic asks of booth and sealing, with real threads and real commits."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.jobs.closing import IN_ORDER
from app.transaction import transaction
from core.audit import SYSTEM, check_chain, entries, round_chain
from core.errors import DomainError
from tests.factories.ballots import CLOSES, Vote, cast_by, new_key, vote_of, voter_in
from tests.support.apps import at_once
from voting.ballots import paper_of
from voting.closing import close_vote, reconcile
from voting.errors import AlreadySealed, RoundKeyMissing
from voting.models import (
    AreaKind,
    BoxBallot,
    CastSource,
    Round,
    SealedBallot,
    SealedReceipt,
    Stage,
    Voter,
)

VOTERS, SEALERS = 6, 3
AREAS = ("area0", "area1", "area2")


def together(acts: list[Callable[[], int]]) -> Counter[int]:
    """All at one instant; the answers' codes."""
    ready = Barrier(len(acts))

    def run(act: Callable[[], int]) -> int:
        ready.wait(timeout=30)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return Counter(pool.map(run, acts))


def test_choices_in_three_areas_at_once_are_one_draft(open_town: Any) -> None:
    town = open_town(kinds=[AreaKind.EVERYONE] * len(AREAS))
    (account,) = town.new_residents(1, on_the_roll=True)

    def choose(place: int) -> Callable[[], int]:
        client = town.client_of(account)
        address = f"/en/rounds/{town.slug}/vote/areas/area{place}"
        form = {"project": [f"a{place}-1"]}
        return lambda: client.post(address, data=form).status_code

    acts = [choose(place) for place in range(len(AREAS)) for _ in "ab"]
    assert together(acts) == {302: len(acts)}

    def written(session: Session, vote: Vote) -> set[str]:
        voter = session.scalars(select(Voter)).one()
        return set(paper_of(session, vote.round, voter, keys=vote.keys).choices)

    assert town.read(written) == set(AREAS)


def test_a_button_pressed_again_after_the_close_moves_no_sign(open_town: Any) -> None:
    town = open_town()
    (account,) = town.new_residents(1, on_the_roll=True)
    data = {"key": new_key(), "area.area0": ["a0-1"]}

    def press(address: str) -> int:
        client = town.client_of(account)
        place = {"REMOTE_ADDR": address}
        page = f"/en/rounds/{town.slug}/vote"
        return int(client.post(page, data=data, environ_base=place).status_code)

    def source(session: Session, _: Vote) -> tuple[str, Any]:
        found = session.scalars(select(CastSource)).one()
        return found.source, found.at

    assert press("192.0.2.1") == 302
    before = town.read(source)
    town.clock.moment = CLOSES + timedelta(hours=1)
    assert press("198.51.100.1") == 302
    assert town.read(source) == before


@pytest.fixture
def reconciled(open_town: Any) -> Any:
    """A town whose box may be sealed."""
    town = open_town()
    with town.app.app_context(), transaction() as session:
        vote = vote_of(session, town.slug, town.key_dir)
        for number in range(VOTERS):
            choice = [f"a0-{1 + number % 3}"]
            cast_by(session, vote, voter_in(session, vote), area0=choice)
        close_vote(session, vote.round, actor=SYSTEM, now=CLOSES)
        reconcile(session, vote.round, actor=SYSTEM, now=CLOSES)
    town.clock.moment = CLOSES
    return town


def test_many_who_seal_at_once_seal_once(reconciled: Any) -> None:
    town = reconciled

    def seal() -> str:
        for step in IN_ORDER:
            step(town.slug, transaction)
        return "sealed"

    answers = at_once(town.app, [seal] * SEALERS)
    # Whoever comes second is told so, or finds every step done.
    refused = [each for each in answers if isinstance(each, DomainError)]
    assert {type(each) for each in refused} <= {AlreadySealed, RoundKeyMissing}
    assert answers.count("sealed") == SEALERS - len(refused) >= 1

    with town.app.app_context(), transaction() as session:
        assert session.scalars(select(Round.stage)).one() is Stage.SEALED
        assert len(session.scalars(select(SealedBallot)).all()) == VOTERS
        assert len(session.scalars(select(SealedReceipt)).all()) == VOTERS
        assert session.scalars(select(BoxBallot)).all() == []
        chain = round_chain(town.slug)
        assert check_chain(session, chain) is None
        acts = [entry.action for entry in entries(session, chain)]
    assert acts.count("ballots.sealed") == 1
    assert [file.suffix for file in town.key_dir.iterdir()] == [".roll"]
