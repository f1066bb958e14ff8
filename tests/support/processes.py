"""Our commands as real processes, forked from one that has loaded the application.

Loading takes two seconds, forking a few milliseconds. Each process leads a
group of its own, so that it can be killed with all that it started.
"""

import multiprocessing
import os
import sys
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from tests.support.clocks import CLOCK_FILE, follow

forks = multiprocessing.get_context("forkserver")
forks.set_forkserver_preload(["app.commands"])


def start(*arguments: str, log: Path, environment: dict[str, str]) -> ForkServerProcess:
    """Start `puistokatu` with its arguments; what it says goes to the log."""
    process = forks.Process(target=_command, args=(arguments, log, environment))
    process.start()
    return process


def _command(arguments: list[str], log: Path, environment: dict[str, str]) -> None:
    from app.commands import main  # noqa: PLC0415 - in the other process only

    os.setsid()
    os.environ.clear()
    os.environ.update(environment)
    if path := environment.get(CLOCK_FILE):
        follow(Path(path))
    with log.open("ab") as file:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(file.fileno(), stream.fileno())
    main(arguments, prog_name="puistokatu")
