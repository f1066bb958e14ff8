import doctest
from collections import Counter
from hashlib import sha256

import pytest

from core import chance
from core.chance import Chance


def test_the_documented_vector_holds() -> None:
    assert doctest.testmod(chance).failed == 0


def test_bytes_are_sha256_of_seed_zero_byte_and_counter() -> None:
    stream = b"".join(
        sha256("sää".encode() + b"\0" + n.to_bytes(8, "big")).digest() for n in range(3)
    )
    assert [Chance("sää").below(256) for _ in range(1)] == [stream[0]]
    drawn = Chance("sää")
    assert bytes(drawn.below(256) for _ in range(96)) == stream
    # 257 needs two bytes; what is above the last multiple of it is thrown away.
    drawn = Chance("sää")
    pairs = [int.from_bytes(stream[n : n + 2], "big") for n in range(0, 96, 2)]
    kept = [pair % 257 for pair in pairs if pair < 65536 - 65536 % 257]
    assert [drawn.below(257) for _ in range(len(kept))] == kept


def test_every_number_is_drawn_about_equally_often() -> None:
    drawn = Chance("dice")
    count = Counter(drawn.below(6) for _ in range(6000))
    assert set(count) == set(range(6))
    assert all(850 < number < 1150 for number in count.values())


def test_one_of_one_costs_a_byte_and_below_zero_is_nothing() -> None:
    assert Chance("").below(1) == 0
    for limit in (0, -3):
        with pytest.raises(ValueError, match="no number below"):
            Chance("").below(limit)


def test_a_shuffle_keeps_the_items_and_repeats() -> None:
    items = list(range(50))
    first = Chance("a").shuffle(items)
    assert sorted(first) == items == list(range(50))
    assert first == Chance("a").shuffle(items)
    assert first != Chance("b").shuffle(items)
    assert Chance("a").shuffle([]) == []
