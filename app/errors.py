"""What a person reads when something cannot be done or went wrong."""

import logging
from contextlib import suppress

from flask import Flask, current_app, g, render_template, request
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InternalError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from werkzeug.exceptions import HTTPException, ServiceUnavailable

from app.extensions import db, login_manager
from app.messages import sentence
from core.errors import DomainError
from core.text import LANGUAGES

PAGES = (400, 403, 404, 405, 409, 413, 429, 500, 503)
SERVER_FAULTS = (500, 503)
RETRY_AFTER = 10

log = logging.getLogger(__name__)


def refused(error: DomainError) -> ResponseReturnValue:
    """The rules of the house say no: 409, with the reason."""
    db.session.rollback()
    return render_template("errors/409.html", reason=sentence(error)), 409


def http_error(error: HTTPException) -> ResponseReturnValue:
    """The page for a status code; others keep Werkzeug's short answer."""
    if error.code not in PAGES:
        return error
    if error.code in SERVER_FAULTS:
        _stop_asking_the_database()
    _speak_the_language_of_the_path()
    _keep_links_on_this_site()
    headers = {k: v for k, v in error.get_headers() if k in ("Allow", "Retry-After")}
    return render_template(f"errors/{error.code}.html"), error.code, headers


def database_away(error: SQLAlchemyError) -> ResponseReturnValue:
    """Locked for too long, full, restarted, read-only: later it will work."""
    log.error("The database does not answer", exc_info=error)
    with suppress(SQLAlchemyError):
        db.session.remove()
    return http_error(ServiceUnavailable(retry_after=RETRY_AFTER))


def leave_the_database(_error: BaseException | None = None) -> None:
    """End what was read, before Flask-SQLAlchemy does.

    The answer is written by now and what was to be stored is stored: a database
    that goes away in this very moment must not turn it into a fault.
    """
    try:
        db.session.remove()
    except SQLAlchemyError:
        log.warning("The database went away behind an answer", exc_info=True)


def _stop_asking_the_database() -> None:
    """What failed may be the database: the page is written as for nobody."""
    g._login_user = login_manager.anonymous_user()  # noqa: SLF001 - where Flask-Login looks first


def _speak_the_language_of_the_path() -> None:
    """An address that leads nowhere may still begin with its language."""
    first = request.path.split("/", 2)[1]
    if "lang" not in g and first in LANGUAGES:
        g.lang = first


def _keep_links_on_this_site() -> None:
    """Whoever asks for a host that is not ours gets a page too: its links are paths."""
    if request_ctx.url_adapter is None:
        request_ctx.url_adapter = current_app.url_map.bind("")


def csrf_failed(error: CSRFError) -> ResponseReturnValue:  # noqa: ARG001 - Flask's signature
    """A form that is too old, or not ours."""
    return render_template("errors/csrf.html"), 400


def init_app(app: Flask) -> None:
    """Register one handler per kind of failure."""
    app.teardown_appcontext(leave_the_database)
    app.register_error_handler(DomainError, refused)
    app.register_error_handler(CSRFError, csrf_failed)
    app.register_error_handler(HTTPException, http_error)
    # The second is a database that has become a standby, or has ended a transaction.
    for fault in (OperationalError, InternalError, NoConnectionFree):
        app.register_error_handler(fault, database_away)
