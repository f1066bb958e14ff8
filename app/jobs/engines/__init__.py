"""The two engines: both do the rows of `core.jobs`, with the same handlers."""

from collections.abc import Callable

from flask import Flask

from app.jobs.engines import embedded, procrastinate
from app.jobs.pace import Pace

ENGINES: dict[str, Callable[..., None]] = {
    "embedded": embedded.work,
    "procrastinate": procrastinate.work,
}


def work(app: Flask, pace: Pace, *, once: bool = False) -> None:
    """Do jobs until a signal comes; with `once`, until none is due."""
    ENGINES[app.extensions["puistokatu"].queue](app, pace, once=once)
