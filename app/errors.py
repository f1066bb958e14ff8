"""What a person reads when something cannot be done or went wrong."""

from flask import Flask, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.extensions import db, login_manager
from app.messages import sentence
from core.errors import DomainError
from core.text import LANGUAGES

PAGES = (400, 403, 404, 405, 409, 413, 429, 500)
SERVER_FAULT = 500


def refused(error: DomainError) -> ResponseReturnValue:
    """The rules of the house say no: 409, with the reason."""
    db.session.rollback()
    return render_template("errors/409.html", reason=sentence(error)), 409


def http_error(error: HTTPException) -> ResponseReturnValue:
    """The page for a status code; others keep Werkzeug's short answer."""
    if error.code not in PAGES:
        return error
    if error.code == SERVER_FAULT:
        _stop_asking_the_database()
    _speak_the_language_of_the_path()
    headers = {k: v for k, v in error.get_headers() if k in ("Allow", "Retry-After")}
    return render_template(f"errors/{error.code}.html"), error.code, headers


def _stop_asking_the_database() -> None:
    """What failed may be the database: the page is written as for nobody."""
    g._login_user = login_manager.anonymous_user()  # noqa: SLF001 - where Flask-Login looks first


def _speak_the_language_of_the_path() -> None:
    """An address that leads nowhere may still begin with its language."""
    first = request.path.split("/", 2)[1]
    if "lang" not in g and first in LANGUAGES:
        g.lang = first


def csrf_failed(error: CSRFError) -> ResponseReturnValue:  # noqa: ARG001 - Flask's signature
    """A form that is too old, or not ours."""
    return render_template("errors/csrf.html"), 400


def init_app(app: Flask) -> None:
    """Register one handler per kind of failure."""
    app.register_error_handler(DomainError, refused)
    app.register_error_handler(CSRFError, csrf_failed)
    app.register_error_handler(HTTPException, http_error)
