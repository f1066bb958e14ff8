"""Key files outside the database and its backups, and what is made of a key."""

import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import DomainError

KEY_BYTES = 32
NONCE_BYTES = 12


class TextUnreadable(DomainError):
    """An encrypted name, address or request does not open under this key."""

    code: ClassVar[str] = "text_unreadable"


class Cipher(Protocol):
    """Whatever encrypts texts as `TextKey` does."""

    def encrypt(self, about: str, text: str) -> bytes:
        """A text as it is stored."""
        ...

    def decrypt(self, about: str, ciphertext: bytes) -> str:
        """A stored text."""
        ...


@dataclass(frozen=True, slots=True)
class TextKey:
    """Encrypts texts that stand in the database."""

    _key: bytes = field(repr=False)

    def encrypt(self, about: str, text: str) -> bytes:
        """A text as it is stored; it opens only beside what it is `about`."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + AESGCM(self._key).encrypt(nonce, text.encode(), about.encode())

    def decrypt(self, about: str, ciphertext: bytes) -> str:
        """A stored text.

        Raises:
            TextUnreadable: it was changed, or belongs elsewhere.
        """
        nonce, sealed = ciphertext[:NONCE_BYTES], ciphertext[NONCE_BYTES:]
        try:
            plain = AESGCM(self._key).decrypt(nonce, sealed, about.encode())
        except (InvalidTag, ValueError):
            raise TextUnreadable from None
        return plain.decode()


def create_key_file(path: Path) -> None:
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


def read_key_file(path: Path) -> bytes | None:
    """The key; None where the file is not there, or is no key."""
    try:
        key = path.read_bytes()
    except OSError:
        return None
    return key if len(key) >= KEY_BYTES else None


def sync_folder(folder: Path) -> None:
    """See to it that what was renamed or removed in it is so after a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def derived(key: bytes, purpose: str, subject: str) -> bytes:
    """A key for one purpose at one subject."""
    info = f"puistokatu {purpose} {subject}".encode()
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=info).derive(key)


def keyed(key: bytes, text: str) -> bytes:
    """HMAC-SHA256 of a text."""
    return hmac.digest(key, text.encode(), "sha256")
