"""`puistokatu serve`: the web server and the job worker, side by side."""

import signal
import socket
import subprocess
import sys
import time
from types import FrameType

import click

STOP_WITHIN = 25.0


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=5000, show_default=True)
@click.option("--workers", default=2, show_default=True, help="Web processes.")
@click.option("--threads", default=4, show_default=True, help="Threads in each.")
@click.option("--jobs/--no-jobs", default=True, help="Run the job worker beside it.")
def serve(host: str, port: int, workers: int, threads: int, *, jobs: bool) -> None:
    """Serve pages and do the background work until a signal or a failure ends it."""
    commands = [_gunicorn(f"{host}:{port}", workers, threads)]
    if jobs:
        commands.append([sys.executable, "-m", "app", "jobs", "work"])
    family = Family(commands)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, family.ask_to_stop)
    sys.exit(family.watch(host, port))


def _gunicorn(bind: str, workers: int, threads: int) -> list[str]:
    return [
        *(sys.executable, "-m", "gunicorn", "--bind", bind),
        *("--worker-class", "gthread", "--workers", str(workers)),
        *("--threads", str(threads), "--timeout", "60"),
        *("--graceful-timeout", "20", "--log-level", "warning"),
        "--no-control-socket",
        "app:create_app()",
    ]


class Family:
    """Processes that live and die together."""

    def __init__(self, commands: list[list[str]]) -> None:
        self.stopping = False
        self.children = [subprocess.Popen(command) for command in commands]  # noqa: S603 - our own commands

    def ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        """Hand the signal on; Ctrl-C has reached the children already."""
        self.stopping = True
        for child in self.children:
            child.terminate()

    def watch(self, host: str, port: int) -> int:
        """Say when pages are served; wait; an exit status."""
        address = f"http://{host}:{port}"
        announced = False
        while not self.stopping and self._all_alive():
            if not announced and _answers(host, port):
                click.echo(f"Puistokatu is open at {address} (Ctrl-C stops it)")
                announced = True
            time.sleep(0.1)
        stopped_by_signal = self.stopping
        self._end()
        return 0 if stopped_by_signal else 1

    def _all_alive(self) -> bool:
        return all(child.poll() is None for child in self.children)

    def _end(self) -> None:
        deadline = time.monotonic() + STOP_WITHIN
        for child in self.children:
            child.terminate()
        for child in self.children:
            try:
                child.wait(timeout=max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True
