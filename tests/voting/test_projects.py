import pytest
from sqlalchemy.orm import Session

from core.clock import FixedClock
from core.text import Localized
from tests.factories.rounds import OFFICIAL, draft_round, open_round, three
from voting.models import Project
from voting.projects import (
    Links,
    ProjectPlan,
    add_project,
    check_links,
    edit_project,
    find_project,
    link_pairs,
    links_of,
    list_projects,
    remove_project,
    set_links,
)
from voting.round_errors import (
    AreaOfAnotherRound,
    ProjectLinksContradict,
    ProjectNeedsItself,
    ProjectOfAnotherRound,
    RulesFrozen,
)


def plan_of(project: Project, **changes: object) -> ProjectPlan:
    values = {
        "title": project.title,
        "summary": project.summary,
        "story": project.story,
        "cost_cents": project.cost_cents,
        "area": project.area,
    }
    return ProjectPlan(**(values | changes))


def needs(*codes: str) -> Links:
    return Links(needs=frozenset(codes))


def excludes(*codes: str) -> Links:
    return Links(conflicts=frozenset(codes))


def test_codes_are_given_in_the_order_of_the_ballot_paper(
    session: Session, clock: FixedClock
) -> None:
    round_ = draft_round(session, now=clock.moment)
    assert [p.code for p in list_projects(session, round_)] == ["1", "2", "3", "4"]


def test_a_removed_code_that_was_not_the_last_is_not_given_again(
    session: Session, clock: FixedClock
) -> None:
    act = {"actor": OFFICIAL, "now": clock.moment}
    round_ = draft_round(session, now=clock.moment)
    first = list_projects(session, round_)[0]
    plan = plan_of(first)
    remove_project(session, first, **act)
    assert add_project(session, round_, plan, **act).code == "5"


def test_a_project_of_another_rounds_area_is_refused(
    session: Session, clock: FixedClock
) -> None:
    here = draft_round(session, now=clock.moment)
    there = draft_round(session, now=clock.moment, slug="other")
    plan = plan_of(list_projects(session, there)[0])
    with pytest.raises(AreaOfAnotherRound):
        add_project(session, here, plan, actor=OFFICIAL, now=clock.moment)


def test_links_are_stored_once_and_seen_from_both_sides(
    session: Session, clock: FixedClock
) -> None:
    act = {"actor": OFFICIAL, "now": clock.moment}
    round_ = draft_round(session, now=clock.moment)
    one, two, three_, _ = list_projects(session, round_)
    set_links(session, two, Links(frozenset({"1"}), frozenset({"3"})), **act)
    assert link_pairs(session, round_) == ({("1", "2")}, {("2", "3")})
    assert links_of(session, one) == excludes("2")
    assert links_of(session, two) == Links(frozenset({"1"}), frozenset({"3"}))
    assert links_of(session, three_) == Links()
    set_links(session, one, Links(), **act)
    assert links_of(session, two) == needs("3")


def test_needs_never_run_in_a_circle(session: Session, clock: FixedClock) -> None:
    act = {"actor": OFFICIAL, "now": clock.moment}
    round_ = draft_round(session, now=clock.moment)
    one, two, three_, _ = list_projects(session, round_)
    set_links(session, one, needs("2"), **act)
    set_links(session, two, needs("3"), **act)
    with pytest.raises(ProjectNeedsItself):
        set_links(session, three_, needs("1"), **act)


def test_a_project_cannot_need_itself() -> None:
    with pytest.raises(ProjectNeedsItself):
        check_links([], [("1", "1")])


@pytest.mark.parametrize(
    ("conflicts", "links"),
    [
        ([("1", "1")], []),
        ([("1", "2")], [("1", "2")]),
        ([("1", "3")], [("1", "2"), ("2", "3")]),
        ([("2", "3")], [("1", "2"), ("1", "3")]),
    ],
)
def test_links_that_no_set_could_keep_are_refused(
    conflicts: list[tuple[str, str]], links: list[tuple[str, str]]
) -> None:
    with pytest.raises(ProjectLinksContradict):
        check_links(conflicts, links)


def test_a_link_to_a_project_that_is_not_there_is_refused(
    session: Session, clock: FixedClock
) -> None:
    round_ = draft_round(session, now=clock.moment)
    one = list_projects(session, round_)[0]
    with pytest.raises(ProjectOfAnotherRound):
        set_links(session, one, needs("99"), actor=OFFICIAL, now=clock.moment)


def test_a_removed_project_takes_its_links_with_it(
    session: Session, clock: FixedClock
) -> None:
    act = {"actor": OFFICIAL, "now": clock.moment}
    round_ = draft_round(session, now=clock.moment)
    one, two, *_ = list_projects(session, round_)
    set_links(session, one, needs("2"), **act)
    remove_project(session, two, **act)
    assert link_pairs(session, round_) == (set(), set())
    assert find_project(session, round_, "2") is None


def test_after_the_opening_texts_change_and_prices_do_not(
    session: Session, clock: FixedClock
) -> None:
    act = {"actor": OFFICIAL, "now": clock.moment}
    round_ = open_round(session, now=clock.moment)
    one, two, *_ = list_projects(session, round_)
    story = three("Tarina", "Berättelse", "Story")
    edit_project(session, one, plan_of(one, story=story), **act)
    assert one.story == story
    title = Localized.same("Other")
    for attempt in (
        lambda: edit_project(session, one, plan_of(one, cost_cents=1), **act),
        lambda: edit_project(session, one, plan_of(one, title=title), **act),
        lambda: edit_project(session, one, plan_of(one, area=round_.areas[1]), **act),
        lambda: add_project(session, round_, plan_of(one), **act),
        lambda: remove_project(session, one, **act),
        lambda: set_links(session, two, needs("1"), **act),
    ):
        with pytest.raises(RulesFrozen):
            attempt()
