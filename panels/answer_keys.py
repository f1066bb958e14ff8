"""The key of one panel's answers: a file outside the database, gone with the panel.

It makes the keys by which answers are kept, the codes of the members' links, and
encrypts what the members count as in the weighting. Without it nothing leads from a
member to what the member has answered, or back.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.codes import written_code
from core.keys import TextKey, create_key_file, derived, keyed, read_key_file
from panels.consultation_errors import AnswerKeyMissing

# Files of rounds end in .key and .roll.
ENDING = ".panel"


@dataclass(frozen=True, slots=True)
class AnswerKeys:
    """What can be done with the key; the key itself stays inside."""

    _answer: bytes = field(repr=False)
    _link: bytes = field(repr=False)
    _text: TextKey = field(repr=False)

    def answer_key(self, consultation: int, seat: int) -> str:
        """What answers are kept by, instead of whose they are: 64 hex digits."""
        return keyed(self._answer, f"answers {consultation} {seat}").hex()

    def link(self, consultation: int, seat: int) -> str:
        """The code of a member's link: always the same, and kept nowhere."""
        number = keyed(self._link, f"link {consultation} {seat}")
        return written_code(int.from_bytes(number))

    def link_key(self, code: str) -> str:
        """What is kept instead of a link's code: 64 hex digits."""
        return keyed(self._link, f"code {code}").hex()

    def sealed(self, key: str, said: Mapping[str, str | None]) -> bytes:
        """What somebody counts as, so that only this key opens it beside its answer."""
        return self._text.encrypt(key, json.dumps(dict(said), ensure_ascii=False))

    def opened(self, key: str, said: bytes) -> dict[str, str | None]:
        """The same, read.

        Raises:
            TextUnreadable: it was changed, or the key is another.
        """
        found: dict[str, str | None] = json.loads(self._text.decrypt(key, said))
        return found


def create_answer_keys(key_dir: Path, slug: str) -> AnswerKeys:
    """Make the panel's file, if it is not there, and read it."""
    key_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    create_key_file(key_dir / f"{slug}{ENDING}")
    return load_answer_keys(key_dir, slug)


def load_answer_keys(key_dir: Path, slug: str) -> AnswerKeys:
    """Read the panel's key.

    Raises:
        AnswerKeyMissing: the file is not there, or is not a key.
    """
    key = read_key_file(key_dir / f"{slug}{ENDING}")
    if key is None:
        raise AnswerKeyMissing
    return AnswerKeys(
        derived(key, "answers", slug),
        derived(key, "links", slug),
        TextKey(derived(key, "strata", slug)),
    )
