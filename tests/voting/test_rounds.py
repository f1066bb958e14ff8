from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.audit import AuditEntry, round_chain
from core.clock import FixedClock
from core.text import Localized
from tests.factories.rounds import (
    OFFICIAL,
    announced_round,
    bare_round,
    draft_round,
    open_round,
    phase_plans,
    three,
)
from voting.models import PhaseKind, Round, Stage
from voting.profile import BallotType
from voting.readiness import gaps_before_opening, what_is_missing
from voting.round_errors import (
    PhaseEndsBeforeStart,
    PhasesOverlap,
    RoundAlreadyAnnounced,
    RoundIncomplete,
    RoundSlugTaken,
    RulesFrozen,
)
from voting.rounds import (
    BallotPlan,
    PhasePlan,
    RoundTexts,
    announce_round,
    check_phases,
    create_round,
    edit_ballot,
    edit_phases,
    edit_rule,
    edit_texts,
    list_announced_rounds,
    phase_now,
    phases_in_order,
)

DAY = datetime(2027, 3, 1, tzinfo=UTC)


def actions(session: Session, round_: Round) -> list[str]:
    chain = round_chain(round_.slug)
    return list(
        session.scalars(
            select(AuditEntry.action)
            .where(AuditEntry.chain == chain)
            .order_by(AuditEntry.number)
        )
    )


def texts_of(round_: Round, **changes: Localized) -> RoundTexts:
    values = {
        "title": round_.title,
        "summary": round_.summary,
        "description": round_.description,
    }
    return RoundTexts(**(values | changes), contact=round_.contact)


def codes(session: Session, round_: Round, now: datetime) -> set[str]:
    return {gap.code for gap in gaps_before_opening(session, round_, now)}


def test_a_new_round_is_a_draft_with_the_eight_phases(
    session: Session, clock: FixedClock
) -> None:
    round_ = bare_round(session, now=clock.moment)
    assert round_.stage is Stage.DRAFT
    assert [phase.kind for phase in phases_in_order(round_)] == list(PhaseKind)
    assert actions(session, round_) == ["round.created"]


def test_an_address_is_given_once_and_the_refusal_leaves_no_trace(
    session: Session, clock: FixedClock
) -> None:
    first = bare_round(session, now=clock.moment)
    with pytest.raises(RoundSlugTaken):
        create_round(
            session,
            slug=first.slug,
            texts=RoundTexts(title=Localized.same("Again")),
            budget_cents=1,
            actor=OFFICIAL,
            now=clock.moment,
        )
    assert actions(session, first) == ["round.created"]


def test_a_complete_round_lacks_nothing(session: Session, clock: FixedClock) -> None:
    round_ = draft_round(session, now=clock.moment)
    assert what_is_missing(session, round_, clock.moment) == []
    assert gaps_before_opening(session, round_, clock.moment) == []


def test_an_empty_round_lacks_everything_by_name(
    session: Session, clock: FixedClock
) -> None:
    round_ = bare_round(session, now=clock.moment)
    assert codes(session, round_, clock.moment) == {
        "text_missing",
        "contact_missing",
        "no_budget",
        "no_area",
        "phase_incomplete",
        "no_municipality",
    }


def test_the_gate_names_the_languages_that_are_missing(
    session: Session, clock: FixedClock
) -> None:
    round_ = draft_round(session, now=clock.moment)
    round_.summary = Localized(fi="Vain suomeksi")
    [gap] = what_is_missing(session, round_, clock.moment)
    assert gap.params == {"text": "summary", "languages": ("sv", "en")}


def test_a_ballot_with_points_needs_its_numbers_and_a_rule_that_counts_them(
    session: Session, clock: FixedClock
) -> None:
    round_ = draft_round(session, now=clock.moment)
    round_.ballot_type = BallotType.CUMULATIVE
    assert codes(session, round_, clock.moment) == {"points_missing"}
    round_.points, round_.areas[0].min_picks = 1, 2
    assert codes(session, round_, clock.moment) == {"too_few_points"}
    round_.points = 10
    assert codes(session, round_, clock.moment) == set()
    for parameters in ({"satisfaction": "votes"}, {"satisfaction": "cost"}):
        round_.rule_parameters = parameters
        assert codes(session, round_, clock.moment) == {"points_not_counted"}
    round_.rule, round_.rule_parameters = "phragmen", {}
    assert codes(session, round_, clock.moment) == {"points_not_counted"}
    round_.rule, round_.rule_parameters = "greedy", {"satisfaction": "points"}
    assert codes(session, round_, clock.moment) == set()
    round_.ballot_type = BallotType.SCORING
    assert codes(session, round_, clock.moment) == {"points_missing"}
    round_.ballot_type = BallotType.APPROVAL
    assert codes(session, round_, clock.moment) == {"no_points_to_count"}


def test_an_area_with_more_to_choose_than_it_may_is_named(
    session: Session, clock: FixedClock
) -> None:
    round_ = draft_round(session, now=clock.moment)
    round_.areas[1].min_picks, round_.areas[1].max_picks = 2, 1
    assert codes(session, round_, clock.moment) == {"area_picks_contradict"}
    round_.areas[1].min_picks, round_.areas[1].max_picks = 3, 3
    assert codes(session, round_, clock.moment) == {"too_few_projects"}


def test_budgets_that_do_not_sum_to_the_frame_are_a_gap(
    session: Session, clock: FixedClock
) -> None:
    round_ = draft_round(session, now=clock.moment)
    round_.areas[0].budget_cents = 1
    assert "budgets_do_not_sum" in codes(session, round_, clock.moment)


