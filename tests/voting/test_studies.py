"""What is worked out from a result is stored once, and agrees with it."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.transaction import transaction
from core.clock import FixedClock
from tests.conftest import NOON
from tests.factories.results import counted_round
from tests.support.apps import application_on, at_once
from voting.errors import CountDisagrees
from voting.models import Result, SealedBallot, Study
from voting.results import current_result
from voting.studies import (
    gather_study,
    purchases_of,
    store_study,
    study,
    study_of,
)

MANY = 5


def the_result(session: Session, clock: FixedClock, **options: object) -> Result:
    round_ = counted_round(session, now=clock.moment, **options)
    result = current_result(session, round_)
    assert result
    return result


def test_the_official_result_stands_first_and_every_rule_after_it(
    session: Session, clock: FixedClock
) -> None:
    result = the_result(session, clock)
    seen: list[tuple[int, int]] = []
    document = study(
        gather_study(session, result), lambda done, all_: seen.append((done, all_))
    )
    first, *others = document["rules"]
    assert (first["label"], first["funded"]) == ("official", ["2", "4"])
    assert {row["rule"] for row in others} == {
        "greedy",
        "max-welfare",
        "equal-shares",
        "phragmen",
    }
    assert seen == [(n, len(others)) for n in range(len(others))]
    # Of six ballots, one blank: five have a project of their own.
    assert (document["voters"], first["measures"]["covered"]) == (6, 5)
    assert first["measures"]["areas"][0][0] == "north"
    assert document["purchases"] == {}


def test_who_paid_is_stored_with_it(session: Session, clock: FixedClock) -> None:
    result = the_result(session, clock, rule="equal-shares")
    document = study(gather_study(session, result))
    stored = store_study(session, result, document, now=clock.moment)
    found = purchases_of(stored)
    assert found["2"].paid == 4_500_000
    assert found["2"].supporters == 3
    assert study_of(session, result) is stored


def test_it_is_stored_once(session: Session, clock: FixedClock) -> None:
    result = the_result(session, clock)
    first = store_study(session, result, {"rules": [1]}, now=clock.moment)
    again = store_study(session, result, {"rules": [2]}, now=clock.moment)
    assert again is first
    assert first.document == {"rules": [1]}


def test_other_ballots_than_the_counted_ones_are_noticed(
    session: Session, clock: FixedClock
) -> None:
    result = the_result(session, clock)
    session.add(
        SealedBallot(round_id=result.round_id, area_id=None, choices=[["1", 1]])
    )
    session.flush()
    with pytest.raises(CountDisagrees):
        gather_study(session, result)


def test_a_stored_result_that_its_own_rule_does_not_give_is_noticed(
    session: Session, clock: FixedClock
) -> None:
    result = the_result(session, clock, rule="greedy")
    result.outcome = {**result.outcome, "funded": ["1"]}
    session.flush()
    with pytest.raises(CountDisagrees):
        study(gather_study(session, result))


def test_made_by_many_at_once_it_is_still_one(own_database: str) -> None:
    with application_on(own_database) as app:
        with app.app_context(), transaction() as session:
            round_ = counted_round(session, now=NOON)
            result = current_result(session, round_)
            assert result
            number = result.id

        def make(which: int) -> Callable[[], None]:
            def act() -> None:
                with transaction() as session:
                    found = session.get_one(Result, number)
                    store_study(session, found, {"by": which}, now=NOON)

            return act

        answers = at_once(app, [make(which) for which in range(MANY)])
        assert answers == [None] * MANY
        with app.app_context(), transaction() as session:
            assert session.scalar(select(func.count()).select_from(Study)) == 1
