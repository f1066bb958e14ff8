"""A consultation from a draft to the town's answer."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.audit import check_chain, entries, panel_chain
from core.clock import FixedClock
from core.text import Localized
from panels.answer_keys import create_answer_keys
from panels.answers import save_answers, send_answers
from panels.asking import (
    MOST_A_YEAR,
    burden,
    close_early,
    close_when_due,
    open_consultation,
    remind,
)
from panels.consultation_errors import (
    ConsultationBurden,
    ConsultationEmpty,
    ConsultationNobody,
    ConsultationNotDraft,
    ConsultationNotOpen,
    ConsultationNotOver,
    ConsultationOvertaken,
    ConsultationReasonMissing,
    ConsultationReminded,
    ConsultationTextsMissing,
    ConsultationTimesInvalid,
    ConsultationUnknown,
)
from panels.consultations import (
    answered,
    create_consultation,
    edit_consultation,
    find_consultation,
    is_answer_late,
    list_consultations,
    publish_answer,
    tasks_of,
    unwritten,
    write_questions,
)
from panels.models import ConsultationAnswers, ConsultationState, SeatState
from panels.questionnaire import Questionnaire
from panels.seats import leave_seat
from tests.factories.consultations import (
    DAYS_OPEN,
    QUESTIONS,
    answered_consultation,
    answers_of,
    consultation_plan,
    drafted_consultation,
    in_three,
    opened_consultation,
    seated_panel,
)
from tests.factories.panels import OFFICIAL, panel_with_targets

HALF = Localized(fi="Vain suomeksi")


def test_a_draft_is_written_by_one_official_at_a_time(
    session: Session, clock: FixedClock
) -> None:
    panel = panel_with_targets(session, now=clock.moment)
    act = {"actor": OFFICIAL, "now": clock.moment}
    plan = consultation_plan(now=clock.moment, title=HALF)
    made = create_consultation(session, panel, plan, **act)
    assert unwritten(made).is_empty
    write_questions(session, made, QUESTIONS, version=1, **act)
    with pytest.raises(ConsultationOvertaken):
        write_questions(session, made, Questionnaire(), version=1, **act)
    assert unwritten(made).languages == ("sv", "en")
    edit_consultation(
        session, made, consultation_plan(now=clock.moment), version=2, **act
    )
    assert not unwritten(made)
    assert made.version == 3
    assert find_consultation(session, panel, 1) is made
    assert list_consultations(session, panel) == [made]
    assert not list_consultations(session, panel, public=True)
    with pytest.raises(ConsultationUnknown):
        find_consultation(session, panel, 2)


def test_times_must_follow_each_other(session: Session, clock: FixedClock) -> None:
    panel = panel_with_targets(session, now=clock.moment)
    now = clock.moment
    for said in (
        {"closes_at": now},
        {"answer_due_on": (now + DAYS_OPEN - timedelta(days=1)).date()},
    ):
        plan = consultation_plan(now=now, **said)
        with pytest.raises(ConsultationTimesInvalid):
            create_consultation(session, panel, plan, actor=OFFICIAL, now=now)


def test_what_is_not_whole_is_not_opened(
    session: Session, tmp_path: Path, clock: FixedClock
) -> None:
    panel, _, seats = seated_panel(session, tmp_path, now=clock.moment, members=3)
    made = drafted_consultation(
        session, panel, now=clock.moment, questionnaire=Questionnaire()
    )
    keys = create_answer_keys(tmp_path, panel.slug)
    act = {"actor": OFFICIAL, "now": clock.moment}
    with pytest.raises(ConsultationEmpty):
        open_consultation(session, made, keys=keys, **act)
    half = replace(QUESTIONS.questions[0], text=HALF)
    write_questions(session, made, Questionnaire((half,)), version=2, **act)
    with pytest.raises(ConsultationTextsMissing):
        open_consultation(session, made, keys=keys, **act)
    write_questions(session, made, QUESTIONS, version=3, **act)
    late = act | {"now": made.closes_at}
    with pytest.raises(ConsultationTimesInvalid):
        open_consultation(session, made, keys=keys, **late)
    for seat in seats:
        seat.state = SeatState.OFFERED
    with pytest.raises(ConsultationNobody):
        open_consultation(session, made, keys=keys, **act)
    with pytest.raises(ConsultationNotOpen):
        remind(session, made, **act)


def test_opening_fixes_what_is_asked_and_gives_everybody_a_task(
    session: Session, tmp_path: Path, clock: FixedClock
) -> None:
    found = opened_consultation(session, tmp_path, now=clock.moment, members=4)
    assert [task.seat_id for task in tasks_of(session, found.consultation)] == [
        seat.id for seat in found.seats
    ]
    session.refresh(found.seats[0])
    assert (found.seats[0].tasks, found.consultation.asked) == (1, 4)
    act = {"actor": OFFICIAL, "now": clock.moment}
    with pytest.raises(ConsultationNotDraft):
        write_questions(session, found.consultation, QUESTIONS, version=2, **act)
    with pytest.raises(ConsultationNotDraft):
        open_consultation(session, found.consultation, keys=found.keys, **act)
    assert list_consultations(session, found.panel, public=True)


def test_members_are_asked_a_few_times_a_year_and_no_more(
    session: Session, tmp_path: Path, clock: FixedClock
) -> None:
    found = opened_consultation(session, tmp_path, now=clock.moment, members=2)
    first = clock.moment
    for _ in range(MOST_A_YEAR - 1):
        clock.moment += timedelta(days=60)
        made = drafted_consultation(session, found.panel, now=clock.moment)
        act = {"actor": OFFICIAL, "now": clock.moment}
        open_consultation(session, made, keys=found.keys, **act)
    again = drafted_consultation(session, found.panel, now=clock.moment)
    with pytest.raises(ConsultationBurden) as refusal:
        open_consultation(session, again, keys=found.keys, **act)
    assert refusal.value.params["day"] == first.date() + timedelta(days=365)
    assert burden(session, found.panel, now=clock.moment).most == MOST_A_YEAR
    then = first + timedelta(days=365)
    assert burden(session, found.panel, now=then).most == MOST_A_YEAR - 1


def test_reminders_are_few_and_far_between(
    session: Session, tmp_path: Path, clock: FixedClock
) -> None:
    found = opened_consultation(session, tmp_path, now=clock.moment, members=2)
    with pytest.raises(ConsultationReminded):
        remind(session, found.consultation, actor=OFFICIAL, now=clock.moment)
    for _ in range(2):
        clock.moment += timedelta(days=2)
        remind(session, found.consultation, actor=OFFICIAL, now=clock.moment)
    clock.moment += timedelta(days=2)
    with pytest.raises(ConsultationReminded):
        remind(session, found.consultation, actor=OFFICIAL, now=clock.moment)


def test_the_close_writes_down_who_has_answered_and_who_has_not(
    session: Session, tmp_path: Path, clock: FixedClock
) -> None:
    found = answered_consultation(
        session, tmp_path, now=clock.moment, members=6, silent=2, closed=False
    )
    one = found.consultation
    leave_seat(session, found.seats[5], now=clock.moment)
    found.seats[0].missed = 1
    session.flush()
    tasks = tasks_of(session, one)
    close_when_due(session, one, keys=found.keys, now=clock.moment)
    assert one.state is ConsultationState.OPEN
    assert {task.answered for task in tasks} == {None}
    for _ in range(2):
        close_when_due(session, one, keys=found.keys, now=one.closes_at)
    assert [task.answered for task in tasks] == [True] * 4 + [False] * 2
    assert [seat.missed for seat in found.seats] == [0, 0, 0, 0, 1, 0]
    *_, last = entries(session, panel_chain(found.panel.slug))
    assert (last.action, last.role) == ("consultation.closed", "system")
    assert last.facts == {"number": 1, "asked": 6, "answered": 4}
    with pytest.raises(ConsultationNotOpen):
        remind(session, one, actor=OFFICIAL, now=clock.moment)
    assert not check_chain(session, panel_chain(found.panel.slug))


def test_an_early_close_says_why_in_every_language(
    session: Session, tmp_path: Path, clock: FixedClock
) -> None:
    found = opened_consultation(session, tmp_path, now=clock.moment, members=2)
    one = found.consultation
    act = {"keys": found.keys, "actor": OFFICIAL, "now": clock.moment}
    with pytest.raises(ConsultationReasonMissing):
        close_early(session, one, HALF, **act)
    close_early(session, one, in_three("A mistake in question 2"), **act)
    assert one.closes_at == clock.moment
    assert one.state is ConsultationState.CLOSED
    with pytest.raises(ConsultationNotOpen):
        close_early(session, one, in_three("Again"), **act)


def test_a_report_reads_answers_with_strata_and_without_the_key_none(
    session: Session, tmp_path: Path, clock: FixedClock
) -> None:
    found = answered_consultation(session, tmp_path, now=clock.moment, members=6)
    responses = answered(session, found.consultation, keys=found.keys)
    expected = [
        (answers_of(number), seat.answers)
        for number, seat in enumerate(found.seats[:4], 1)
    ]
    assert len(responses) == 4
    for each in responses:
        assert (each.answers, each.said) in expected
    bare = answered(session, found.consultation, keys=None)
    assert [each.said for each in bare] == [{}] * 4
    assert [each.answers for each in bare] == [each.answers for each in responses]


def test_the_town_owes_an_answer_and_everybody_sees_when_it_is_late(
    session: Session, tmp_path: Path, clock: FixedClock
) -> None:
    found = answered_consultation(
        session, tmp_path, now=clock.moment, members=2, silent=0, closed=False
    )
    one, act = found.consultation, {"actor": OFFICIAL}
    text = in_three("We begin with the shore.")
    with pytest.raises(ConsultationNotOver):
        publish_answer(session, one, text, **act, now=clock.moment)
    over = one.closes_at
    assert not is_answer_late(one, over)
    late = over + timedelta(days=61)
    assert is_answer_late(one, late)
    with pytest.raises(ConsultationTextsMissing):
        publish_answer(session, one, HALF, **act, now=late)
    publish_answer(session, one, text, **act, now=late)
    assert not is_answer_late(one, late)
    publish_answer(session, one, in_three("By May."), **act, now=late + DAYS_OPEN)
    assert (one.answered_at, one.answer) == (late, in_three("By May."))
    *_, last = entries(session, panel_chain(found.panel.slug))
    assert last.action == "consultation.answer_changed"


def test_what_was_begun_and_not_sent_is_erased_at_the_close(
    session: Session, tmp_path: Path, clock: FixedClock
) -> None:
    found = opened_consultation(session, tmp_path, now=clock.moment, members=3)
    act = {"keys": found.keys, "now": clock.moment}
    first, second = (found.task(session, seat) for seat in found.seats[:2])
    send_answers(session, first, answers_of(1), **act)
    save_answers(session, first, answers_of(2), **act)
    save_answers(session, second, answers_of(2), **act)
    close_when_due(
        session, found.consultation, keys=found.keys, now=found.consultation.closes_at
    )
    kept = session.scalars(select(ConsultationAnswers)).one()
    session.refresh(kept)
    assert (kept.sent, kept.draft) == (
        {"q1": "o2", "q2": ["o1", "o3"], "q3": 2},
        None,
    )
    assert session.scalar(select(func.count(ConsultationAnswers.id))) == 1