def test_a_vote_that_is_over_cannot_be_opened(
    session: Session, clock: FixedClock
) -> None:
    round_ = draft_round(session, now=clock.moment)
    later = clock.moment + timedelta(days=20)
    assert codes(session, round_, later) == {"vote_over"}


def test_a_rule_with_a_nonsense_parameter_is_a_gap(
    session: Session, clock: FixedClock
) -> None:
    round_ = draft_round(session, now=clock.moment)
    act = {"actor": OFFICIAL, "now": clock.moment}
    edit_rule(session, round_, rule="greedy", parameters={"variant": "?"}, **act)
    assert codes(session, round_, clock.moment) == {"rule_invalid"}


def test_more_picks_than_projects_are_a_gap(
    session: Session, clock: FixedClock
) -> None:
    plan = BallotPlan(min_picks=3, max_picks=2, municipality="Puistola")
    round_ = draft_round(session, now=clock.moment, ballot=plan)
    assert codes(session, round_, clock.moment) == {
        "picks_contradict",
        "too_few_projects",
    }


def test_announcing_shows_the_round_to_residents(
    session: Session, clock: FixedClock
) -> None:
    round_ = draft_round(session, now=clock.moment)
    assert list_announced_rounds(session) == []
    announce_round(session, round_, actor=OFFICIAL, now=clock.moment)
    assert list_announced_rounds(session) == [round_]
    assert actions(session, round_)[-1] == "round.announced"


def test_an_incomplete_round_is_not_announced(
    session: Session, clock: FixedClock
) -> None:
    round_ = bare_round(session, now=clock.moment)
    with pytest.raises(RoundIncomplete):
        announce_round(session, round_, actor=OFFICIAL, now=clock.moment)
    assert round_.stage is Stage.DRAFT


def test_a_round_is_announced_once(session: Session, clock: FixedClock) -> None:
    round_ = announced_round(session, now=clock.moment)
    with pytest.raises(RoundAlreadyAnnounced):
        announce_round(session, round_, actor=OFFICIAL, now=clock.moment)
    assert actions(session, round_).count("round.announced") == 1


def test_after_the_opening_texts_are_edited_and_rules_are_not(
    session: Session, clock: FixedClock
) -> None:
    round_ = open_round(session, now=clock.moment)
    act = {"actor": OFFICIAL, "now": clock.moment}
    summary = three("Uusi", "Ny", "New")
    edit_texts(session, round_, texts_of(round_, summary=summary), **act)
    assert round_.summary == summary
    with pytest.raises(RulesFrozen):
        edit_texts(session, round_, texts_of(round_, title=summary), **act)
    with pytest.raises(RulesFrozen):
        edit_ballot(session, round_, BallotPlan(max_picks=1), **act)
    with pytest.raises(RulesFrozen):
        edit_rule(session, round_, rule="greedy", parameters={}, **act)


def test_after_the_opening_only_the_vote_keeps_its_dates(
    session: Session, clock: FixedClock
) -> None:
    round_ = open_round(session, now=clock.moment)
    act = {"actor": OFFICIAL, "now": clock.moment}
    plans = phase_plans(clock.moment, phase=PhaseKind.VOTE)
    later = clock.moment + timedelta(days=16)
    moved = PhasePlan(starts_at=later, ends_at=later + timedelta(days=1))
    edit_phases(session, round_, {**plans, PhaseKind.DECISION: moved}, **act)
    vote = plans[PhaseKind.VOTE]
    longer = PhasePlan(starts_at=vote.starts_at, ends_at=later)
    with pytest.raises(RulesFrozen):
        edit_phases(session, round_, {PhaseKind.VOTE: longer}, **act)


def test_neighbouring_phases_never_overlap_but_may_touch() -> None:
    first = PhasePlan(starts_at=DAY, ends_at=DAY + timedelta(days=2))
    touching = PhasePlan(
        starts_at=DAY + timedelta(days=2), ends_at=DAY + timedelta(days=3)
    )
    early = PhasePlan(starts_at=DAY + timedelta(days=1), ends_at=touching.ends_at)
    check_phases({PhaseKind.IDEAS: first, PhaseKind.VOTE: touching})
    with pytest.raises(PhasesOverlap) as refusal:
        check_phases({PhaseKind.IDEAS: first, PhaseKind.VOTE: early})
    assert refusal.value.params == {"kind": PhaseKind.VOTE}


def test_a_phase_that_is_switched_off_overlaps_nobody() -> None:
    plan = PhasePlan(starts_at=DAY, ends_at=DAY + timedelta(days=2))
    off = PhasePlan(enabled=False, starts_at=plan.starts_at, ends_at=plan.ends_at)
    check_phases({PhaseKind.IDEAS: off, PhaseKind.VOTE: plan})


def test_a_phase_ends_after_it_begins() -> None:
    with pytest.raises(PhaseEndsBeforeStart):
        check_phases({PhaseKind.VOTE: PhasePlan(starts_at=DAY, ends_at=DAY)})


def test_the_clock_says_which_phase_is_on(session: Session, clock: FixedClock) -> None:
    round_ = draft_round(session, now=clock.moment)
    vote = phase_now(round_, clock.moment)
    assert vote is not None
    assert vote.kind is PhaseKind.VOTE
    assert vote.ends_at is not None
    assert phase_now(round_, vote.ends_at) is None
    assert phase_now(round_, vote.ends_at - timedelta(seconds=1)) is vote
