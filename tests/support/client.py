"""A test client that behaves as a browser with our forms in it."""

import time
from typing import TYPE_CHECKING, Any

import flask
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf

if TYPE_CHECKING:
    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse

    from app.accounts.models import Account

SAFE = ("GET", "HEAD", "OPTIONS")


class Client(FlaskClient):
    """Every request in a context, and with a database session, of its own.

    What the test wrote before is committed (into the test's own outer
    transaction); what a view writes without `transaction()` is lost, as it
    would be. Unsafe requests carry the token that our forms carry, unless
    `forges` is set.
    """

    session: "Session"
    forges = False

    def open(self, *args: Any, **kwargs: Any) -> "TestResponse":
        """Send one request."""
        self.session.commit()
        if kwargs.get("method", "GET") not in SAFE and not self.forges:
            kwargs["headers"] = {"X-CSRFToken": self._token()} | dict(
                kwargs.get("headers") or {}
            )
        kwargs.setdefault("buffered", True)
        with self.application.app_context():
            return super().open(*args, **kwargs)

    def log_in(self, account: "Account", *, second_factor: bool = True) -> None:
        """Be this person from here on, without the price of a password hash."""
        identity = account.get_id()
        self.session.commit()
        with self.session_transaction() as session:
            session["_user_id"] = identity
            session["_fresh"] = True
            session["began"] = time.time()
            session["second_factor"] = second_factor

    def _token(self) -> str:
        with self.application.test_request_context():
            token: str = generate_csrf()
            raw = flask.session["csrf_token"]
        with self.session_transaction() as session:
            session["csrf_token"] = raw
        return token
