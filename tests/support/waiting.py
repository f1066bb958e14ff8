"""Waiting for something to become true, never for a time to pass."""

import time
from collections.abc import Callable

PATIENCE = 120.0


def wait_until(condition: Callable[[], bool], *, patience: float = PATIENCE) -> None:
    """Look again and again until it is so; an error if it never is."""
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline, "it has not become so"
        time.sleep(0.05)
