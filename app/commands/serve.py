"""`puistokatu serve`: the web server and the job worker, side by side."""

import multiprocessing
import signal
import socket
import sys
import time
from collections.abc import Callable
from multiprocessing.context import ForkProcess
from types import FrameType
from typing import Any

import click
from flask import Flask
from gunicorn.app.base import BaseApplication

from app import create_app
from app.commands.refusals import Strict
from app.rounds.key_check import rounds_without_keys

STOP_WITHIN = 25.0
# Before the worker is started again; doubled each time, up to the longest.
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
# A worker that has lived so long was a good one: its end is a new story.
GOOD_LIFE = 60.0


@click.command(cls=Strict)
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
            f"The key of the round {slug} is missing in KEY_DIR, or another one lies "
            "there: nobody can vote in the round, and its ballots cannot be sealed, "
            "until the file is back.",
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
    worker = (lambda: puistokatu.main(["jobs", "work"])) if jobs else None
    sys.exit(Family(web.run, worker).watch(host, port))


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
    """The web server, and the job worker beside it.

    They are forked, so the application is loaded once; no connection and no
    thread exists in this process. Without the web server all end; a worker that
    ends, because the database was restarted, is started again.
    """

    def __init__(
        self, web: Callable[[], Any], worker: Callable[[], Any] | None
    ) -> None:
        self.stopping = False
        self.web = _forked(web)
        self.worker = Worker(worker) if worker else None
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._ask_to_stop)

    def watch(self, host: str, port: int) -> int:
        """Say when pages are served; wait; an exit status."""
        address = f"http://{host}:{port}"
        announced = False
        while not self.stopping and self.web.is_alive():
            if not announced and _answers(host, port):
                click.echo(f"Puistokatu is open at {address} (Ctrl-C stops it)")
                announced = True
            if self.worker:
                self.worker.keep_alive()
            time.sleep(0.1)
        asked = self.stopping
        self._end()
        return 0 if asked else 1

    def _ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _end(self) -> None:
        deadline = time.monotonic() + STOP_WITHIN
        children = [self.web, *([self.worker.process] if self.worker else [])]
        for child in children:
            child.terminate()
        for child in children:
            child.join(timeout=max(0.1, deadline - time.monotonic()))
            child.kill()
            child.join()


class Worker:
    """The job worker's process, which is replaced when it ends."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self._work = work
        self._pause = FIRST_PAUSE
        self._again_at: float | None = None
        self._start()

    def _start(self) -> None:
        self.process = _forked(self._work)
        self._began = time.monotonic()

    def keep_alive(self) -> None:
        """Start another one, some time after the present one has ended."""
        now = time.monotonic()
        if self.process.is_alive():
            return
        if self._again_at is None:
            if now - self._began >= GOOD_LIFE:
                self._pause = FIRST_PAUSE
            click.echo(
                f"The job worker has ended; starting it again in {self._pause:.0f} s.",
                err=True,
            )
            self._again_at = now + self._pause
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
        elif now >= self._again_at:
            self._again_at = None
            self._start()


def _forked(act: Callable[[], Any]) -> ForkProcess:
    def begin() -> None:
        # Not those of the watcher, which a later child would inherit.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        act()

    process = multiprocessing.get_context("fork").Process(target=begin)
    process.start()
    return process


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True
