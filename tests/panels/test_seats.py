"""Seats: taken, declined, left, ended for silence, paid; and who sits against whom."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from core.audit import entries, panel_chain
from core.clock import FixedClock, local_day
from core.text import Localized
from panels.composition import composition
from panels.draw_errors import SeatEnded, SeatNotInactive, SeatOverpaid, SeatUnknown
from panels.models import EndReason, Panel, Seat, SeatState, Volunteer
from panels.panels import create_panel, targets_of
from panels.pools import pool_of
from panels.seating import current_seats
from panels.seats import (
    all_seats,
    end_seat,
    find_seat,
    leave_seat,
    note_contact,
    note_task,
    owe,
    pay,
    seat_of,
    take_seat,
)
from panels.targets import TargetFeature, Targets, Value
from panels.vocabulary import Column
from panels.volunteers import withdraw
from tests.factories.panels import OFFICIAL, panel_plan
from tests.factories.seated import drawn_panel, pool_ready


@pytest.fixture
def panel(session: Session, tmp_path: Path, clock: FixedClock) -> Panel:
    panel, _, _ = pool_ready(session, tmp_path, now=clock.moment)
    drawn_panel(session, panel, now=clock.moment)
    return panel


@pytest.fixture
def seat(session: Session, panel: Panel) -> Seat:
    return current_seats(session, panel)[0]


def test_an_offer_is_taken_or_declined_and_declined_for_good(
    session: Session, panel: Panel, seat: Seat, clock: FixedClock
) -> None:
    take_seat(session, seat)
    assert take_seat(session, seat).state is SeatState.TAKEN
    other = current_seats(session, panel)[1]
    leave_seat(session, other, now=clock.moment)
    assert other.ended_because is EndReason.DECLINED
    assert other.ended_on == local_day(clock.moment)
    with pytest.raises(SeatEnded):
        take_seat(session, other)
    leave_seat(session, seat, now=clock.moment)
    assert seat.ended_because is EndReason.RESIGNED
    # Neither is drawn again from the same pool.
    people = pool_of(session, panel).people
    assert not {seat.volunteer_id, other.volunteer_id} & set(people)


def test_silence_ends_a_seat_only_after_tasks_and_contacts(
    session: Session, seat: Seat, clock: FixedClock
) -> None:
    act = {"actor": OFFICIAL, "now": clock.moment}
    note_task(session, seat, **act, done=False)
    note_task(session, seat, **act, done=False)
    note_contact(session, seat, **act)
    with pytest.raises(SeatNotInactive):
        end_seat(session, seat, EndReason.INACTIVE, **act)
    note_task(session, seat, **act, done=True)
    assert (seat.tasks, seat.missed, seat.contacts) == (3, 0, 0)
    for _ in range(2):
        note_task(session, seat, **act, done=False)
        note_contact(session, seat, **act)
    end_seat(session, seat, EndReason.INACTIVE, **act)
    assert seat.ended_because is EndReason.INACTIVE
    with pytest.raises(SeatEnded):
        note_contact(session, seat, **act)


def test_compensation_is_owed_and_never_overpaid(
    session: Session, panel: Panel, seat: Seat, clock: FixedClock
) -> None:
    act = {"actor": OFFICIAL, "now": clock.moment}
    owe(session, seat, 4_000, **act)
    pay(session, seat, 2_500, **act)
    with pytest.raises(SeatOverpaid):
        pay(session, seat, 1_501, **act)
    # What is owed is paid after the seat has ended, too.
    leave_seat(session, seat, now=clock.moment)
    pay(session, seat, 1_500, **act)
    assert (seat.owed_cents, seat.paid_cents) == (4_000, 4_000)
    *_, last = entries(session, panel_chain(panel.slug))
    assert (last.action, last.facts) == ("seat.paid", {"seat": seat.id, "cents": 1_500})


def test_an_erased_member_leaves_a_seat_without_a_trace_of_the_person(
    session: Session, panel: Panel, seat: Seat, clock: FixedClock
) -> None:
    person = session.get_one(Volunteer, seat.volunteer_id)
    assert seat_of(session, person) is seat
    withdraw(session, person, answer_keys=None, now=clock.moment)
    session.commit()
    session.refresh(seat)
    assert (seat.volunteer_id, seat.answers, seat.person_key) == (None, {}, None)
    assert seat.ended_because is EndReason.ERASED
    assert all_seats(session, panel)[-1] is seat


def test_seats_are_found_in_their_own_panel_only(
    session: Session, panel: Panel, seat: Seat, clock: FixedClock
) -> None:
    other = create_panel(
        session, "other", panel_plan(), actor=OFFICIAL, now=clock.moment
    )
    assert find_seat(session, panel, seat.id) is seat
    for where, number in ((other, seat.id), (panel, seat.id + 1_000)):
        with pytest.raises(SeatUnknown):
            find_seat(session, where, number)


def feature(**counts: int | None) -> TargetFeature:
    values = tuple(
        Value(key, Localized.same(key), count, 0, 10) for key, count in counts.items()
    )
    return TargetFeature("age", Localized.same("age"), Column.BIRTH, values)


def test_the_panel_is_laid_against_the_population() -> None:
    targets = Targets((feature(young=500, old=300, oldest=200, other=None),))
    people: list[dict[str, str | None]] = [
        *[{"age": "young"}] * 4,
        *[{"age": "old"}] * 4,
        {"age": "other"},
        {"age": None},
    ]
    (age,) = composition(targets, people)
    assert [line.seats for line in age.lines] == [4, 4, 0, 1]
    assert age.not_said == 1
    # Of those whose count is known half are young and half old: against 50, 30, 20.
    assert [round(line.share, 2) for line in age.lines] == [0.5, 0.5, 0.0, 0.0]
    assert round(age.dissimilarity, 6) == 0.2
    assert age.largest is not None
    assert round(abs(age.largest.gap), 6) == 0.2
    assert age.lines[3].population is None


def test_an_empty_panel_differs_from_nobody() -> None:
    (age,) = composition(Targets((feature(young=1, old=1),)), [])
    assert (age.dissimilarity, age.largest) == (0.0, None)
    (unknown,) = composition(Targets((feature(young=None),)), [{"age": "young"}])
    assert (unknown.dissimilarity, unknown.largest) == (0.0, None)


def test_a_member_who_was_drawn_once_keeps_the_answers_of_that_day(
    session: Session, panel: Panel, seat: Seat, clock: FixedClock
) -> None:
    assert set(seat.answers) == {each.key for each in targets_of(panel).features}
    assert seat.begins_on == local_day(clock.moment)
    assert seat.ends_on > seat.begins_on + timedelta(days=360)
