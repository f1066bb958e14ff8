"""An application on a database of a test's own, for threads that really commit."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from threading import Barrier
from typing import TypeVar

from flask import Flask

from app import create_app
from app.config import Config
from app.extensions import db
from tests.support.databases import environment

T = TypeVar("T")


@contextmanager
def application_on(url: str) -> Iterator[Flask]:
    """The application; its connections are closed afterwards."""
    config = Config.from_environment(environment(url))
    app = create_app(replace(config, testing=True))
    try:
        yield app
    finally:
        with app.app_context():
            db.engine.dispose()


def at_once(app: Flask, acts: list[Callable[[], T]]) -> list[T | Exception]:
    """Do several things at the same instant, each as a request of its own would."""
    ready = Barrier(len(acts))

    def run(act: Callable[[], T]) -> T | Exception:
        with app.app_context():
            ready.wait(timeout=30)
            try:
                return act()
            except Exception as error:  # noqa: BLE001 - the test looks at it
                return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
