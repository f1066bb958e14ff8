"""/account: who a person is, and what they may do here."""

from flask import Flask

from app.accounts import sessions
from app.accounts.blueprint import bp

PREFIX = "/<any(fi, sv, en):lang>/account"


def init_app(app: Flask) -> None:
    """Register the pages and tell Flask-Login who is who."""
    sessions.init_app(app)
    app.register_blueprint(bp, url_prefix=PREFIX)
