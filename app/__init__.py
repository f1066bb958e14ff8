"""The web, the command line, the jobs: the only Flask and the only commit."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, g
from werkzeug.middleware.proxy_fix import ProxyFix

from app import (
    accounts,
    addresses,
    errors,
    headers,
    incoming,
    jobs,
    locale,
    mail,
    manage,
    pages,
    rounds,
)
from app.config import Config
from app.extensions import (
    babel,
    bootstrap,
    csrf,
    db,
    engine_options,
    login_manager,
    migrate,
    prepare_sqlite,
)
from core.clock import Clock, DatabaseClock

MIGRATIONS = Path(__file__).parent.parent / "migrations"
LARGEST_UPLOAD = 64 * 1024 * 1024


def create_app(config: Config | None = None, clock: Clock | None = None) -> Flask:
    """The application, from its settings; the clock is injected by tests."""
    config = config or Config.from_environment()
    app = Flask(__name__)
    app.config.update(_flask_settings(config))
    app.extensions["puistokatu"] = config
    app.extensions["clock"] = clock or DatabaseClock()
    if config.trusted_proxies:
        count = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, count, count, count)  # type: ignore[method-assign] # Flask's documented way

    # Before the extensions: they read what is posted.
    incoming.init_app(app)
    _init_extensions(app, config)
    for part in (addresses, locale, errors, headers, jobs, mail):
        part.init_app(app)
    for section in (pages, accounts, rounds, manage):
        section.init_app(app)
    _speak_the_language_of_the_url(app)
    return app


def _flask_settings(config: Config) -> dict[str, Any]:
    host = urlsplit(config.base_url).hostname
    secure = config.base_url.startswith("https://")
    return {
        "SECRET_KEY": config.secret_key,
        "TESTING": config.testing,
        "SQLALCHEMY_DATABASE_URI": config.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(
            config.database_url, config.lock_seconds
        ),
        "TRUSTED_HOSTS": [host, "127.0.0.1", "localhost"],
        "MAX_CONTENT_LENGTH": LARGEST_UPLOAD,
        "MAX_FORM_MEMORY_SIZE": 1024 * 1024,
        "SESSION_COOKIE_NAME": "__Host-session" if secure else "session",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": config.session_hours * 3600,
        "WTF_CSRF_TIME_LIMIT": None,
        "BABEL_DEFAULT_LOCALE": "en",
        "BABEL_DEFAULT_TIMEZONE": "Europe/Helsinki",
        "BOOTSTRAP_SERVE_LOCAL": True,
    }


def _init_extensions(app: Flask, config: Config) -> None:
    db.init_app(app)
    if config.is_sqlite:
        with app.app_context():
            prepare_sqlite(db.engine, config.lock_seconds)
    migrate.init_app(app, db, directory=str(MIGRATIONS))
    babel.init_app(app, locale_selector=locale.select_language)
    bootstrap.init_app(app)
    login_manager.init_app(app)
    csrf.init_app(app)


def _speak_the_language_of_the_url(app: Flask) -> None:
    """Take the language out of the address, and put it into every link."""

    @app.url_value_preprocessor
    def _pull(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        if values and "lang" in values:
            g.lang = values.pop("lang")

    @app.url_defaults
    def _push(endpoint: str, values: dict[str, Any]) -> None:
        if app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values.setdefault("lang", locale.current_language())
