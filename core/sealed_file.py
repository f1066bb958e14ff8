"""A file that opens under one key only, written and read as a stream.

It is a line of JSON that everybody may read, then frames: the length, and AES-GCM over
at most 1 MiB, whose nonce is the frame's number and whether it is the last one. The
line is part of what each frame is authenticated with. So a file that was changed, cut
off, put together from two, or opened under another key is refused.
"""

import io
import json
import secrets
from collections.abc import Mapping
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.keys import KEY_BYTES

FRAME = 1 << 20
TAG = 16
LENGTH = 4
COUNTER = 11
LONGEST_LINE = 1 << 16


class SealedFileDamaged(Exception):
    """It was changed or cut off, or the key is another one."""


class SealedWriter(io.RawIOBase):
    """Writes what is given it, sealed; it is whole when it has been closed."""

    def __init__(self, file: BinaryIO, key: bytes, head: Mapping[str, Any]) -> None:
        salt = secrets.token_bytes(KEY_BYTES)
        line = json.dumps({**head, "salt": salt.hex()}, sort_keys=True).encode() + b"\n"
        file.write(line)
        self._file, self._line = file, line
        self._cipher = _cipher(key, salt)
        self._held, self._number = bytearray(), 0

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: Any) -> int:  # noqa: ANN401 - any buffer
        """Hold it, until there is a frame of it."""
        self._held += data
        while len(self._held) > FRAME:
            self._frame(bytes(self._held[:FRAME]), last=False)
            del self._held[:FRAME]
        return len(data)

    def finish(self) -> None:
        """Write the last frame; without it the file is refused."""
        self._frame(bytes(self._held), last=True)
        self._held.clear()

    def _frame(self, plain: bytes, *, last: bool) -> None:
        nonce = _nonce(self._number, last=last)
        sealed = self._cipher.encrypt(nonce, plain, self._line)
        self._file.write(len(sealed).to_bytes(LENGTH, "big") + sealed)
        self._number += 1


class SealedReader(io.RawIOBase):
    """Reads what a `SealedWriter` wrote, after `read_head`.

    Raises:
        SealedFileDamaged: while reading, see there.
    """

    def __init__(self, file: BinaryIO, key: bytes, line: bytes) -> None:
        self._file, self._line = file, line
        try:
            salt = bytes.fromhex(json.loads(line)["salt"])
        except (ValueError, KeyError, TypeError) as error:
            raise SealedFileDamaged from error
        self._cipher = _cipher(key, salt)
        self._held, self._number, self._is_over = b"", 0, False

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - any buffer
        """The next bytes; nought at the end, which has been seen to be one."""
        while not self._held and not self._is_over:
            self._held = self._next()
        size = min(len(buffer), len(self._held))
        buffer[:size] = self._held[:size]
        self._held = self._held[size:]
        return size

    def _next(self) -> bytes:
        length = int.from_bytes(self._file.read(LENGTH), "big")
        if not TAG <= length <= FRAME + TAG:
            raise SealedFileDamaged
        sealed = self._file.read(length)
        for last in (False, True):
            try:
                nonce = _nonce(self._number, last=last)
                plain = self._cipher.decrypt(nonce, sealed, self._line)
            except (InvalidTag, ValueError):
                continue
            self._number += 1
            self._is_over = last
            if last and self._file.read(1):
                raise SealedFileDamaged
            return plain
        raise SealedFileDamaged


def read_head(file: BinaryIO) -> tuple[bytes, dict[str, Any]]:
    """The line that everybody may read: as it stands there, and what it says.

    Raises:
        SealedFileDamaged: it is no such file.
    """
    line = file.readline(LONGEST_LINE)
    try:
        head = json.loads(line)
    except ValueError as error:
        raise SealedFileDamaged from error
    if not isinstance(head, dict):
        raise SealedFileDamaged
    return line, head


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    info = b"puistokatu sealed file"
    return AESGCM(HKDF(SHA256(), KEY_BYTES, salt=salt, info=info).derive(key))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(COUNTER, "big") + bytes([last])
