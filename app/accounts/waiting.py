"""The page for whoever must wait before the next try."""

from flask import make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from app.accounts.errors import TooManyAttempts
from app.extensions import db

MINUTE = 60


def please_wait(error: TooManyAttempts) -> ResponseReturnValue:
    """429, with how long."""
    db.session.rollback()
    seconds = int(str(error.params["seconds"]))
    response = make_response(
        render_template("accounts/please_wait.html", how_long=how_long(seconds)), 429
    )
    response.headers["Retry-After"] = str(seconds)
    return response


def how_long(seconds: int) -> str:
    """A wait in words: seconds at first, then minutes rounded up."""
    if seconds <= MINUTE:
        return str(ngettext("in %(num)d second", "in %(num)d seconds", seconds))
    minutes = -(-seconds // MINUTE)
    return str(ngettext("in %(num)d minute", "in %(num)d minutes", minutes))
