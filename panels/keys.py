"""The key of everybody in a panel's life: one file outside the database.

It makes the keys by which a person, a home, a code and a personal link are known, and
encrypts addresses and contacts. One for the house, so that somebody who was invited
is known in the next extract too.
"""

from dataclasses import dataclass, field
from pathlib import Path

from core.keys import TextKey, create_key_file, derived, keyed, read_key_file
from panels.panel_errors import PeopleKeyMissing

# No round can be called so: its files end in .key and .roll.
FILE = "people.panels"


@dataclass(frozen=True, slots=True)
class PeopleKeys:
    """What can be done with the key; the key itself stays inside."""

    _person: bytes = field(repr=False)
    _code: bytes = field(repr=False)
    _text: TextKey = field(repr=False)

    @property
    def check(self) -> str:
        """Tells this key from another one, and nothing else: 64 hex digits."""
        return keyed(self._code, "check").hex()

    def person_key(self, identity: str) -> str:
        """What is kept instead of who somebody is: 64 hex digits."""
        return keyed(self._person, identity).hex()

    def household_key(self, home: str) -> str:
        """What is kept instead of where somebody lives: 64 hex digits."""
        return keyed(self._person, f"home {home}").hex()

    def code_key(self, code: str) -> str:
        """What is kept instead of a letter's code: 64 hex digits."""
        return keyed(self._code, f"code {code}").hex()

    def link_key(self, link: str) -> str:
        """What is kept instead of a personal link: 64 hex digits."""
        return keyed(self._code, f"link {link}").hex()

    def encrypt(self, about: str, text: str) -> bytes:
        """A text as it is stored; it opens only beside what it is `about`."""
        return self._text.encrypt(about, text)

    def decrypt(self, about: str, ciphertext: bytes) -> str:
        """A stored text.

        Raises:
            TextUnreadable: it was changed, or belongs elsewhere.
        """
        return self._text.decrypt(about, ciphertext)


def create_people_keys(key_dir: Path) -> PeopleKeys:
    """Make the file, if it is not there, and read it."""
    key_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    create_key_file(key_dir / FILE)
    return load_people_keys(key_dir)


def load_people_keys(key_dir: Path) -> PeopleKeys:
    """Read the key.

    Raises:
        PeopleKeyMissing: the file is not there, or is not a key.
    """
    key = read_key_file(key_dir / FILE)
    if key is None:
        raise PeopleKeyMissing
    return PeopleKeys(
        derived(key, "person", "panels"),
        derived(key, "code", "panels"),
        TextKey(derived(key, "text", "panels")),
    )
