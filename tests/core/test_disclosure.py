"""No published cell speaks of fewer than five people."""

import pytest

from core.disclosure import shown


@pytest.mark.parametrize(
    ("count", "total", "published"),
    [
        (0, 100, 0),
        (4, 100, None),
        (5, 100, 5),
        (96, 100, None),  # the four others could be reckoned
        (95, 100, 95),
        (100, 100, 100),
        (3, 3, None),
    ],
)
def test_a_small_cell_or_a_small_rest_is_hidden(
    count: int, total: int, published: int | None
) -> None:
    assert shown(count, total) == published


def test_a_manifest_may_raise_the_threshold() -> None:
    assert shown(9, 100, minimum=10) is None
