import pytest
from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.text import Localized
from tests.factories.rounds import OFFICIAL, bare_round, draft_round, open_round
from voting.areas import (
    AreaPlan,
    CategoryPlan,
    add_area,
    add_category,
    area_budgets,
    edit_area,
    edit_category,
    remove_area,
    remove_category,
    set_frame,
)
from voting.models import Area
from voting.round_errors import AreaInUse, AreaSlugTaken, CategorySlugTaken, RulesFrozen


def area(population: int = 0, floor: int = 0, own: int | None = None) -> Area:
    return Area(population=population, floor_cents=floor, own_cents=own)


def test_the_frame_is_split_by_population_to_the_cent() -> None:
    assert area_budgets(100, [area(1), area(1), area(1)]) == [34, 33, 33]


def test_an_own_sum_is_taken_before_the_split() -> None:
    assert area_budgets(100, [area(own=40), area(2), area(1)]) == [40, 40, 20]


def test_a_floor_lifts_one_area_and_the_others_share_the_rest() -> None:
    assert area_budgets(100, [area(1, floor=30), area(4), area(5)]) == [30, 31, 39]


def test_a_floor_that_pushes_another_below_its_own_lifts_that_too() -> None:
    budgets = area_budgets(100, [area(1, floor=50), area(3, floor=20), area(6)])
    assert budgets == [50, 20, 30]


def test_without_inhabitants_there_is_nothing_to_split_by() -> None:
    assert area_budgets(100, [area(), area(own=30)]) == [0, 30]


def test_every_change_of_money_splits_again(
    session: Session, clock: FixedClock
) -> None:
    act = {"actor": OFFICIAL, "now": clock.moment}
    round_ = bare_round(session, now=clock.moment)
    name = Localized.same("Area")
    first = add_area(
        session, round_, AreaPlan(slug="a", name=name, population=1), **act
    )
    set_frame(session, round_, 900, **act)
    assert first.budget_cents == 900
    second = add_area(
        session, round_, AreaPlan(slug="b", name=name, population=2), **act
    )
    assert (first.budget_cents, second.budget_cents) == (300, 600)
    edit_area(session, first, AreaPlan(slug="a", name=name, own_cents=500), **act)
    assert (first.budget_cents, second.budget_cents) == (500, 400)
    remove_area(session, first, **act)
    assert second.budget_cents == 900


def test_an_area_with_projects_stays(session: Session, clock: FixedClock) -> None:
    round_ = draft_round(session, now=clock.moment)
    with pytest.raises(AreaInUse):
        remove_area(session, round_.areas[0], actor=OFFICIAL, now=clock.moment)


def test_two_areas_cannot_share_an_address(session: Session, clock: FixedClock) -> None:
    act = {"actor": OFFICIAL, "now": clock.moment}
    round_ = draft_round(session, now=clock.moment)
    plan = AreaPlan(slug="north", name=Localized.same("Again"))
    with pytest.raises(AreaSlugTaken):
        add_area(session, round_, plan, **act)
    with pytest.raises(AreaSlugTaken):
        edit_area(session, round_.areas[1], plan, **act)


def test_a_category_is_added_edited_and_removed(
    session: Session, clock: FixedClock
) -> None:
    act = {"actor": OFFICIAL, "now": clock.moment}
    round_ = draft_round(session, now=clock.moment)
    plan = CategoryPlan(slug="sport", name=Localized.same("Sport"))
    sport = add_category(session, round_, plan, **act)
    with pytest.raises(CategorySlugTaken):
        add_category(session, round_, plan, **act)
    edit_category(
        session, sport, CategoryPlan(slug="sport", name=plan.name, max_cents=5), **act
    )
    assert sport.max_cents == 5
    remove_category(session, sport, **act)
    assert round_.categories == []


def test_money_is_frozen_when_the_vote_opens(
    session: Session, clock: FixedClock
) -> None:
    act = {"actor": OFFICIAL, "now": clock.moment}
    round_ = open_round(session, now=clock.moment)
    north = round_.areas[0]
    plan = AreaPlan(slug="west", name=Localized.same("West"))
    for attempt in (
        lambda: set_frame(session, round_, 1, **act),
        lambda: add_area(session, round_, plan, **act),
        lambda: edit_area(session, north, plan, **act),
        lambda: remove_area(session, north, **act),
        lambda: add_category(
            session, round_, CategoryPlan(slug="x", name=plan.name), **act
        ),
    ):
        with pytest.raises(RulesFrozen):
            attempt()
