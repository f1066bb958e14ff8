"""Every setting, read from the environment once and checked before anything runs."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from app.brokers import Broker, read_brokers
from app.config_error import ConfigError
from app.extensions import PATIENCE

__all__ = ["Config", "ConfigError"]

INSTANCE = Path("instance")
QUEUES = ("embedded", "procrastinate")
LEAST_SECRET = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What the environment says; docs/operating.md explains each one."""

    database_url: str
    secret_key: str
    base_url: str
    key_dir: Path
    upload_dir: Path
    backup_dir: Path
    queue: str
    mail_url: str | None
    mail_from: str
    demo: bool
    trusted_proxies: int
    session_hours: int
    lock_seconds: int = PATIENCE
    brokers: tuple[Broker, ...] = ()
    testing: bool = False

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file of this machine."""
        return self.database_url.startswith("sqlite")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Config":
        """Read and check.

        Raises:
            ConfigError: a variable is missing or wrong.
        """
        env = os.environ if environment is None else environment
        demo = _flag(env, "PUISTOKATU_DEMO")
        database_url = _database_url(env)
        return cls(
            database_url=database_url,
            secret_key=_secret_key(env, demo=demo),
            base_url=_base_url(env),
            key_dir=Path(env.get("KEY_DIR") or INSTANCE / "keys"),
            upload_dir=Path(env.get("UPLOAD_DIR") or INSTANCE / "uploads"),
            backup_dir=Path(env.get("BACKUP_DIR") or INSTANCE / "backups"),
            queue=_queue(env, database_url),
            mail_url=_mail_url(env),
            mail_from=env.get("MAIL_FROM") or "puistokatu@localhost",
            demo=demo,
            trusted_proxies=_number(env, "TRUSTED_PROXIES", 0, most=5),
            session_hours=_number(env, "SESSION_HOURS", 12, most=24 * 30),
            lock_seconds=_number(env, "LOCK_SECONDS", PATIENCE, least=1, most=50),
            brokers=read_brokers(env),
        )


def _flag(env: Mapping[str, str], name: str) -> bool:
    value = env.get(name, "")
    if value not in ("", "0", "1"):
        raise ConfigError(f"{name} must be 0 or 1, not {value!r}")
    return value == "1"


def _number(
    env: Mapping[str, str], name: str, default: int, *, least: int = 0, most: int
) -> int:
    value = env.get(name) or str(default)
    is_number = value.isascii() and value.isdigit()
    if not is_number or not least <= int(value) <= most:
        raise ConfigError(
            f"{name} must be a number from {least} to {most}, not {value!r}"
        )
    return int(value)


def _database_url(env: Mapping[str, str]) -> str:
    url = env.get("DATABASE_URL")
    if not url:
        return f"sqlite:///{(INSTANCE / 'puistokatu.sqlite').absolute()}"
    # Hosting providers hand out the short names; we speak psycopg 3 only.
    for short in ("postgres://", "postgresql://"):
        if url.startswith(short):
            url = "postgresql+psycopg://" + url.removeprefix(short)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ConfigError("DATABASE_URL must begin with sqlite:/// or postgresql://")
    try:
        make_url(url)
    except (ArgumentError, ValueError):
        # Its password must not be repeated.
        raise ConfigError("DATABASE_URL cannot be read, perhaps for its port") from None
    return url


def _secret_key(env: Mapping[str, str], *, demo: bool) -> str:
    key = env.get("SECRET_KEY", "")
    if not key and demo:
        return _demo_secret()
    if len(key) < LEAST_SECRET:
        raise ConfigError(
            f"SECRET_KEY must be set, to at least {LEAST_SECRET} random characters"
        )
    return key


def _demo_secret() -> str:
    """A key for the demo, kept so that a restart does not log everybody out."""
    path = INSTANCE / "demo_secret"
    if not path.exists():
        INSTANCE.mkdir(exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48))
    return path.read_text()


def _base_url(env: Mapping[str, str]) -> str:
    url = env.get("BASE_URL") or "http://127.0.0.1:5000"
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ConfigError(f"BASE_URL must be a web address, not {url!r}")
    return url.rstrip("/")


def _queue(env: Mapping[str, str], database_url: str) -> str:
    is_sqlite = database_url.startswith("sqlite")
    queue = env.get("QUEUE") or ("embedded" if is_sqlite else "procrastinate")
    if queue not in QUEUES:
        raise ConfigError(f"QUEUE must be one of {', '.join(QUEUES)}, not {queue!r}")
    if queue == "procrastinate" and is_sqlite:
        raise ConfigError("QUEUE=procrastinate needs DATABASE_URL to be PostgreSQL")
    return queue


def _mail_url(env: Mapping[str, str]) -> str | None:
    url = env.get("MAIL_URL")
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ConfigError("MAIL_URL must look like smtp://name:password@host:587")
    return url
