"""Counting, signing and publishing: once each, and only in this order."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import create_app
from app.config import Config
from app.extensions import db
from app.transaction import transaction
from core.audit import Actor, check_chain, entries, round_chain
from core.clock import FixedClock
from core.errors import DomainError
from tests.conftest import NOON
from tests.factories.accounts import official
from tests.factories.elections import imported_round
from tests.factories.results import counted_round, published_round, sealed_round
from tests.factories.rounds import OFFICIAL, open_round
from tests.support.databases import environment
from voting import errors
from voting.models import Result, ResultState, Round, Stage
from voting.outcome import Outcome
from voting.results import (
    compute,
    count_round,
    current_result,
    is_open,
    people,
    publish_result,
    recompute,
    sign_result,
    store_result,
)


def standing(session: Session, round_: Round) -> Result:
    result = current_result(session, round_)
    assert result is not None
    return result


def acts(session: Session, round_: Round) -> list[str]:
    return [e.action for e in entries(session, round_chain(round_.slug))]


def person(session: Session, name: str) -> Actor:
    return Actor("official", name, official(session, name=name).id)


def counted_but_not_proven(session: Session, round_: Round, author: Actor) -> Result:
    """As the solver leaves it when its time is up."""
    counted = compute(session, round_)
    shaky = replace(counted.outcome, optimal=False, bound=99, gap=95)
    return store_result(
        session, round_, replace(counted, outcome=shaky), actor=author, now=NOON
    )


def test_a_count_is_stored_with_all_that_it_takes_to_repeat_it(
    session: Session, clock: FixedClock
) -> None:
    round_ = counted_round(session, now=clock.moment)
    result = standing(session, round_)
    assert round_.stage is Stage.COUNTED
    assert result.outcome["funded"] == ["2", "4"]
    assert (result.ballots, result.blank, people(session, round_, result)) == (6, 1, 4)
    assert result.proven
    assert len(result.profile_digest) == 64
    assert recompute(session, result) == Outcome.from_json(result.outcome)


def test_an_imported_round_is_counted_like_any_other(
    session: Session, clock: FixedClock
) -> None:
    round_ = imported_round(session, now=clock.moment)
    count_round(session, round_, actor=OFFICIAL, now=clock.moment)
    result = standing(session, round_)
    assert result.outcome["funded"] == ["1", "2"]
    assert people(session, round_, result) == 6
    assert recompute(session, result) == Outcome.from_json(result.outcome)


def test_the_log_of_a_count_tells_nothing_of_the_ballots(
    session: Session, clock: FixedClock
) -> None:
    round_ = counted_round(session, now=clock.moment)
    *_, entry = entries(session, round_chain(round_.slug))
    assert entry.action == "result.counted"
    assert entry.facts == {"rule": "max-welfare", "replaces": False}


def test_the_same_count_again_changes_nothing_and_is_not_logged(
    session: Session, clock: FixedClock
) -> None:
    round_ = counted_round(session, now=clock.moment)
    first, before = standing(session, round_), acts(session, round_)
    again = count_round(session, round_, actor=OFFICIAL, now=clock.moment)
    assert again.id == first.id
    assert acts(session, round_) == before


def test_a_newer_result_replaces_the_one_before(
    session: Session, clock: FixedClock
) -> None:
    round_ = sealed_round(session, now=clock.moment)
    old = counted_but_not_proven(session, round_, OFFICIAL)
    new = count_round(session, round_, actor=OFFICIAL, now=clock.moment)
    assert (old.state, new.state) == (ResultState.REPLACED, ResultState.COMPUTED)
    assert standing(session, round_).id == new.id


@pytest.mark.parametrize("stage", [Stage.VOTING, Stage.CLOSED, Stage.RECONCILED])
def test_nothing_is_counted_before_the_sealing(
    session: Session, clock: FixedClock, stage: Stage
) -> None:
    round_ = open_round(session, now=clock.moment)
    round_.stage = stage
    with pytest.raises(errors.RoundNotSealed):
        compute(session, round_)


def test_nothing_is_published_before_the_count(
    session: Session, clock: FixedClock
) -> None:
    round_ = sealed_round(session, now=clock.moment)
    before = acts(session, round_)
    with pytest.raises(errors.RoundNotCounted):
        publish_result(session, round_, actor=OFFICIAL, now=clock.moment)
    assert acts(session, round_) == before
    assert round_.stage is Stage.SEALED


def test_publishing_opens_the_result_to_everybody(
    session: Session, clock: FixedClock
) -> None:
    round_ = published_round(session, now=clock.moment)
    assert (round_.stage, round_.published_at) == (Stage.PUBLIC, clock.moment)
    assert standing(session, round_).state is ResultState.PUBLISHED
    assert is_open(round_, clock.moment)
    assert acts(session, round_)[-1] == "result.published"
    assert check_chain(session, round_chain(round_.slug)) is None


def test_an_embargo_keeps_it_closed_until_its_moment(
    session: Session, clock: FixedClock
) -> None:
    until = clock.moment + timedelta(hours=3)
    round_ = published_round(session, now=clock.moment, embargo_until=until)
    assert not is_open(round_, until - timedelta(seconds=1))
    assert is_open(round_, until)


def test_an_embargo_in_the_past_is_refused(session: Session, clock: FixedClock) -> None:
    round_ = counted_round(session, now=clock.moment)
    with pytest.raises(errors.EmbargoInThePast):
        publish_result(
            session,
            round_,
            actor=OFFICIAL,
            now=clock.moment,
            embargo_until=clock.moment,
        )


@pytest.mark.parametrize("act", [publish_result, sign_result, count_round])
def test_after_the_publication_nothing_is_done_a_second_time(
    session: Session, clock: FixedClock, act: Callable[..., object]
) -> None:
    round_ = published_round(session, now=clock.moment)
    before = acts(session, round_)
    with pytest.raises(errors.ResultAlreadyPublic):
        act(session, round_, actor=person(session, "Second"), now=clock.moment)
    assert acts(session, round_) == before


def test_a_count_that_comes_too_late_is_refused(
    session: Session, clock: FixedClock
) -> None:
    round_ = counted_round(session, now=clock.moment)
    late = compute(session, round_)
    publish_result(session, round_, actor=OFFICIAL, now=clock.moment)
    with pytest.raises(errors.ResultAlreadyPublic):
        store_result(session, round_, late, actor=OFFICIAL, now=clock.moment)


def test_what_is_not_proven_needs_a_second_persons_signature(
    session: Session, clock: FixedClock
) -> None:
    round_ = sealed_round(session, now=clock.moment)
    author, other = person(session, "Author"), person(session, "Other")
    result = counted_but_not_proven(session, round_, author)
    assert not result.proven
    with pytest.raises(errors.ResultNotProven):
        publish_result(session, round_, actor=other, now=clock.moment)
    with pytest.raises(errors.SignatureOfTheAuthor):
        sign_result(session, round_, actor=author, now=clock.moment)
    sign_result(session, round_, actor=other, now=clock.moment)
    with pytest.raises(errors.ResultAlreadySigned):
        sign_result(session, round_, actor=other, now=clock.moment)
    publish_result(session, round_, actor=author, now=clock.moment)
    assert acts(session, round_)[-2:] == ["result.signed", "result.published"]


def test_a_signature_is_for_one_result_only(
    session: Session, clock: FixedClock
) -> None:
    round_ = sealed_round(session, now=clock.moment)
    author, other = person(session, "Author"), person(session, "Other")
    counted_but_not_proven(session, round_, author)
    sign_result(session, round_, actor=other, now=clock.moment)
    count_round(session, round_, actor=author, now=clock.moment)
    counted_but_not_proven(session, round_, author)
    with pytest.raises(errors.ResultNotProven):
        publish_result(session, round_, actor=other, now=clock.moment)


@pytest.fixture
def own_app(own_database: str, tmp_path: Path) -> Iterator[Flask]:
    app = create_app(
        Config.from_environment(environment(own_database, KEY_DIR=str(tmp_path)))
    )
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def at_once(app: Flask, act: Callable[[Session], object]) -> list[str]:
    """Two people press at the same moment; what each of them is told."""
    barrier, told = Barrier(2), list[str]()

    def press() -> None:
        with app.app_context():
            barrier.wait()
            try:
                with transaction() as session:
                    act(session)
                told.append("done")
            except DomainError as refusal:
                told.append(refusal.code)

    threads = [Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told)


def the_round(session: Session) -> Round:
    return session.scalars(select(Round)).one()


def test_two_officials_who_publish_at_once_do_it_once(own_app: Flask) -> None:
    with own_app.app_context(), transaction() as session:
        counted_round(session, now=NOON)
    told = at_once(
        own_app,
        lambda s: publish_result(s, the_round(s), actor=OFFICIAL, now=NOON),
    )
    assert told == ["done", "result_already_public"]
    with own_app.app_context(), transaction() as session:
        assert acts(session, the_round(session)).count("result.published") == 1


def test_two_counts_at_once_leave_one_result(own_app: Flask) -> None:
    with own_app.app_context(), transaction() as session:
        sealed_round(session, now=NOON)
    told = at_once(
        own_app, lambda s: count_round(s, the_round(s), actor=OFFICIAL, now=NOON)
    )
    assert told == ["done", "done"]
    with own_app.app_context(), transaction() as session:
        assert len(session.scalars(select(Result)).all()) == 1
        assert acts(session, the_round(session)).count("result.counted") == 1
