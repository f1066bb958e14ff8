"""Cents are never lost, and never invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import parse_euros, split_by_weight


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("12400", 1_240_000),
        ("12 400", 1_240_000),
        ("12\u00a0400,50 €", 1_240_050),
        ("12400.5", 1_240_050),
        ("0", 0),
        ("0,05", 5),
    ],
)
def test_an_amount_is_read_as_people_write_it(typed: str, cents: int) -> None:
    assert parse_euros(typed) == cents


@pytest.mark.parametrize(
    "typed", ["12k", "-5", "", "1,234", "1.2.3", "€", "1e3", "\uff11\uff12"]
)
def test_what_is_not_an_amount_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        parse_euros(typed)


def test_the_largest_remainders_get_the_cents_that_are_left() -> None:
    # 100 cents to 3, 3 and 4 in 11: exact shares 27.27, 27.27 and 36.36.
    assert split_by_weight(100, [3, 3, 5]) == [27, 27, 46]
    # Shares 33.33 each: the one cent goes to the first of equals.
    assert split_by_weight(100, [1, 1, 1]) == [34, 33, 33]
    # Shares 16.67, 16.67, 66.67: two cents for three equal remainders.
    assert split_by_weight(100, [1, 1, 4]) == [17, 17, 66]


@given(
    st.integers(0, 10**12),
    st.lists(st.integers(0, 10**6), min_size=1, max_size=12).filter(any),
)
def test_a_split_is_whole_and_within_a_cent_of_the_exact_share(
    amount: int, weights: list[int]
) -> None:
    parts = split_by_weight(amount, weights)
    total = sum(weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * total - amount * weight) < total


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1, 2]])
def test_a_split_needs_weights(weights: list[int]) -> None:
    with pytest.raises(ValueError):
        split_by_weight(100, weights)
