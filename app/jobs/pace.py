"""How fast the engines look, renew and give up."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The engines' intervals, in seconds; shorter in tests."""

    # Jobs at a time in one process: a long count does not keep mail waiting.
    parallel: int = 2
    # Between two looks at the table of jobs.
    poll: float = 0.5
    # How long a job belongs to a worker that is not heard of.
    lease: float = 30.0
    # After SIGTERM: for how long a running job may go on before it is given back.
    grace: float = 15.0
    # Between two searches for jobs that a dead worker has left behind.
    rescue: int = 10

    @property
    def lease_length(self) -> timedelta:
        """The lease, as the clock counts."""
        return timedelta(seconds=self.lease)

    @property
    def heartbeat(self) -> float:
        """Between two signs of life: two may be lost, and the lease still holds."""
        return self.lease / 3
