"""A real worker process with handlers that only tests know.

Run as a program: `python -m tests.support.trial_worker FOLDER`. It does what
`puistokatu jobs work` does, faster, and knows the job `trial` besides: it says in
FOLDER that it has begun, waits there for permission to go on, and posts a message.
"""

import sys
import time
from pathlib import Path

from app import create_app
from app.jobs import engines
from app.jobs.handlers import HANDLERS
from app.jobs.pace import Pace
from app.jobs.work import Work
from app.mail.models import Message, MessageState
from core.clock import DatabaseClock

PACE = Pace(poll=0.1, lease=2.0, grace=0.5, rescue=1)
FOLDER = Path(sys.argv[1])


def trial(work: Work) -> None:
    """Wait for permission, reporting; the effect is one row of the outbox."""
    started = len(list(FOLDER.glob("begun-*")))
    (FOLDER / f"begun-{started}").touch()
    while not (FOLDER / "go").exists():
        work.report(1, 2)
        time.sleep(0.05)
    with work.finishing() as session:
        session.add(
            Message(
                message_id=f"<{work.job_id}-{work.claim.fence}@trial>",
                kind="trial",
                recipient="aino@example.org",
                language="fi",
                subject="Trial",
                body="Done",
                state=MessageState.SENT,
                created_at=DatabaseClock().now(session),
            )
        )


if __name__ == "__main__":
    HANDLERS["trial"] = trial
    engines.work(create_app(), PACE)
