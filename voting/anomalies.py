"""Signs that something may be wrong with a vote: pure rules over what little is kept.

A sign is a reason to look, never a verdict: a library, a school class, a telephone
operator's network look like this too. Nothing here knows a choice, and nothing is
dropped by it; two people decide (`exclusions`).

The thresholds, and why:

- **Burst**: at least `BURST` different voters from one network within an hour, where a
  Poisson count with the vote's own median per network and hour (at least one) would
  reach this number with a chance below `RARE`. A family is smaller; a busy school in a
  busy vote is expected.
- **Row**: at least `ROW` neighbours on the roll, or accounts made one after the
  other, from one network, in their order, within three hours. On a roll from a
  register neighbours have nothing to do with each other.
- **Accounts**: at least `ALIKE` addresses that differ only in digits or in what stands
  behind a plus sign.
- **Refused**: at least `REFUSED` codes refused to one network in a day. Whoever
  mistypes a code hits its check character, which is not counted.
"""

import hashlib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from statistics import median

BURST = 10
RARE = 1e-6
HOUR = timedelta(hours=1)
ROW = 8
LARGEST_GAP = 2
LONGEST_ROW = timedelta(hours=3)
ALIKE = 6
REFUSED = 20
_DIGITS = re.compile(r"\d+")


class SignKind(StrEnum):
    """What was noticed."""

    BURST = "burst"
    ROW = "row"
    ACCOUNTS = "accounts"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class CastMark:
    """A voter's last cast as the roll's side knows it.

    `source` None: nothing is kept (a service point). `place` is the number in the roll,
    or of the account; `shape` is that of the account's address.
    """

    voter: int
    source: str | None
    at: datetime
    place: int
    shape: str | None = None


