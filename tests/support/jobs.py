"""Do the waiting jobs here and now, in the test's own transaction."""

from typing import TYPE_CHECKING

from app.jobs.engines.embedded import take_next
from app.jobs.pace import Pace
from app.jobs.performing import perform

if TYPE_CHECKING:
    from flask import Flask
    from sqlalchemy.orm import Session


def run_jobs(app: "Flask", session: "Session | None" = None) -> int:
    """Do every job that is due, until none is left; how many there were.

    What the test's session has written must be committed before; given the
    session, this does it.
    """
    if session is not None:
        session.commit()
    done = 0
    while True:
        with app.app_context():
            found, claim = take_next(Pace())
        if not found:
            return done
        if claim:
            perform(app, claim, Pace(), stopping=lambda: False, renewing=False)
            done += 1
