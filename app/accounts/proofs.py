"""Asking for a password or a code in a page, with every try counted first.

The count is committed before the secret is looked at: a wrong one must not take
its count back with it, and a slow hash must not hold the database's lock.
"""

from flask import current_app

from app.accounts.attempts import (
    code_of,
    count_success,
    count_try,
    log_in_of,
    this_address,
)
from app.accounts.errors import PasswordWrong
from app.accounts.factors import check_second_factor, confirm_second_factor
from app.accounts.models import Account
from app.accounts.passwords import is_right
from app.extensions import clock
from app.transaction import transaction


def prove_password(email: str, stored: str | None, password: str) -> None:
    """Go on only with the right password.

    Raises:
        PasswordWrong: it is not, or nobody has this address.
        TooManyAttempts: it is not time for another try yet.
    """
    counters = (log_in_of(email), this_address())
    with transaction() as session:
        count_try(session, *counters, now=clock().now(session))
    if not is_right(stored, password):
        raise PasswordWrong
    with transaction() as session:
        count_success(session, *counters, now=clock().now(session))


def prove_code(account: Account, code: str) -> None:
    """Go on only with a second factor's code.

    Raises:
        CodeWrong: it is not one, or was used before.
        TooManyAttempts: it is not time for another try yet.
    """
    counter = code_of(account.id)
    with transaction() as session:
        count_try(session, counter, now=clock().now(session))
    with transaction() as session:
        now = clock().now(session)
        check_second_factor(session, account, code, secret_key=secret_key(), now=now)
        count_success(session, counter, now=now)


def prove_telephone(account: Account, code: str) -> list[str]:
    """Finish setting up the second factor; the recovery codes, for once.

    Raises:
        CodeWrong: it is not the present code.
        TooManyAttempts: it is not time for another try yet.
    """
    counter = code_of(account.id)
    with transaction() as session:
        count_try(session, counter, now=clock().now(session))
    with transaction() as session:
        now = clock().now(session)
        codes = confirm_second_factor(
            session, account, code, secret_key=secret_key(), now=now
        )
        count_success(session, counter, now=now)
    return codes


def secret_key() -> str:
    """What the key of the second factors is derived from."""
    return str(current_app.config["SECRET_KEY"])
