"""What is a sign, and what is only a family, a library or a busy evening."""

from datetime import UTC, datetime, timedelta

import pytest

from voting.anomalies import (
    ALIKE,
    BURST,
    RARE,
    REFUSED,
    ROW,
    CastMark,
    SignKind,
    TryMark,
    chance_of,
    find_signs,
    shape_of,
)

NOON = datetime(2027, 4, 12, 9, 0, tzinfo=UTC)


def casts(
    count: int,
    source: str | None = "a",
    *,
    start: int = 0,
    minutes: int = 0,
    step: int = 7,
) -> list[CastMark]:
    """Voters from one network, a quarter of an hour apart at the most."""
    return [
        CastMark(
            voter=start + i,
            source=source,
            at=NOON + timedelta(minutes=i * minutes // 15 * 15),
            place=(start + i) * step,
        )
        for i in range(count)
    ]


def kinds(found: list[CastMark], *tries: TryMark, **options: list[str]) -> list[str]:
    return [sign.kind.value for sign in find_signs(found, tries, **options)]


def a_quiet_vote() -> list[CastMark]:
    """Forty others, each from a network of their own."""
    return [m for n in range(40) for m in casts(1, f"q{n}", start=5000 + n)]


def test_a_family_is_no_sign_and_a_crowd_from_one_network_is() -> None:
    assert kinds(casts(BURST - 1)) == []
    (sign,) = find_signs(casts(BURST) + a_quiet_vote(), [])
    assert (sign.kind, sign.number) == (SignKind.BURST, BURST)


def test_a_crowd_over_a_whole_day_is_no_burst() -> None:
    assert kinds(casts(40, minutes=30)) == []


def test_what_is_usual_in_this_vote_is_no_sign() -> None:
    # Twelve an hour from each of many networks: that is how this vote is.
    usual = [m for n in range(30) for m in casts(12, f"net{n}", start=100 * n)]
    assert kinds(usual) == []
    assert kinds(usual + casts(80, "one", start=9000)) == ["burst"]


def test_a_named_network_and_a_service_point_are_no_sign() -> None:
    quiet = a_quiet_vote()
    assert kinds(casts(50) + quiet) == ["burst"]
    assert kinds(casts(50) + quiet, known=["a"]) == []
    assert kinds(casts(50, None) + quiet) == []


def test_a_long_burst_is_one_sign_with_its_times() -> None:
    crowd = [
        CastMark(20 * q + i, "a", NOON + timedelta(minutes=15 * q), (20 * q + i) * 9)
        for q in range(8)
        for i in range(20)
    ]
    (sign,) = find_signs([*crowd, *a_quiet_vote()], [])
    assert (sign.first, sign.last) == (NOON, NOON + timedelta(minutes=105))
    assert sign.number == len(sign.voters) == 160


def test_neighbours_in_their_order_from_one_network_are_a_sign() -> None:
    row = casts(ROW, minutes=16, step=1)
    assert kinds(row) == ["row"]
    assert kinds(row[:-1]) == []
    mixed = [
        CastMark(m.voter, m.source, NOON + timedelta(minutes=15 * (i * 3 % 8)), m.place)
        for i, m in enumerate(row)
    ]
    assert kinds(mixed) == []


def test_addresses_that_differ_in_a_number_are_a_sign() -> None:
    def voters(count: int) -> list[CastMark]:
        return [
            CastMark(i, f"n{i}", NOON, i * 9, shape_of(f"aino{i}+x@mail.example"))
            for i in range(count)
        ]

    assert kinds(voters(ALIKE)) == ["accounts"]
    assert kinds(voters(ALIKE - 1)) == []


@pytest.mark.parametrize(
    ("address", "shape"),
    [
        ("Aino.Virtanen@a.example", "aino.virtanen@a.example"),
        ("aino12+puisto@a.example", "aino#@a.example"),
    ],
)
def test_the_shape_of_an_address(address: str, shape: str) -> None:
    assert shape_of(address) == shape


def test_many_refused_codes_are_a_sign_with_those_who_got_in() -> None:
    tries = [TryMark("a", NOON + timedelta(minutes=15 * i), 5) for i in range(4)]
    (sign,) = find_signs(casts(2), tries)
    assert (sign.kind, sign.number) == (SignKind.REFUSED, REFUSED)
    assert sign.voters == {0, 1}
    assert kinds([], *tries[:3]) == []


def test_a_sign_keeps_its_name_and_another_has_another() -> None:
    quiet = a_quiet_vote()
    first, again = (find_signs(casts(12) + quiet, [])[0].name for _ in range(2))
    assert first == again
    assert find_signs(casts(13) + quiet, [])[0].name != first


def test_the_tail_of_a_poisson_count() -> None:
    assert chance_of(0, 3.0) == 1
    assert chance_of(1, 1.0) == pytest.approx(0.632120558829)
    assert chance_of(10, 1.0) == pytest.approx(1.1142547834e-07, rel=1e-6)
    assert chance_of(BURST, 1.0) < RARE < chance_of(BURST - 1, 1.0)
    assert chance_of(60, 12.0) < RARE
    assert chance_of(10, 900.0) == 1
