"""The application, for as long as a command lasts."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from app import create_app
from app.extensions import db


@contextmanager
def application() -> Iterator[Flask]:
    """The application in its context; no connection is left behind.

    Raises:
        ConfigError: a setting is missing or wrong.
    """
    app = create_app()
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()
