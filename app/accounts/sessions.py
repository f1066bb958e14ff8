"""Who is logged in: an account's id, and the epoch and hour in which it began.

A session ends by logging out, by a new epoch (log out elsewhere, new password)
and in any case `SESSION_HOURS` after it began, however busy it is.
"""

import time
from typing import TYPE_CHECKING

from flask import Flask, current_app, session
from flask_login import login_user, logout_user

from app.accounts.models import Account
from app.extensions import db, login_manager

if TYPE_CHECKING:
    from app.config import Config


def load(identity: str) -> Account | None:
    """The account of a session, unless the session has ended since."""
    account_id, _, epoch = identity.partition(":")
    if not account_id.isdigit() or has_ended():
        return None
    account = db.session.get(Account, int(account_id))
    if account is None or str(account.session_epoch) != epoch:
        return None
    return account


def has_ended() -> bool:
    """Whether the session's hours are over.

    Measured by the web machine's clock, as the signature of the cookie is.
    """
    config: Config = current_app.extensions["puistokatu"]
    began = session.get("began")
    return (
        not isinstance(began, int | float)
        or time.time() - began > config.session_hours * 3600
    )


def begin(account: Account, *, second_factor: bool = False) -> None:
    """Log in. Nothing of an earlier session survives, whoever planted it."""
    session.clear()
    login_user(account)
    session.permanent = True
    session["began"] = time.time()
    session["second_factor"] = second_factor


def go_on(account: Account) -> None:
    """Stay logged in here after the account's epoch was raised."""
    session["_user_id"] = account.get_id()


def end() -> None:
    """Log out here."""
    logout_user()
    session.clear()


def init_app(_app: Flask) -> None:
    """Tell Flask-Login how to find an account."""
    login_manager.user_loader(load)
    # Its own protection compares the address, which changes in a moving tram.
    login_manager.session_protection = None
