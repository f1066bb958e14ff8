"""The keys of backups: one for each round, with the day of its destruction in its name.

While a vote has a box, whoever holds its backup and `<round>.key` can join roll and
box. So a backup opens only with the keys of all rounds that had a box when it was made,
and is worth nothing from the day on which the first of them is destroyed.
"""

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from app.backup_errors import (
    BackupDamaged,
    BackupKeyMissing,
    BackupKeyWrong,
    BackupUndated,
)
from core.keys import KEY_BYTES, create_key_file, keyed, read_key_file, sync_folder

# Where no vote has a box. A round's slug has no such sign.
NO_ROUND = "_between"
MARK = ".backup-"


@dataclass(frozen=True, slots=True)
class BackupKey:
    """A key of one round; `day` is when it is to be destroyed."""

    round: str
    day: date
    key: bytes = field(repr=False)

    def said(self) -> dict[str, str]:
        """How a file names it: tells this key from another one, and nothing else."""
        check = keyed(self.key, "backup check").hex()[:16]
        return {"round": self.round, "destroy_on": self.day.isoformat(), "check": check}


def keys_for(
    key_dir: Path, rounds: Sequence[str], *, today: date, destroy_on: date | None
) -> list[BackupKey]:
    """The newest key of each, made where there is none that lasts beyond today.

    Raises:
        BackupUndated: one has to be made, and no day was said; params: round.
    """
    key_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = []
    for slug in rounds or (NO_ROUND,):
        # What is written under a key whose day has come is lost the next night.
        ahead = (day for day in _days(key_dir, slug) if day > today)
        day = max(ahead, default=destroy_on)
        if day is None:
            raise BackupUndated(round=slug)
        create_key_file(_path(key_dir, slug, day))
        found.append(_read(key_dir, slug, day))
    return found


def keys_of(key_dir: Path, said: object) -> list[BackupKey]:
    """The keys that a file names.

    Raises:
        BackupKeyMissing, BackupKeyWrong: one is not there, or is another one.
        BackupDamaged: it names none.
    """
    try:
        named: list[Any] = list(said)  # type: ignore[call-overload] # looked at below
        wanted = [(str(e["round"]), date.fromisoformat(e["destroy_on"])) for e in named]
    except (TypeError, KeyError, ValueError):
        raise BackupDamaged from None
    if not wanted or any("/" in slug or slug.startswith(".") for slug, _ in wanted):
        raise BackupDamaged
    found = [_read(key_dir, slug, day) for slug, day in wanted]
    for key, each in zip(found, named, strict=True):
        if key.said() != each:
            raise BackupKeyWrong(round=key.round, day=key.day.isoformat())
    return found


def joined(keys: Sequence[BackupKey]) -> bytes:
    """What a file is encrypted under: it needs each of them."""
    return b"".join(each.key for each in keys)


def destroy_due(key_dir: Path, today: date) -> list[tuple[str, date]]:
    """Overwrite and remove the keys whose day has come; whose they were."""
    gone = []
    for path in sorted(key_dir.glob(f"*{MARK}*")):
        slug, _, written = path.name.partition(MARK)
        day = date.fromisoformat(written)
        if day <= today:
            with path.open("r+b") as file:
                file.write(secrets.token_bytes(max(KEY_BYTES, path.stat().st_size)))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
            gone.append((slug, day))
    if gone:
        sync_folder(key_dir)
    return gone


def _days(key_dir: Path, slug: str) -> list[date]:
    names = [path.name for path in key_dir.glob(f"{slug}{MARK}*")]
    return [date.fromisoformat(name.partition(MARK)[2]) for name in names]


def _path(key_dir: Path, slug: str, day: date) -> Path:
    return key_dir / f"{slug}{MARK}{day.isoformat()}"


def _read(key_dir: Path, slug: str, day: date) -> BackupKey:
    key = read_key_file(_path(key_dir, slug, day))
    if key is None:
        raise BackupKeyMissing(round=slug, day=day.isoformat())
    return BackupKey(slug, day, key)
