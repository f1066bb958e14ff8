"""What a person reads when something cannot be done or went wrong."""

from flask import Flask, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.extensions import db
from app.messages import sentence
from core.errors import DomainError

PAGES = (400, 403, 404, 405, 409, 413, 429, 500)


def refused(error: DomainError) -> ResponseReturnValue:
    """The rules of the house say no: 409, with the reason."""
    db.session.rollback()
    return render_template("errors/409.html", reason=sentence(error)), 409


def http_error(error: HTTPException) -> ResponseReturnValue:
    """The page for a status code; others keep Werkzeug's short answer."""
    if error.code not in PAGES:
        return error
    return render_template(f"errors/{error.code}.html"), error.code


def csrf_failed(error: CSRFError) -> ResponseReturnValue:  # noqa: ARG001 - Flask's signature
    """A form that is too old, or not ours."""
    return render_template("errors/csrf.html"), 400


def init_app(app: Flask) -> None:
    """Register one handler per kind of failure."""
    app.register_error_handler(DomainError, refused)
    app.register_error_handler(CSRFError, csrf_failed)
    app.register_error_handler(HTTPException, http_error)
