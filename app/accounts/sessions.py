"""Who is logged in: an account's id and the epoch in which the session began."""

from flask import Flask

from app.accounts.models import Account
from app.extensions import db, login_manager


def load(identity: str) -> Account | None:
    """The account of a session, unless it has been logged out elsewhere since."""
    account_id, _, epoch = identity.partition(":")
    if not account_id.isdigit():
        return None
    account = db.session.get(Account, int(account_id))
    if account is None or str(account.session_epoch) != epoch:
        return None
    return account


def init_app(_app: Flask) -> None:
    """Tell Flask-Login how to find an account."""
    login_manager.user_loader(load)
