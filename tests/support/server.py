"""Real processes: gunicorn and the job worker on a database of their own."""

import os
import signal
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.databases import environment, puistokatu
from tests.support.postgres import free_port
from tests.support.processes import start

if TYPE_CHECKING:
    from multiprocessing.context import ForkServerProcess

START_WITHIN = 60.0
STOP_WITHIN = 40.0


class LiveServer:
    """`puistokatu serve` on a free port; may be killed and started again."""

    def __init__(self, database_url: str, folder: Path, **settings: str) -> None:
        self.database_url = database_url
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        self.settings = {
            "BASE_URL": self.url,
            "KEY_DIR": str(folder / "keys"),
            "UPLOAD_DIR": str(folder / "uploads"),
        } | settings
        self.process: ForkServerProcess | None = None

    def start(self, *options: str) -> None:
        """Start every process and wait for the first answer."""
        self.process = start(
            *("serve", "--port", str(self.port), *options),
            log=self.log,
            environment=environment(self.database_url, **self.settings),
        )
        deadline = time.monotonic() + START_WITHIN
        while not self._answers():
            if not self.process.is_alive() or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError("The server did not start:\n" + self.log.read_text())
            time.sleep(0.02)

    def wait(self) -> int | None:
        """Wait until it has ended of itself; its exit status."""
        assert self.process
        self.process.join(STOP_WITHIN)
        return self.process.exitcode

    def stop(self) -> int | None:
        """Ask it to stop, as a deploy does; its exit status."""
        assert self.process
        self.process.terminate()
        return self.wait()

    def kill(self) -> None:
        """Kill -9 of every process at once; nothing where all have ended."""
        if self.process and self.process.pid and self.process.is_alive():
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.join()
        self.process = None

    def puistokatu(self, *arguments: str) -> str:
        """Run a command on the same database and settings; what it said."""
        return puistokatu(*arguments, url=self.database_url, **self.settings)

    def _answers(self) -> bool:
        try:
            urllib.request.urlopen(self.url + "/", timeout=10).close()  # noqa: S310 - our own address
        except urllib.error.HTTPError as error:
            error.close()
        except OSError:
            return False
        return True


def children_of(process: int) -> list[int]:
    """The processes that it has started, the oldest first."""
    listed = Path(f"/proc/{process}/task/{process}/children")
    return [int(each) for each in listed.read_text().split()]
