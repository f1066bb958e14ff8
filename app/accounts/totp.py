"""The second factor: six digits that change every half minute, and recovery codes."""

import base64
import hashlib
import secrets
from datetime import datetime

import pyotp
import segno
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

STEP = 30
# A telephone's clock may be this many steps early or late.
TOLERANCE = 1
RECOVERY_CODES = 10
# Without letters that are taken for one another: 16 of 30 give 78 bits.
ALPHABET = "abcdefghjkmnpqrstuvwxyz2345679"
ISSUER = "Puistokatu"


def new_secret() -> str:
    """A secret for an authenticator app."""
    return pyotp.random_base32()


def _fernet(secret_key: str) -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=b"puistokatu second factor")
    return Fernet(base64.urlsafe_b64encode(derived.derive(secret_key.encode())))


def seal(secret_key: str, secret: str) -> str:
    """The secret as the database may see it."""
    return _fernet(secret_key).encrypt(secret.encode()).decode()


def unseal(secret_key: str, sealed: str) -> str:
    """The secret again."""
    return _fernet(secret_key).decrypt(sealed.encode()).decode()


def code_at(secret: str, moment: datetime) -> str:
    """The six digits of a moment."""
    return pyotp.TOTP(secret).at(moment)


def code_at_step(secret: str, step: int) -> str:
    """The six digits of a time step."""
    return pyotp.TOTP(secret).at(step * STEP)


def step_of(secret: str, code: str, moment: datetime) -> int | None:
    """The time step whose code this is, among those near the moment."""
    present = int(moment.timestamp()) // STEP
    for step in range(present - TOLERANCE, present + TOLERANCE + 1):
        if secrets.compare_digest(code_at_step(secret, step), code):
            return step
    return None


def picture(secret: str, address: str) -> str:
    """A QR code for the app, as a data: address of an SVG."""
    link = pyotp.TOTP(secret).provisioning_uri(name=address, issuer_name=ISSUER)
    code = segno.make(link, error="m", micro=False)
    return str(code.svg_data_uri(scale=5, border=4, dark="#000", light="#fff"))


def in_groups(secret: str) -> str:
    """The secret for typing, in groups of four."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def new_recovery_codes() -> list[str]:
    """Codes on paper, for the day when the telephone is lost."""
    return [
        "-".join(_letters(4) for _group in range(4)) for _code in range(RECOVERY_CODES)
    ]


def _letters(count: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(count))


def recovery_hash(code: str) -> str:
    """What is stored of a recovery code; spaces and case do not matter.

    A fast hash is enough: the codes are too random to be tried.
    """
    plain = "".join(code.casefold().replace("-", "").split())
    return hashlib.sha256(plain.encode()).hexdigest()
