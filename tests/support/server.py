"""Real processes: gunicorn and the job worker on a database of their own."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.support.databases import environment, puistokatu
from tests.support.postgres import free_port


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
        } | settings
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *options: str) -> None:
        """Start every process and wait for the first answer."""
        command = [sys.executable, "-m", "app", "serve", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *options],
                env=environment(self.database_url, **self.settings),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + 60
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError("The server did not start:\n" + self.log.read_text())
            time.sleep(0.05)

    def stop(self) -> int:
        """Ask it to stop, as a deploy does; its exit status."""
        if self.process is None:
            return 0
        self.process.terminate()
        status = self.process.wait(timeout=40)
        self.process = None
        return status

    def kill(self) -> None:
        """Kill -9 of every process at once."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
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
