"""Which numbers of the turnout are shown, and that a reader reckons no more."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.disclosure import MIN_CELL
from tests.support.attacker import Attacker
from voting.turnout_tables import (
    ShownCell,
    Tables,
    Turnout,
    age_band,
    daily_tables,
    final_tables,
    network,
)

AREAS, BANDS, CHANNELS = ("n", "s", "w"), ("18-24", "25-34"), ("code", "desk")


def turnout(
    voters: dict[tuple[str, str, str], int], people: int | None = 1000
) -> Turnout:
    groups = {key[:2] for key in voters}
    return Turnout(voters, None if people is None else dict.fromkeys(groups, people))


def of_areas(**counts: int) -> Turnout:
    """Voters of one age by one channel."""
    return turnout({(area, "18-24", "code"): n for area, n in counts.items()})


def numbers(tables: Tables, name: str) -> dict[str, int | None]:
    return {"/".join(cell.key): cell.voters for cell in tables.get(name, ())}


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (12, "0-17"),
        (17, "0-17"),
        (18, "18-24"),
        (74, "65-74"),
        (75, "75-"),
        (101, "75-"),
    ],
)
def test_ages_have_their_bands(age: int, band: str) -> None:
    assert age_band(age) == band


def test_the_first_day_shows_whole_tables_or_none() -> None:
    shown = daily_tables(of_areas(n=20, s=8), {}, "1")
    assert numbers(shown, "all") == {"": 28}
    assert numbers(shown, "area") == {"n": 20, "s": 8}
    # 3 in the south: the table waits; the total says nothing of it.
    waiting = daily_tables(of_areas(n=20, s=3), {}, "1")
    assert numbers(waiting, "all") == {"": 23}
    assert "area" not in waiting
    assert daily_tables(of_areas(n=3, s=1), {}, "1") == {}


def test_a_table_is_renewed_when_every_part_has_grown_by_enough_or_by_nobody() -> None:
    first = daily_tables(of_areas(n=20, s=8), {}, "1")
    second = daily_tables(of_areas(n=30, s=9), first, "2")
    assert numbers(second, "all") == {"": 39}
    assert numbers(second, "area") == {"n": 20, "s": 8}
    third = daily_tables(of_areas(n=31, s=13), second, "3")
    assert numbers(third, "area") == {"n": 31, "s": 13}
    assert {cell.day for cell in third["area"]} == {"3"}


def test_a_total_that_has_hardly_grown_keeps_everything_as_it_was() -> None:
    first = daily_tables(of_areas(n=20, s=8), {}, "1")
    assert daily_tables(of_areas(n=24, s=8), first, "2") == first


def test_a_withdrawal_or_two_do_not_show() -> None:
    first = daily_tables(of_areas(n=20, s=8), {}, "1")
    assert daily_tables(of_areas(n=18, s=8), first, "2") == first


def test_the_end_shows_everything_that_is_large_enough() -> None:
    shown = final_tables(of_areas(n=20, s=8, w=30), {}, "9")
    assert numbers(shown, "area") == {"n": 20, "s": 8, "w": 30}
    assert "area_age" not in shown


def test_a_small_area_is_hidden_and_so_is_what_it_could_be_reckoned_from() -> None:
    shown = final_tables(of_areas(n=20, s=2, w=30), {}, "9")
    assert numbers(shown, "area") == {"n": None, "s": None, "w": 30}
    assert numbers(shown, "all") == {"": 52}


def test_an_area_that_voted_to_the_last_one_is_hidden() -> None:
    voters = {("n", "18-24", "code"): 40, ("s", "18-24", "code"): 60}
    groups = {("n", "18-24"): 40, ("s", "18-24"): 600}
    shown = final_tables(Turnout(voters, groups), {}, "9")
    assert numbers(shown, "area") == {"n": None, "s": None}


def test_few_who_came_after_the_last_table_leave_the_older_number() -> None:
    before = daily_tables(of_areas(n=50, s=40, w=60), {}, "1")
    shown = final_tables(of_areas(n=52, s=60, w=80), before, "9")
    by_area = {cell.key[0]: cell for cell in shown["area"]}
    assert (by_area["n"].voters, by_area["n"].least) == (None, 50)
    assert numbers(shown, "all") == {"": 192}
    hidden = [cell for cell in shown["area"] if cell.voters is None]
    assert len(hidden) == 2


def test_who_declares_himself_has_no_group_and_is_compared_with_the_inhabitants() -> (
    None
):
    voters = {("n", "", "account"): 30, ("s", "", "account"): 12}
    shown = final_tables(Turnout(voters, None, {"n": 100, "s": 12}), {}, "9")
    assert [(c.key[0], c.voters, c.people) for c in shown["area"]] == [
        ("n", 30, 100),
        ("s", 12, 12),
    ]
    assert "age" not in shown


def test_a_manifest_may_raise_the_threshold() -> None:
    assert numbers(final_tables(of_areas(n=8, s=30), {}, "9", 10), "area") == {
        "n": None,
        "s": None,
    }


def test_cells_are_stored_and_read_back() -> None:
    cell = ShownCell(("n", "18-24"), None, 7, 12, "2027-04-12")
    assert ShownCell.from_json(cell.to_json()) == cell


counts = st.one_of(st.integers(0, 7), st.integers(0, 40))


@st.composite
def turnouts(draw: st.DrawFn) -> Turnout:
    voters = {key: draw(counts) for key in product(AREAS, BANDS, CHANNELS)}
    people = {
        (area, band): sum(voters[area, band, channel] for channel in CHANNELS)
        + draw(counts)
        for area, band in product(AREAS, BANDS)
    }
    return Turnout(voters, people if draw(st.booleans()) else None)


@settings(max_examples=25)
@given(turnouts())
def test_nobody_narrows_a_small_cell_of_the_final_tables_down(found: Turnout) -> None:
    tables = final_tables(found, {}, "0")
    attacker = Attacker([found], [tables])
    cells = network(found, tables)
    shown = {
        (name, cell.key)
        for name, table in tables.items()
        for cell in table
        if cell.voters is not None
    }
    if shown == {("all", ())}:
        return  # nothing more can be hidden
    for cell in cells:
        if cell.fixed or not cell.is_sensitive():
            continue
        assert cell.name not in shown
        name, key = cell.name
        least, most = attacker.range_of([(1, (0, name, key))])
        assert most - least >= cell.needed(), (cell, least, most)


@st.composite
def days(draw: st.DrawFn) -> list[Turnout]:
    """A vote of four days, of few people and of many."""
    growth = st.one_of(st.just(0), st.integers(0, 6), st.integers(0, 30))
    voters = dict.fromkeys(product(AREAS[:2], BANDS, CHANNELS), 0)
    found = []
    for _ in range(4):
        voters = {key: count + draw(growth) for key, count in voters.items()}
        found.append(Turnout(dict(voters)))
    return found


@settings(max_examples=25)
@given(days())
def test_no_few_people_show_between_two_days(found: list[Turnout]) -> None:
    shown: list[Tables] = []
    for number, each in enumerate(found[:-1]):
        shown.append(daily_tables(each, shown[-1] if shown else {}, str(number)))
    shown.append(final_tables(found[-1], shown[-1], str(len(shown))))
    attacker = Attacker(found, shown)
    last = len(shown) - 1
    few_came_at_the_end = 0 < _newcomers(shown) < MIN_CELL
    for name, keys in (
        ("area", [(area,) for area in AREAS[:2]]),
        ("age", [(band,) for band in BANDS]),
        ("channel", [(channel,) for channel in CHANNELS]),
    ):
        for key in keys:
            for day in range(last):
                came = attacker.range_of(
                    [(1, (day + 1, name, key)), (-1, (day, name, key))]
                )
                if day + 1 == last and few_came_at_the_end:
                    continue
                assert not (came[0] == came[1] and 0 < came[0] < MIN_CELL), (
                    name,
                    key,
                    day,
                    came,
                )


def _newcomers(shown: list[Tables]) -> int:
    """By how many the exact total exceeds the one that was shown last."""
    totals = [tables["all"][0].voters or 0 for tables in shown if "all" in tables]
    return totals[-1] - totals[-2] if len(totals) > 1 else 0
