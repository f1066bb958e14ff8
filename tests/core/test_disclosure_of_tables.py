"""Nobody reckons a small cell from the cells that are shown."""

from hypothesis import given
from hypothesis import strategies as st

from core.disclosure import Cell, bounds, exposed_cells, hidden_cells


def row(*parts: int, fixed: bool = True) -> list[Cell]:
    """Parts of one total, which is shown whatever happens."""
    cells = [Cell(i, "in", "out", count) for i, count in enumerate(parts)]
    return [*cells, Cell("total", "out", "in", sum(parts), fixed=fixed)]


def test_where_all_are_large_nothing_is_hidden() -> None:
    assert hidden_cells(row(5, 60, 7)) == frozenset()


def test_a_small_cell_takes_the_cheapest_other_with_it() -> None:
    cells = [
        Cell("few", "in", "out", 3),
        Cell("dear", "in", "out", 6, price=9),
        Cell("cheap", "in", "out", 90, price=2),
        Cell("total", "out", "in", 99, fixed=True),
    ]
    assert hidden_cells(cells) == {"few", "cheap"}


def test_two_small_cells_do_not_cover_each_other() -> None:
    # 1 + 2: a reader would know that the two together are three people.
    assert len(hidden_cells(row(1, 2, 40))) == 3
    # 3 + 4 together are seven.
    assert hidden_cells(row(3, 4, 40)) == {0, 1}


def test_a_zero_is_shown_and_covers_nothing_by_going_down() -> None:
    assert hidden_cells(row(0, 3, 40)) == {1, 2}


def test_almost_all_of_a_group_is_as_telling_as_almost_none() -> None:
    (cell,) = [Cell("x", "a", "b", 97, most=100)]
    assert cell.is_sensitive()
    assert not Cell("x", "a", "b", 95, most=100).is_sensitive()
    # All alike: whoever belongs to it has voted.
    assert Cell("x", "a", "b", 100, most=100).is_sensitive()
    assert not Cell("x", "a", "b", 0, most=100).is_sensitive()
    # In a group of four even nobody says something of each.
    assert Cell("x", "a", "b", 0, most=4).is_sensitive()
    assert not Cell("x", "a", "b", 0, most=0).is_sensitive()


def test_who_came_since_an_older_number_is_a_cell_too() -> None:
    assert Cell("x", "a", "b", 52, least=50).is_sensitive()
    assert not Cell("x", "a", "b", 55, least=50).is_sensitive()
    assert not Cell("x", "a", "b", 50, least=50).is_sensitive()


def test_what_cannot_be_covered_hides_everything() -> None:
    assert hidden_cells(row(1, 2)) == {0, 1}
    assert exposed_cells(row(1, 2), {0, 1}) == {0, 1}


def test_the_bounds_are_those_of_the_table() -> None:
    cells = row(3, 6, 40)
    assert bounds(cells, {0, 1}, 0) == (0, 9)
    assert bounds(cells, {0, 1}, 2) == (40, 40)
    assert bounds(cells, {0}, 0) == (3, 3)


def grid(counts: list[list[int]]) -> list[Cell]:
    """A table with the sums of its rows and columns, and the sum of all."""
    down = [sum(each) for each in zip(*counts, strict=True)]
    cells = [
        Cell(("cell", i, j), ("row", i), ("column", j), count)
        for i, each in enumerate(counts)
        for j, count in enumerate(each)
    ]
    cells += [
        Cell(("row", i), "in", ("row", i), sum(each), price=50)
        for i, each in enumerate(counts)
    ]
    cells += [
        Cell(("column", j), ("column", j), "out", count, price=50)
        for j, count in enumerate(down)
    ]
    return [*cells, Cell("total", "out", "in", sum(down), fixed=True)]


counts = st.one_of(st.integers(0, 7), st.integers(0, 60))


@given(
    st.integers(2, 3).flatmap(
        lambda n: st.lists(
            st.lists(counts, min_size=n, max_size=n), min_size=2, max_size=4
        )
    )
)
def test_no_sensitive_cell_is_left_exposed(table: list[list[int]]) -> None:
    cells = grid(table)
    hidden = hidden_cells(cells)
    exposed = exposed_cells(cells, hidden)
    # Only where nothing more could be hidden is anything exposed.
    if exposed:
        assert hidden == {cell.name for cell in cells if not cell.fixed}
    shown = {cell.name for cell in cells if not cell.fixed} - hidden
    assert not shown & {cell.name for cell in cells if cell.is_sensitive()}


@given(st.lists(st.lists(counts, min_size=3, max_size=3), min_size=3, max_size=3))
def test_a_larger_threshold_hides_all_that_a_smaller_one_calls_small(
    table: list[list[int]],
) -> None:
    cells = grid(table)
    small = {c.name for c in cells if not c.fixed and c.is_sensitive()}
    assert small <= hidden_cells(cells, 10)
