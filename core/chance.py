r"""The only source of public randomness: a text, SHA-256 and a counter.

Whoever knows the seed text can repeat every draw in any language. numpy promises no
stream and Python's own shuffle is hard to describe, hence these few lines.

1. Block number n (n = 0, 1, 2, ...) is SHA-256 over the UTF-8 bytes of the seed, one
   zero byte, and n as eight bytes, the most significant first. The blocks, one after
   the other, are an endless row of bytes; each byte is used once, in order.
2. A number below k: let w be the least number of bytes with 256**w >= k (at least
   one). Read w bytes as a number x, the most significant first. Let t be the largest
   multiple of k that is not above 256**w. If x >= t, throw it away and read the next
   w bytes; else the answer is x mod k. So every answer is equally likely.
3. A shuffle of k items: for i = k - 1, k - 2, ..., 1 draw j below i + 1 and exchange
   the items in places i and j (places count from 0).

The vector for other implementations:

>>> chance = Chance("Puistokatu 2026")
>>> [chance.below(6) for _ in range(12)]
[4, 4, 4, 5, 3, 4, 1, 4, 4, 4, 0, 5]
>>> Chance("Puistokatu 2026").shuffle(["a", "b", "c", "d", "e"])
['d', 'c', 'b', 'a', 'e']
"""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


class Chance:
    """A repeatable row of draws from a public seed text.

    The empty text is a seed like any other. One object is one row of draws: two
    independent questions need two seeds.
    """

    def __init__(self, seed: str) -> None:
        self._seed = seed.encode() + b"\0"
        self._block = 0
        self._bytes = b""

    def below(self, limit: int) -> int:
        """Draw one of 0, 1, ..., limit - 1; every one is equally likely.

        Raises:
            ValueError: `limit` is not above zero.
        """
        if limit < 1:
            raise ValueError("there is no number below " + str(limit))
        width = max(1, ((limit - 1).bit_length() + 7) // 8)
        usable = 256**width - 256**width % limit
        while (drawn := int.from_bytes(self._take(width), "big")) >= usable:
            pass
        return drawn % limit

    def shuffle(self, items: Sequence[Item]) -> list[Item]:
        """A new list of the items in drawn order; sort them first."""
        drawn = list(items)
        for i in range(len(drawn) - 1, 0, -1):
            j = self.below(i + 1)
            drawn[i], drawn[j] = drawn[j], drawn[i]
        return drawn

    def _take(self, count: int) -> bytes:
        while len(self._bytes) < count:
            number = self._block.to_bytes(8, "big")
            self._bytes += hashlib.sha256(self._seed + number).digest()
            self._block += 1
        taken, self._bytes = self._bytes[:count], self._bytes[count:]
        return taken
