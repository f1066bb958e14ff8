"""`puistokatu serve`: the web server and the job worker, side by side."""

import multiprocessing
import signal
import socket
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from app import create_app
from app.rounds.key_check import rounds_without_keys

STOP_WITHIN = 25.0


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=5000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Web processes.")
@click.option("--threads", default=4, show_default=True, help="Threads in each.")
@click.option("--jobs/--no-jobs", default=True, help="Run the job worker beside it.")
@click.pass_context
def serve(
    context: click.Context,
    *,
    host: str,
    port: int,
    workers: int,
    threads: int,
    jobs: bool,
) -> None:
    """Serve pages and do the background work until a signal or a failure ends it."""
    application = create_app()
    for slug in rounds_without_keys(application):
        click.echo(
            f"The key of the round {slug} is missing in KEY_DIR: nobody can vote in "
            "it, and its ballots cannot be sealed, until the file is back.",
            err=True,
        )
    web = WebServer(
        application,
        bind=f"{host}:{port}",
        workers=workers,
        threads=threads,
        worker_class="gthread",
        timeout=60,
        graceful_timeout=20,
        loglevel="warning",
        control_socket_disable=True,
    )
    puistokatu = context.find_root().command
    family = Family(
        [web.run, lambda: puistokatu.main(["jobs", "work"])] if jobs else [web.run]
    )
    sys.exit(family.watch(host, port))


class WebServer(BaseApplication):
    """Gunicorn, told what to do by us and not by its own command line."""

    def __init__(self, application: Flask, **settings: object) -> None:
        self.application = application
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Hand the settings on."""
        for name, value in self.settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:  # type: ignore[override] # their start_response is too narrow
        """The application, made before the processes part: nothing loads twice."""
        return self.application


class Family:
    """Processes that live and die together.

    They are forked, so the application is loaded once; no connection and no
    thread exists yet.
    """

    def __init__(self, members: list[Callable[[], Any]]) -> None:
        self.stopping = False
        fork = multiprocessing.get_context("fork")
        self.children = [fork.Process(target=member) for member in members]
        for child in self.children:
            child.start()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask_to_stop)

    def watch(self, host: str, port: int) -> int:
        """Say when pages are served; wait; an exit status."""
        address = f"http://{host}:{port}"
        announced = False
        while not self.stopping and all(child.is_alive() for child in self.children):
            if not announced and _answers(host, port):
                click.echo(f"Puistokatu is open at {address} (Ctrl-C stops it)")
                announced = True
            time.sleep(0.1)
        asked = self.stopping
        self._end()
        return 0 if asked else 1

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _end(self) -> None:
        deadline = time.monotonic() + STOP_WITHIN
        for child in self.children:
            child.terminate()
        for child in self.children:
            child.join(timeout=max(0.1, deadline - time.monotonic()))
            child.kill()
            child.join()


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True