@dataclass(frozen=True, slots=True)
class TryMark:
    """So many refusals of one network in a quarter of an hour."""

    source: str
    at: datetime
    tries: int


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing to look at. Its name stays as long as what it is about does.

    `number` is what was too large: voters, or refusals; `usual` what was expected.
    """

    kind: SignKind
    source: str
    first: datetime
    last: datetime
    voters: frozenset[int]
    number: int
    usual: float = 0.0

    @property
    def name(self) -> str:
        """By which a decision finds it again."""
        members = ",".join(map(str, sorted(self.voters)))
        text = f"{self.kind}|{self.source}|{self.first.isoformat()}|{members}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def find_signs(
    casts: Sequence[CastMark],
    tries: Sequence[TryMark],
    known: Collection[str] = (),
) -> list[Sign]:
    """All signs, in the order of their times.

    Args:
        casts: one for each voter.
        tries: refusals at the door.
        known: sources that many people share for a good reason.
    """
    strange = [c for c in casts if c.source is not None and c.source not in known]
    found = [
        *bursts(strange, usual_rate(casts)),
        *rows(strange),
        *alike_accounts(casts),
        *refusals([t for t in tries if t.source not in known], strange),
    ]
    return sorted(found, key=lambda sign: (sign.first, sign.kind, sign.name))


def usual_rate(casts: Iterable[CastMark]) -> float:
    """The median of voters per network and hour, where there was any; at least one.

    A median, so that a few large networks do not make themselves usual.
    """
    seen = Counter(
        (c.source, c.at.replace(minute=0)) for c in casts if c.source is not None
    )
    return max(1.0, median(seen.values())) if seen else 1.0


def bursts(casts: Iterable[CastMark], usual: float) -> Iterator[Sign]:
    """Networks with too many voters within an hour; what overlaps is one sign."""
    for source, marks in _by_source(casts).items():
        current: list[CastMark] = []
        for window in _hours_full_of(marks, usual):
            if current and window[0].at > current[-1].at:
                yield _burst(source, current, usual)
                current = []
            there = {mark.voter for mark in current}
            current += [mark for mark in window if mark.voter not in there]
        if current:
            yield _burst(source, current, usual)


def rows(casts: Iterable[CastMark]) -> Iterator[Sign]:
    """Neighbours who come from one network in their order."""
    for source, marks in _by_source(casts).items():
        ordered = sorted(marks, key=lambda mark: mark.place)
        row: list[CastMark] = []
        for mark in ordered:
            if row and not _continues(row, mark):
                yield from _row(source, row)
                row = []
            row.append(mark)
        yield from _row(source, row)


def alike_accounts(casts: Iterable[CastMark]) -> Iterator[Sign]:
    """Accounts whose addresses look as if one person had made them."""
    by_shape: dict[str, list[CastMark]] = defaultdict(list)
    for mark in casts:
        if mark.shape:
            by_shape[mark.shape].append(mark)
    for shape, marks in by_shape.items():
        if len(marks) >= ALIKE:
            yield _sign(SignKind.ACCOUNTS, shape, marks, len(marks))


def refusals(tries: Iterable[TryMark], casts: Iterable[CastMark]) -> Iterator[Sign]:
    """Networks that tried many codes; with those who got in from there that day."""
    by_source: dict[str, list[TryMark]] = defaultdict(list)
    for mark in tries:
        by_source[mark.source].append(mark)
    inside = _by_source(casts)
    for source, marks in by_source.items():
        number = sum(mark.tries for mark in marks)
        if number >= REFUSED:
            times = [mark.at for mark in marks]
            voters = frozenset(mark.voter for mark in inside.get(source, ()))
            yield Sign(SignKind.REFUSED, source, min(times), max(times), voters, number)


def shape_of(address: str) -> str:
    """An address without what one person can vary: `aino.1+x@a.fi` as `aino.#@a.fi`."""
    local, _, domain = address.casefold().rpartition("@")
    return _DIGITS.sub("#", local.partition("+")[0]) + "@" + domain


def chance_of(number: int, mean: float) -> float:
    """The chance of a Poisson count of at least `number`."""
    term = math.exp(-mean)
    below = 0.0
    for k in range(number):
        below += term
        term *= mean / (k + 1)
    if below < 1 - RARE / 10:
        return 1 - below
    # Too small for a difference from one: the tail itself, whose terms fall quickly.
    total, k = 0.0, number
    while term > total * 1e-12 and term > 0:
        total += term
        k += 1
        term *= mean / k
    return total


def _hours_full_of(marks: list[CastMark], usual: float) -> Iterator[list[CastMark]]:
    """Every hour, by its first cast, that has too many voters."""
    ordered = sorted(marks, key=lambda mark: (mark.at, mark.voter))
    end = 0
    for start, first in enumerate(ordered):
        if start and ordered[start - 1].at == first.at:
            continue
        end = max(end, start)
        while end < len(ordered) and ordered[end].at < first.at + HOUR:
            end += 1
        number = end - start
        if number >= BURST and chance_of(number, usual) < RARE:
            yield ordered[start:end]


def _burst(source: str, marks: list[CastMark], usual: float) -> Sign:
    return _sign(SignKind.BURST, source, marks, len(marks), usual)


def _continues(row: list[CastMark], mark: CastMark) -> bool:
    """Whether a neighbour comes next: close by, later or at once, and soon."""
    if mark.place - row[-1].place > LARGEST_GAP:
        return False
    times = [each.at for each in (*row, mark)]
    if max(times) - min(times) > LONGEST_ROW:
        return False
    return all(a <= b for a, b in pairwise(times)) or all(
        a >= b for a, b in pairwise(times)
    )


def _row(source: str, row: list[CastMark]) -> Iterator[Sign]:
    if len(row) >= ROW:
        yield _sign(SignKind.ROW, source, row, len(row))


def _sign(
    kind: SignKind,
    source: str,
    marks: Sequence[CastMark],
    number: int,
    usual: float = 0.0,
) -> Sign:
    times = [mark.at for mark in marks]
    voters = frozenset(mark.voter for mark in marks)
    return Sign(kind, source, min(times), max(times), voters, number, usual)


def _by_source(casts: Iterable[CastMark]) -> dict[str, list[CastMark]]:
    found: dict[str, list[CastMark]] = defaultdict(list)
    for mark in casts:
        if mark.source is not None:
            found[mark.source].append(mark)
    return found
