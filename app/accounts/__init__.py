"""/account: who a person is, and what they may do here."""

from flask import Flask

from app.accounts import pages, sessions, waiting
from app.accounts.blueprint import bp
from app.accounts.errors import LinkInvalid, TooManyAttempts

PREFIX = "/<any(fi, sv, en):lang>/account"


def init_app(app: Flask) -> None:
    """Register the pages and tell Flask-Login who is who."""
    sessions.init_app(app)
    app.register_blueprint(bp, url_prefix=PREFIX)
    app.register_error_handler(LinkInvalid, pages.sign_up.link_is_over)
    app.register_error_handler(TooManyAttempts, waiting.please_wait)
