"""Setting up, asking for and taking away the second factor of an account."""

from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.accounts import totp
from app.accounts.changes import log_out_elsewhere
from app.accounts.errors import CannotResetOwnFactor, CodeWrong
from app.accounts.grants import check_administrator
from app.accounts.models import Account, RecoveryCode
from core.audit import Actor, record


def start_second_factor(session: Session, account: Account, *, secret_key: str) -> None:
    """Give the account a secret, which counts only once a code has proven it."""
    _lock(session, account)
    if account.totp_confirmed_at is None:
        account.totp_secret = totp.seal(secret_key, totp.new_secret())
    session.flush()


def confirm_second_factor(
    session: Session, account: Account, code: str, *, secret_key: str, now: datetime
) -> list[str]:
    """Prove that the telephone has the secret; the recovery codes, for once.

    Raises:
        CodeWrong: it is not the present code, or there is nothing to confirm.
    """
    _lock(session, account)
    if account.totp_confirmed_at or not _accept_totp(account, code, secret_key, now):
        raise CodeWrong
    account.totp_confirmed_at = now
    return new_recovery_codes(session, account)


def check_second_factor(
    session: Session, account: Account, code: str, *, secret_key: str, now: datetime
) -> None:
    """Take a code from the telephone, or one of the recovery codes; each works once.

    Raises:
        CodeWrong: neither, or used before.
    """
    _lock(session, account)
    if account.totp_confirmed_at is None:
        raise CodeWrong
    if _accept_totp(account, code, secret_key, now):
        session.flush()
    elif not _accept_recovery(session, account, code, now):
        raise CodeWrong


def new_recovery_codes(session: Session, account: Account) -> list[str]:
    """Ten fresh codes in place of all earlier ones."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    codes = totp.new_recovery_codes()
    session.add_all(
        RecoveryCode(account_id=account.id, hash=totp.recovery_hash(code))
        for code in codes
    )
    session.flush()
    return codes


def recovery_codes_left(session: Session, account: Account) -> int:
    """How many recovery codes have not been used."""
    return session.scalars(
        select(func.count())
        .select_from(RecoveryCode)
        .where(RecoveryCode.account_id == account.id, RecoveryCode.used_at.is_(None))
    ).one()


def remove_second_factor(session: Session, account: Account) -> None:
    """Take the second factor away and end all sessions that rest on it."""
    account.totp_secret = None
    account.totp_confirmed_at = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.account_id == account.id))
    log_out_elsewhere(session, account)


def reset_second_factor(
    session: Session, account: Account, *, actor: Actor, now: datetime
) -> None:
    """Let somebody who has lost the telephone set up the second factor again.

    Raises:
        NoLongerAdministrator: the caller has lost the right to do so.
        CannotResetOwnFactor: it is the caller's own.
    """
    check_administrator(session, actor)
    if account.id == actor.account_id:
        raise CannotResetOwnFactor
    remove_second_factor(session, account)
    record(
        session,
        actor,
        "second_factor.reset",
        now=now,
        private={"person": account.name or account.email},
    )


def give_second_factor(account: Account, *, secret_key: str, now: datetime) -> None:
    """A confirmed second factor at once, for the officials of the demo."""
    account.totp_secret = totp.seal(secret_key, totp.new_secret())
    account.totp_confirmed_at = now


def secret_of(account: Account, *, secret_key: str) -> str | None:
    """The secret that the telephone has or is about to get."""
    return totp.unseal(secret_key, account.totp_secret) if account.totp_secret else None


def next_code(account: Account, *, secret_key: str, now: datetime) -> str | None:
    """The next code that would be accepted; only ever shown in the demo."""
    secret = secret_of(account, secret_key=secret_key)
    present = int(now.timestamp()) // totp.STEP
    step = max(present, account.totp_last_step + 1)
    if secret is None or step > present + totp.TOLERANCE:
        return None
    return totp.code_at_step(secret, step)


def _lock(session: Session, account: Account) -> None:
    """Of two who show the same code at once, one is late."""
    session.refresh(account, with_for_update=True)


def _accept_totp(account: Account, code: str, secret_key: str, now: datetime) -> bool:
    secret = secret_of(account, secret_key=secret_key)
    digits = "".join(code.split())
    if secret is None or not (digits.isascii() and digits.isdigit()):
        return False
    step = totp.step_of(secret, digits, now)
    if step is None or step <= account.totp_last_step:
        return False
    account.totp_last_step = step
    return True


def _accept_recovery(
    session: Session, account: Account, code: str, now: datetime
) -> bool:
    taken = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account.id,
            RecoveryCode.hash == totp.recovery_hash(code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    return taken.first() is not None
