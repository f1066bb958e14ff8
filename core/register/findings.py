"""What is wrong with an extract, by line, and who stands in it twice."""

from array import array
from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from core.register.errors import ExtractInvalid

MOST_FAULTS = 50


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the file: where, what (a code), and what stood there."""

    line: int
    code: str
    value: str = ""


@dataclass(slots=True)
class Findings:
    """What a pass over the file has met; of the faults the first ones are kept."""

    faults: list[Fault] = field(default_factory=list)
    count: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    def note(self, line: int, code: str, value: str = "") -> None:
        """One more fault. An identity number is never a value: faults are stored."""
        self.count += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(line, code, value[:80]))

    def refuse(self) -> None:
        """Raise all faults at once, if there are any.

        Raises:
            ExtractInvalid: there are.
        """
        if self.count:
            faults = sorted(self.faults, key=lambda fault: fault.line)
            raise ExtractInvalid(
                line=faults[0].line,
                faults=[(each.line, each.code, each.value) for each in faults],
                count=self.count,
            )


class Seen:
    """Whose lines have been read: two numbers for each, however many there are."""

    def __init__(self) -> None:
        self._keys, self._lines = array("Q"), array("Q")

    def __len__(self) -> int:
        """How many lines."""
        return len(self._keys)

    def add(self, person_key: str, line: int) -> None:
        """One more line.

        Of a key's 256 bits 64 are kept; half would do: that two people share them
        all has a chance of one in a million where the file has six million rows.
        """
        self._keys.append(int(person_key[:16], 16))
        self._lines.append(line)

    def note_twice(self, findings: Findings) -> None:
        """A fault for everybody who stands in the file before, with the first line."""
        if not self._keys:
            return
        keys, lines = np.frombuffer(self._keys, np.uint64), self._lines
        order = np.argsort(keys, kind="stable")
        same = np.flatnonzero(keys[order[1:]] == keys[order[:-1]])
        pairs = [(lines[order[i + 1]], lines[order[i]]) for i in same]
        for line, first in sorted(pairs):
            findings.note(line, "identity_twice", str(first))
