"""The keys of a round: two files outside the database and outside its backups.

`<slug>.key` joins the roll and the box while the vote lasts (tags, drafts, receipt
codes) and is destroyed when the box is sealed. `<slug>.roll` makes the person keys
of the roll; it opens no ballot, and is kept as long as the roll itself.
"""

import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from voting.errors import DraftUnreadable, RoundKeyMissing
from voting.roll_errors import RollTextUnreadable

KEY_BYTES = 32
NONCE_BYTES = 12
# Drafts are padded to whole blocks, so that their length tells no choices.
BLOCK = 1024

# Crockford's alphabet: no I, L, O, U; read aloud and typed without mistakes.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans("ILO", "110", "- ")
# 15 characters of five bits and a check character, in groups of four.
CODE_LENGTH = 15
GROUP = 4
# A card's serial has seven and a check character: typed by the thousand, and found
# only in its own round, which refuses what it did not print.
SERIAL_LENGTH = 7


@dataclass(frozen=True, slots=True)
class RoundKeys:
    """What can be done with a round's keys; the keys themselves stay inside."""

    _tag_key: bytes = field(repr=False)
    _receipt_key: bytes = field(repr=False)
    _draft_key: bytes = field(repr=False)
    _roll_key: bytes = field(repr=False)
    _source_key: bytes = field(repr=False)

    def source(self, day: str, network: str) -> str:
        """What is kept of where somebody cast from; another one every day."""
        return _hmac(self._source_key, f"{day}|{network}").hex()[:32]

    def tag(self, voter_id: int) -> str:
        """By which a voter's ballots and draft are found: 64 hex digits."""
        return _hmac(self._tag_key, str(voter_id)).hex()

    def desk_tag(self, voter_id: int) -> str:
        """What finds a draft that was begun at a service point, and no other."""
        return _hmac(self._tag_key, f"desk {voter_id}").hex()

    def receipt_code(self, tag: str, area: str, version: int) -> str:
        """The code that proves, and shows nothing: `7K3Q-0ZXV-M9RT-2B4F`."""
        digest = _hmac(self._receipt_key, f"{tag}|{area}|{version}")
        return _written(int.from_bytes(digest, "big"))

    def person_key(self, identity: str) -> str:
        """What the roll keeps instead of who somebody is: 64 hex digits."""
        return _hmac(self._roll_key, identity).hex()

    def encrypt_draft(self, tag: str, text: str) -> bytes:
        """A draft as it is stored; it opens under its own tag only."""
        plain = text.encode()
        plain += b" " * (-len(plain) % BLOCK)
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + AESGCM(self._draft_key).encrypt(nonce, plain, tag.encode())

    def decrypt_draft(self, tag: str, ciphertext: bytes) -> str:
        """The text of a stored draft, without its padding.

        Raises:
            DraftUnreadable: it was changed, or belongs to another tag or key.
        """
        nonce, sealed = ciphertext[:NONCE_BYTES], ciphertext[NONCE_BYTES:]
        try:
            plain = AESGCM(self._draft_key).decrypt(nonce, sealed, tag.encode())
        except (InvalidTag, ValueError):
            raise DraftUnreadable from None
        return plain.decode().rstrip(" ")


@dataclass(frozen=True, slots=True)
class RollKeys:
    """What can be done with the roll's key alone, before the vote opens too."""

    _person_key: bytes = field(repr=False)
    _code_key: bytes = field(repr=False)
    _text_key: bytes = field(repr=False)

    @property
    def check(self) -> str:
        """Tells this key from another one, and nothing else: 64 hex digits."""
        return _hmac(self._code_key, "check").hex()

    def person_key(self, identity: str) -> str:
        """The same as `RoundKeys.person_key`."""
        return _hmac(self._person_key, identity).hex()

    def code_key(self, code: str) -> str:
        """What the database keeps instead of a posted code: 64 hex digits."""
        return _hmac(self._code_key, f"code {code}").hex()

    def encrypt(self, about: str, text: str) -> bytes:
        """A text as it is stored; it opens only beside what it is `about`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(self._text_key).encrypt(nonce, text.encode(), about.encode())
        return nonce + sealed

    def decrypt(self, about: str, ciphertext: bytes) -> str:
        """A stored text.

        Raises:
            RollTextUnreadable: it was changed, or belongs elsewhere.
        """
        nonce, sealed = ciphertext[:NONCE_BYTES], ciphertext[NONCE_BYTES:]
        try:
            plain = AESGCM(self._text_key).decrypt(nonce, sealed, about.encode())
        except (InvalidTag, ValueError):
            raise RollTextUnreadable from None
        return plain.decode()


def create_roll_key(key_dir: Path, slug: str) -> RollKeys:
    """Make the roll's file, if it is not there, and read it."""
    key_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    _create(_roll_file(key_dir, slug))
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
        _derive(roll, slug, "text"),
    )


def new_code() -> str:
    """A code for a letter: 75 random bits and a check character."""
    return _written(secrets.randbits(5 * CODE_LENGTH))


def new_serial() -> str:
    """What is printed on a card: 35 random bits and a check character."""
    return _written(secrets.randbits(5 * SERIAL_LENGTH), SERIAL_LENGTH)


def normalized_serial(text: str) -> str | None:
    """A card's serial as we print it; None where it was misread."""
    return normalized_code(text, SERIAL_LENGTH)


def create_round_keys(key_dir: Path, slug: str) -> None:
    """Make the two files of a round; what is there already stays as it is."""
    key_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in (_key_file(key_dir, slug), _roll_file(key_dir, slug)):
        _create(path)


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
        _derive(key, slug, "draft"),
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


def normalized_code(text: str, length: int = CODE_LENGTH) -> str | None:
    """A receipt's or a letter's code as we write it; None where it was misread."""
    code = text.upper().translate(_MISREAD)
    if len(code) != length + 1 or set(code) - set(ALPHABET):
        return None
    if _check_character(code[:-1]) != code[-1]:
        return None
    return _grouped(code)


def _written(number: int, length: int = CODE_LENGTH) -> str:
    """The last 75 bits of a number as a code: `7K3Q-0ZXV-M9RT-2B4F`."""
    data = "".join(ALPHABET[number >> 5 * i & 31] for i in range(length))
    return _grouped(data + _check_character(data))


def _grouped(code: str) -> str:
    return "-".join(code[i : i + GROUP] for i in range(0, len(code), GROUP))


def _key_file(key_dir: Path, slug: str) -> Path:
    return key_dir / f"{slug}.key"


def _roll_file(key_dir: Path, slug: str) -> Path:
    return key_dir / f"{slug}.roll"


def _create(path: Path) -> None:
    """Whole or not at all: written beside, then linked, which never overwrites."""
    if path.exists():
        return
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """See to it that what was renamed or removed in it is so after a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(path: Path, slug: str) -> bytes:
    try:
        key = path.read_bytes()
    except OSError:
        raise RoundKeyMissing(round=slug) from None
    if len(key) < KEY_BYTES:
        raise RoundKeyMissing(round=slug)
    return key


def _derive(key: bytes, slug: str, purpose: str) -> bytes:
    info = f"puistokatu {purpose} {slug}".encode()
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=info).derive(key)


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")


def _check_character(data: str) -> str:
    """Luhn's scheme over our 32 characters: sees every single misread one."""
    total = 0
    for place, character in enumerate(reversed(data)):
        value = ALPHABET.index(character) * (2 if place % 2 == 0 else 1)
        total += value // 32 + value % 32
    return ALPHABET[-total % 32]
