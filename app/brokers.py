"""The brokers of strong identification, as the environment names them.

One broker stands in `OIDC_ISSUER`, `OIDC_CLIENT_ID` and so on. Several are listed by
short names in `OIDC_BROKERS`, and each has its own `OIDC_<NAME>_ISSUER`, ...
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from app.config_error import ConfigError

KINDS = ("fi", "se", "other")
HERE = ("127.0.0.1", "localhost")
# Where Finland's trust network puts the personal identity code.
FINNISH_CLAIM = "urn:oid:1.2.246.21"
_NAME = re.compile(r"[a-z][a-z0-9]{0,29}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """One OpenID Connect provider that knows who somebody is."""

    # In our addresses, and in the redirect address that the broker is told.
    name: str
    # What its button says.
    title: str
    issuer: str
    client_id: str
    client_secret: str | None = field(repr=False)
    # PEM of an RSA key, for brokers that take a signed assertion instead of a secret.
    client_key: str | None = field(repr=False)
    key_id: str | None
    # Where the identity number stands, and whose numbers they are.
    claim: str
    numbers: str
    scope: str
    # The levels of assurance that are enough; none: whatever the broker does.
    acr: tuple[str, ...]


def read_brokers(env: Mapping[str, str]) -> tuple[Broker, ...]:
    """All of them, in their order; none where nobody identifies this way.

    Raises:
        ConfigError: a variable is missing or wrong.
    """
    names = env.get("OIDC_BROKERS", "").split()
    for name in names:
        if not _NAME.fullmatch(name):
            raise ConfigError(
                f"OIDC_BROKERS must be short names of small letters, not {name!r}"
            )
    if len(set(names)) != len(names):
        raise ConfigError("OIDC_BROKERS names a broker twice")
    if names:
        return tuple(_broker(env, each, f"OIDC_{each.upper()}_") for each in names)
    return (_broker(env, "broker", "OIDC_"),) if env.get("OIDC_ISSUER") else ()


def _broker(env: Mapping[str, str], name: str, prefix: str) -> Broker:
    scope = env.get(f"{prefix}SCOPE") or "openid"
    if "openid" not in scope.split():
        raise ConfigError(f"{prefix}SCOPE must contain openid")
    numbers = env.get(f"{prefix}NUMBERS") or "fi"
    if numbers not in KINDS:
        raise ConfigError(f"{prefix}NUMBERS must be one of {', '.join(KINDS)}")
    secret, key = env.get(f"{prefix}CLIENT_SECRET"), _key(env, f"{prefix}CLIENT_KEY")
    if bool(secret) == bool(key):
        raise ConfigError(
            f"Either {prefix}CLIENT_SECRET or {prefix}CLIENT_KEY must be set"
        )
    return Broker(
        name=name,
        title=env.get(f"{prefix}TITLE") or name.capitalize(),
        issuer=_issuer(env, f"{prefix}ISSUER"),
        client_id=_needed(env, f"{prefix}CLIENT_ID"),
        client_secret=secret,
        client_key=key,
        key_id=env.get(f"{prefix}KEY_ID") or None,
        claim=env.get(f"{prefix}CLAIM") or FINNISH_CLAIM,
        numbers=numbers,
        scope=scope,
        acr=tuple(env.get(f"{prefix}ACR", "").split()),
    )


def _needed(env: Mapping[str, str], name: str) -> str:
    if not env.get(name):
        raise ConfigError(f"{name} must be set")
    return env[name]


def _issuer(env: Mapping[str, str], name: str) -> str:
    issuer = _needed(env, name)
    parts = urlsplit(issuer)
    safe = parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in HERE
    )
    if not safe or not parts.hostname or parts.query or parts.fragment:
        raise ConfigError(f"{name} must be an https address, not {issuer!r}")
    return issuer


def _key(env: Mapping[str, str], name: str) -> str | None:
    path = env.get(name)
    if not path:
        return None
    try:
        return Path(path).read_text()
    except (OSError, UnicodeDecodeError):
        raise ConfigError(f"{name} must be a file that can be read") from None
