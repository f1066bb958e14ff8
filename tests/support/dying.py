"""A process of its own that seals a round and is killed by -9 in one of the steps."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from app import create_app
from app.config import Config
from app.jobs.closing import IN_ORDER, Acting
from app.transaction import transaction
from tests.support.processes import forks

ENDS_WITHIN = 60.0


def kill_sealing(
    settings: dict[str, str], slug: str, *, step: int, committed: bool
) -> None:
    """Seal until a step, and die at its end, after its commit or right before."""
    acting = transaction if committed else _cut_short
    process = forks.Process(target=_seal_and_die, args=(settings, slug, step, acting))
    process.start()
    process.join(ENDS_WITHIN)
    assert process.exitcode == -signal.SIGKILL


def _seal_and_die(
    settings: dict[str, str], slug: str, step: int, acting: Acting
) -> None:
    with create_app(Config.from_environment(settings)).app_context():
        for each in IN_ORDER[:step]:
            each(slug, transaction)
        IN_ORDER[step](slug, acting)
        _die()


@contextmanager
def _cut_short() -> Iterator[Session]:
    """A transaction whose process dies at the end of the act, before the commit."""
    with transaction() as session:
        yield session
        session.flush()
        _die()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)
