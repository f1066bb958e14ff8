"""From a pool to seats: fixed, listed, dice by two, picked; and drawn again."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import check_chain, entries, panel_chain
from core.clock import FixedClock, local_day
from panels.bundle import list_hash
from panels.draw_errors import (
    DiceDiffer,
    DiceOfTheSame,
    DrawNothingVacant,
    DrawNotThere,
    DrawPoolEmpty,
    DrawUnfinished,
    DrawUnknown,
)
from panels.draws import (
    accept_relaxation,
    cancel_draw,
    confirm_dice,
    enter_dice,
    find_draw,
    note_infeasible,
    prepare_draw,
    publish_list,
    take_dice_back,
)
from panels.errors import DiceInvalid, QuotasInfeasible
from panels.holding import files_for, files_of, hold
from panels.models import (
    Draw,
    DrawKind,
    DrawState,
    EndReason,
    Entrant,
    Panel,
    PanelStage,
    Seat,
    SeatState,
    Volunteer,
)
from panels.panels import targets_of, widen_targets
from panels.recount import check
from panels.seating import current_seats, months_after
from panels.seats import end_seat, end_terms, leave_seat
from panels.volunteers import volunteer_of, withdraw
from tests.factories.panels import OFFICIAL, panel_with_targets
from tests.factories.seated import (
    DICE,
    drawn_panel,
    listed_draw,
    pool_ready,
    two_officials,
)


def meets_quotas(panel: Panel, seats: list[Seat]) -> bool:
    return all(
        value.least
        <= sum(seat.answers[feature.key] == value.key for seat in seats)
        <= value.most
        for feature, value in targets_of(panel).cells()
    )


def test_from_the_pool_to_offered_seats(
    session: Session, tmp_path: Path, clock: FixedClock
) -> None:
    now = clock.moment
    panel, _, _ = pool_ready(session, tmp_path, now=now)
    draw = drawn_panel(session, panel, now=now)
    assert (draw.number, draw.kind, draw.state) == (1, DrawKind.WHOLE, DrawState.DRAWN)
    seats = list(current_seats(session, panel))
    assert len(seats) == panel.size
    assert {seat.state for seat in seats} == {SeatState.OFFERED}
    assert meets_quotas(panel, seats)
    assert panel.stage is PanelStage.SEATED
    # Half of them sits for half a term, so that later half is renewed at a time.
    today = local_day(now)
    assert Counter(seat.ends_on for seat in seats) == {
        months_after(today, 12): panel.size // 2,
        months_after(today, 24): panel.size - panel.size // 2,
    }
    homes = session.scalars(
        select(Volunteer.household_key).where(
            Volunteer.id.in_([seat.volunteer_id for seat in seats])
        )
    ).all()
    assert len(set(homes)) == len(homes)


def test_outsiders_check_what_was_published(
    session: Session, tmp_path: Path, clock: FixedClock
) -> None:
    panel, _, _ = pool_ready(session, tmp_path, now=clock.moment)
    draw = listed_draw(session, panel, now=clock.moment)
    before = files_of(draw)
    assert not check(before).wrong
    one, other = two_officials(session)
    enter_dice(session, draw, DICE, actor=one, now=clock.moment)
    confirm_dice(session, draw, DICE, actor=other, now=clock.moment)
    after = files_of(draw)
    assert not check(after).wrong
    assert list_hash(after) == list_hash(before) == draw.document_sha256
    assert check(after).pick["number"] == draw.picked
    # No name and no number of a row leaves the house.
    published = b"".join(after.values()).decode()
    for number in session.scalars(select(Volunteer.id)):
        assert str(number) not in published


def test_the_log_names_no_one_and_its_chain_holds(
    session: Session, tmp_path: Path, clock: FixedClock
) -> None:
    panel, _, _ = pool_ready(session, tmp_path, now=clock.moment)
    drawn_panel(session, panel, now=clock.moment)
    chain = panel_chain(panel.slug)
    actions = [each.action for each in entries(session, chain)]
    assert actions[-4:] == [
        "draw.prepared",
        "draw.listed",
        "draw.dice_entered",
        "draw.drawn",
    ]
    assert check_chain(session, chain) is None


def test_the_second_official_must_be_another_and_throw_the_same(
    session: Session, tmp_path: Path, clock: FixedClock
) -> None:
    now = clock.moment
    panel, _, _ = pool_ready(session, tmp_path, now=now)
    draw = listed_draw(session, panel, now=now)
    one, other = two_officials(session)
    with pytest.raises(DrawNotThere):
        confirm_dice(session, draw, DICE, actor=other, now=now)
    for wrong in (DICE[:9], (*DICE[:9], 7), (*DICE[:9], 0)):
        with pytest.raises(DiceInvalid):
            enter_dice(session, draw, wrong, actor=one, now=now)
    enter_dice(session, draw, DICE, actor=one, now=now)
    with pytest.raises(DiceOfTheSame):
        confirm_dice(session, draw, DICE, actor=one, now=now)
    with pytest.raises(DiceOfTheSame):
        confirm_dice(session, draw, DICE, actor=OFFICIAL, now=now)
    with pytest.raises(DiceInvalid):
        confirm_dice(session, draw, DICE[:9], actor=other, now=now)
    with pytest.raises(DiceDiffer):
        confirm_dice(session, draw, DICE[::-1], actor=other, now=now)
    assert not session.scalar(select(func.count()).select_from(Seat))
    # The first one had mistyped: the same throw is entered again.
    take_dice_back(session, draw, actor=one, now=now)
    with pytest.raises(DrawNotThere):
        take_dice_back(session, draw, actor=one, now=now)
    enter_dice(session, draw, DICE[::-1], actor=one, now=now)
    confirm_dice(session, draw, DICE[::-1], actor=other, now=now)
    assert draw.picked is not None


def test_nobody_chooses_among_several_draws(
    session: Session, tmp_path: Path, clock: FixedClock
) -> None:
    """Once dice are entered a draw cannot be cancelled, nor a second one begun."""
    now = clock.moment
    panel, _, _ = pool_ready(session, tmp_path, now=now)
    act = {"actor": OFFICIAL, "now": now}
    draw = listed_draw(session, panel, now=now)
    with pytest.raises(DrawUnfinished):
        prepare_draw(session, panel, lottery="leximin", **act)
    cancel_draw(session, draw, **act)
    assert panel.stage is PanelStage.INVITING
    second = listed_draw(session, panel, now=now)
    assert second.number == 2
    # Other pseudonyms, so that two lists cannot be laid side by side.
    assert second.pool_sha256 != draw.pool_sha256
    enter_dice(session, second, DICE, actor=two_officials(session)[0], now=now)
    with pytest.raises(DrawNotThere):
        cancel_draw(session, second, **act)
    held = hold(panel, draw)
    with pytest.raises(DrawNotThere):
        publish_list(session, draw, files_for(draw, held, ""), held, **act)
    assert find_draw(session, panel, 2) is second
    with pytest.raises(DrawUnknown):
        find_draw(session, panel, 3)


def test_a_panel_without_volunteers_or_vacancies_draws_nothing(
    session: Session, tmp_path: Path, clock: FixedClock
) -> None:
    act = {"actor": OFFICIAL, "now": clock.moment}
    empty = panel_with_targets(session, now=clock.moment, slug="empty")
    with pytest.raises(DrawPoolEmpty):
        prepare_draw(session, empty, lottery="leximin", **act)
    panel, _, _ = pool_ready(session, tmp_path, now=clock.moment)
    drawn_panel(session, panel, now=clock.moment)
    with pytest.raises(DrawNothingVacant):
        prepare_draw(session, panel, lottery="leximin", **act)


def test_impossible_quotas_are_widened_as_little_as_it_takes(
    session: Session, tmp_path: Path, clock: FixedClock
) -> None:
    now = clock.moment
    act = {"actor": OFFICIAL, "now": now}
    panel, _, _ = pool_ready(session, tmp_path, now=now)
    (feature, value), *_ = targets_of(panel).cells()
    people = session.scalars(select(Volunteer)).all()
    for person in people:
        if person.answers[feature.key] == value.key:
            session.delete(person)
    session.flush()
    draw = prepare_draw(session, panel, lottery="leximin", **act)
    with pytest.raises(QuotasInfeasible) as refusal:
        hold(panel, draw)
    note_infeasible(session, draw, refusal.value, **act)
    session.commit()
    assert draw.state is DrawState.INFEASIBLE
    assert draw.relaxation
    assert any(each["value"] == value.key for each in draw.relaxation)
    accept_relaxation(session, draw, **act)
    held = hold(panel, draw)
    publish_list(session, draw, files_for(draw, held, ""), held, **act)
    assert draw.state is DrawState.LISTED
    with pytest.raises(DrawNotThere):
        accept_relaxation(session, draw, **act)


def test_who_leaves_is_replaced_and_the_whole_panel_meets_its_quotas(
    session: Session, tmp_path: Path, clock: FixedClock
) -> None:
    now = clock.moment
    panel, _, _ = pool_ready(session, tmp_path, now=now)
    drawn_panel(session, panel, now=now)
    first, second, *rest = current_seats(session, panel)
    leave_seat(session, first, now=now)
    end_seat(session, second, EndReason.NOT_ELIGIBLE, actor=OFFICIAL, now=now)
    session.commit()
    later = now + timedelta(days=40)
    draw = drawn_panel(session, panel, now=later)
    assert (draw.kind, draw.size) == (DrawKind.REPLACEMENT, 2)
    # Some fit no vacant seat: the least chance is nought, and not a little below it.
    assert draw.measures
    assert not str(draw.measures["bound"]).startswith("-")
    seats = list(current_seats(session, panel))
    assert meets_quotas(panel, seats)
    new = [seat for seat in seats if seat not in rest]
    # They go on with what was left of the term.
    assert {seat.replaces_id: seat.ends_on for seat in new} == {
        first.id: first.ends_on,
        second.id: second.ends_on,
    }
    gone = {first.volunteer_id, second.volunteer_id}
    assert not gone & {seat.volunteer_id for seat in new}


def test_half_of_the_panel_is_renewed_when_its_term_ends(
    session: Session, tmp_path: Path, clock: FixedClock
) -> None:
    now = clock.moment
    panel, _, _ = pool_ready(session, tmp_path, now=now)
    drawn_panel(session, panel, now=now)
    leaving = [
        s
        for s in current_seats(session, panel)
        if s.ends_on < months_after(local_day(now), 24)
    ]
    ends = leaving[0].ends_on
    before = now + timedelta(days=330)
    draw = drawn_panel(session, panel, now=before, rotation=ends)
    assert (draw.kind, draw.size) == (DrawKind.ROTATION, len(leaving))
    new = session.scalars(select(Seat).where(Seat.draw_id == draw.id)).all()
    assert {seat.replaces_id for seat in new} == {seat.id for seat in leaving}
    assert {(s.begins_on, s.ends_on) for s in new} == {(ends, months_after(ends, 24))}
    assert end_terms(session, panel, now=now + timedelta(days=366)) == len(leaving)
    assert {seat.ended_because for seat in leaving} == {EndReason.TERM}
    assert meets_quotas(panel, list(current_seats(session, panel)))
    assert end_terms(session, panel, now=now + timedelta(days=366)) == 0


def test_whoever_withdraws_between_list_and_dice_leaves_a_seat_vacant(
    session: Session, tmp_path: Path, clock: FixedClock
) -> None:
    now = clock.moment
    panel, keys, links = pool_ready(session, tmp_path, now=now)
    draw = listed_draw(session, panel, now=now)
    for link in links:
        person = volunteer_of(session, panel, link, keys=keys)
        withdraw(session, person, answer_keys=None, now=now)
    session.commit()
    assert not session.scalar(select(func.count()).select_from(Entrant))
    one, other = two_officials(session)
    enter_dice(session, draw, DICE, actor=one, now=now)
    confirm_dice(session, draw, DICE, actor=other, now=now)
    assert draw.state is DrawState.DRAWN
    assert not current_seats(session, panel)


def test_widened_targets_count_for_the_next_draw_only(
    session: Session, tmp_path: Path, clock: FixedClock
) -> None:
    now = clock.moment
    panel, _, _ = pool_ready(session, tmp_path, now=now)
    draw = listed_draw(session, panel, now=now)
    stored = list(draw.quotas)
    (feature, value), *_ = targets_of(panel).cells()
    change = {(feature.key, value.key): (0, panel.size)}
    widen_targets(session, panel, change, actor=OFFICIAL, now=now)
    session.expire_all()
    assert session.get_one(Draw, draw.id).quotas == stored


@pytest.mark.parametrize("lottery", ["maximin", "nash", "stratified"])
def test_every_lottery_makes_a_list_that_holds(
    session: Session, tmp_path: Path, clock: FixedClock, lottery: str
) -> None:
    panel, _, _ = pool_ready(session, tmp_path, now=clock.moment)
    draw = listed_draw(session, panel, now=clock.moment, lottery=lottery)
    assert not check(files_of(draw)).wrong
    assert draw.measures
    assert draw.measures["people"] > panel.size


def test_a_month_later_is_the_same_day_or_the_last_one() -> None:
    assert months_after(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_after(date(2026, 11, 24), 24) == date(2028, 11, 24)
    assert months_after(date(2024, 2, 29), 12) == date(2025, 2, 28)
