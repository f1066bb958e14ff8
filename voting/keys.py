"""The keys of a round: two files outside the database and outside its backups.

`<slug>.key` joins the roll and the box while the vote lasts (tags, drafts, receipt
codes) and is destroyed when the box is sealed. `<slug>.roll` makes the person keys
of the roll; it opens no ballot, and is kept as long as the roll itself.
"""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from core.codes import new_code, normalized_code, written_code
from core.keys import (
    KEY_BYTES,
    TextKey,
    TextUnreadable,
    create_key_file,
    derived,
    keyed,
    read_key_file,
    sync_folder,
)
from voting.errors import DraftUnreadable, RoundKeyMissing

# Drafts are padded to whole blocks, so that their length tells no choices.
BLOCK = 1024

# A card's serial has seven and a check character: typed by the thousand, and found
# only in its own round, which refuses what it did not print.
SERIAL_LENGTH = 7


@dataclass(frozen=True, slots=True)
class RoundKeys:
    """What can be done with a round's keys; the keys themselves stay inside."""

    _tag_key: bytes = field(repr=False)
    _receipt_key: bytes = field(repr=False)
    _draft_key: TextKey = field(repr=False)
    _roll_key: bytes = field(repr=False)
    _source_key: bytes = field(repr=False)

    def source(self, day: str, network: str) -> str:
        """What is kept of where somebody cast from; another one every day."""
        return keyed(self._source_key, f"{day}|{network}").hex()[:32]

    def tag(self, voter_id: int) -> str:
        """By which a voter's ballots and draft are found: 64 hex digits."""
        return keyed(self._tag_key, str(voter_id)).hex()

    def desk_tag(self, voter_id: int) -> str:
        """What finds a draft that was begun at a service point, and no other."""
        return keyed(self._tag_key, f"desk {voter_id}").hex()

    def receipt_code(self, tag: str, area: str, version: int) -> str:
        """The code that proves, and shows nothing: `7K3Q-0ZXV-M9RT-2B4F`."""
        digest = keyed(self._receipt_key, f"{tag}|{area}|{version}")
        return written_code(int.from_bytes(digest, "big"))

    def person_key(self, identity: str) -> str:
        """What the roll keeps instead of who somebody is: 64 hex digits."""
        return keyed(self._roll_key, identity).hex()

    def encrypt_draft(self, tag: str, text: str) -> bytes:
        """A draft as it is stored; it opens under its own tag only."""
        padding = " " * (-len(text.encode()) % BLOCK)
        return self._draft_key.encrypt(tag, text + padding)

    def decrypt_draft(self, tag: str, ciphertext: bytes) -> str:
        """The text of a stored draft, without its padding.

        Raises:
            DraftUnreadable: it was changed, or belongs to another tag or key.
        """
        try:
            return self._draft_key.decrypt(tag, ciphertext).rstrip(" ")
        except TextUnreadable:
            raise DraftUnreadable from None


@dataclass(frozen=True, slots=True)
class RollKeys:
    """What can be done with the roll's key alone, before the vote opens too."""

    _person_key: bytes = field(repr=False)
    _code_key: bytes = field(repr=False)
    _text_key: TextKey = field(repr=False)

    @property
    def check(self) -> str:
        """Tells this key from another one, and nothing else: 64 hex digits."""
        return keyed(self._code_key, "check").hex()

    def person_key(self, identity: str) -> str:
        """The same as `RoundKeys.person_key`."""
        return keyed(self._person_key, identity).hex()

    def code_key(self, code: str) -> str:
        """What the database keeps instead of a posted code: 64 hex digits."""
        return keyed(self._code_key, f"code {code}").hex()

    def encrypt(self, about: str, text: str) -> bytes:
        """A text as it is stored; it opens only beside what it is `about`."""
        return self._text_key.encrypt(about, text)

    def decrypt(self, about: str, ciphertext: bytes) -> str:
        """A stored text.

        Raises:
            TextUnreadable: it was changed, or belongs elsewhere.
        """
        return self._text_key.decrypt(about, ciphertext)


def create_roll_key(key_dir: Path, slug: str) -> RollKeys:
    """Make the roll's file, if it is not there, and read it."""
    key_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    create_key_file(_roll_file(key_dir, slug))
    return load_roll_keys(key_dir, slug)


def load_roll_keys(key_dir: Path, slug: str) -> RollKeys:
    """Read the roll's key.

    Raises:
        RoundKeyMissing: the file is not there, or is not a key; params: round.
    """
    roll = _read(_roll_file(key_dir, slug), slug)
    return RollKeys(
        _derive(roll, slug, "roll"),
        _derive(roll, slug, "code"),
        TextKey(_derive(roll, slug, "text")),
    )


def new_serial() -> str:
    """What is printed on a card: 35 random bits and a check character."""
    return new_code(SERIAL_LENGTH)


def normalized_serial(text: str) -> str | None:
    """A card's serial as we print it; None where it was misread."""
    return normalized_code(text, SERIAL_LENGTH)


def create_round_keys(key_dir: Path, slug: str) -> None:
    """Make the two files of a round; what is there already stays as it is."""
    key_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in (_key_file(key_dir, slug), _roll_file(key_dir, slug)):
        create_key_file(path)


def load_round_keys(key_dir: Path, slug: str) -> RoundKeys:
    """Read a round's keys.

    Raises:
        RoundKeyMissing: a file is not there, or is not a key; params: round.
    """
    key = _read(_key_file(key_dir, slug), slug)
    roll = _read(_roll_file(key_dir, slug), slug)
    return RoundKeys(
        _derive(key, slug, "tag"),
        _derive(key, slug, "receipt"),
        TextKey(_derive(key, slug, "draft")),
        _derive(roll, slug, "roll"),
        _derive(key, slug, "source"),
    )


def has_round_keys(key_dir: Path, slug: str) -> bool:
    """Whether both files are there and readable."""
    try:
        load_round_keys(key_dir, slug)
    except RoundKeyMissing:
        return False
    return True


def has_box_key(key_dir: Path, slug: str) -> bool:
    """Whether what joins roll and box is still there, readable or not."""
    return _key_file(key_dir, slug).exists()


def destroy_round_keys(key_dir: Path, slug: str) -> None:
    """Overwrite and remove what joins roll and box; may be repeated.

    The roll's key stays: it says who is on the roll, which stays too. On a disk
    that writes elsewhere (SSD, snapshots) overwriting is an attempt; docs/secrecy.md.
    """
    path = _key_file(key_dir, slug)
    if not path.exists():
        return
    with path.open("r+b") as file:
        file.write(secrets.token_bytes(max(KEY_BYTES, path.stat().st_size)))
        file.flush()
        os.fsync(file.fileno())
    path.unlink(missing_ok=True)
    sync_folder(key_dir)


def _key_file(key_dir: Path, slug: str) -> Path:
    return key_dir / f"{slug}.key"


def _roll_file(key_dir: Path, slug: str) -> Path:
    return key_dir / f"{slug}.roll"


def _read(path: Path, slug: str) -> bytes:
    key = read_key_file(path)
    if key is None:
        raise RoundKeyMissing(round=slug)
    return key


def _derive(key: bytes, slug: str, purpose: str) -> bytes:
    return derived(key, purpose, slug)
